"""A new VM that vanishes before its agent answers is made again; nobody waits for the dead."""

from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.cpi.errors import CloudUnavailableError, VmCreationError
from paasta_deploy.execution.agent_calls import AGENT_READY_DEADLINE_S
from paasta_deploy.execution.retry import CREATE_VM_RETRIES
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import AgentId, VmCid
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.values import JsonValue
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.world import TASK, World, agent_id, create_vm, one_change, spec


async def booting(crashes: int) -> World:
    """Return a world whose first machines die while they boot."""
    world = World()
    await world.prepare([spec()])
    left = [crashes]
    calm = world.agents.before_answer

    async def die(agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        if calm is not None:
            await calm(agent, method, arguments)
        if method == "ping" and left[0]:
            left[0] -= 1
            cid = world.vm().cid
            assert cid is not None
            world.provider.crash_vm(VmCid(cid))
            raise AgentUnreachableError("no pong")

    world.agents.before_answer = die
    return world


async def test_a_vm_that_vanishes_while_it_boots_is_made_again_in_the_same_step() -> None:
    world = await booting(2)
    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.error is None
    assert world.calls.count("cpi create_vm") == 3
    assert world.vm().state is VmState.RUNNING
    assert world.vm().agent_id == agent_id(0)
    assert [machine.cid for machine in world.provider.cloud.machines.all()] == [world.vm().cid]


async def test_nobody_waits_ten_minutes_for_a_vm_that_is_gone() -> None:
    world = await booting(1)
    began_s = world.clock.monotonic_s()
    await world.run(one_change(create_vm(spec())))

    assert world.clock.monotonic_s() - began_s < 60


async def test_a_vm_that_vanishes_each_time_is_a_failed_creation() -> None:
    world = await booting(99)
    twice = replace(CREATE_VM_RETRIES, tries_max=2)
    outcome = await world.executor(vm_creation=twice).run(one_change(create_vm(spec())), TASK)

    assert isinstance(outcome.error, VmCreationError)
    assert "vanished" in str(outcome.error)
    assert outcome.error.hint
    assert world.calls.count("cpi create_vm") == 2
    assert world.store.vm(agent_id(0)) is None
    assert world.provider.cloud.machines.all() == ()


async def test_a_cloud_that_misses_a_vm_once_is_not_believed() -> None:
    world = await booting(0)
    answers = [False]
    real_has_vm = world.provider.has_vm
    silent_s = 30.0

    async def be_late(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "ping" and world.clock.monotonic_s() < silent_s:
            raise AgentUnreachableError("no pong")

    def lag(cid: VmCid) -> bool:
        return answers.pop() if answers else real_has_vm(cid)

    silent_s += world.clock.monotonic_s()
    world.agents.before_answer = be_late
    world.provider.has_vm = lag  # type: ignore[method-assign]  # a list that lags behind
    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.error is None
    assert not answers
    assert world.calls.count("cpi create_vm") == 1


async def test_a_cloud_that_does_not_answer_proves_nothing() -> None:
    world = await booting(1)

    def be_down(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "has_vm":
            raise CloudUnavailableError("down", provider="simulated", method=method)

    tap(world.provider, before=be_down)
    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, AgentUnreachableError)
    assert f"after {AGENT_READY_DEADLINE_S:g} seconds" in str(outcome.error)


async def test_an_agent_that_answers_at_once_costs_no_look_at_the_cloud() -> None:
    world = await booting(0)
    await world.run(one_change(create_vm(spec())))

    assert "cpi has_vm" not in world.calls
