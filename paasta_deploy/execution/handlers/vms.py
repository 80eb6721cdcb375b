"""Steps about VMs: create, delete, rename.

A VM is known by the agent id that was recorded before it was asked for. Its record stays
``CREATING`` until its agent has answered and has its settings, so whoever finds such a record
knows that this very step has to be done again, with the same agent id.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from paasta_deploy.cpi.capabilities import Feature, NetworkKind
from paasta_deploy.cpi.errors import VmCreationRetryableError, VmNotFoundError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.cpi.requests import CreatedVm
from paasta_deploy.cpi.requests import CreateVm as CreateVmRequest
from paasta_deploy.execution.agent_calls import AGENT_READY_DEADLINE_S
from paasta_deploy.execution.clouds import CloudCall
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.filling import filled_vm, hiding
from paasta_deploy.execution.metadata import vm_environment, vm_metadata
from paasta_deploy.execution.presence import is_proven_gone
from paasta_deploy.execution.retry import RetryPolicy, retry_delay_s
from paasta_deploy.model.counting import counted
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import AgentId, VmCid
from paasta_deploy.model.lifecycle import VM_TRANSITIONS, VmEvent, advance
from paasta_deploy.model.recorded import Put, Remove, VmRecord
from paasta_deploy.planning.actions import ConfirmVm, CreateVm, DeleteVm, UpdateMetadata
from paasta_deploy.planning.effects import NOTHING_MADE, Made
from paasta_deploy.wire.agent_messages import AgentMethod

log = logging.getLogger(__name__)

TRIES_SPAN = timedelta(hours=5)
"""No step tries to create a VM for longer than this after its intent: five tries of the longest
creation, the longest boot, and a deletion that takes a while (see CREATE_VM_RETRIES)."""

LOOK_S_FIRST = 10.0
"""Whose agent answers within the first seconds costs no call beyond BOSH's (4.11)."""

LOOK_GROWTH = 1.5
"""A boot of a minute costs three looks, one that never ends a dozen."""

LOOK_S_MAX = 60.0
"""A VM that died late in a long boot is noticed within a minute."""

FULL_WINDOW = 1.0
"""No jitter: VMs vanish, and are found out, at moments of their own."""

LOOK_AGAIN_S = 1.0
"""How often a VM is looked for that may still appear; one cheap call each time."""


async def create(action: CreateVm, context: StepContext) -> Made:
    """Have the VM, its metadata, its agent's first answer and settings, in BOSH's order (4.11).

    A VM that vanishes before that is a failed creation like any other: it is made again, as often
    as the director's ``max_vm_create_tries`` allows.
    """
    record = _recorded(action.agent_id, context)
    tries = _Tries(policy=context.run.vm_creation)
    while True:
        created = await _ask_for_vm(action, record, tries, context)
        record = replace(record, cid=created.cid)
        await context.note([Put(record=record)])
        if await _comes_up(action, record, context):
            break
        record = await _cleared(record, tries, context)
    dynamic = {
        network.name: network.ip
        for network in created.networks
        if network.kind == NetworkKind.DYNAMIC.value and network.ip is not None
    }
    return Made(vm=created.cid, dynamic_addresses=dynamic)


@dataclass(slots=True, kw_only=True)
class _Tries:
    """How often one step has asked for its VM, in all."""

    policy: RetryPolicy
    made: int = 0

    @property
    def left(self) -> RetryPolicy:
        return replace(self.policy, tries_max=max(1, self.policy.tries_max - self.made))


def _recorded(agent_id: AgentId, context: StepContext) -> VmRecord:
    record = context.records.vm(agent_id)
    assert record is not None, f"VM of agent {agent_id} is planned but not recorded"
    return record


