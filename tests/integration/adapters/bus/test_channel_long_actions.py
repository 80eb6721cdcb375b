"""What takes agents long, over a real nats-server: tasks to their end, jobs to their state."""

import asyncio
from typing import Any

import pytest

from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from tests.integration.adapters.bus.bus_agent import DEADLINE_S
from tests.integration.adapters.bus.conftest import Bus
from tests.integration.adapters.bus.hearing import ready_agent, runs

RUNNING = frozenset({"running"})


async def test_a_long_action_ends_when_the_agent_says_so_without_being_asked(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["apply"] = lambda _arguments: runs("t1")
    call = asyncio.create_task(channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S))
    await agent.asked("apply")
    await agent.finish("t1", {"value": "applied"})

    assert await call == "applied"
    assert "get_task" not in agent.heard


async def test_an_end_that_overtakes_the_first_answer_is_not_lost(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)

    async def end_at_once(_arguments: list[Any]) -> dict[str, str]:
        await agent.finish("t1", {"value": "applied"})
        return runs("t1")

    agent.answers["apply"] = end_at_once

    assert await channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S) == "applied"


async def test_a_failed_long_action_is_told_by_its_exception(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["run_script"] = lambda _arguments: runs("t1")
    call = asyncio.create_task(channel.call(agent.agent_id, "run_script", deadline_s=DEADLINE_S))
    await agent.asked("run_script")
    await agent.finish("t1", {"exception": {"message": "1 of 2 pre-start scripts failed"}})

    with pytest.raises(AgentActionError, match="1 of 2 pre-start scripts failed"):
        await call


async def test_a_real_bosh_agent_is_asked_for_the_end(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await bus.agent("a").connect()
    agent.answers["info"] = lambda _arguments: {"api_version": 1}
    agent.answers["apply"] = lambda _arguments: runs("t1")
    agent.answers["get_task"] = lambda arguments: (
        "applied" if agent.heard.count("get_task") == 3 else runs(arguments[0])
    )

    assert await channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S) == "applied"
    assert agent.heard.count("get_task") == 3


async def test_an_end_that_was_told_while_the_agent_was_cut_off_is_asked_for(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["apply"] = lambda _arguments: runs("t1")
    agent.answers["get_task"] = lambda _arguments: "applied"
    call = asyncio.create_task(channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S))
    await agent.asked("apply")
    await agent.close()
    await agent.connect()

    assert await call == "applied"


async def test_a_long_action_of_an_agent_that_goes_for_good_fails_after_the_grace(
    bus: Bus,
) -> None:
    channel = await bus.channel(grace_s=0.2)
    agent = await ready_agent(bus, channel)
    agent.answers["drain"] = lambda _arguments: runs("t1")
    call = asyncio.create_task(channel.call(agent.agent_id, "drain", deadline_s=DEADLINE_S))
    await agent.asked("drain")
    await agent.close()

    with pytest.raises(AgentUnreachableError, match="not connected"):
        await call


async def test_a_long_action_that_does_not_end_is_told_at_the_deadline(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["drain"] = lambda _arguments: runs("t1")

    with pytest.raises(AgentUnreachableError, match="did not end in time"):
        await channel.call(agent.agent_id, "drain", deadline_s=0.2)


async def test_a_long_action_that_is_interrupted_is_ended_by_the_agent_and_told(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["drain"] = lambda _arguments: runs("t1")

    async def end(arguments: list[Any]) -> str:
        await agent.finish(arguments[0], {"exception": {"message": "Script was cancelled"}})
        return "canceled"

    agent.answers["cancel_task"] = end
    interrupt = asyncio.Event()
    call = asyncio.create_task(
        channel.call(agent.agent_id, "drain", deadline_s=DEADLINE_S, interrupt=interrupt)
    )
    await agent.asked("drain")
    interrupt.set()

    with pytest.raises(AgentActionError, match="Script was cancelled"):
        await call


async def test_an_agent_that_cannot_end_an_action_is_followed_to_its_end(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["apply"] = lambda _arguments: runs("t1")
    agent.answers["cancel_task"] = lambda _arguments: {"unheard": "of"}
    interrupt = asyncio.Event()
    interrupt.set()
    call = asyncio.create_task(
        channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S, interrupt=interrupt)
    )
    await agent.asked("cancel_task")
    await agent.finish("t1", {"value": "applied"})

    assert await call == "applied"


async def test_a_job_state_is_there_as_soon_as_the_agent_says_so(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["get_state"] = lambda _arguments: {"job_state": "starting"}
    await agent.beat("running")  # of before: it does not count
    wait = asyncio.create_task(
        channel.wait_for_job_state(agent.agent_id, RUNNING, deadline_s=DEADLINE_S)
    )
    await agent.asked("get_state")
    await agent.beat("starting")
    await agent.beat("running")

    assert await wait == "running"
    assert agent.heard.count("get_state") == 1


async def test_jobs_that_run_already_are_no_wait(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["get_state"] = lambda _arguments: {"job_state": "running"}

    state = await channel.wait_for_job_state(agent.agent_id, RUNNING, deadline_s=DEADLINE_S)
    assert state == "running"


async def test_a_real_bosh_agent_is_asked_for_its_job_state(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await bus.agent("a").connect()
    agent.answers["info"] = lambda _arguments: {"api_version": 1}
    agent.answers["get_state"] = lambda _arguments: {
        "job_state": "running" if agent.heard.count("get_state") == 3 else "starting"
    }

    state = await channel.wait_for_job_state(agent.agent_id, RUNNING, deadline_s=DEADLINE_S)
    assert state == "running"


async def test_the_last_job_state_is_told_at_the_deadline(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["get_state"] = lambda _arguments: {"job_state": "failing"}

    state = await channel.wait_for_job_state(agent.agent_id, RUNNING, deadline_s=0.3)
    assert state == "failing"


async def test_waiting_for_the_jobs_of_an_agent_that_goes_fails_after_the_grace(bus: Bus) -> None:
    channel = await bus.channel(grace_s=0.2)
    agent = await ready_agent(bus, channel)
    agent.answers["get_state"] = lambda _arguments: {"job_state": "starting"}
    wait = asyncio.create_task(
        channel.wait_for_job_state(agent.agent_id, RUNNING, deadline_s=DEADLINE_S)
    )
    await agent.asked("get_state")
    await agent.close()

    with pytest.raises(AgentUnreachableError):
        await wait
