"""Steps about persistent disks: create, attach, detach, migrate, orphan, delete.

A disk holds what cannot be made again. It is recorded as attaching or detaching before the cloud
is asked, so that after a kill nobody takes a disk that may be in use for a free one.
"""

from dataclasses import replace

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.requests import CreateDisk as CreateDiskRequest
from paasta_deploy.execution.clouds import CloudCall
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.metadata import disk_metadata
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName, DiskCid
from paasta_deploy.model.lifecycle import DISK_TRANSITIONS, DiskEvent, DiskState, advance
from paasta_deploy.model.recorded import DiskRecord, Put, RecordChange, Remove, VmRecord
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateDisk,
    DeleteDisk,
    DetachDisk,
    MigrateDisk,
    OrphanDisk,
)
from paasta_deploy.wire.agent_messages import AgentMethod

Changes = tuple[RecordChange, ...]


def create_intent(action: CreateDisk, context: StepContext) -> Changes:
    """Record the disk id before anything carries it."""
    if context.records.disk(action.disk_id) is not None:
        return ()
    instance = context.records.placed_instance(action.instance_id)
    fresh = DiskRecord(
        disk_id=action.disk_id,
        deployment=instance.deployment,
        instance_id=action.instance_id,
        state=DiskState.CREATING,
        size_mib=action.disk.size_mib,
        cloud_properties=action.disk.cloud_properties,
        created_at=context.run.clock.now(),
        cpi=_cpi_for(action, context),
        az=instance.az,
    )
    return (Put(record=fresh),)


def _cpi_for(action: CreateDisk, context: StepContext) -> CpiName:
    """A disk lives where the VM lives that it is made for."""
    near = context.records.vm(action.near) if action.near else None
    if near is not None:
        return near.cpi
    spec = context.records.placed_instance(action.instance_id).spec
    return spec.vm.cpi if spec else DEFAULT_CPI


async def create(action: CreateDisk, context: StepContext) -> Changes:
    """Make the disk, unless it is there already."""
    record = context.records.known_disk(action.disk_id)
    if record.state is not DiskState.CREATING:
        return ()
    near = context.records.vm(action.near) if action.near else None
    request = CreateDiskRequest(
        disk_id=action.disk_id,
        size_mib=action.disk.size_mib,
        cloud_properties=action.disk.cloud_properties,
        near=near.cid if near else None,
    )
    call = CloudCall(method="create_disk", subject=action.disk_id)
    cid = await context.cloud(record.cpi, call, lambda provider: provider.create_disk(request))
    return (Put(record=_moved(replace(record, cid=cid), DiskEvent.CREATED)),)


def _moved(record: DiskRecord, event: DiskEvent) -> DiskRecord:
    return replace(record, state=advance(DISK_TRANSITIONS, record.state, event))


def attach_intent(action: AttachDisk, context: StepContext) -> Changes:
    """Record where the disk is going to be; attached there already changes nothing."""
    disk = context.records.known_disk(action.disk_id)
    vm = _running_vm(action, context)
    if disk.state is DiskState.ATTACHED and disk.vm_cid == vm.cid:
        return ()
    going = _moved(disk, DiskEvent.ATTACH_INTENDED)
    taken = replace(
        going,
        vm_cid=vm.cid,
        instance_id=action.instance_id,
        orphaned_at=None,
        former_instance="",
    )
    return (Put(record=taken),)


def _running_vm(action: AttachDisk | MigrateDisk, context: StepContext) -> VmRecord:
    vm = context.records.vm(action.agent_id)
    assert vm is not None, f"VM of agent {action.agent_id} is planned but not recorded"
    assert vm.cid is not None, f"VM of agent {action.agent_id} has no cid yet"
    return vm


async def attach(action: AttachDisk, context: StepContext) -> Changes:
    """Attach, tell the agent where the disk appears, mount it. Order: bosh.md 4.11 ATTACH."""
    disk, vm = context.records.known_disk(action.disk_id), _running_vm(action, context)
    disk_cid, vm_cid = _cid(disk), vm.cid
    assert vm_cid is not None
    call = CloudCall(method="attach_disk", subject=disk_cid)
    hint = await context.cloud(
        disk.cpi, call, lambda provider: provider.attach_disk(vm_cid, disk_cid)
    )
    await context.agent(action.agent_id, AgentMethod.ADD_PERSISTENT_DISK, disk_cid, hint)
    await _set_metadata(action, disk, context)
    await context.agent(action.agent_id, AgentMethod.MOUNT_DISK, disk_cid)
    if disk.state is DiskState.ATTACHED:
        return ()
    return (Put(record=replace(_moved(disk, DiskEvent.ATTACHED), hint=hint)),)