async def _ask_for_vm(
    action: CreateVm, record: VmRecord, tries: _Tries, context: StepContext
) -> CreatedVm:
    records = context.records
    vm = await filled_vm(action.vm, action.deployment, context)
    environment = vm_environment(
        vm.env,
        director=context.run.director.name,
        deployment=action.deployment,
        group=action.group,
        tags=action.tags,
    )
    disks = (records.disk(disk_id) for disk_id in action.disks_near)
    request = CreateVmRequest(
        agent_id=action.agent_id,
        stemcell=records.stemcell(action.vm.stemcell, action.vm.cpi),
        cloud_properties=vm.cloud_properties,
        networks=vm.networks,
        agent_settings=context.run.credentials.settings_for(action.agent_id, environment),
        disks_near=tuple(disk.cid for disk in disks if disk and disk.cid),
        env=environment,
        metadata=_metadata(action, record, context),
    )
    call = CloudCall(method="create_vm", subject=action.agent_id, retries=tries.left)

    def ask(provider: Provider) -> CreatedVm:
        tries.made += 1
        return provider.create_vm(request)

    with hiding(action.vm, vm):
        return await context.cloud(action.vm.cpi, call, ask)


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


async def _put_metadata(record: VmRecord, metadata: dict[str, str], context: StepContext) -> None:
    features = context.run.clouds.calls(record.cpi).capabilities.features
    cid = record.cid
    if cid is None or Feature.VM_METADATA not in features:
        return
    call = CloudCall(method="set_vm_metadata", subject=cid)
    await context.cloud(record.cpi, call, lambda provider: provider.set_vm_metadata(cid, metadata))


async def _comes_up(action: CreateVm, record: VmRecord, context: StepContext) -> bool:
    """Bring a new VM to the point where its agent has its settings; False: it vanished before."""
    try:
        await _put_metadata(record, _metadata(action, record, context), context)
        if not await _wait_for_agent(record, context):
            return False
        await context.send_settings(record.agent_id)
    except (AgentUnreachableError, VmNotFoundError):
        is_left = context.records.vm(record.agent_id) is not None
        if is_left and await is_proven_gone(record, context):
            return False
        raise
    return True


async def _wait_for_agent(record: VmRecord, context: StepContext) -> bool:
    """Wait for the first answer; a VM that never gives one is deleted, as in BOSH (4.5).

    Now and then the cloud is asked whether there is still somebody to wait for: return False when
    there is not. Raises AgentUnreachableError.
    """
    clock, channel = context.run.clock, context.run.agents.channel
    ends_at_s = clock.monotonic_s() + AGENT_READY_DEADLINE_S
    pause_s = LOOK_S_FIRST
    while True:
        look_at_s = min(clock.monotonic_s() + pause_s, ends_at_s)
        try:
            with context.run.cancellation.interruptible():
                left_s = look_at_s - clock.monotonic_s()
                await channel.wait_until_ready(record.agent_id, deadline_s=left_s)
        except AgentUnreachableError as cause:
            if clock.monotonic_s() >= ends_at_s:
                await _delete(record, context)
                raise _never_answered(record) from cause
        else:
            return True
        await context.run.pause(look_at_s - clock.monotonic_s())
        if await is_proven_gone(record, context):
            return False
        pause_s = min(LOOK_S_MAX, LOOK_GROWTH * pause_s)


def _never_answered(record: VmRecord) -> AgentUnreachableError:
    return AgentUnreachableError(
        f"Timed out pinging VM '{record.cid}' with agent '{record.agent_id}'"
        f" after {AGENT_READY_DEADLINE_S:g} seconds; the VM was deleted.",
        hint="Its agent never connected: check that the VM's network reaches the director"
        " (message bus address in director.yml) and that the stemcell has an agent.",
    )


async def _cleared(record: VmRecord, tries: _Tries, context: StepContext) -> VmRecord:
    """Take what is left of a vanished VM away, so that its identity is free for the next try.

    Raises VmCreationError when that was the last try.
    """
    error = VmCreationRetryableError(
        f"VM '{record.cid}' with agent '{record.agent_id}' vanished from the cloud before its"
        f" agent answered; it was asked for {counted(tries.made, 'time')} in all.",
        method="create_vm",
        cid=record.agent_id,
        hint="Its IaaS or somebody else ended it while it booted: look at the VM's history there.",
    )
    delay_s = retry_delay_s(tries.policy, error, tries=tries.made, jitter=FULL_WINDOW)
    if delay_s is None or record.cid is None:
        await _delete(record, context)
        raise error
    await _delete_in_cloud(record.cid, record, context)  # whatever a list says, this proves it
    free = replace(record, cid=None)
    await context.note([Put(record=free)])
    await context.run.pause(delay_s)
    return free


