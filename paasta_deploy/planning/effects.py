"""What a step does to the records: once when it is intended, once when it is done.

The journal writes the changes of :func:`at_intent` before the act and those of :func:`at_result`
after it, so the records are always the fold of the journal, and whoever finds them after a kill
can tell how far each act may have come. Planning relies on exactly these effects when it plans
again; the tests fold whole plans with the same functions. Nothing here touches the world.

Every function may be called twice for the same step: a resumed step is intended again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from paasta_deploy.cpi.requests import DiskHint
from paasta_deploy.model.ids import (
    AgentId,
    DiskCid,
    DiskId,
    InstanceId,
    NetworkName,
    TaskId,
    VmCid,
)
from paasta_deploy.model.lifecycle import (
    DISK_TRANSITIONS,
    VM_TRANSITIONS,
    DiskEvent,
    DiskState,
    RunState,
    VmEvent,
    VmState,
    advance,
)
from paasta_deploy.model.recorded import (
    AddressReservation,
    CompiledPackageRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    RecordChange,
    Remove,
    VmRecord,
)
from paasta_deploy.model.spec import BlobRef, InstanceSpec, IpAddress
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
    FinishInstance,
    OrphanDisk,
    PostDeploy,
    RemoveInstance,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.env_digests import env_digest

_Record = TypeVar("_Record")


class Records(Protocol):
    """Reads of single records; ``Store`` is one."""

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        ...

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        ...

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the world answered: cloud ids, the disk hint, addresses of dynamic networks, a blob."""

    vm: VmCid | None = None
    disk: DiskCid | None = None
    hint: DiskHint | None = None
    dynamic_addresses: Mapping[NetworkName, IpAddress] = field(default_factory=dict)
    package: BlobRef | None = None


NOTHING_MADE = Made()


def at_intent(  # noqa: PLR0911 - a table: one case, one answer per action
    action: Action, records: Records, *, now: datetime, task_id: TaskId | None
) -> tuple[RecordChange, ...]:
    """Return the record changes that are journalled before ``action`` is carried out."""
    match action:
        case CreateVm():
            return _vm_intended(action, records, now, task_id)
        case DeleteVm(agent_id=agent_id):
            return _vm_deletion_intended(agent_id, records)
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
            return _vm_made(action, records, made)
        case DeleteVm(agent_id=agent_id):
            vm = records.vm(agent_id)
            return () if vm is None else (Remove(record=vm),)
        case CreateDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.CREATED)
            return (Put(record=replace(disk, cid=made.disk)),)
        case AttachDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.ATTACHED)
            return (Put(record=replace(disk, hint=made.hint)),)
        case DetachDisk(disk_id=disk_id):
            disk = _moved(disk_id, records, DiskEvent.DETACHED)
            return (Put(record=replace(disk, vm_cid=None, hint=None)),)
        case OrphanDisk():
            return (Put(record=_orphaned(action, records, now)),)
        case DeleteDisk(disk_id=disk_id):
            return (Remove(record=_known(records.disk(disk_id))),)
        case StartInstance():
            instance = _known(records.instance(action.instance_id))
            spec = with_known_blobs(action.spec, instance.spec)
            return (Put(record=settled(instance, spec, RunState.STARTED, task_id)),)
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
    record: InstanceRecord, spec: InstanceSpec, run_state: RunState, task_id: TaskId | None
) -> InstanceRecord:
    """Return ``record`` as it is when a task has done with it.

    Addresses that the VM of ``spec`` does not have are given back here and nowhere else.
    """
    wanted = {network.name: network.ip for network in spec.vm.networks}
    return replace(
        record,
        spec=spec,
        run_state=run_state,
        converged=True,
        converged_by=task_id,
        addresses=tuple(
            reservation
            for reservation in record.addresses
            if reservation.network in wanted
            and wanted[reservation.network] in {None, reservation.ip}
        ),
    )


def _vm_intended(
    action: CreateVm, records: Records, now: datetime, task_id: TaskId | None
) -> tuple[RecordChange, ...]:
    known = records.vm(action.agent_id)
    # A new VM has nothing applied to it, whatever its instance was when it had none.
    touched = () if action.instance_id is None else _unsettled(action.instance_id, records)
    return (
        Put(
            record=VmRecord(
                agent_id=action.agent_id,
                deployment=action.deployment,
                instance_id=action.instance_id,
                state=VmState.CREATING,
                stemcell=action.vm.stemcell,
                cloud_properties=action.vm.cloud_properties,
                env_digest=env_digest(action.vm.env, action.vm.env_variables),
                created_at=known.created_at if known else now,
                cid=known.cid if known else None,
                cpi=action.vm.cpi,
                purpose=action.purpose,
                created_by=known.created_by if known else task_id,
                networks=action.vm.networks,
                cloud_variables=action.vm.cloud_variables,
            )
        ),
        *touched,
    )


def _vm_made(action: CreateVm, records: Records, made: Made) -> tuple[RecordChange, ...]:
    vm = _known(records.vm(action.agent_id))
    changes: list[RecordChange] = [
        Put(
            record=replace(
                vm, state=advance(VM_TRANSITIONS, vm.state, VmEvent.CREATED), cid=made.vm
            )
        )
    ]
    if action.instance_id is not None and made.dynamic_addresses:
        instance = _known(records.instance(action.instance_id))
        kept = tuple(
            item for item in instance.addresses if item.network not in made.dynamic_addresses
        )
        given = tuple(
            AddressReservation(network=network, ip=ip, static=False)
            for network, ip in made.dynamic_addresses.items()
        )
        changes.append(Put(record=replace(instance, addresses=kept + given)))
    return tuple(changes)


def _vm_deletion_intended(agent_id: AgentId, records: Records) -> tuple[RecordChange, ...]:
    vm = records.vm(agent_id)
    if vm is None:
        return ()
    state = advance(VM_TRANSITIONS, vm.state, VmEvent.DELETE_INTENDED)
    changes: tuple[RecordChange, ...] = (Put(record=replace(vm, state=state)),)
    if vm.instance_id is None:
        return changes
    return (*changes, *_unsettled(vm.instance_id, records))


def _finished(record: InstanceRecord, records: Records, task_id: TaskId | None) -> InstanceRecord:
    current = records.instance(record.instance_id)
    if current is None or record.spec is None:
        return record
    spec = with_known_blobs(record.spec, current.spec)
    finished = settled(current, spec, record.run_state, task_id)
    return replace(finished, post_deployed_by=record.post_deployed_by)


def _unsettled(instance_id: InstanceId, records: Records) -> tuple[RecordChange, ...]:
    instance = records.instance(instance_id)
    if instance is None or not instance.converged:
        return ()
    return (Put(record=replace(instance, converged=False)),)


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


def _known(record: _Record | None) -> _Record:
    assert record is not None, "the plan speaks of a record that does not exist"
    return record
