"""Asking agents and hearing them over a real nats-server, while nothing breaks."""

import asyncio
from functools import partial
from typing import Any

import pytest

from paasta_deploy.adapters.bus import links
from paasta_deploy.adapters.bus.links import AgentLink
from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.ports.agents import AgentChannel
from tests.integration.adapters.bus.bus_agent import DEADLINE_S
from tests.integration.adapters.bus.conftest import Bus
from tests.integration.adapters.bus.hearing import Notes, ready_agent


def as_port(channel: AgentChannel) -> AgentChannel:
    """Let mypy check that the adapter is what the port asks for."""
    return channel


def named(name: AgentId, arguments: list[Any]) -> list[Any]:
    """Return who answers, and to what."""
    return [name, *arguments]


async def test_a_request_is_answered(bus: Bus) -> None:
    channel = as_port(await bus.channel())
    agent = await bus.agent("a").connect()
    agent.answers["echo"] = lambda arguments: {"said": arguments}

    value = await channel.call(agent.agent_id, "echo", [1, "é", None], deadline_s=DEADLINE_S)
    assert value == {"said": [1, "é", None]}


async def test_an_exception_is_passed_on_whole(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await bus.agent("a").connect()

    with pytest.raises(AgentActionError, match="unknown message fly"):
        await channel.call(agent.agent_id, "fly", deadline_s=DEADLINE_S)


async def test_requests_to_many_agents_at_once_find_their_answers(bus: Bus) -> None:
    channel = await bus.channel()
    agents = [bus.agent(f"a{number}") for number in range(10)]
    for agent in agents:
        await agent.connect()
        agent.answers["who"] = partial(named, agent.agent_id)
    asked = [(agent, number) for agent in agents for number in range(20)]
    answers = await asyncio.gather(
        *(channel.call(one.agent_id, "who", [n], deadline_s=DEADLINE_S) for one, n in asked)
    )

    assert answers == [[one.agent_id, number] for one, number in asked]


async def test_nonsense_from_an_agent_is_an_error_and_not_a_silence(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await bus.agent("a").connect()
    agent.silent_for.add("apply")
    call = asyncio.create_task(channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S))
    await agent.asked("apply")
    await agent.publish(agent.last_reply_to, b"no json")

    with pytest.raises(AgentActionError, match="nonsense"):
        await call


async def test_a_silent_agent_is_unreachable_at_the_deadline(bus: Bus) -> None:
    channel = await bus.channel()
    agent = await ready_agent(bus, channel)
    agent.silent_for.add("get_state")

    with pytest.raises(AgentUnreachableError, match="'a' did not answer 'get_state' in time"):
        await channel.call(agent.agent_id, "get_state", deadline_s=0.2)


async def test_an_agent_is_ready_as_soon_as_it_connects(bus: Bus) -> None:
    channel = await bus.channel(grace_s=0.1)
    agent = bus.agent("a")
    ready = asyncio.create_task(channel.wait_until_ready(agent.agent_id, deadline_s=DEADLINE_S))
    await asyncio.sleep(0.2)  # longer than the grace: a machine that boots
    assert not ready.done()
    await agent.connect()
    await ready

    assert channel.is_connected(agent.agent_id)


async def test_a_director_that_is_up_for_long_waits_for_a_new_agent_as_well(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who was never seen counts as away since the channel began: here, since eleven days.
    monkeypatch.setattr(links, "AgentLink", lambda agent_id, _began_s: AgentLink(agent_id, -1e6))
    channel = await bus.channel()
    agent = bus.agent("a")
    ready = asyncio.create_task(channel.wait_until_ready(agent.agent_id, deadline_s=DEADLINE_S))
    await asyncio.sleep(0.2)  # long enough for the server to say that nobody listens
    assert not ready.done()
    await agent.connect()
    await ready


async def test_an_agent_that_never_comes_is_told_at_the_deadline(bus: Bus) -> None:
    channel = await bus.channel()

    with pytest.raises(AgentUnreachableError):
        await channel.wait_until_ready(AgentId("a"), deadline_s=0.2)


async def test_an_agent_that_connected_before_the_director_is_known_to_the_director(
    bus: Bus,
) -> None:
    first = await bus.channel()
    agent = await ready_agent(bus, first)
    await first.close()
    second, notes = await bus.channel(), Notes()
    second.listen(notes)

    assert second.is_connected(agent.agent_id)
    assert notes.lines == ["a connected"]
    assert await second.call(agent.agent_id, "ping", deadline_s=DEADLINE_S) == "pong"


async def test_listeners_are_told_everything_in_order(bus: Bus) -> None:
    channel, notes = await bus.channel(), Notes()
    channel.listen(notes)
    agent = await bus.agent("a").connect()
    await agent.beat("starting")
    await agent.beat("running")
    await agent.say("alert.a", {"title": "process died"})
    await agent.say("shutdown.a", None)
    await notes.told("a shuts down")
    await agent.close()
    await notes.told("a disconnected")

    assert sorted(notes.lines[:1]) == ["a connected"] or "a connected" in notes.lines
    said = [line for line in notes.lines if "connected" not in line]
    assert said == ["a is starting", "a is running", "a warns process died", "a shuts down"]


async def test_the_last_heartbeat_is_kept_and_nonsense_is_passed_over(bus: Bus) -> None:
    channel, notes = await bus.channel(), Notes()
    channel.listen(notes)
    agent = await bus.agent("a").connect()
    await agent.publish("hm.agent.heartbeat.a", b"no json")
    await agent.publish("hm.agent.alert.a", b"[]")
    await agent.beat("failing")
    await notes.told("a is failing")

    heartbeat = channel.last_heartbeat(agent.agent_id)
    assert heartbeat is not None
    assert (heartbeat.job_state, heartbeat.vitals) == ("failing", {"a": 1})


async def test_an_agent_that_connects_twice_is_gone_only_when_both_connections_are(
    bus: Bus,
) -> None:
    channel, notes = await bus.channel(), Notes()
    channel.listen(notes)
    first, second = await bus.agent("a").connect(), await bus.agent("a").connect()
    await notes.told("a connected", times=2)
    await first.close()
    await channel.wait_until_ready(AgentId("a"), deadline_s=DEADLINE_S)
    assert channel.is_connected(AgentId("a"))

    await second.close()
    await notes.told("a disconnected")
    assert not channel.is_connected(AgentId("a"))
