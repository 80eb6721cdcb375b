"""The monitor's shell under a clock that stands still: who is asked, healed and told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from paasta_deploy.health.monitor import MISSING_INTERVAL_S, HealthMonitor
from paasta_deploy.health.verdicts import Limits, Tell
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId
from paasta_deploy.ports.agents import AgentHeartbeat
from paasta_deploy.ports.healing import Patient, Ward
from paasta_deploy.testing.clock import FakeClock

A, B = AgentId("agent-a"), AgentId("agent-b")
DEP = DeploymentName("dep")
LIMITS = Limits(
    agent_timeout_s=10.0,
    confirm_interval_s=0.05,
    reconnect_grace_s=5.0,
    meltdown_count=5,
    meltdown_percent=20.0,
    attempts_max=3,
    attempts_window_s=600.0,
)
STARTUP_GRACE_S = 10.0


def patient(agent_id: AgentId) -> Patient:
    return Patient(
        agent_id=agent_id,
        instance_id=InstanceId(f"instance-of-{agent_id}"),
        deployment=DEP,
        label=f"web/{agent_id}",
        busy=False,
        healable=True,
        deployment_size=10,
    )


@dataclass
class FakeWard(Ward):
    """Some VMs, and what was asked of them."""

    watched: set[AgentId] = field(default_factory=lambda: {A, B})
    gone: set[AgentId] = field(default_factory=set)
    silent: set[AgentId] = field(default_factory=set)
    lacking: list[Patient] = field(default_factory=list)
    cloud_is_down: bool = False
    healing_fails: bool = False
    heals: list[tuple[InstanceId, ...]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @override
    def patient(self, agent_id: AgentId) -> Patient | None:
        return patient(agent_id) if agent_id in self.watched else None

    @override
    def all_patients(self) -> Sequence[Patient]:
        return [patient(agent_id) for agent_id in sorted(self.watched)]

    @override
    def instance(self, instance_id: InstanceId) -> Patient | None:
        return next((one for one in self.lacking if one.instance_id == instance_id), None)

    @override
    def missing(self) -> Sequence[Patient]:
        return tuple(self.lacking)

    @override
    async def vm_exists(self, agent_id: AgentId) -> bool:
        self.asked.append(f"cloud {agent_id}")
        if self.cloud_is_down:
            raise PaastaError("503")
        return agent_id not in self.gone

    @override
    async def agent_answers(self, agent_id: AgentId) -> bool:
        self.asked.append(f"agent {agent_id}")
        return agent_id not in self.silent

    @override
    async def heal(self, deployment: DeploymentName, instances: Sequence[InstanceId]) -> bool:
        assert deployment == DEP
        self.heals.append(tuple(instances))
        for agent_id in sorted(self.watched):
            if patient(agent_id).instance_id in instances:
                self.watched.remove(agent_id)  # fenced first
                self.lacking.append(replace(patient(agent_id), agent_id=None))
        if self.healing_fails:
            raise PaastaError("no machine to be had")
        self.lacking.clear()
        return True


class Bench:
    """A monitor, its ward and its clock."""

    def __init__(self) -> None:
        self.ward = FakeWard()
        self.clock = FakeClock()
        self.told: list[Tell] = []
        self.monitor = HealthMonitor(
            ward=self.ward,
            clock=self.clock,
            limits=LIMITS,
            startup_grace_s=STARTUP_GRACE_S,
            tell=self.told.append,
        )

    async def settle(self) -> None:
        """Let everything run that can run without time passing; threads come back, too."""
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.to_thread(lambda: None)
        for _ in range(20):
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float, *, step_s: float = 0.05) -> None:
        """Let time pass in small steps."""
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            await self.settle()

    def beat(self, *agents: AgentId) -> None:
        """Let agents say that they live."""
        for agent_id in agents:
            self.monitor.on_heartbeat(
                AgentHeartbeat(
                    agent_id=agent_id,
                    job_state="running",
                    vitals={},
                    at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    for agent_id in (A, B):
        made.monitor.on_connected(agent_id)
    made.monitor.start()
    await made.settle()
    yield made
    await made.monitor.close()


async def test_a_machine_that_is_gone_is_healed_at_once(bench: Bench) -> None:
    bench.ward.gone.add(A)
    bench.monitor.on_disconnected(A)
    await bench.settle()
    await bench.pass_time(0.1)
    assert bench.ward.heals == [("instance-of-agent-a",)]
    assert bench.ward.asked == ["cloud agent-a"]


async def test_a_closed_connection_alone_heals_nothing(bench: Bench) -> None:
    bench.monitor.on_disconnected(A)
    await bench.settle()
    await bench.pass_time(2)
    assert bench.monitor.suspects == {A}
    bench.monitor.on_connected(A)
    await bench.pass_time(8)
    assert bench.ward.heals == []
    assert bench.monitor.suspects == frozenset()


async def test_a_machine_that_stays_silent_is_asked_itself_and_then_healed(bench: Bench) -> None:
    bench.ward.silent.add(A)
    bench.monitor.on_disconnected(A)
    await bench.settle()
    await bench.pass_time(LIMITS.reconnect_grace_s + 1, step_s=0.5)
    assert "agent agent-a" in bench.ward.asked
    assert bench.ward.heals == [("instance-of-agent-a",)]


async def test_a_cloud_that_does_not_answer_proves_nothing(bench: Bench) -> None:
    bench.ward.cloud_is_down = True
    bench.monitor.on_disconnected(A)
    await bench.settle()
    await bench.pass_time(3)
    assert bench.ward.heals == []
    bench.ward.cloud_is_down = False
    bench.ward.gone.add(A)
    await bench.pass_time(0.2)
    assert bench.ward.heals == [("instance-of-agent-a",)]


async def test_missing_heartbeats_are_noticed_although_the_connection_is_open(
    bench: Bench,
) -> None:
    bench.ward.gone.add(A)
    for _ in range(20):
        bench.beat(B)
        await bench.pass_time(1, step_s=0.5)
    assert bench.ward.heals == [("instance-of-agent-a",)]


async def test_after_a_start_whoever_never_spoke_is_asked_about() -> None:
    bench = Bench()
    bench.ward.gone.add(B)
    bench.monitor.start()
    bench.monitor.on_connected(A)
    await bench.settle()
    await bench.pass_time(STARTUP_GRACE_S - 1, step_s=0.5)
    assert bench.ward.asked == [], "no verdict before the grace is over"
    await bench.pass_time(1.5, step_s=0.5)
    assert bench.ward.heals == [("instance-of-agent-b",)]
    await bench.monitor.close()


async def test_an_instance_without_a_machine_is_found_and_healed(bench: Bench) -> None:
    lacking = Patient(
        agent_id=None,
        instance_id=InstanceId("i-9"),
        deployment=DEP,
        label="web/i-9 (9)",
        busy=False,
        healable=True,
        deployment_size=10,
    )
    for _ in range(round(STARTUP_GRACE_S) + 1):
        bench.beat(A, B)
        await bench.pass_time(1, step_s=0.5)
    bench.ward.lacking.append(lacking)
    for _ in range(round(MISSING_INTERVAL_S) + 1):
        bench.beat(A, B)
        await bench.pass_time(1, step_s=0.5)
    assert bench.ward.heals == [("i-9",)]


async def test_a_resurrection_that_fails_is_tried_again_with_rests(bench: Bench) -> None:
    bench.ward.healing_fails = True
    bench.ward.gone.add(A)
    bench.monitor.on_disconnected(A)
    await bench.settle()
    await bench.pass_time(0.2)
    assert len(bench.ward.heals) == 1
    bench.ward.healing_fails = False
    bench.beat(B)
    await bench.pass_time(3)
    assert len(bench.ward.heals) == 2


async def test_an_alert_is_told_with_the_instance_it_is_about(bench: Bench) -> None:
    bench.monitor.on_alert(A, {"severity": 2, "title": "nginx is down", "summary": "it crashed"})
    bench.monitor.on_alert(AgentId("stranger"), {"severity": 1, "title": "x"})
    bench.monitor.on_alert(B, {})
    first, second = bench.told
    assert (first.severity, first.title, first.summary) == (
        2,
        "nginx is down",
        "web/agent-a: it crashed",
    )
    assert (second.severity, second.title) == (4, "alert")


async def test_a_vm_that_is_nobodys_is_not_asked_about(bench: Bench) -> None:
    bench.ward.watched.remove(A)
    bench.monitor.on_disconnected(A)
    bench.monitor.on_shutdown(A)
    await bench.settle()
    assert bench.ward.asked == []
    assert bench.monitor.suspects == frozenset()


async def test_a_meltdown_is_told_and_nothing_is_healed(bench: Bench) -> None:
    agents = [AgentId(f"agent-{number}") for number in range(5)]
    bench.ward.watched.update(agents)
    bench.ward.gone.update(agents)
    for agent_id in agents:
        bench.monitor.on_disconnected(agent_id)
    await bench.settle()
    await bench.pass_time(0.5)
    assert bench.ward.heals == []
    assert [tell.title for tell in bench.told] == ["We are in meltdown"]
