"""Talking to agents over a real nats-server: answers, long actions, and connections that break."""

import asyncio
import os
import signal
from functools import partial
from typing import Any

import pytest
from typing_extensions import override

from paasta_deploy.adapters.bus import NatsAgentChannel
from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.agents import AgentChannel, AgentHeartbeat, AgentListener
from tests.integration.adapters.bus.bus_agent import BusAgent
from tests.integration.adapters.bus.conftest import Bus

DEADLINE_S = 20.0
RUNNING = frozenset({"running"})
# nats-py leaves a half-open connection to the garbage collector when a server dies under it.
survives_dying_servers = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)


class Notes(AgentListener):
    """Writes down what a listener is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = asyncio.Event()

    @override
    def on_connected(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} connected")

    @override
    def on_disconnected(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} disconnected")

    @override
    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        self._note(f"{heartbeat.agent_id} is {heartbeat.job_state}")

    @override
    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        self._note(f"{agent_id} warns {alert['title']}")

    @override
    def on_shutdown(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} shuts down")

    async def told(self, line: str, times: int = 1) -> None:
        """Return when the line was told so many times."""
        async with asyncio.timeout(DEADLINE_S):
            while self.lines.count(line) < times:
                await self._news.wait()
                self._news.clear()

    def _note(self, line: str) -> None:
        self.lines.append(line)
        self._news.set()


def as_port(channel: AgentChannel) -> AgentChannel:
    """Let mypy check that the adapter is what the port asks for."""
    return channel


async def ready_agent(bus: Bus, channel: NatsAgentChannel, name: str = "a") -> BusAgent:
    """Return an agent that is connected and answered."""
    agent = await bus.agent(name).connect()
    await channel.wait_until_ready(agent.agent_id, deadline_s=DEADLINE_S)
    return agent


def runs(task_id: str) -> dict[str, str]:
    """Return the answer that says: this takes long."""
    return {"agent_task_id": task_id, "state": "running"}


def named(name: AgentId, arguments: list[Any]) -> list[Any]:
    """Return who answers, and to what."""
    return [name, *arguments]


# Answers ------------------------------------------------------------------------------------


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


# Coming up ----------------------------------------------------------------------------------


async def test_an_agent_is_ready_as_soon_as_it_connects(bus: Bus) -> None:
    channel = await bus.channel()
    agent = bus.agent("a")
    ready = asyncio.create_task(channel.wait_until_ready(agent.agent_id, deadline_s=DEADLINE_S))
    await asyncio.sleep(0.5)  # longer than the grace: a machine that boots
    assert not ready.done()
    loop = asyncio.get_running_loop()
    await agent.connect()
    began_s = loop.time()
    await ready

    assert loop.time() - began_s < 0.3


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


# Long actions -------------------------------------------------------------------------------


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


# Connections that break ---------------------------------------------------------------------


async def test_a_request_to_an_agent_that_has_long_been_away_fails_at_once(bus: Bus) -> None:
    channel = await bus.channel(grace_s=0.1)
    agent = await ready_agent(bus, channel)
    notes = Notes()
    channel.listen(notes)
    await agent.close()
    await notes.told("a disconnected")
    await asyncio.sleep(0.2)
    loop = asyncio.get_running_loop()
    began_s = loop.time()

    with pytest.raises(AgentUnreachableError, match="not connected"):
        await channel.call(agent.agent_id, "apply", deadline_s=DEADLINE_S)
    assert loop.time() - began_s < 0.1


async def test_a_request_waits_for_an_agent_that_is_away_for_a_moment(bus: Bus) -> None:
    channel = await bus.channel(grace_s=5.0)
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
    channel = await bus.channel(grace_s=5.0)
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
    channel = await bus.channel(grace_s=0.2)
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
    channel = await bus.channel(grace_s=5.0, settle_s=5.0)
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

    assert channel.is_connected(staying.agent_id)
    assert not channel.is_connected(going.agent_id)


# What agents say ----------------------------------------------------------------------------


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


# Waiting for jobs ---------------------------------------------------------------------------


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
