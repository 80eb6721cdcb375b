"""Jobs are stopped in BOSH's order: pre-stop, drain, stop, post-stop, and force goes on."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from paasta_deploy.model.errors import (
    AgentActionError,
    AgentUnreachableError,
)
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import (
    ApplyInstance,
    NextState,
    StopInstance,
)
from tests.unit.execution.agent_requests import AgentRequests
from tests.unit.execution.world import (
    World,
    agent_id,
    instance_id,
    one_change,
    spec,
)

STOP = StopInstance(
    instance_id=instance_id(0),
    agent_id=agent_id(0),
    vm_next=NextState.DELETE,
    instance_next=NextState.KEEP,
    deployment_next=NextState.KEEP,
)


def applied(wanted: InstanceSpec) -> ApplyInstance:
    return ApplyInstance(instance_id=instance_id(0), agent_id=agent_id(0), spec=wanted)


async def test_pre_stop_scripts_are_told_what_comes() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world)

    await world.run(one_change(STOP))

    assert requests.arguments("run_script") == (
        "pre-stop",
        {
            "env": {
                "BOSH_VM_NEXT_STATE": "delete",
                "BOSH_INSTANCE_NEXT_STATE": "keep",
                "BOSH_DEPLOYMENT_NEXT_STATE": "keep",
            }
        },
    )


async def test_a_touched_instance_is_not_converged() -> None:
    world = World()
    await world.deployed(spec())

    await world.run(one_change(STOP))

    assert not world.instance().converged


async def test_drain_is_told_the_spec_that_comes() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world)

    await world.run(one_change(STOP, applied(spec(version="2"))))

    reason, coming = requests.arguments("drain")
    assert reason == "update"
    assert isinstance(coming, dict)
    assert coming["configuration_hash"] == "2"


async def test_drain_without_a_new_spec_gets_the_present_one() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world)

    await world.run(one_change(replace(STOP, drain_reason="shutdown")))

    reason, present = requests.arguments("drain")
    assert reason == "shutdown"
    assert isinstance(present, dict)
    assert present["configuration_hash"] == "1"


@pytest.mark.parametrize(("answers", "waited_s"), [([7], 7.0), ([-3, -4, 0], 7.0), ([-3, 4], 7.0)])
async def test_drain_scripts_may_ask_for_time(answers: list[int], waited_s: float) -> None:
    world, left = World(), list(answers)
    await world.deployed(spec())
    agent = world.agents.agent(agent_id(0))
    assert agent is not None
    ask = agent.answer

    def answer(method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        return left.pop(0) if method == "drain" else ask(method, arguments)

    agent.answer = answer  # type: ignore[method-assign]  # an agent of the old kind
    before_s = world.clock.monotonic_s()

    outcome = await world.run(one_change(STOP))

    assert outcome.error is None
    assert world.clock.monotonic_s() - before_s == waited_s
    assert left == []


async def test_drain_scripts_that_never_end_are_given_up() -> None:
    world = World()
    await world.deployed(spec())
    agent = world.agents.agent(agent_id(0))
    assert agent is not None
    ask = agent.answer

    def answer(method: str, arguments: Sequence[JsonValue]) -> JsonValue:
        return -3600 if method == "drain" else ask(method, arguments)

    agent.answer = answer  # type: ignore[method-assign]  # an agent of the old kind

    outcome = await world.run(one_change(STOP))

    assert isinstance(outcome.error, AgentUnreachableError)
    assert "--skip-drain" in outcome.error.hint


async def test_a_failing_script_stops_the_change() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world, drain=AgentActionError("1 of 2 drain scripts failed"))

    outcome = await world.run(one_change(STOP))

    assert str(outcome.error) == "1 of 2 drain scripts failed"
    assert requests.names == ["pre-stop", "drain"]


async def test_with_force_the_rest_is_tried_after_a_failing_script() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world, pre_stop=AgentActionError("failed"))

    outcome = await world.run(one_change(replace(STOP, ignore_failure=True)))

    assert outcome.error is None
    assert requests.names == ["pre-stop", "drain", "stop", "post-stop"]


async def test_with_force_a_silent_agent_is_asked_only_once() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world, pre_stop=AgentUnreachableError("silent"))

    outcome = await world.run(one_change(replace(STOP, ignore_failure=True)))

    assert outcome.error is None
    assert requests.names == ["pre-stop"]


@pytest.mark.parametrize(
    "stop", [replace(STOP, vm_next=NextState.KEEP), replace(STOP, must_answer=True)]
)
async def test_a_silent_agent_whose_vm_stays_is_no_stopped_one(stop: StopInstance) -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world, pre_stop=AgentUnreachableError("silent"))

    outcome = await world.run(one_change(replace(stop, ignore_failure=True)))

    assert str(outcome.error) == "silent"
    assert requests.names == ["pre-stop"]
