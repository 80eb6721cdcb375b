"""The monitor's shell: hears agents, asks clouds, runs heals; :mod:`verdicts` does the deciding.

One asyncio task sleeps until the next suspect is due (or for ever while nobody is suspect), so an
idle monitor of ten thousand machines costs nothing but the heartbeats themselves.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from typing_extensions import override

from paasta_deploy.health.verdicts import AskAgent, AskCloud, Effect, Heal, Limits, Tell, Verdicts
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.healing import Ward

log = logging.getLogger(__name__)

MISSING_INTERVAL_S = 60.0
"""How often instances without a VM are looked for (BOSH asks its director as often); the cost is
one read of all records."""


class HealthMonitor(AgentListener):
    """Watches agents and has the dead ones resurrected. Lives on the director's event loop."""

    def __init__(
        self,
        *,
        ward: Ward,
        clock: Clock,
        limits: Limits,
        startup_grace_s: float,
        tell: Callable[[Tell], None],
    ) -> None:
        self._ward = ward
        self._clock = clock
        self._limits = limits
        self._startup_grace_s = startup_grace_s
        self._tell = tell
        self._verdicts = Verdicts(limits)
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to watch. Whoever has not spoken after the start-up grace is suspect."""
        self._spawn(self._run())
        self._spawn(self._sweep())
        self._spawn(self._expect())

    async def close(self) -> None:
        """Stop watching. Running heals are tasks of the director and go on there."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def suspects(self) -> frozenset[AgentId]:
        """Agents that are suspect or dead now."""
        return self._verdicts.suspects()

    @override
    def on_connected(self, agent_id: AgentId) -> None:
        self._do(self._verdicts.on_seen(agent_id, self._now()))

    @override
    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        self._do(self._verdicts.on_seen(heartbeat.agent_id, self._now()))

    @override
    def on_disconnected(self, agent_id: AgentId) -> None:
        if self._ward.patient(agent_id) is None:
            self._verdicts.on_gone(agent_id)
            return
        self._do(self._verdicts.on_disconnected(agent_id, self._now()))

    @override
    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        patient = self._ward.patient(agent_id)
        if patient is not None:
            severity = alert.get("severity")
            self._tell(
                Tell(
                    severity=severity if isinstance(severity, int) else 4,
                    title=str(alert.get("title", "alert")),
                    summary=f"{patient.label}: {alert.get('summary', '')}",
                    deployment=patient.deployment,
                )
            )

    @override
    def on_shutdown(self, agent_id: AgentId) -> None:
        """An orderly end is announced; the connection that closes then says all that matters."""
        log.info("agent shuts down", extra={"agent": agent_id})

    def _now(self) -> float:
        return self._clock.monotonic_s()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _do(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case AskCloud():
                    self._spawn(self._ask_cloud(effect.agent_id))
                case AskAgent():
                    self._spawn(self._ask_agent(effect.agent_id))
                case Heal():
                    self._spawn(self._heal(effect))
                case Tell():
                    self._tell(effect)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            due_s = self._verdicts.next_tick_s()
            self._wake.clear()
            if due_s is None:
                await self._wake.wait()
                continue
            delay_s = due_s - self._now()
            if delay_s > 0:
                await self._wait_or_wake(delay_s)
                continue
            self._do(self._verdicts.tick(self._now(), self._ward.patient, self._ward.instance))

    async def _wait_or_wake(self, delay_s: float) -> None:
        waiters = {
            asyncio.ensure_future(self._clock.wait(delay_s)),
            asyncio.ensure_future(self._wake.wait()),
        }
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiters:
                waiter.cancel()

    async def _sweep(self) -> None:
        while True:
            await self._clock.wait(self._limits.agent_timeout_s / 2)
            self._do(self._verdicts.sweep(self._now()))

    async def _expect(self) -> None:
        await self._clock.wait(self._startup_grace_s)
        patients = await asyncio.to_thread(self._ward.all_patients)
        self._do(self._verdicts.on_expected(patients, self._now()))
        while True:
            missing = await asyncio.to_thread(self._ward.missing)
            self._verdicts.on_missing(missing, self._now())
            self._wake.set()
            await self._clock.wait(MISSING_INTERVAL_S)

    async def _ask_cloud(self, agent_id: AgentId) -> None:
        try:
            exists = await self._ward.vm_exists(agent_id)
        except PaastaError as error:
            # A cloud that does not answer proves nothing; the VM counts as there.
            log.warning("cannot ask the cloud", extra={"agent": agent_id, "error": str(error)})
            exists = True
        self._do(self._verdicts.on_cloud_answer(agent_id, exists=exists, now_s=self._now()))

    async def _ask_agent(self, agent_id: AgentId) -> None:
        answers = await self._ward.agent_answers(agent_id)
        self._do(self._verdicts.on_agent_answer(agent_id, answers=answers, now_s=self._now()))

    async def _heal(self, effect: Heal) -> None:
        log.warning(
            "resurrecting",
            extra={"deployment": effect.deployment, "instances": len(effect.instances)},
        )
        succeeded = False
        try:
            succeeded = await self._ward.heal(effect.deployment, effect.instances)
        except PaastaError as error:
            log.warning(
                "resurrection failed",
                extra={"deployment": effect.deployment, "error": str(error)},
            )
        self._after_heal(effect.deployment, succeeded=succeeded)

    def _after_heal(self, deployment: DeploymentName, *, succeeded: bool) -> None:
        log.info("resurrection ended", extra={"deployment": deployment, "succeeded": succeeded})
        self._verdicts.on_healed(deployment, succeeded=succeeded, now_s=self._now())
        self._wake.set()
