"""Properties: a stopped process stays stopped, and no more than one process is ever alive.

Crash loops slow down and never stop trying; a wanted process always has a way to run again.
"""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from paasta_deploy.agent.service_machine import (
    FAILING_CRASHES,
    RESTART_DELAY_S_MAX,
    SETTLE_S,
    SETTLE_S_MAX,
    STABLE_S,
    STOP_DEADLINE_S,
    Effect,
    Phase,
    ServiceEvent,
    ServiceState,
    restart_delay_s,
    settle_s,
    step,
)


class Life(RuleBasedStateMachine):
    """A world with one process, which obeys the effects as the supervisor does."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ServiceState()
        self.now = 0.0
        self.is_alive = False
        self.is_launching = False
        self.is_wanted = False
        self.launches = 0

    def happen(self, event: ServiceEvent) -> None:
        self.state, effects = step(self.state, event, self.now)
        for effect in effects:
            if effect is Effect.LAUNCH:
                assert not self.is_alive, "a second process would run"
                assert not self.is_launching, "a second launch would run"
                self.is_launching = True
                self.launches += 1

    @rule()
    def start(self) -> None:
        self.is_wanted = True
        self.happen(ServiceEvent.START)

    @rule()
    def stop(self) -> None:
        self.is_wanted = False
        self.happen(ServiceEvent.STOP)

    @precondition(lambda self: self.is_launching)
    @rule()
    def launch(self) -> None:
        self.is_launching, self.is_alive = False, True
        self.happen(ServiceEvent.LAUNCHED)

    @precondition(lambda self: self.is_launching)
    @rule()
    def fail_to_launch(self) -> None:
        self.is_launching = False
        self.happen(ServiceEvent.LAUNCH_FAILED)

    @precondition(lambda self: self.is_alive)
    @rule()
    def die(self) -> None:
        self.is_alive = False
        self.happen(ServiceEvent.EXITED)

    @rule(delay_s=st.sampled_from([0.01, 0.2, 3.0, 60.0]))
    def wait(self, delay_s: float) -> None:
        self.now += delay_s
        if self.state.timer_at is not None and self.now >= self.state.timer_at:
            self.happen(ServiceEvent.TIMER)

    @invariant()
    def what_is_wanted_is_known(self) -> None:
        assert self.state.is_wanted == self.is_wanted

    @invariant()
    def a_wanted_process_will_run(self) -> None:
        if self.is_wanted:
            assert (
                self.is_alive
                or self.is_launching
                or (self.state.phase is Phase.WAITING and self.state.timer_at is not None)
            )

    @invariant()
    def an_unwanted_process_is_going(self) -> None:
        if not self.is_wanted:
            assert self.state.phase in {Phase.STOPPED, Phase.STOPPING}
        if self.state.phase is Phase.STOPPED:
            assert not self.is_alive
            assert not self.is_launching

    @invariant()
    def running_means_alive(self) -> None:
        if self.state.word == "running":
            assert self.is_alive


TestLife = Life.TestCase


def after(
    *events: ServiceEvent, state: ServiceState | None = None, now: float = 0.0
) -> ServiceState:
    state = state or ServiceState()
    for event in events:
        state, _ = step(state, event, now)
    return state


RUNNING = ServiceState(phase=Phase.RUNNING, is_wanted=True, since=0.0)


def test_a_start_launches() -> None:
    state, effects = step(ServiceState(), ServiceEvent.START, 5.0)
    assert effects == (Effect.LAUNCH,)
    assert state.word == "starting"


def test_a_launched_process_runs_once_it_has_settled() -> None:
    state = after(ServiceEvent.START, ServiceEvent.LAUNCHED, now=5.0)
    assert state.word == "starting"
    assert state.timer_at == 5.0 + SETTLE_S
    state, effects = step(state, ServiceEvent.TIMER, 5.0 + SETTLE_S)
    assert state.word == "running"
    assert effects == ()


def test_a_timer_that_rings_early_means_nothing() -> None:
    state = after(ServiceEvent.START, ServiceEvent.LAUNCHED, now=5.0)
    assert step(state, ServiceEvent.TIMER, 5.0) == (state, ())


def test_the_first_death_is_followed_by_a_start_at_once() -> None:
    state, effects = step(RUNNING, ServiceEvent.EXITED, 100.0)
    assert effects == (Effect.REPORT_DEATH, Effect.LAUNCH)
    assert state.phase is Phase.STARTING
    assert state.word == "starting"


def test_the_second_death_in_a_row_waits_and_is_failing() -> None:
    state, _ = step(RUNNING, ServiceEvent.EXITED, 100.0)
    state = after(ServiceEvent.LAUNCHED, state=state, now=100.0)
    state, effects = step(state, ServiceEvent.EXITED, 100.05)
    assert effects == (Effect.REPORT_DEATH,)
    assert state.phase is Phase.WAITING
    assert state.word == "failing"
    assert state.timer_at is not None
    state, effects = step(state, ServiceEvent.TIMER, state.timer_at)
    assert effects == (Effect.LAUNCH,)
    assert state.word == "failing"


def test_a_crash_loop_is_over_when_the_process_lives() -> None:
    state = after(ServiceEvent.START, ServiceEvent.LAUNCHED)
    state = ServiceState(phase=Phase.SETTLING, is_wanted=True, crashes=5, timer_at=SETTLE_S_MAX)
    state, effects = step(state, ServiceEvent.TIMER, SETTLE_S_MAX)
    assert state.word == "running"
    assert effects == (Effect.REPORT_RECOVERY,)
    state, effects = step(state, ServiceEvent.EXITED, STABLE_S + 1)
    assert state.crashes == 1
    assert Effect.LAUNCH in effects


def test_a_failed_launch_counts_as_a_death() -> None:
    state = after(ServiceEvent.START, ServiceEvent.LAUNCH_FAILED, ServiceEvent.LAUNCH_FAILED)
    assert state.crashes == FAILING_CRASHES
    assert state.word == "failing"


def test_a_stop_asks_and_the_deadline_kills() -> None:
    state, effects = step(RUNNING, ServiceEvent.STOP, 50.0)
    assert effects == (Effect.TERMINATE,)
    assert state.word == "stopping"
    assert state.timer_at == 50.0 + STOP_DEADLINE_S
    state, effects = step(state, ServiceEvent.TIMER, 50.0 + STOP_DEADLINE_S)
    assert effects == (Effect.KILL,)
    state, effects = step(state, ServiceEvent.EXITED, 71.0)
    assert state == ServiceState(since=0.0)
    assert effects == ()


def test_a_stop_ends_the_waiting_of_a_crash_loop() -> None:
    waiting = ServiceState(phase=Phase.WAITING, is_wanted=True, crashes=4, timer_at=9.0)
    assert step(waiting, ServiceEvent.STOP, 5.0) == (ServiceState(), ())


def test_a_start_during_a_stop_is_done_after_it() -> None:
    state = after(ServiceEvent.STOP, ServiceEvent.START, state=RUNNING)
    assert state.phase is Phase.STOPPING
    state, effects = step(state, ServiceEvent.EXITED, 1.0)
    assert effects == (Effect.LAUNCH,)
    assert state.phase is Phase.STARTING


def test_a_death_after_unmonitor_is_meant() -> None:
    state = after(ServiceEvent.UNMONITOR, state=RUNNING)
    state, effects = step(state, ServiceEvent.EXITED, 1.0)
    assert state.phase is Phase.STOPPED
    assert effects == ()
    assert after(ServiceEvent.START, state=state).is_monitored


def test_a_launch_that_ends_after_the_stop_began_is_a_stop() -> None:
    state = after(ServiceEvent.START, ServiceEvent.STOP)
    assert state.phase is Phase.STOPPING
    assert after(ServiceEvent.LAUNCH_FAILED, state=state).phase is Phase.STOPPED


@given(st.integers(0, 10_000))
def test_delays_grow_to_a_limit(crashes: int) -> None:
    assert restart_delay_s(crashes) <= restart_delay_s(crashes + 1) <= RESTART_DELAY_S_MAX
    assert settle_s(crashes) <= settle_s(crashes + 1) <= SETTLE_S_MAX
