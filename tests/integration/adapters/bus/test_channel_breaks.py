"""Connections that break while agents are asked: theirs, ours, and the server itself."""

import asyncio
import os
import signal

import pytest

from paasta_deploy.model.errors import AgentUnreachableError
from tests.integration.adapters.bus.bus_agent import DEADLINE_S
from tests.integration.adapters.bus.conftest import Bus
from tests.integration.adapters.bus.hearing import Notes, ready_agent, runs

# nats-py leaves a half-open connection to the garbage collector when a server dies under it.
survives_dying_servers = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)


async def test_a_request_to_an_agent_that_has_long_been_away_fails_at_once(bus: Bus) -> None:
    channel = await bus.channel(grace_s=0.1)
    agent = await ready_agent(bus, channel)
    notes = Notes()
    channel.listen(notes)
    await agent.close()
    await notes.told("a disconnected")
    await asyncio.sleep(0.2)  # longer than the grace

    with pytest.raises(AgentUnreachableError, match="not connected"):
        await channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S)


async def test_a_request_waits_for_an_agent_that_is_away_for_a_moment(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.answers["apply"] = lambda _arguments: "applied"
    notes = Notes()
    channel.listen(notes)
    await agent.close()
    await notes.told("a disconnected")
    call = asyncio.create_task(channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S))
    await asyncio.sleep(0.05)
    await agent.connect()

    assert await call == "applied"
    assert agent.heard.count("apply") == 1


async def test_a_question_is_asked_again_when_the_agent_is_back(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.silent_for.add("get_state")
    agent.answers["get_state"] = lambda _arguments: {"job_state": "running"}
    call = asyncio.create_task(channel.call(agent.agent_id, "get_state", deadline_s=DEADLINE_S))
    await agent.asked("get_state")
    await agent.close()
    agent.silent_for.clear()
    await agent.connect()

    assert await call == {"job_state": "running"}


async def test_what_acts_is_not_sent_twice_and_its_caller_is_told_that_nobody_knows(
    bus: Bus,
) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.silent_for.add("stop")
    call = asyncio.create_task(channel.call(agent.agent_id, "stop", deadline_s=DEADLINE_S))
    await agent.asked("stop")
    await agent.close()
    agent.silent_for.clear()
    await agent.connect()

    with pytest.raises(AgentUnreachableError, match="may have done what was asked"):
        await call
    assert agent.heard.count("stop") == 1


async def test_forgetting_an_agent_fails_what_waits_for_it_and_leaves_nothing(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    await agent.beat("running")
    agent.silent_for.add("stop")
    call = asyncio.create_task(channel.call(agent.agent_id, "stop", deadline_s=DEADLINE_S))
    await agent.asked("stop")
    channel.forget(agent.agent_id)

    with pytest.raises(AgentUnreachableError, match="VM was deleted"):
        await call
    assert not channel.is_connected(agent.agent_id)
    assert channel.last_heartbeat(agent.agent_id) is None


@survives_dying_servers
async def test_a_server_that_is_killed_interrupts_nothing_but_for_a_moment(bus: Bus) -> None:
    channel = await bus.channel(settle_s=60.0)
    agent = await ready_agent(bus, channel)
    agent.answers["apply"] = lambda _arguments: runs("t1")
    agent.answers["get_task"] = lambda _arguments: "applied"
    agent.answers["get_state"] = lambda _arguments: {"job_state": "running"}
    notes = Notes()
    channel.listen(notes)
    call = asyncio.create_task(channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S))
    await agent.asked("apply")
    # Answers come in order: with this one, the director knows the task.
    await channel.call(agent.agent_id, "ping", deadline_s=DEADLINE_S)
    assert bus.server.pid
    os.kill(bus.server.pid, signal.SIGKILL)

    assert await call == "applied"
    state = await channel.call(agent.agent_id, "get_state", deadline_s=DEADLINE_S)
    assert state == {"job_state": "running"}
    await notes.told("a connected", times=2)
    assert "a disconnected" not in notes.lines


@survives_dying_servers
async def test_an_agent_that_does_not_come_back_to_a_new_server_is_told_as_gone(bus: Bus) -> None:
    channel = await bus.channel(settle_s=2.0)
    staying, going = await ready_agent(bus, channel, "a"), await ready_agent(bus, channel, "b")
    notes = Notes()
    channel.listen(notes)
    assert bus.server.pid
    os.kill(bus.server.pid, signal.SIGKILL)
    await going.close()
    await notes.told("b disconnected")

    assert not channel.is_connected(going.agent_id)
    await channel.wait_until_ready(staying.agent_id, deadline_s=DEADLINE_S)


async def test_a_forgotten_agent_is_put_off_the_bus_and_not_let_in_again(bus: Bus) -> None:
    channel, notes = await bus.channel(), Notes()
    agent = await ready_agent(bus, channel)
    channel.listen(notes)
    channel.forget(agent.agent_id)
    await agent.was_put_off()

    assert await bus.agent("a").is_refused()


async def test_an_agent_whose_vm_was_removed_while_no_director_looked_is_put_off(
    bus: Bus,
) -> None:
    first = await bus.channel()
    agent = await ready_agent(bus, first)
    await first.close()
    bus.known.clear()
    await bus.channel()

    await agent.was_put_off()
