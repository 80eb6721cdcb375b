"""Keeps the services of a machine as they are wanted: the shell around `service_machine`.

One :class:`_Kept` per service holds its state, its runner and at most one timer. Nothing polls:
everything that happens arrives as an event of the loop (an exit, a timer, a request). Services
start behind those they depend on, and stop before them.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable

from paasta_deploy.agent.children import Children
from paasta_deploy.agent.control_groups import ControlGroups
from paasta_deploy.agent.daemon_runner import DaemonRunner
from paasta_deploy.agent.definitions import Daemon, Program, Service
from paasta_deploy.agent.job_states import job_state
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.program_runner import ProgramRunner
from paasta_deploy.agent.service_machine import (
    STOP_DEADLINE_S,
    Effect,
    Phase,
    ServiceEvent,
    ServiceState,
    step,
)
from paasta_deploy.agent.vitals import ProcessVitals
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.agent_state import ProcessStatus

log = logging.getLogger(__name__)

STOP_ALL_DEADLINE_S = 300.0
"""How long stopping everything may take; BOSH's agent gives monit as long."""


class StopTimeoutError(PaastaError):
    """Some processes cannot even be killed (they hang in the kernel). Retryable."""

    retryable = True


class Supervisor:
    """All services of this machine. Methods are for the event loop's thread.

    ``on_change`` is called whenever a process changes its state word, ``on_death`` and
    ``on_recovery`` with the name of a process that died by itself, or settled after that.
    """

    def __init__(
        self,
        *,
        children: Children,
        layout: Layout,
        on_change: Callable[[], None],
        on_death: Callable[[str], None],
        on_recovery: Callable[[str], None],
    ) -> None:
        self._children = children
        self._groups = ControlGroups(is_ours=layout.owns_machine)
        self._layout = layout
        self._tell_change = on_change
        self._on_death = on_death
        self._on_recovery = on_recovery
        self._kept: dict[str, _Kept] = {}
        self._changed = asyncio.Event()
        self.is_wanted = False
        self.has_jobs = False
        self.is_broken = False

    async def keep(self, services: Iterable[Service], *, has_jobs: bool) -> None:
        """Take over new definitions: services that are gone or differ are stopped first.

        Services come dependencies first. Raises StopTimeoutError. While ``is_broken`` is set
        (the machine could not get to this point) the job state is failing, whatever runs.
        """
        wanted = {service.name: service for service in services}
        outdated = [kept for name, kept in self._kept.items() if kept.service != wanted.get(name)]
        await self._stop(outdated)
        known = self._kept
        self._kept = {}
        for name, service in wanted.items():
            kept = known.get(name)
            if kept is None or kept.service != service:
                kept = self._new(service)
            self._kept[name] = kept
        self.has_jobs = has_jobs
        self.is_broken = False
        self._tell_change()

    def start(self) -> None:
        """Want everything to run. Returns at once."""
        self.is_wanted = True
        for kept in self._kept.values():
            kept.is_held = True
        self._release()
        self._tell_change()

    async def stop(self) -> None:
        """Stop everything and return when nothing runs any more. Raises StopTimeoutError."""
        self.is_wanted = False
        self._tell_change()
        await self._stop(list(self._kept.values()))
        self._tell_change()

    def unmonitor(self) -> None:
        """Let deaths from now on be meant, until the next start."""
        for kept in self._kept.values():
            kept.happen(ServiceEvent.UNMONITOR)

    def job_state(self) -> JobState:
        """Return the one word for all."""
        words = [kept.word for kept in self._kept.values()]
        is_wanted = self.is_wanted
        if self.is_broken:
            words, is_wanted = [*words, "failing"], True
        return job_state(words, is_wanted=is_wanted, has_jobs=self.has_jobs)

    def count(self) -> int:
        """Return how many processes are kept."""
        return len(self._kept)

    def statuses(self) -> tuple[ProcessStatus, ...]:
        """Return every process with its state and what it uses."""
        return tuple(kept.status() for kept in self._kept.values())

    async def _stop(self, services: "list[_Kept]") -> None:
        """Stop some services, each behind those that depend on it."""
        for kept in services:
            kept.is_held = False
        try:
            async with asyncio.timeout(STOP_ALL_DEADLINE_S):
                while waiting := [kept for kept in services if not kept.is_stopped]:
                    self._changed.clear()
                    for kept in waiting:
                        if not self._has_dependents(kept, waiting):
                            kept.happen(ServiceEvent.STOP)
                    if any(not kept.is_stopped for kept in services):
                        await self._changed.wait()
        except TimeoutError as cause:
            names = ", ".join(kept.service.name for kept in services if not kept.is_stopped)
            raise StopTimeoutError(
                f"Timed out waiting for services '{names}' to stop after"
                f" {STOP_ALL_DEADLINE_S:g} seconds"
            ) from cause

    @staticmethod
    def _has_dependents(kept: "_Kept", waiting: "list[_Kept]") -> bool:
        return any(kept.service.name in other.service.depends_on for other in waiting)

    def _new(self, service: Service) -> "_Kept":
        kept = _Kept(service, self._happened)
        kept.runner = self._runner(service, kept.happen)
        return kept

    def _runner(
        self, service: Service, report: Callable[[ServiceEvent], None]
    ) -> ProgramRunner | DaemonRunner:
        match service:
            case Program():
                return ProgramRunner(
                    program=service,
                    children=self._children,
                    groups=self._groups,
                    layout=self._layout,
                    report=report,
                )
            case Daemon():
                return DaemonRunner(
                    daemon=service, children=self._children, layout=self._layout, report=report
                )

    def _happened(self, kept: "_Kept", effect: Effect | None) -> None:
        """Take note of a change (None) or of something to tell."""
        match effect:
            case Effect.REPORT_DEATH:
                self._on_death(kept.service.name)
            case Effect.REPORT_RECOVERY:
                self._on_recovery(kept.service.name)
            case _:
                self._changed.set()
                self._release()
                self._tell_change()

    def _release(self) -> None:
        """Start the services that only waited for those they depend on."""
        for kept in self._kept.values():
            depends_on = kept.service.depends_on
            if kept.is_held and all(self._kept[name].word == "running" for name in depends_on):
                kept.is_held = False
                kept.happen(ServiceEvent.START)