async def delete(action: DeleteVm, context: StepContext) -> Made:
    """Delete the VM, half made or whole, and return when it is proven gone."""
    record = context.records.vm(action.agent_id)
    if record is not None and not (action.only_inactive and record.active):
        await _end(record, action.cid, context)
    return NOTHING_MADE


async def confirm(action: ConfirmVm, context: StepContext) -> Made:
    """Have the agent answer. Raises AgentUnreachableError, and nothing was stopped yet."""
    await context.agent(action.agent_id, AgentMethod.PING)
    return NOTHING_MADE


async def elect(context: StepContext) -> Made:
    """Tell everybody the new addresses of the instance: its records have them by now."""
    await context.run.publish_names()
    return NOTHING_MADE


async def _end(record: VmRecord, planned_cid: VmCid | None, context: StepContext) -> None:
    """Find the VM by cid or by the agent id that it carries, and delete it."""
    cid = record.cid or planned_cid
    if cid is not None:
        await _delete_in_cloud(cid, record, context)
    else:
        await _end_half_made(record, context)
    context.run.agents.channel.forget(record.agent_id)


async def _delete_in_cloud(cid: VmCid, record: VmRecord, context: StepContext) -> None:
    call = CloudCall(method="delete_vm", subject=cid)
    await context.cloud(record.cpi, call, lambda provider: provider.delete_vm(cid))


async def _end_half_made(record: VmRecord, context: StepContext) -> None:
    """Look for a VM by the agent id that it carries, and delete it, until none can come any more.

    A director that was killed leaves its ``create_vm`` on the way, and that may have been a second
    try after a lost answer: the cloud may carry it out after the next director has looked, or has
    deleted what the first try made. Who looked only once would leak a VM. A ``create_vm`` of this
    director that hangs may come back at any time; what it makes then is deleted at once.
    """
    context.run.clouds.disown("create_vm", record.agent_id, _delete_late)
    call = CloudCall(method="find_vm", subject=record.agent_id)
    clock = context.run.clock
    settles_s = context.run.clouds.calls(record.cpi).capabilities.creation_settles_s
    last_try_at = min(context.run.began_at, record.created_at + TRIES_SPAN)
    settled_at = last_try_at + timedelta(seconds=settles_s)
    while True:
        left_s = (settled_at - clock.now()).total_seconds()
        cid = await context.cloud(
            record.cpi, call, lambda provider: provider.find_vm(record.agent_id)
        )
        if cid is not None:
            await _delete_in_cloud(cid, record, context)
        elif left_s <= 0:
            return
        else:
            await clock.wait(min(left_s, LOOK_AGAIN_S))


def _delete_late(provider: Provider, created: object) -> None:
    """Delete a VM that was made after everybody had given it up."""
    assert isinstance(created, CreatedVm), "that is what create_vm returns"
    log.warning("a VM was made too late and is deleted", extra={"cid": created.cid})
    provider.delete_vm(created.cid)


async def _delete(record: VmRecord, context: StepContext) -> None:
    """Delete a VM in the middle of another step, with its own intent and result."""
    state = advance(VM_TRANSITIONS, record.state, VmEvent.DELETE_INTENDED)
    doomed = replace(record, state=state)
    await context.note([Put(record=doomed)])
    await _end(doomed, None, context)
    await context.note([Remove(record=doomed)])


async def update_metadata(action: UpdateMetadata, context: StepContext) -> Made:
    """Put the names and tags of the spec on the VM."""
    record, spec = _recorded(action.agent_id, context), action.spec
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
    return NOTHING_MADE
