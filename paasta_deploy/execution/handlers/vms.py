"""Steps about VMs: create, delete, rename.

A VM is known by the agent id that was recorded before it was asked for. Its record stays
``CREATING`` until its agent has answered and has its settings, so whoever finds such a record
knows that this very step has to be done again, with the same agent id.
"""

from dataclasses import replace

from paasta_deploy.cpi.capabilities import Feature
from paasta_deploy.cpi.requests import CreateVm as CreateVmRequest
from paasta_deploy.execution.agent_calls import AGENT_READY_DEADLINE_S
from paasta_deploy.execution.clouds import CREATE_VM_DEADLINE_S, DELETE_VM_DEADLINE_S, CloudCall
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.metadata import vm_environment, vm_metadata
from paasta_deploy.execution.retry import CREATE_VM_RETRIES
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.lifecycle import VM_TRANSITIONS, VmEvent, VmState, advance
from paasta_deploy.model.recorded import Put, RecordChange, Remove, VmRecord
from paasta_deploy.model.values import digest_of
from paasta_deploy.planning.actions import CreateVm, DeleteVm, UpdateMetadata

Changes = tuple[RecordChange, ...]


def create_intent(action: CreateVm, context: StepContext) -> Changes:
    """Record the agent id before anything carries it; a step done again finds its record."""
    record = context.records.vm(action.agent_id)
    if record is not None:
        assert record.state is not VmState.DELETING, f"{action.agent_id} is being deleted"
        return ()
    fresh = VmRecord(
        agent_id=action.agent_id,
        deployment=action.deployment,
        instance_id=action.instance_id,
        state=VmState.CREATING,
        stemcell=action.vm.stemcell,
        cloud_properties=action.vm.cloud_properties,
        env_digest=digest_of(action.vm.env),
        created_at=context.run.clock.now(),
        cpi=action.vm.cpi,
        purpose=action.purpose,
        created_by=context.run.task_id,
    )
    return (Put(record=fresh),)


async def create(action: CreateVm, context: StepContext) -> Changes:
    """Have the VM, its metadata, its agent's first answer and settings, in BOSH's order (4.11)."""
    record = context.records.vm(action.agent_id)
    assert record is not None
    if record.cid is None or record.state is VmState.CREATING:
        record = await _ask_for_vm(action, record, context)
    await _set_metadata(action, record, context)
    await _wait_for_agent(record, context)
    await context.send_settings(action.agent_id)
    if record.state is VmState.RUNNING:
        return ()
    running = advance(VM_TRANSITIONS, record.state, VmEvent.CREATED)
    return (Put(record=replace(record, state=running)),)


async def _ask_for_vm(action: CreateVm, record: VmRecord, context: StepContext) -> VmRecord:
    records = context.records
    environment = vm_environment(
        action.vm.env,
        director=context.run.director.name,
        deployment=action.deployment,
        group=action.group,
        tags=action.tags,
    )
    disks = (records.disk(disk_id) for disk_id in action.disks_near)
    request = CreateVmRequest(
        agent_id=action.agent_id,
        stemcell=records.stemcell(action.vm.stemcell, action.vm.cpi),
        cloud_properties=action.vm.cloud_properties,
        networks=action.vm.networks,
        agent_settings=context.run.credentials.settings_for(action.agent_id, environment),
        disks_near=tuple(disk.cid for disk in disks if disk and disk.cid),
        env=environment,
        metadata=_metadata(action, record, context),
    )
    call = CloudCall(
        method="create_vm",
        subject=action.agent_id,
        deadline_s=CREATE_VM_DEADLINE_S,
        retries=CREATE_VM_RETRIES,
    )
    created = await context.cloud(
        action.vm.cpi, call, lambda provider: provider.create_vm(request)
    )
    if record.cid == created.cid:
        return record
    with_cid = replace(record, cid=created.cid)
    await context.note([Put(record=with_cid)])
    return with_cid


