"""Simulated agents boot, answer, keep BOSH's order, and fall silent with their machine."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.agents import AgentHeartbeat
from paasta_deploy.testing.clock import FakeClock, FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs
from paasta_deploy.testing.simulated_agents import (
    INSTANT,
    AgentTempo,
    SimulatedAgents,
    SimulatedSettings,
)

AGENT = AgentId("a")
SPEC: JsonObject = {"job": {"name": "web", "templates": [{"name": "nginx"}]}}
HEALTHY = frozenset({"running"})


def agents(tempo: AgentTempo = INSTANT) -> tuple[SimulatedAgents, FakeClock]:
    clock = FakeClock()
    return SimulatedAgents(clock=clock, upload=MemoryBlobs(FakeIds()).upload, tempo=tempo), clock


async def ask(channel: SimulatedAgents, method: str, *arguments: JsonValue) -> JsonValue:
    return await channel.call(AGENT, method, arguments, deadline_s=45)


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


class Heard:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def on_connected(self, agent_id: AgentId) -> None:
        self.texts.append(f"{agent_id} connected")

    def on_disconnected(self, agent_id: AgentId) -> None:
        self.texts.append(f"{agent_id} disconnected")

    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        self.texts.append(f"{heartbeat.agent_id} {heartbeat.job_state}")

    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        self.texts.append(f"{agent_id} {alert}")

    def on_shutdown(self, agent_id: AgentId) -> None:
        self.texts.append(f"{agent_id} shutdown")


async def test_an_agent_answers_once_it_has_booted() -> None:
    channel, clock = agents(AgentTempo(boot_s=5.0))
    channel.machine_started(AGENT)
    waiting = asyncio.create_task(channel.wait_until_ready(AGENT, deadline_s=600))
    await settle()
    assert not waiting.done()
    assert not channel.is_connected(AGENT)

    clock.advance(5.0)
    await waiting

    assert channel.is_connected(AGENT)
    assert await ask(channel, "ping") == "pong"


async def test_a_machine_may_be_waited_for_before_it_exists() -> None:
    channel, _ = agents()
    waiting = asyncio.create_task(channel.wait_until_ready(AGENT, deadline_s=600))
    await settle()

    starter = threading.Thread(target=channel.machine_started, args=(AGENT,))
    starter.start()
    starter.join(timeout=5)

    await waiting


async def test_a_machine_that_never_comes_is_given_up_at_the_deadline() -> None:
    channel, clock = agents()
    waiting = asyncio.create_task(channel.wait_until_ready(AGENT, deadline_s=600))
    await settle()

    clock.advance(600)

    with pytest.raises(AgentUnreachableError):
        await waiting


async def test_an_agent_is_silent_after_its_machine_ended() -> None:
    channel, clock = agents()
    channel.machine_started(AGENT)
    channel.machine_ended(AGENT)
    asking = asyncio.create_task(ask(channel, "ping"))
    await settle()

    clock.advance(45)

    with pytest.raises(AgentUnreachableError, match="'ping' to agent 'a' after 3 seconds"):
        await asking


async def test_jobs_take_their_time_to_start() -> None:
    channel, clock = agents(AgentTempo(start_s=3.0))
    channel.machine_started(AGENT)
    await ask(channel, "apply", SPEC)
    await ask(channel, "start")
    waiting = asyncio.create_task(channel.wait_for_job_state(AGENT, HEALTHY, deadline_s=30))
    await settle()
    assert not waiting.done()

    clock.advance(3.0)

    assert await waiting == "running"


async def test_jobs_that_take_too_long_are_still_starting() -> None:
    channel, clock = agents(AgentTempo(start_s=90.0))
    channel.machine_started(AGENT)
    await ask(channel, "apply", SPEC)
    await ask(channel, "start")
    waiting = asyncio.create_task(channel.wait_for_job_state(AGENT, HEALTHY, deadline_s=30))
    await settle()
    clock.advance(30.0)
    await settle()

    assert await waiting == "starting"


@pytest.mark.parametrize(
    ("requests", "why"),
    [
        ([("start",)], "nothing is applied yet"),
        ([("mount_disk", "d")], "mounted before it is known"),
        ([("add_persistent_disk", "d", "/dev/sdc"), ("mount_disk", "d"),
          ("remove_persistent_disk", "d")], "removed while it is mounted"),
        ([("apply", SPEC), ("start",), ("apply", SPEC)], "jobs run while another spec"),
        ([("apply", SPEC), ("start",), ("unmount_disk", "d")], "under running jobs"),
        ([("drain", "update")], "Drain update requires new spec"),
        ([("migrate_disk", "d", "e")], "are not both mounted"),
        ([("prepare", "x")], "an apply spec is a mapping"),
        ([("apply", "x")], "an apply spec is a mapping"),
        ([("update_settings", "x")], "settings are a mapping"),
        ([("sing",)], "unknown message sing"),
    ],
)  # fmt: skip
async def test_what_is_out_of_order_is_refused(
    requests: Sequence[tuple[JsonValue, ...]], why: str
) -> None:
    channel, _ = agents()
    channel.machine_started(AGENT)
    *before, (method, *arguments) = requests
    for name, *values in before:
        await ask(channel, str(name), *values)

    with pytest.raises(AgentActionError, match=why):
        await ask(channel, str(method), *arguments)


async def test_the_state_tells_jobs_and_processes() -> None:
    channel, _ = agents()
    channel.machine_started(AGENT)
    await ask(channel, "apply", SPEC)

    state = await ask(channel, "get_state", "full")

    assert isinstance(state, dict)
    assert state["job_state"] == JobState.STOPPED.value
    assert state["processes"] == [{"name": "nginx", "state": "stopped"}]
    assert await ask(channel, "info") == {"api_version": 1, "push_tasks": True}


async def test_a_listener_hears_of_machines_and_jobs() -> None:
    channel, _ = agents()
    heard = Heard()
    channel.listen(heard)

    channel.machine_started(AGENT)
    await settle()
    await ask(channel, "apply", SPEC)
    channel.machine_ended(AGENT)
    await settle()

    assert heard.texts == ["a connected", "a stopped", "a disconnected"]


async def test_the_last_heartbeat_is_kept_until_it_is_forgotten() -> None:
    channel, _ = agents()
    channel.machine_started(AGENT)
    await ask(channel, "apply", SPEC)
    last = channel.last_heartbeat(AGENT)
    assert last is not None
    assert last.job_state == "stopped"

    channel.forget(AGENT)

    assert channel.last_heartbeat(AGENT) is None


async def test_an_answer_may_be_lost_after_the_work_was_done() -> None:
    channel, _ = agents()
    channel.machine_started(AGENT)

    def lose(_agent: AgentId, method: str) -> None:
        raise AgentUnreachableError(f"no answer to {method}")

    channel.after_answer = lose
    with pytest.raises(AgentUnreachableError):
        await ask(channel, "run_script", "pre-start", {})

    agent = channel.agent(AGENT)
    assert agent is not None
    assert agent.scripts == ["pre-start"]


def test_settings_of_simulated_agents_are_made_up() -> None:
    settings = SimulatedSettings()

    assert '"agent_id":"a"' in settings.settings_for(AGENT, {}).reveal()
    assert settings.update_settings_for(AGENT)["agent_id"] == AGENT