class _Kept:
    """One service: its state, what runs it, and its timer."""

    def __init__(self, service: Service, tell: "Callable[[_Kept, Effect | None], None]") -> None:
        self.service = service
        self.runner: ProgramRunner | DaemonRunner | None = None
        self.is_held = False
        self._state = ServiceState(stop_deadline_s=_stop_deadline_s(service))
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None
        self._vitals = ProcessVitals()

    @property
    def is_stopped(self) -> bool:
        """Whether nothing of the service runs."""
        return self._state.phase is Phase.STOPPED

    @property
    def word(self) -> str:
        """The state as BOSH calls it."""
        return "starting" if self.is_held else self._state.word

    def happen(self, event: ServiceEvent) -> None:
        """Let something happen and do what follows from it."""
        before = self.word
        loop = asyncio.get_running_loop()
        self._state, effects = step(self._state, event, loop.time())
        self._set_timer(loop)
        for effect in effects:
            self._do(effect)
        if self.word != before:
            log.info("process %s: %s -> %s", self.service.name, before, self.word)
            self._tell(self, None)

    def status(self) -> ProcessStatus:
        """Return the state and what the process uses."""
        assert self.runner is not None
        pid = self.runner.pid
        looked = None if pid is None else self._vitals.look(pid)
        if looked is None:
            return ProcessStatus(name=self.service.name, state=self.word)
        uptime_s, cpu_percent, memory_kib, memory_percent = looked
        return ProcessStatus(
            name=self.service.name,
            state=self.word,
            uptime_s=uptime_s,
            memory_kib=memory_kib,
            memory_percent=memory_percent,
            cpu_percent=cpu_percent,
        )

    def _do(self, effect: Effect) -> None:
        assert self.runner is not None
        match effect:
            case Effect.LAUNCH:
                self.runner.launch()
            case Effect.TERMINATE:
                self.runner.terminate()
            case Effect.KILL:
                log.warning("process %s does not stop: killing it", self.service.name)
                self.runner.kill()
            case Effect.REPORT_DEATH | Effect.REPORT_RECOVERY:
                self._tell(self, effect)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._state.timer_at is not None:
            self._timer = loop.call_at(self._state.timer_at, self.happen, ServiceEvent.TIMER)


def _stop_deadline_s(service: Service) -> float:
    """Return how long a service may take to stop; a stop program says so itself."""
    if isinstance(service, Daemon) and service.stop is not None:
        return max(STOP_DEADLINE_S, service.stop.timeout_s)
    return STOP_DEADLINE_S
