"""How one supervised process lives: started, settled, running, dead, started again.

Pure: :func:`step` takes a state, an event and the monotonic time, and returns the next state and
what to do. The supervisor does it and reports back what happened.

Theory. A process that dies is started again at once, since most deaths are accidents and a user
waits. One that dies soon after its start, again and again, is a crash loop: the delay doubles so
that it does not eat the machine, and it counts as *failing* until it has lived longer than
it did before, so that nobody takes the moments between two crashes for health.

    STOPPED -> STARTING -> SETTLING -> RUNNING        start
    RUNNING | SETTLING -> [WAITING ->] STARTING       death; the first one does not wait
    any -> STOPPING -> STOPPED                        stop: asked, after the deadline killed
"""

from dataclasses import dataclass, replace
from enum import Enum

SETTLE_S = 0.1
"""A process counts as running once it lived this long: broken configurations die sooner."""

SETTLE_S_MAX = 10.0
"""How long a process that crashed before must live to count as running."""

SETTLE_GROWTH = 4.0
"""Each crash in a row makes the wait that much longer: 0.1, 0.4, 1.6, 6.4, 10 seconds."""

STABLE_S = 10.0
"""Who lived this long and then died is no crash loop: it is started again at once."""

RESTART_DELAY_S = 0.1
"""The first delay in a crash loop; the very first restart has none."""

RESTART_DELAY_S_MAX = 30.0
"""A broken process is tried about as often as monit's default cycle would."""

STOP_DEADLINE_S = 20.0
"""How long a process may take to stop before it is killed: what bpm allows."""

FAILING_CRASHES = 2
"""One death is an accident; from the second in a row on the process is called failing."""


class Phase(Enum):
    """Where a process is in its life."""

    STOPPED = "stopped"
    STARTING = "starting"  # the start is under way: hooks, start programs, pid files
    SETTLING = "settling"  # it is there, but too young to count
    RUNNING = "running"
    WAITING = "waiting"  # dead; it is started again when the delay is over
    STOPPING = "stopping"


class ServiceEvent(Enum):
    """What can happen."""

    START = "start"
    STOP = "stop"
    UNMONITOR = "unmonitor"  # a death from now on is meant (drain)
    LAUNCHED = "launched"
    LAUNCH_FAILED = "launch failed"
    EXITED = "exited"
    TIMER = "timer"


