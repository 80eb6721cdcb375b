"""What becomes of the VM and of the persistent disks of one instance, judged from its steps.

People ask this first of a plan: is the machine kept or replaced, and where does the data go. The
steps know it for certain, whatever the reasons were.
"""

from collections.abc import Iterable, Mapping, Sequence

from paasta_deploy.model.ids import DiskId
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CreateDisk,
    CreateVm,
    DeleteVm,
    DetachDisk,
    ElectVm,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    RemoveInstance,
)
from paasta_deploy.wire.plan_report import DiskFate, Fates, VmFate


def fates_of(actions: Iterable[Action], *, disks: Sequence[DiskRecord], has_vm: bool) -> Fates:
    """Return what ``actions``, all those of one instance, make of its VM and its disks.

    ``disks`` are the recorded ones of the instance; ``has_vm`` says whether it has a VM that was
    made whole.
    """
    seen = list(actions)
    names = {disk.disk_id: disk.name for disk in disks}
    names |= {item.disk_id: item.disk.name for item in seen if isinstance(item, CreateDisk)}
    sizes_mib = {disk.disk_id: disk.size_mib for disk in disks}
    with_data = {disk.name for disk in disks}
    told = {
        name: _disk(
            [item for item in seen if _is_about(item, name, names)],
            sizes_mib=sizes_mib,
            has_disk=name in with_data,
        )
        for name in sorted({"", *names.values()})
    }
    mounted = told.pop("")
    return Fates(vm=_vm(seen, has_vm=has_vm), disk=mounted, named_disks=tuple(told.items()))


def _is_about(action: Action, name: str, names: Mapping[DiskId, str]) -> bool:
    """Return whether a step is about the disk of that name, or about no disk at all."""
    disk_id = _disk_of(action)
    return disk_id is None or names.get(disk_id, "") == name


def _disk_of(action: Action) -> DiskId | None:
    match action:
        case MigrateDisk(old=old):
            return old
        case (
            AttachDisk(disk_id=disk_id)
            | CreateDisk(disk_id=disk_id)
            | DetachDisk(disk_id=disk_id)
            | GrowDisk(disk_id=disk_id)
            | OrphanDisk(disk_id=disk_id)
        ):
            return disk_id
        case _:
            return None


def _vm(actions: list[Action], *, has_vm: bool) -> VmFate:
    if any(isinstance(action, ElectVm) for action in actions) and has_vm:
        return VmFate.SWAPPED
    creates = any(isinstance(action, CreateVm) for action in actions)
    deletes = any(isinstance(action, DeleteVm) for action in actions)
    if creates:
        return VmFate.REPLACED if has_vm else VmFate.CREATED
    if deletes and (not has_vm or not any(isinstance(item, ApplyInstance) for item in actions)):
        return VmFate.DELETED
    return VmFate.KEPT if has_vm else VmFate.NONE


def _disk(actions: list[Action], *, sizes_mib: Mapping[DiskId, int], has_disk: bool) -> DiskFate:
    copy = next((item for item in actions if isinstance(item, MigrateDisk)), None)
    if copy is not None:
        new_mib = next(
            (
                item.disk.size_mib
                for item in actions
                if isinstance(item, CreateDisk) and item.disk_id == copy.new
            ),
            sizes_mib.get(copy.new),
        )
        return _copied(sizes_mib.get(copy.old), new_mib)
    if any(isinstance(item, GrowDisk) for item in actions):
        return DiskFate.GROWN
    attached = {item.disk_id for item in actions if isinstance(item, AttachDisk)}
    orphaned = {item.disk_id for item in actions if isinstance(item, OrphanDisk)}
    if any(isinstance(item, CreateDisk) and item.disk_id in attached for item in actions):
        return DiskFate.EMPTIED if orphaned & sizes_mib.keys() else DiskFate.CREATED
    if attached:
        return DiskFate.MOVED if _changes_machine(actions) else DiskFate.KEPT
    if orphaned:
        return DiskFate.ORPHANED
    return DiskFate.KEPT if has_disk else DiskFate.NONE


def _copied(old_mib: int | None, new_mib: int | None) -> DiskFate:
    if old_mib is None or new_mib is None or old_mib == new_mib:
        return DiskFate.EXCHANGED
    return DiskFate.COPIED if new_mib > old_mib else DiskFate.SHRUNK


def _changes_machine(actions: list[Action]) -> bool:
    return any(
        isinstance(item, CreateVm | DetachDisk | ElectVm | RemoveInstance) for item in actions
    )