def _metadata(action: CreateVm, record: VmRecord, context: StepContext) -> dict[str, str]:
    return vm_metadata(
        director=context.run.director.name,
        deployment=action.deployment,
        group=action.group,
        index=action.index,
        identity=action.instance_id or action.agent_id,
        created_at=record.created_at,
        tags=action.tags,
    )


async def _set_metadata(action: CreateVm, record: VmRecord, context: StepContext) -> None:
    await _put_metadata(record, _metadata(action, record, context), context)


async def _put_metadata(record: VmRecord, metadata: dict[str, str], context: StepContext) -> None:
    features = context.run.clouds.calls(record.cpi).capabilities.features
    cid = record.cid
    if cid is None or Feature.VM_METADATA not in features:
        return
    call = CloudCall(method="set_vm_metadata", subject=cid)
    await context.cloud(record.cpi, call, lambda provider: provider.set_vm_metadata(cid, metadata))


async def _wait_for_agent(record: VmRecord, context: StepContext) -> None:
    """Wait for the first answer; a VM that never gives one is deleted, as in BOSH (4.5)."""
    try:
        with context.run.cancellation.interruptible():
            await context.run.agents.channel.wait_until_ready(
                record.agent_id, deadline_s=AGENT_READY_DEADLINE_S
            )
    except AgentUnreachableError as cause:
        await _delete(record, context)
        raise AgentUnreachableError(
            f"Timed out pinging VM '{record.cid}' with agent '{record.agent_id}'"
            f" after {AGENT_READY_DEADLINE_S:g} seconds; the VM was deleted.",
            hint="Its agent never connected: check that the VM's network reaches the director"
            " (message bus address in director.yml) and that the stemcell has an agent.",
        ) from cause


async def delete(action: DeleteVm, context: StepContext) -> Changes:
    """Delete the VM, half made or whole, and return when it is proven gone."""
    record = context.records.vm(action.agent_id)
    if record is None:
        return ()
    await _end(record, action, context)
    return (Remove(record=record),)


def delete_intent(action: DeleteVm, context: StepContext) -> Changes:
    """Record that the VM is on its way out: from here on nothing may use it."""
    record = context.records.vm(action.agent_id)
    if record is None:
        return ()
    return (Put(record=_doomed(record)),)


def _doomed(record: VmRecord) -> VmRecord:
    state = advance(VM_TRANSITIONS, record.state, VmEvent.DELETE_INTENDED)
    return replace(record, state=state)


async def _end(record: VmRecord, action: DeleteVm | None, context: StepContext) -> None:
    """Find the VM by cid or by the agent id it carries, and delete it."""
    cid = record.cid or (action.cid if action else None)
    if cid is None:
        call = CloudCall(method="find_vm", subject=record.agent_id)
        cid = await context.cloud(
            record.cpi, call, lambda provider: provider.find_vm(record.agent_id)
        )
    if cid is not None:
        found = cid
        call = CloudCall(method="delete_vm", subject=found, deadline_s=DELETE_VM_DEADLINE_S)
        await context.cloud(record.cpi, call, lambda provider: provider.delete_vm(found))
    context.run.agents.channel.forget(record.agent_id)


async def _delete(record: VmRecord, context: StepContext) -> None:
    """Delete a VM in the middle of another step, with its own intent and result."""
    doomed = _doomed(record)
    await context.note([Put(record=doomed)])
    await _end(doomed, None, context)
    await context.note([Remove(record=doomed)])


async def update_metadata(action: UpdateMetadata, context: StepContext) -> Changes:
    """Put the names and tags of the spec on the VM."""
    record = context.records.vm(action.agent_id)
    assert record is not None, f"VM of agent {action.agent_id} is planned but not recorded"
    spec = action.spec
    metadata = vm_metadata(
        director=context.run.director.name,
        deployment=spec.deployment,
        group=spec.group,
        index=spec.index,
        identity=spec.instance_id,
        created_at=record.created_at,
        tags=spec.tags,
    )
    await _put_metadata(record, metadata, context)
    return ()
