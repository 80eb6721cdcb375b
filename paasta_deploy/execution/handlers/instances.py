"""Steps about the jobs of an instance: prepare, stop, apply, start, post-deploy."""

import logging

from paasta_deploy.execution.apply_spec import apply_spec
from paasta_deploy.execution.context import StepContext
from paasta_deploy.model.errors import AgentError, AgentNotRunningError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId, BlobId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.actions import (
    ApplyInstance,
    NextState,
    PostDeploy,
    PrepareInstance,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.effects import NOTHING_MADE, Made
from paasta_deploy.wire.agent_messages import AgentMethod
from paasta_deploy.wire.agent_state import decode_agent_state
from paasta_deploy.wire.apply_spec import encode_apply_spec
from paasta_deploy.wire.reading import WireError

log = logging.getLogger(__name__)

LINK_VALID_S = 2 * 3600.0
"""Twice the deadline of ``apply``: a link must not expire while its agent downloads."""

_HEALTHY = frozenset({JobState.RUNNING.value})

DRAIN_WAIT_S_MAX = 12 * 3600.0
"""All the seconds together that drain scripts may ask us to wait, as long as one drain call."""


def _encoded(spec: InstanceSpec, context: StepContext) -> JsonObject:
    def link(blob_id: BlobId) -> str:
        return context.run.blobs.download_url(blob_id, valid_s=LINK_VALID_S)

    return encode_apply_spec(apply_spec(spec, link))


def _encoded_without_links(spec: InstanceSpec) -> JsonObject:
    return encode_apply_spec(apply_spec(spec, lambda _blob_id: "").without_links())


async def prepare(action: PrepareInstance, context: StepContext) -> Made:
    """Let the agent download what it will need. Best effort: ``apply`` downloads what is missing.

    An older agent does not know the method, so no failure of it counts.
    """
    try:
        await context.agent(action.agent_id, AgentMethod.PREPARE, _encoded(action.spec, context))
    except AgentError as error:
        log.info("prepare failed", extra={"agent_id": action.agent_id, "error": str(error)})
    return NOTHING_MADE


async def stop(action: StopInstance, context: StepContext) -> Made:
    """Run pre-stop and drain unless skipped, then stop and post-stop (bosh.md 4.5, 4.11).

    With ``ignore_failure`` the rest is still tried after a script failed, but not after the agent
    fell silent: with a VM that goes away at once that is all, but else jobs may run on, so nothing
    may be applied there, no disk be freed and no successor be started.
    """
    agent_id = action.agent_id
    acts = [("stopping jobs", _stop_jobs), ("executing post-stop", _post_stop)]
    if not action.skip_drain:
        acts = [("executing pre-stop", _pre_stop), ("executing drain", _drain), *acts]
    for status, act in acts:
        context.status(status)
        try:
            await act(action, context)
        except AgentError as error:
            is_silent = isinstance(error, AgentUnreachableError)
            must_answer = action.must_answer or action.vm_next is NextState.KEEP
            if not action.ignore_failure or (is_silent and must_answer):
                raise
            log.warning("stop failed", extra={"agent_id": agent_id, "error": str(error)})
            if is_silent:
                break
    return NOTHING_MADE


async def _pre_stop(action: StopInstance, context: StepContext) -> None:
    env = {
        "BOSH_VM_NEXT_STATE": action.vm_next.value,
        "BOSH_INSTANCE_NEXT_STATE": action.instance_next.value,
        "BOSH_DEPLOYMENT_NEXT_STATE": action.deployment_next.value,
    }
    await _run_script(action.agent_id, "pre-stop", context, {"env": env})


async def _drain(action: StopInstance, context: StepContext) -> None:
    """Drain, and wait as long as the scripts ask for.

    Agents of today wait themselves and answer 0. A positive answer is a wait; a negative one is a
    wait after which the agent is asked again (BOSH's dynamic drain of old).
    """
    current = context.records.instance(action.instance_id)
    coming = context.run.specs_to_come.get(context.change.change_id)
    spec = context.records.with_blobs(coming) if coming else current.spec if current else None
    arguments: list[JsonValue] = ["shutdown"]  # `update` without a spec is refused by agents
    if spec is not None:
        arguments = [action.drain_reason, _encoded_without_links(spec)]
    waited_s = 0.0
    answer = await context.agent(action.agent_id, AgentMethod.DRAIN, *arguments)
    while isinstance(answer, int) and answer != 0:
        waited_s += abs(answer)
        if waited_s > DRAIN_WAIT_S_MAX:
            raise AgentUnreachableError(
                f"The drain scripts of {context.change.label} asked for more than"
                f" {DRAIN_WAIT_S_MAX:g} seconds in all.",
                hint="Repair the drain script, or run the same command with --skip-drain.",
            )
        await context.run.pause(abs(answer))
        if answer > 0:
            return
        answer = await context.agent(action.agent_id, AgentMethod.DRAIN, "status")


async def _stop_jobs(action: StopInstance, context: StepContext) -> None:
    await context.agent(action.agent_id, AgentMethod.STOP)


async def _post_stop(action: StopInstance, context: StepContext) -> None:
    await _run_script(action.agent_id, "post-stop", context)


async def _run_script(
    agent_id: AgentId, script: str, context: StepContext, options: JsonObject | None = None
) -> None:
    await context.agent(agent_id, AgentMethod.RUN_SCRIPT, script, options or {})


async def apply(action: ApplyInstance, context: StepContext) -> Made:
    """Give the agent its settings, unless this run has, and the spec: packages, templates."""
    context.status("installing packages")
    await context.send_settings(action.agent_id, context.records.named_disks(action.instance_id))
    await context.send_names(action.agent_id)
    context.status("configuring jobs")
    await context.agent(action.agent_id, AgentMethod.APPLY, _encoded(action.spec, context))
    return NOTHING_MADE


async def start(action: StartInstance, context: StepContext) -> Made:
    """Run pre-start, start, wait until the jobs are healthy, run post-start.

    The wait ends as soon as the agent says ``running``: our agents push that, so the watch time's
    ``min_ms``, BOSH's first sleep, is never spent on jobs that are up. ``max_ms`` is the deadline.
    """
    spec = action.spec
    context.status("executing pre-start")
    await _run_script(action.agent_id, "pre-start", context)
    context.status("starting jobs")
    await context.agent(action.agent_id, AgentMethod.START)
    watch = spec.canary_watch_time if action.canary else spec.update_watch_time
    with context.run.cancellation.interruptible():
        job_state = await context.run.agents.channel.wait_for_job_state(
            action.agent_id, _HEALTHY, deadline_s=watch.max_ms / 1000
        )
    if job_state not in _HEALTHY:
        raise await _not_running(action, job_state, context)
    context.status("executing post-start")
    await _run_script(action.agent_id, "post-start", context)
    return NOTHING_MADE


async def _not_running(
    action: StartInstance, job_state: str, context: StepContext
) -> AgentNotRunningError:
    spec = action.spec
    name = f"{spec.group}/{spec.instance_id}"
    failing = await _failing_jobs(action.agent_id, context)
    message = f"'{name} ({spec.index})' is not running after update."
    message += f" Review logs for failed jobs: {', '.join(failing)}" if failing else ""
    return AgentNotRunningError(
        message if failing else f"{message} Its agent says '{job_state}'.",
        hint=f"See why with `paasta-deploy -d {spec.deployment} logs {name}`, or look at the"
        f" processes with `paasta-deploy -d {spec.deployment} instances --ps`.",
    )


async def _failing_jobs(agent_id: AgentId, context: StepContext) -> tuple[str, ...]:
    try:
        answer = await context.agent(agent_id, AgentMethod.GET_STATE, "full")
        processes = decode_agent_state(answer).processes
    except (AgentError, WireError):
        return ()
    running = JobState.RUNNING.value
    return tuple(process.name for process in processes if process.state != running)


async def post_deploy(action: PostDeploy, context: StepContext) -> Made:
    """Run the post-deploy scripts."""
    context.status("executing post-deploy")
    await _run_script(action.agent_id, "post-deploy", context)
    return NOTHING_MADE