async def _set_metadata(action: AttachDisk, disk: DiskRecord, context: StepContext) -> None:
    calls = context.run.clouds.calls(disk.cpi)
    if Feature.DISK_METADATA not in calls.capabilities.features:
        return
    instance = context.records.placed_instance(action.instance_id)
    metadata = disk_metadata(
        director=context.run.director.name,
        instance=instance,
        attached_at=context.run.clock.now(),
        tags=instance.spec.tags if instance.spec else {},
    )
    cid = _cid(disk)
    call = CloudCall(method="set_disk_metadata", subject=cid)
    await context.cloud(disk.cpi, call, lambda provider: provider.set_disk_metadata(cid, metadata))


def _cid(disk: DiskRecord) -> DiskCid:
    if disk.cid is None:
        raise NotFoundError(
            f"Disk '{disk.disk_id}' was never seen by the cloud.",
            hint="Its creation was interrupted; deploying again creates it.",
        )
    return disk.cid


def detach_intent(action: DetachDisk, context: StepContext) -> Changes:
    """Record that the disk is on its way off; a disk that is nowhere changes nothing."""
    disk = context.records.known_disk(action.disk_id)
    if disk.state in _NOWHERE:
        return ()
    return (Put(record=_moved(disk, DiskEvent.DETACH_INTENDED)),)


_NOWHERE = frozenset({DiskState.CREATING, DiskState.DETACHED, DiskState.ORPHANED})


async def detach(action: DetachDisk, context: StepContext) -> Changes:
    """Unmount if the agent lives, then detach. Order: bosh.md 4.11 DETACH."""
    disk = context.records.known_disk(action.disk_id)
    if disk.state in _NOWHERE:
        return ()
    disk_cid, vm_cid = _cid(disk), disk.vm_cid
    if action.agent_answers and action.agent_id is not None:
        await context.agent(action.agent_id, AgentMethod.UNMOUNT_DISK, disk_cid)
        await context.agent(action.agent_id, AgentMethod.REMOVE_PERSISTENT_DISK, disk_cid)
    if vm_cid is not None:
        call = CloudCall(method="detach_disk", subject=disk_cid)
        found = vm_cid
        await context.cloud(disk.cpi, call, lambda provider: provider.detach_disk(found, disk_cid))
    free = replace(_moved(disk, DiskEvent.DETACHED), vm_cid=None, hint=None)
    return (Put(record=free),)


async def migrate(action: MigrateDisk, context: StepContext) -> Changes:
    """Copy everything from the old disk to the new one.

    The agent unmounts the old disk when it has copied everything, so an old disk that is mounted
    no more, beside a new one that is, says that the copy was finished before.
    """
    old = _cid(context.records.known_disk(action.old))
    new = _cid(context.records.known_disk(action.new))
    context.status("migrating persistent disk")
    mounted = await context.agent(action.agent_id, AgentMethod.LIST_DISK)
    if isinstance(mounted, list | tuple) and new in mounted and old not in mounted:
        return ()
    await context.agent(action.agent_id, AgentMethod.MIGRATE_DISK, old, new)
    return ()


async def orphan(action: OrphanDisk, context: StepContext) -> Changes:
    """Keep the disk as an orphan; nothing in the cloud changes."""
    disk = context.records.known_disk(action.disk_id)
    kept = replace(
        _moved(disk, DiskEvent.ORPHANED),
        instance_id=None,
        orphaned_at=disk.orphaned_at or context.run.clock.now(),
        former_instance=action.former_instance,
    )
    return (Put(record=kept),)


def delete_intent(action: DeleteDisk, context: StepContext) -> Changes:
    """Record that the disk is on its way out: from here on nothing may attach it."""
    disk = context.records.disk(action.disk_id)
    if disk is None:
        return ()
    return (Put(record=_moved(disk, DiskEvent.DELETE_INTENDED)),)


async def delete(action: DeleteDisk, context: StepContext) -> Changes:
    """Delete the disk and its data. A half-made disk is looked for by the id that it carries."""
    disk = context.records.disk(action.disk_id)
    if disk is None:
        return ()
    cid = disk.cid or await _find(disk, context)
    if cid is not None:
        found = cid
        call = CloudCall(method="delete_disk", subject=found)
        await context.cloud(disk.cpi, call, lambda provider: provider.delete_disk(found))
    return (Remove(record=disk),)


async def _find(disk: DiskRecord, context: StepContext) -> DiskCid | None:
    if Feature.LIST_DISKS not in context.run.clouds.calls(disk.cpi).capabilities.features:
        return None
    call = CloudCall(method="list_disks", subject=disk.disk_id)
    listed = await context.cloud(disk.cpi, call, lambda provider: provider.list_disks())
    return next((item.cid for item in listed if item.disk_id == disk.disk_id), None)
