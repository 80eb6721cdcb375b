"""Requests have deadlines, and those that may be repeated are repeated."""

from collections.abc import Sequence

import pytest

from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import AgentMethod
from tests.unit.execution.world import World, agent_id, spec


async def silent_times(world: World, times: int, method: AgentMethod) -> int:
    """Let the agent be silent ``times`` times and return how often it was asked."""
    asked = 0

    async def silent(_agent: AgentId, _method: str, _arguments: Sequence[JsonValue]) -> None:
        nonlocal asked
        asked += 1
        if asked <= times:
            raise AgentUnreachableError("silent")

    world.agents.before_answer = silent
    await AgentCalls(world.agents).call(agent_id(0), method, "pre-start")
    return asked


async def test_a_request_that_may_be_repeated_is_asked_three_times() -> None:
    world = World()
    await world.deployed(spec())

    assert await silent_times(world, 2, AgentMethod.GET_STATE) == 3


async def test_then_it_is_given_up() -> None:
    world = World()
    await world.deployed(spec())

    with pytest.raises(AgentUnreachableError):
        await silent_times(world, 3, AgentMethod.GET_STATE)


async def test_a_long_action_is_asked_for_once() -> None:
    world = World()
    await world.deployed(spec())

    with pytest.raises(AgentUnreachableError):
        await silent_times(world, 1, AgentMethod.RUN_SCRIPT)


async def test_an_answer_that_says_no_is_an_answer() -> None:
    world, asked = World(), 0
    await world.deployed(spec())

    async def refuse(_agent: AgentId, _method: str, _arguments: Sequence[JsonValue]) -> None:
        nonlocal asked
        asked += 1
        raise AgentActionError("no")

    world.agents.before_answer = refuse
    with pytest.raises(AgentActionError):
        await AgentCalls(world.agents).call(agent_id(0), AgentMethod.LIST_DISK)

    assert asked == 1