class Effect(Enum):
    """What the supervisor is to do. ``LAUNCH`` ends in LAUNCHED or LAUNCH_FAILED."""

    LAUNCH = "launch"
    TERMINATE = "terminate"  # ends in EXITED, also when the launch was still under way
    KILL = "kill"
    REPORT_DEATH = "report death"
    REPORT_RECOVERY = "report recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """One process. Times are monotonic seconds; ``timer_at`` is when TIMER is due, if at all.

    ``crashes`` counts deaths in a row; ``is_wanted`` is what the operator wants, so that a start
    during a stop is not forgotten; ``since`` is when the process was launched; and
    ``stop_deadline_s`` is how long it may take to stop, a trait of the service that never changes.
    """

    phase: Phase = Phase.STOPPED
    is_wanted: bool = False
    is_monitored: bool = True
    crashes: int = 0
    since: float = 0.0
    timer_at: float | None = None
    stop_deadline_s: float = STOP_DEADLINE_S

    @property
    def word(self) -> str:
        """How monit and BOSH call it."""
        match self.phase:
            case Phase.RUNNING:
                return "running"
            case Phase.STOPPED:
                return "stopped"
            case Phase.STOPPING:
                return "stopping"
            case Phase.STARTING | Phase.SETTLING | Phase.WAITING:
                return "failing" if self.crashes >= FAILING_CRASHES else "starting"


Step = tuple[ServiceState, tuple[Effect, ...]]


def settle_s(crashes: int) -> float:
    """Return how long a process must live to count as running."""
    return min(SETTLE_S_MAX, SETTLE_S * SETTLE_GROWTH ** min(crashes, 8))


def restart_delay_s(crashes: int) -> float:
    """Return the pause before the restart after this many deaths in a row (1 is the first)."""
    if crashes < FAILING_CRASHES:
        return 0.0
    return min(RESTART_DELAY_S_MAX, RESTART_DELAY_S * 2.0 ** min(crashes - FAILING_CRASHES, 16))


def step(state: ServiceState, event: ServiceEvent, now: float) -> Step:
    """Return the state after ``event`` and what is to be done. Events that mean nothing pass."""
    match event:
        case ServiceEvent.START:
            return _start(state)
        case ServiceEvent.STOP:
            return _stop(state, now)
        case ServiceEvent.UNMONITOR:
            return replace(state, is_monitored=False), ()
        case ServiceEvent.LAUNCHED:
            return _launched(state, now)
        case ServiceEvent.LAUNCH_FAILED | ServiceEvent.EXITED:
            return _died(state, event, now)
        case ServiceEvent.TIMER:
            return _timer(state, now)


def _start(state: ServiceState) -> Step:
    state = replace(state, is_wanted=True, is_monitored=True)
    if state.phase in {Phase.STOPPED, Phase.WAITING}:
        return replace(state, phase=Phase.STARTING, crashes=0, timer_at=None), (Effect.LAUNCH,)
    return state, ()


def _stop(state: ServiceState, now: float) -> Step:
    state = replace(state, is_wanted=False)
    match state.phase:
        case Phase.STOPPED | Phase.WAITING:
            return replace(state, phase=Phase.STOPPED, crashes=0, timer_at=None), ()
        case Phase.STOPPING:
            return state, ()
        case Phase.STARTING | Phase.SETTLING | Phase.RUNNING:
            stopping = replace(state, phase=Phase.STOPPING, timer_at=now + state.stop_deadline_s)
            return stopping, (Effect.TERMINATE,)


def _launched(state: ServiceState, now: float) -> Step:
    if state.phase is not Phase.STARTING:
        return state, ()
    settled_at = now + settle_s(state.crashes)
    return replace(state, phase=Phase.SETTLING, since=now, timer_at=settled_at), ()


def _died(state: ServiceState, event: ServiceEvent, now: float) -> Step:
    match state.phase:
        case Phase.STOPPING:
            return _stopped(state)
        case Phase.STOPPED | Phase.WAITING:
            return state, ()
        case Phase.STARTING | Phase.SETTLING | Phase.RUNNING:
            pass
    if not state.is_monitored:
        return replace(state, phase=Phase.STOPPED, crashes=0, timer_at=None), ()
    was_up = event is ServiceEvent.EXITED and state.phase is not Phase.STARTING
    was_stable = was_up and now - state.since >= STABLE_S
    crashes = 1 if was_stable else state.crashes + 1
    delay_s = restart_delay_s(crashes)
    if delay_s == 0:
        again = replace(state, phase=Phase.STARTING, crashes=crashes, timer_at=None)
        return again, (Effect.REPORT_DEATH, Effect.LAUNCH)
    waiting = replace(state, phase=Phase.WAITING, crashes=crashes, timer_at=now + delay_s)
    return waiting, (Effect.REPORT_DEATH,)


def _stopped(state: ServiceState) -> Step:
    if state.is_wanted:
        starting = replace(state, phase=Phase.STARTING, crashes=0, timer_at=None)
        return starting, (Effect.LAUNCH,)
    return replace(state, phase=Phase.STOPPED, crashes=0, timer_at=None), ()


def _timer(state: ServiceState, now: float) -> Step:
    if state.timer_at is None or now < state.timer_at:
        return state, ()
    state = replace(state, timer_at=None)
    match state.phase:
        case Phase.SETTLING:
            effects = (Effect.REPORT_RECOVERY,) if state.crashes else ()
            return replace(state, phase=Phase.RUNNING), effects
        case Phase.WAITING:
            return replace(state, phase=Phase.STARTING), (Effect.LAUNCH,)
        case Phase.STOPPING:
            return state, (Effect.KILL,)
        case Phase.STOPPED | Phase.STARTING | Phase.RUNNING:
            return state, ()
