"""Only the cloud's word makes a failed step a lost instance, and only where losses are borne."""

from collections.abc import Sequence

from paasta_deploy.execution.run_events import (
    LossLimits,
    RunEnd,
)
from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId, VmCid
from paasta_deploy.model.values import JsonValue
from tests.unit.execution.world import TASK, World, fresh_deploy, spec

LIMITS = LossLimits()


async def world_where(fails: str, *, with_error: Exception, crashes: bool) -> World:
    """Return a world where a request to the first instance's agent fails, maybe by its death."""
    world = World()
    await world.prepare([spec(0), spec(1)])
    calm = world.agents.before_answer
    assert calm is not None

    async def fail(agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        await calm(agent, method, arguments)
        if method == fails and agent == world.vm(0).agent_id:
            cid = world.vm(0).cid
            if crashes and cid is not None:
                world.provider.crash_vm(VmCid(cid))
            raise with_error

    world.agents.before_answer = fail
    return world


async def test_a_run_goes_on_without_an_instance_whose_vm_died() -> None:
    world = await world_where("apply", with_error=AgentUnreachableError("silence"), crashes=True)
    plan = fresh_deploy([spec(0), spec(1)])
    outcome = await world.executor().run(plan, TASK, losses=LIMITS)

    assert outcome.end is RunEnd.INCOMPLETE
    assert outcome.failures == ()
    assert [failure.change.instance_id for failure in outcome.lost] == [spec(0).instance_id]
    assert world.instance(1).converged


async def test_a_silent_agent_on_a_vm_that_exists_is_a_failure() -> None:
    world = await world_where("apply", with_error=AgentUnreachableError("silence"), crashes=False)
    outcome = await world.executor().run(fresh_deploy([spec(0), spec(1)]), TASK, losses=LIMITS)

    assert outcome.end is RunEnd.FAILED
    assert outcome.lost == ()


async def test_an_agent_that_answered_with_an_error_costs_no_look_at_the_cloud() -> None:
    world = await world_where("apply", with_error=AgentActionError("no space"), crashes=False)
    outcome = await world.executor().run(fresh_deploy([spec(0), spec(1)]), TASK, losses=LIMITS)

    assert outcome.end is RunEnd.FAILED
    assert "cpi has_vm" not in world.calls


async def test_without_limits_a_dead_vm_is_a_failure_like_any_other() -> None:
    world = await world_where("apply", with_error=AgentUnreachableError("silence"), crashes=True)
    outcome = await world.executor().run(fresh_deploy([spec(0), spec(1)]), TASK)

    assert outcome.end is RunEnd.FAILED
    assert "cpi has_vm" not in world.calls
