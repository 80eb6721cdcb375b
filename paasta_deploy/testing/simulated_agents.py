"""All agents of a simulated cloud, as the director's agent channel sees them.

The fake of ``ports.agents.AgentChannel``: the simulated provider tells it which machines run
(``machine_started``, ``machine_ended``, from its threads), and the director's calls are answered
by one :class:`SimulatedAgent` for each. Times come from the clock that was handed in: how long an
agent takes to boot and jobs take to start. ``before_answer`` may raise or wait for any request, so
a test can let an agent fail, be silent or be slow; ``after_answer`` may raise when the request has
been carried out, which loses the answer.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.errors import AgentActionError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener, Interrupt
from paasta_deploy.ports.clock import Clock
from paasta_deploy.testing.simulated_agent import SimulatedAgent, Upload
from paasta_deploy.wire.agent_messages import AgentMethod

BeforeAnswer = Callable[[AgentId, str, Sequence[JsonValue]], Awaitable[None]]
AfterAnswer = Callable[[AgentId, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTempo:
    """How long things take on simulated machines, in seconds."""

    boot_s: float = 0.0
    start_s: float = 0.0


INSTANT = AgentTempo()

GRACE_S = 3.0
"""A request gives an agent without a connection this long to come back, as the real channel."""

TempoOf = Callable[[AgentId], AgentTempo]
"""Says how fast one machine is."""


class SimulatedAgents:
    """The agent channel of a simulated cloud.

    Lives on one event loop; machines may come and go in any thread.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        upload: Upload,
        tempo: AgentTempo | TempoOf = INSTANT,
        before_answer: BeforeAnswer | None = None,
        after_answer: AfterAnswer | None = None,
        job_state_after_start: JobState = JobState.RUNNING,
    ) -> None:
        self._clock = clock
        self._upload = upload
        self._tempo: TempoOf = (lambda _: tempo) if isinstance(tempo, AgentTempo) else tempo
        self.before_answer = before_answer
        self.after_answer = after_answer
        self.job_state_after_start = job_state_after_start
        self._lock = threading.Lock()
        self._agents: dict[AgentId, SimulatedAgent] = {}
        self._ready_at_s: dict[AgentId, float] = {}
        self._waiting: dict[AgentId, list[asyncio.Future[None]]] = {}
        self._heartbeats: dict[AgentId, AgentHeartbeat] = {}
        self._listeners: list[AgentListener] = []
        self._cut_off: set[AgentId] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    # What the simulated cloud tells

    def machine_started(self, agent_id: AgentId) -> None:
        """A machine runs: its agent boots. Called from any thread."""
        agent = SimulatedAgent(
            agent_id,
            upload=self._upload,
            job_state_after_start=self.job_state_after_start,
        )
        with self._lock:
            self._agents[agent_id] = agent
            boot_s = self._tempo(agent_id).boot_s
            self._ready_at_s[agent_id] = self._clock.monotonic_s() + boot_s
            loop = self._loop if self._waiting.get(agent_id) or self._listeners else None
        if loop is not None:
            loop.call_soon_threadsafe(self._connected, agent_id)

    def machine_ended(self, agent_id: AgentId) -> None:
        """A machine runs no more, and neither does its agent. Called from any thread."""
        with self._lock:
            self._agents.pop(agent_id, None)
            self._ready_at_s.pop(agent_id, None)
            self._cut_off.discard(agent_id)
            loop = self._loop if self._listeners else None
        if loop is not None:
            loop.call_soon_threadsafe(self._disconnected, agent_id)

    def _connected(self, agent_id: AgentId) -> None:
        for waiter in self._waiting.pop(agent_id, ()):
            if not waiter.done():
                waiter.set_result(None)
        for listener in self._listeners:
            listener.on_connected(agent_id)

    def _disconnected(self, agent_id: AgentId) -> None:
        for listener in self._listeners:
            listener.on_disconnected(agent_id)

    # What happens to the network. These are for the event loop's thread only.

    def cut_off(self, agent_id: AgentId) -> None:
        """Part an agent from the director: its connection closes, its jobs run on."""
        if agent_id in self._agents and agent_id not in self._cut_off:
            self._cut_off.add(agent_id)
            self._disconnected(agent_id)

    def reconnect(self, agent_id: AgentId) -> None:
        """Let an agent that was cut off find the director again."""
        if agent_id in self._cut_off:
            self._cut_off.discard(agent_id)
            if agent_id in self._agents:
                self._connected(agent_id)

    def beat(self) -> None:
        """Let every agent that has booted and is not cut off send a heartbeat."""
        for agent_id, agent in self._agents.items():
            if self._hears(agent_id):
                self._beat(agent)

    def forget_listeners(self) -> None:
        """Tell nobody any more: the director is dead."""
        self._listeners.clear()

    def agent(self, agent_id: AgentId) -> SimulatedAgent | None:
        """Return one agent, for tests to look at."""
        return self._agents.get(agent_id)

    # What the director asks: ports.agents.AgentChannel

    async def call(
        self,
        agent_id: AgentId,
        method: str,
        arguments: Sequence[JsonValue] = (),
        *,
        deadline_s: float,
        interrupt: Interrupt | None = None,
    ) -> JsonValue:
        """Answer one request. Raises AgentUnreachableError, AgentActionError.

        What ``before_answer`` waits for is an action that takes long: ``interrupt`` ends it.
        """
        self._loop = self._loop or asyncio.get_running_loop()
        if self.before_answer is not None:
            await _unless(interrupt, self.before_answer(agent_id, method, arguments), method)
        agent = self._agents.get(agent_id)
        if agent is None or not self._hears(agent_id):
            raise await self._silence(agent_id, method, min(deadline_s, GRACE_S))
        value = agent.answer(method, arguments)
        if method in _MOVE_JOBS:
            self._beat(agent)
        if self.after_answer is not None:
            self.after_answer(agent_id, method)
        return value

    async def _silence(
        self, agent_id: AgentId, method: str, deadline_s: float
    ) -> AgentUnreachableError:
        await self._clock.wait(deadline_s)
        return AgentUnreachableError(
            f"Timed out sending '{method}' to agent '{agent_id}' after {deadline_s:g} seconds."
        )

    def _beat(self, agent: SimulatedAgent) -> None:
        if agent.agent_id in self._cut_off:
            return
        heartbeat = AgentHeartbeat(
            agent_id=agent.agent_id,
            job_state=agent.job_state.value,
            vitals={},
            at=self._clock.now(),
        )
        self._heartbeats[agent.agent_id] = heartbeat
        for listener in self._listeners:
            listener.on_heartbeat(heartbeat)

    async def wait_until_ready(self, agent_id: AgentId, *, deadline_s: float) -> None:
        """Return once the agent has booted. Raises AgentUnreachableError."""
        ends_at_s = self._clock.monotonic_s() + deadline_s
        self._loop = self._loop or asyncio.get_running_loop()
        if agent_id not in self._agents:
            await self._wait_for_machine(agent_id, deadline_s)
        ready_at_s = self._ready_at_s.get(agent_id, 0.0)
        boot_s = min(ready_at_s, ends_at_s) - self._clock.monotonic_s()
        if boot_s > 0:
            await self._clock.wait(boot_s)
        left_s = max(0.0, ends_at_s - self._clock.monotonic_s())
        if not self._hears(agent_id):
            raise await self._silence(agent_id, AgentMethod.PING.value, left_s)
        await self.call(agent_id, AgentMethod.PING.value, deadline_s=left_s)

    async def _wait_for_machine(self, agent_id: AgentId, deadline_s: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if agent_id in self._agents:
                return
            self._waiting.setdefault(agent_id, []).append(waiter)
        timer = asyncio.ensure_future(self._clock.wait(deadline_s))
        try:
            await asyncio.wait((waiter, timer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            waiter.cancel()

    async def wait_for_job_state(
        self, agent_id: AgentId, wanted: frozenset[str], *, deadline_s: float
    ) -> str:
        """Return the job state once it is wanted, or at the deadline."""
        if self.before_answer is not None:
            await self.before_answer(agent_id, "wait_for_job_state", ())
        agent = self._agents.get(agent_id)
        if agent is None or agent_id in self._cut_off:
            raise await self._silence(agent_id, "get_state", min(deadline_s, GRACE_S))
        waited_s = 0.0
        if agent.job_state is JobState.STARTING:
            start_s = self._tempo(agent_id).start_s
            waited_s = min(start_s, deadline_s)
            await self._clock.wait(waited_s)
            if start_s <= deadline_s:
                agent.job_state = agent.job_state_after_start
                self._beat(agent)
        if agent.job_state.value not in wanted:
            await self._clock.wait(max(0.0, deadline_s - waited_s))
        return agent.job_state.value

    def last_heartbeat(self, agent_id: AgentId) -> AgentHeartbeat | None:
        """Return what the agent said last."""
        return self._heartbeats.get(agent_id)

    def is_connected(self, agent_id: AgentId) -> bool:
        """Return whether the agent has booted, its machine runs, and nothing parts it from us."""
        return self._hears(agent_id)

    def _hears(self, agent_id: AgentId) -> bool:
        ready_at_s = self._ready_at_s.get(agent_id)
        if ready_at_s is None or agent_id in self._cut_off:
            return False
        return ready_at_s <= self._clock.monotonic_s()

    def listen(self, listener: AgentListener) -> None:
        """Tell ``listener`` everything from now on."""
        self._loop = self._loop or asyncio.get_running_loop()
        self._listeners.append(listener)

    def forget(self, agent_id: AgentId) -> None:
        """Drop what is kept of an agent whose VM is gone."""
        self._heartbeats.pop(agent_id, None)


async def _unless(interrupt: Interrupt | None, taking_long: Awaitable[None], method: str) -> None:
    if interrupt is None:
        await taking_long
        return
    action = asyncio.ensure_future(taking_long)
    interrupted = asyncio.ensure_future(interrupt.wait())
    try:
        await asyncio.wait((action, interrupted), return_when=asyncio.FIRST_COMPLETED)
        if not action.done():
            raise AgentActionError(f"{method} was cancelled by user request")
        action.result()
    finally:
        interrupted.cancel()
        action.cancel()


_MOVE_JOBS = frozenset({AgentMethod.APPLY.value, AgentMethod.START.value, AgentMethod.STOP.value})


class SimulatedSettings:
    """Settings for simulated agents, who need none: the fake of ``AgentSettingsSource``."""

    def settings_for(self, agent_id: AgentId, env: JsonObject) -> Secret:
        """Return what the agent is called and its environment."""
        return Secret(canonical_json({"agent_id": agent_id, "env": env}))

    def update_settings_for(self, agent_id: AgentId) -> Mapping[str, JsonValue]:
        """Return what BOSH sends when there is nothing to say, and whom it is for."""
        return {"trusted_certs": "", "agent_id": agent_id}
