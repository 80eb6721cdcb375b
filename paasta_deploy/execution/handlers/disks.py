"""Steps about persistent disks: create, attach, detach, migrate, grow, delete.

A disk holds what cannot be made again. It is recorded as attaching or detaching before the cloud
is asked, so that after a kill nobody takes a disk that may be in use for a free one.
"""

import logging

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudCredentialsError,
    NoDiskSpaceError,
    NotSupportedError,
    QuotaExceededError,
)
from paasta_deploy.cpi.requests import CreateDisk as CreateDiskRequest
from paasta_deploy.execution.clouds import CloudCall
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.filling import filled_disk, hiding
from paasta_deploy.execution.metadata import disk_metadata
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import DiskRecord, Remove, VmRecord
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateDisk,
    DeleteDisk,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    ReplaceUngrown,
)
from paasta_deploy.planning.disk_steps import replacement
from paasta_deploy.planning.effects import NOTHING_MADE, Made
from paasta_deploy.wire.agent_messages import AgentMethod

log = logging.getLogger(__name__)


_REFUSALS = (
    CloudConfigError,
    CloudCredentialsError,
    NoDiskSpaceError,
    NotSupportedError,
    QuotaExceededError,
)
"""Answers after which it is certain that there is no disk, and that asking again is in vain."""


async def create(action: CreateDisk, context: StepContext) -> Made:
    """Make the disk, unless it is there already.

    A disk that the cloud refuses is forgotten: who goes back to what was before, or deploys
    something else, must not have to make it first, only to know that it is there.
    """
    record = context.records.known_disk(action.disk_id)
    if record.state is not DiskState.CREATING:
        return Made(disk=record.cid)
    near = context.records.vm(action.near) if action.near else None
    disk = await filled_disk(action.disk, record.deployment, context)
    request = CreateDiskRequest(
        disk_id=action.disk_id,
        size_mib=disk.size_mib,
        cloud_properties=disk.cloud_properties,
        near=near.cid if near else None,
    )
    call = CloudCall(method="create_disk", subject=action.disk_id)
    with hiding(action.disk, disk):
        try:
            cid = await context.cloud(
                record.cpi, call, lambda provider: provider.create_disk(request)
            )
        except _REFUSALS:
            await context.note((Remove(record=record),), {"action": "refused"})
            raise
    return Made(disk=cid)


def _running_vm(action: AttachDisk | MigrateDisk, context: StepContext) -> VmRecord:
    vm = context.records.vm(action.agent_id)
    assert vm is not None, f"VM of agent {action.agent_id} is planned but not recorded"
    assert vm.cid is not None, f"VM of agent {action.agent_id} has no cid yet"
    return vm


async def attach(action: AttachDisk, context: StepContext) -> Made:
    """Attach, tell the agent where the disk appears, mount it. Order: bosh.md 4.11 ATTACH.

    A disk with a name is not mounted: the agent is told its name by ``update_settings``, before it
    applies (BOSH: SETTINGS).
    """
    disk, vm = context.records.known_disk(action.disk_id), _running_vm(action, context)
    disk_cid, vm_cid = _cid(disk), vm.cid
    assert vm_cid is not None
    call = CloudCall(method="attach_disk", subject=disk_cid)
    hint = await context.cloud(
        disk.cpi, call, lambda provider: provider.attach_disk(vm_cid, disk_cid)
    )
    await context.agent(action.agent_id, AgentMethod.ADD_PERSISTENT_DISK, disk_cid, hint)
    await _set_metadata(action, disk, context)
    if disk.is_managed:
        await context.agent(action.agent_id, AgentMethod.MOUNT_DISK, disk_cid)
    return Made(hint=hint)


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


async def detach(action: DetachDisk, context: StepContext) -> Made:
    """Unmount if the agent lives, then detach. Order: bosh.md 4.11 DETACH."""
    disk = context.records.known_disk(action.disk_id)
    if disk.state is DiskState.DETACHED:
        return NOTHING_MADE
    disk_cid, vm_cid = _cid(disk), disk.vm_cid
    if action.agent_answers and action.agent_id is not None:
        if disk.is_managed:
            await context.agent(action.agent_id, AgentMethod.UNMOUNT_DISK, disk_cid)
        await context.agent(action.agent_id, AgentMethod.REMOVE_PERSISTENT_DISK, disk_cid)
    if vm_cid is not None:
        call = CloudCall(method="detach_disk", subject=disk_cid)
        found = vm_cid
        await context.cloud(disk.cpi, call, lambda provider: provider.detach_disk(found, disk_cid))
    return NOTHING_MADE


async def migrate(action: MigrateDisk, context: StepContext) -> Made:
    """Copy everything from the old disk to the new one.

    The agent unmounts the old disk when it has copied everything, so an old disk that is mounted
    no more, beside a new one that is, says that the copy was finished before.
    """
    old = _cid(context.records.known_disk(action.old))
    new = _cid(context.records.known_disk(action.new))
    context.status("migrating persistent disk")
    mounted = await context.agent(action.agent_id, AgentMethod.LIST_DISK)
    if isinstance(mounted, list | tuple) and new in mounted and old not in mounted:
        return NOTHING_MADE
    await context.agent(action.agent_id, AgentMethod.MIGRATE_DISK, old, new)
    return NOTHING_MADE


async def grow(action: GrowDisk, context: StepContext) -> Made:
    """Let the CPI make the disk larger; it is attached to no VM. Source: bosh.md 4.5, 5.3.

    Asked again for the size that a disk has, a CPI does nothing. One that refuses has touched
    nothing, and the data is copied to a larger disk instead (:func:`replace_ungrown`).
    """
    disk = context.records.known_disk(action.disk_id)
    cid, size_mib = _cid(disk), action.size_mib
    context.status("growing persistent disk")
    call = CloudCall(method="resize_disk", subject=cid)
    try:
        await context.cloud(disk.cpi, call, lambda provider: provider.resize_disk(cid, size_mib))
    except NotSupportedError as refusal:
        log.info("disk not grown", extra={"disk": cid, "error": str(refusal)})
        context.status("the CPI cannot grow the disk: it is copied to a larger one")
        return Made(growth_refused=True)
    return NOTHING_MADE


async def replace_ungrown(action: ReplaceUngrown, context: StepContext) -> Made:
    """Exchange the disk by copying it, if its CPI refused to grow it."""
    disk = context.records.known_disk(action.disk_id)
    for name, part in replacement(action, disk):
        await context.also(name, part)
    return NOTHING_MADE


async def delete(action: DeleteDisk, context: StepContext) -> Made:
    """Delete the disk and its data. A half-made disk is looked for by the id that it carries."""
    disk = context.records.known_disk(action.disk_id)
    cid = disk.cid or await _find(disk, context)
    if cid is not None:
        found = cid
        call = CloudCall(method="delete_disk", subject=found)
        await context.cloud(disk.cpi, call, lambda provider: provider.delete_disk(found))
    return NOTHING_MADE


async def _find(disk: DiskRecord, context: StepContext) -> DiskCid | None:
    if Feature.LIST_DISKS not in context.run.clouds.calls(disk.cpi).capabilities.features:
        return None
    call = CloudCall(method="list_disks", subject=disk.disk_id)
    listed = await context.cloud(disk.cpi, call, lambda provider: provider.list_disks())
    return next((item.cid for item in listed if item.disk_id == disk.disk_id), None)
