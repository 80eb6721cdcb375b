"""What a step does to the records: once when it is intended, once when it is done.

The journal writes the changes of :func:`at_intent` before the act and those of :func:`at_result`
after it, so the records are always the fold of the journal, and whoever finds them after a kill
can tell how far each act may have come. Planning relies on exactly these effects when it plans
again; the tests fold whole plans with the same functions. Nothing here touches the world.

Every function may be called twice for the same step: a resumed step is intended again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from paasta_deploy.model.ids import DiskId, TaskId
from paasta_deploy.model.lifecycle import (
    DISK_TRANSITIONS,
    DiskEvent,
    DiskState,
    RunState,
    advance,
)
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    RecordChange,
    Remove,
    VmRecord,
)
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CompilePackage,
    CreateDisk,
    CreateVm,
    DeleteDisk,
    DeleteVm,
    DetachDisk,
    ElectVm,
    FinishInstance,
    GrowDisk,
    OrphanDisk,
    PostDeploy,
    RemoveInstance,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.record_reads import NOTHING_MADE, Made, Records
from paasta_deploy.planning.record_reads import known_record as _known
from paasta_deploy.planning.record_reads import unsettled as _unsettled
from paasta_deploy.planning.vm_effects import (
    addresses_of,
    vm_deletion_intended,
    vm_elected,
    vm_gone,
    vm_intended,
    vm_made,
)

__all__ = [
    "NOTHING_MADE",
    "Made",
    "Records",
    "at_intent",
    "at_result",
    "settled",
    "with_known_blobs",
]


def at_intent(  # noqa: C901, PLR0911 - a table: one case, one answer per action
    action: Action, records: Records, *, now: datetime, task_id: TaskId | None
) -> tuple[RecordChange, ...]:
    """Return the record changes that are journalled before ``action`` is carried out."""
    match action:
        case CreateVm():
            return vm_intended(action, records, now, task_id)
        case DeleteVm():
            return vm_deletion_intended(action, records)
        case ElectVm():
            return vm_elected(action, records, now)
        case CreateDisk():
            return _disk_intended(action, records, now)
        case AttachDisk():
            vm = records.vm(action.agent_id)
            disk = _moved(action.disk_id, records, DiskEvent.ATTACH_INTENDED)
            return (Put(record=replace(disk, vm_cid=vm.cid if vm else None)),)
        case DetachDisk():
            disk = _known(records.disk(action.disk_id))
            if disk.state is DiskState.DETACHED:
                return ()
            return (Put(record=_moved(action.disk_id, records, DiskEvent.DETACH_INTENDED)),)
        case GrowDisk(disk_id=disk_id, size_mib=size_mib):
            return (Put(record=replace(_known(records.disk(disk_id)), growing_to_mib=size_mib)),)
        case DeleteDisk():
            return (Put(record=_moved(action.disk_id, records, DiskEvent.DELETE_INTENDED)),)
        case StopInstance(instance_id=instance_id) | StartInstance(instance_id=instance_id):
            return _unsettled(instance_id, records)
        case ApplyInstance():
            instance = _known(records.instance(action.instance_id))
            return (Put(record=replace(instance, spec=action.spec, converged=False)),)
        case _:
            return ()


def at_result(  # noqa: C901, PLR0911, PLR0912 - a table: one case, one answer per action
    action: Action,
    records: Records,
    *,
    now: datetime,
    task_id: TaskId | None,
    made: Made = NOTHING_MADE,
) -> tuple[RecordChange, ...]:
    """Return the record changes that are journalled once ``action`` is true of the world."""
    match action:
        case CreateVm():
            return vm_made(action, records, made)
        case DeleteVm():
            return vm_gone(action, records)
        case CreateDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.CREATED)
            return (Put(record=replace(disk, cid=made.disk)),)
        case AttachDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.ATTACHED)
            return (Put(record=replace(disk, hint=made.hint)),)
        case DetachDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.DETACHED)
            return (Put(record=replace(disk, vm_cid=None, hint=None)),)
        case GrowDisk():
            return (Put(record=_grown(action, records, made)),)
        case OrphanDisk():
            return (Put(record=_orphaned(action, records, now)),)
        case DeleteDisk(disk_id=disk_id):
            return (Remove(record=_known(records.disk(disk_id))),)
        case StartInstance():
            instance = _known(records.instance(action.instance_id))
            spec = with_known_blobs(action.spec, instance.spec)
            vms = records.vms_of(action.instance_id)
            return (Put(record=settled(instance, spec, RunState.STARTED, task_id, vms=vms)),)
        case FinishInstance(record=record):
            return (Put(record=_finished(record, records, task_id)),)
        case RemoveInstance(record=record):
            return (Remove(record=record),)
        case CompilePackage():
            return _package_made(action, made)
        case PostDeploy():
            instance = _known(records.instance(action.instance_id))
            return (Put(record=replace(instance, post_deployed_by=task_id)),)
        case _:
            return ()


def with_known_blobs(spec: InstanceSpec, known: InstanceSpec | None) -> InstanceSpec:
    """Return ``spec`` with the blobs of those of its packages that ``known`` has them for.

    A plan may be older than the packages that it has compiled; what was applied knows them. A
    package that was compiled for another stemcell is another package.
    """
    if known is None or all(package.blob is not None for package in spec.packages):
        return spec
    wanted, had = spec.vm.stemcell, known.vm.stemcell
    if (wanted.os, wanted.version) != (had.os, had.version):
        return spec
    blobs = {
        (package.name, package.fingerprint, package.dependency_key): package.blob
        for package in known.packages
    }
    return replace(
        spec,
        packages=tuple(
            package
            if package.blob is not None
            else replace(
                package,
                blob=blobs.get((package.name, package.fingerprint, package.dependency_key)),
            )
            for package in spec.packages
        ),
    )


def settled(
    record: InstanceRecord,
    spec: InstanceSpec,
    run_state: RunState,
    task_id: TaskId | None,
    *,
    vms: Iterable[VmRecord] = (),
) -> InstanceRecord:
    """Return ``record`` as it is when a task has done with it.

    Addresses that neither the VM of ``spec`` nor one of ``vms``, those that the instance has, has
    are given back here, and those of a replaced VM when it is gone.
    """
    wanted = {network.name: network.ip for network in spec.vm.networks}
    in_use = addresses_of(vms)
    return replace(
        record,
        spec=spec,
        run_state=run_state,
        converged=True,
        converged_by=task_id,
        addresses=tuple(
            reservation
            for reservation in record.addresses
            if reservation.ip in in_use
            or (
                reservation.network in wanted
                and wanted[reservation.network] in {None, reservation.ip}
            )
        ),
    )


def _finished(record: InstanceRecord, records: Records, task_id: TaskId | None) -> InstanceRecord:
    current = records.instance(record.instance_id)
    if current is None or record.spec is None:
        return record
    spec = with_known_blobs(record.spec, current.spec)
    vms = records.vms_of(record.instance_id)
    finished = settled(current, spec, record.run_state, task_id, vms=vms)
    return replace(finished, post_deployed_by=record.post_deployed_by)


def _disk_intended(
    action: CreateDisk, records: Records, now: datetime
) -> tuple[RecordChange, ...]:
    instance = _known(records.instance(action.instance_id))
    near = None if action.near is None else records.vm(action.near)
    known = records.disk(action.disk_id)
    if known is not None:
        return (Put(record=known),)
    record = DiskRecord(
        disk_id=action.disk_id,
        deployment=instance.deployment,
        instance_id=action.instance_id,
        state=DiskState.CREATING,
        size_mib=action.disk.size_mib,
        cloud_properties=action.disk.cloud_properties,
        variables=action.disk.variables,
        created_at=now,
        az=instance.az,
        name=action.disk.name,
    )
    return (Put(record=record if near is None else replace(record, cpi=near.cpi)),)


def _orphaned(action: OrphanDisk, records: Records, now: datetime) -> DiskRecord:
    disk = _known(records.disk(action.disk_id))
    return replace(
        disk,
        state=advance(DISK_TRANSITIONS, disk.state, DiskEvent.ORPHANED),
        instance_id=None,
        orphaned_at=disk.orphaned_at or now,
        former_instance=action.former_instance,
        vm_cid=None,
        hint=None,
    )


def _grown(action: GrowDisk, records: Records, made: Made) -> DiskRecord:
    disk = replace(_known(records.disk(action.disk_id)), growing_to_mib=None)
    if made.growth_refused:
        return replace(disk, growth_refused=True)
    return replace(disk, size_mib=action.size_mib)


def _moved(disk_id: DiskId, records: Records, event: DiskEvent) -> DiskRecord:
    disk = _known(records.disk(disk_id))
    return replace(disk, state=advance(DISK_TRANSITIONS, disk.state, event))


def _package_made(action: CompilePackage, made: Made) -> tuple[RecordChange, ...]:
    assert made.package is not None, "a compiled package without a blob"
    return (
        Put(
            record=CompiledPackageRecord(
                package=action.package,
                fingerprint=action.fingerprint,
                dependency_key=action.dependency_key,
                stemcell_os=action.stemcell.os,
                stemcell_version=action.stemcell.version,
                blob=made.package,
            )
        ),
    )
