"""What becomes of the VM and of the persistent disk of one instance, judged from its steps.

People ask this first of a plan: is the machine kept or replaced, and where does the data go. The
steps know it for certain, whatever the reasons were.
"""

from collections.abc import Iterable, Mapping

from paasta_deploy.model.ids import DiskId
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CreateDisk,
    CreateVm,
    DeleteVm,
    DetachDisk,
    ElectVm,
    MigrateDisk,
    OrphanDisk,
    RemoveInstance,
)
from paasta_deploy.wire.plan_report import DiskFate, Fates, VmFate


def fates_of(
    actions: Iterable[Action], *, sizes_mib: Mapping[DiskId, int], has_disk: bool, has_vm: bool
) -> Fates:
    """Return what ``actions``, all those of one instance, make of its VM and its disk.

    ``sizes_mib`` knows the recorded disks; ``has_disk`` and ``has_vm`` say whether this instance
    has a disk, and a VM that was made whole.
    """
    seen = list(actions)
    return Fates(
        vm=_vm(seen, has_vm=has_vm), disk=_disk(seen, sizes_mib=sizes_mib, has_disk=has_disk)
    )


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
    attached = {item.disk_id for item in actions if isinstance(item, AttachDisk)}
    if any(isinstance(item, CreateDisk) and item.disk_id in attached for item in actions):
        return DiskFate.CREATED
    if attached:
        return DiskFate.MOVED if _changes_machine(actions) else DiskFate.KEPT
    if any(isinstance(item, OrphanDisk) for item in actions):
        return DiskFate.ORPHANED
    return DiskFate.KEPT if has_disk else DiskFate.NONE


def _copied(old_mib: int | None, new_mib: int | None) -> DiskFate:
    if old_mib is None or new_mib is None or old_mib == new_mib:
        return DiskFate.EXCHANGED
    return DiskFate.GROWN if new_mib > old_mib else DiskFate.SHRUNK


def _changes_machine(actions: list[Action]) -> bool:
    return any(
        isinstance(item, CreateVm | DetachDisk | ElectVm | RemoveInstance) for item in actions
    )
