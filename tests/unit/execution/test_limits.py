"""What is learned of an account from its answers.

Properties, over any course of answers: never above the ceiling, never below one call at once and
one in a few seconds, no hold longer than what is believed, and all of it comes back with time.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.execution.limits import (
    HOLD_S_MAX,
    PROBE_S_MAX,
    PROBING_FROM,
    RATE_MIN,
    RETURN_S,
    SLOW_FLOOR_SHARE,
    Answer,
    Begun,
    Bounds,
    Cause,
    GotThrough,
    LimitState,
    Throttled,
    Troubled,
    learned,
)

FRESH = LimitState(bounds=Bounds(in_flight_max=32))

RECOVERED_S = 10 * RETURN_S
"""Long after every curve is back at its ceiling."""

COURSES = st.lists(
    st.tuples(
        st.sampled_from(("begun", "through", "slow", "throttled", "troubled")),
        st.floats(0, 20),
        st.floats(0, 1000),
        st.integers(0, 32),
    ),
    max_size=80,
)


def answer(kind: str, retry_after_s: float, now_s: float) -> Answer:
    match kind:
        case "begun":
            return Begun()
        case "through":
            return GotThrough("has_vm", now_s, 0.1)
        case "slow":
            return GotThrough("has_vm", now_s, 50.0)
        case "throttled":
            return Throttled(now_s, retry_after_s, 0.5)
        case _:
            return Troubled(now_s, 0.5)


def after(*answers: Answer, state: LimitState = FRESH, now_s: float = 0.0) -> LimitState:
    for item in answers:
        state = learned(state, item, now_s, in_flight=16)
    return state


def throttled(now_s: float = 0.0, retry_after_s: float = 0.0) -> Throttled:
    return Throttled(now_s, retry_after_s, 0.0)


def through(now_s: float = 0.0, took_s: float | None = None) -> GotThrough:
    return GotThrough("create_vm", now_s, took_s)


@given(COURSES, st.integers(1, 64), st.sampled_from((None, 0.5, 100.0)))
def test_limits_stay_within_their_bounds_whatever_is_answered(
    course: list[tuple[str, float, float, int]], ceiling: int, per_second_max: float | None
) -> None:
    bounds = Bounds(in_flight_max=ceiling, per_second_max=per_second_max)
    state, now_s = LimitState(bounds=bounds), 0.0

    for kind, wait_s, retry_after_s, in_flight in course:
        now_s += wait_s
        state = learned(
            state, answer(kind, retry_after_s, now_s), now_s, in_flight=min(in_flight, ceiling)
        )
        rate = state.per_second_max(now_s)
        assert 1 <= state.in_flight_max(now_s) <= ceiling
        assert rate is None or rate >= min(RATE_MIN, per_second_max or RATE_MIN)
        assert per_second_max is None or (rate is not None and rate <= per_second_max)
        assert state.held_until_s <= now_s + HOLD_S_MAX


@given(COURSES)
def test_all_is_as_before_when_calls_get_through_for_a_while(
    course: list[tuple[str, float, float, int]],
) -> None:
    state, now_s = FRESH, 0.0
    for kind, wait_s, retry_after_s, in_flight in course:
        now_s += wait_s
        state = learned(
            state, answer(kind, retry_after_s, now_s), now_s, in_flight=min(in_flight, 32)
        )

    for _ in range(200):  # an account with a latency as ever
        now_s += RETURN_S / 5
        state = learned(state, Begun(), now_s, in_flight=1)
        state = learned(state, GotThrough("create_vm", now_s, 5.0), now_s, in_flight=1)

    assert state.in_flight_max(now_s) == 32
    assert state.per_second_max(now_s) is None
    assert state.may_begin_at_s() <= now_s
    assert state.cause is Cause.NONE


@given(st.floats(0, 1e6), st.floats(0, 1e9))
def test_nothing_begins_before_the_account_has_said(now_s: float, retry_after_s: float) -> None:
    state = learned(FRESH, throttled(now_s, retry_after_s), now_s, in_flight=0)

    assert state.may_begin_at_s() == now_s + min(HOLD_S_MAX, retry_after_s)


def test_fair_weather_changes_nothing() -> None:
    course: list[Answer] = [Begun(), through(took_s=30.0)]
    state = after(*course * 100)

    assert state.in_flight_max(0.0) == 32
    assert state.per_second_max(0.0) is None
    assert state.cause is Cause.NONE


def test_a_single_429_cuts_nothing() -> None:
    state = after(through(), throttled(), through())

    assert state.in_flight_max(0.0) == 32
    assert state.cause is Cause.NONE


def test_several_429_cut_to_what_the_account_was_doing() -> None:
    state = FRESH
    for number in range(40):  # ten calls a second
        state = learned(state, Begun(), number / 10, in_flight=16)
        state = learned(state, through(number / 10), number / 10, in_flight=16)

    cut = after(*[throttled(4.0)] * 3, state=state, now_s=4.0)

    rate = cut.per_second_max(4.0)
    assert rate is not None
    assert 5.0 < rate < 8.0
    assert int(cut.window_now(4.0)) == 11
    assert cut.cause is Cause.THROTTLED


def test_what_began_before_a_cut_says_nothing_new() -> None:
    cut = after(through(4.0), *[throttled(5.0)] * 3, now_s=5.0)

    again = learned(cut, throttled(4.5), 5.1, in_flight=16)

    assert cut.window is not None
    assert again == replace(cut, held_until_s=again.held_until_s)


def test_rare_5xx_are_chance() -> None:
    course: list[Answer] = [through(), through(), through(), Troubled(0.0, 0.0)]
    state = after(*course * 20)

    assert state.cause is Cause.NONE


def test_a_service_in_trouble_gets_fewer_calls() -> None:
    state = after(through(), *[Troubled(1.0, 0.0)] * 4, now_s=1.0)

    assert state.cause is Cause.TROUBLED
    assert after(through(1.0), state=state, now_s=1.0).in_flight_max(1.0) == 22


def test_an_account_that_lets_nothing_through_is_asked_by_one_call_at_a_time() -> None:
    state = after(*[Troubled(0.0, 1.0)] * PROBING_FROM)

    assert state.in_flight_max(0.0) == 1
    assert state.held_until_s > 0.0
    assert state.cause is Cause.TROUBLED
    assert after(through(), state=state).in_flight_max(0.0) > 1


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_pauses_between_probes_grow_and_have_an_end(count: int, jitter: float) -> None:
    state, now_s = FRESH, 0.0
    for _ in range(count):
        now_s = max(now_s, state.held_until_s)
        state = learned(state, Troubled(now_s, jitter), now_s, in_flight=0)

    assert state.held_until_s <= now_s + PROBE_S_MAX


def test_while_nothing_gets_through_the_limits_are_not_cut_further() -> None:
    first = after(through(), *[throttled(1.0)] * 3, now_s=1.0)
    storm = first
    for second in range(2, 60):
        storm = learned(storm, throttled(second), second, in_flight=0)

    assert storm.rate == first.rate
    assert storm.window == first.window


def test_answers_that_take_twice_as_long_cut_a_little_and_not_for_ever() -> None:
    state = after(*[through(took_s=10.0)] * 50)

    slow = state
    for number in range(30):
        now_s = 100.0 * number
        slow = learned(slow, through(now_s, 60.0), now_s, in_flight=16)

    assert slow.in_flight_max(0.0) >= SLOW_FLOOR_SHARE * 32
    causes = {
        learned(state, through(now_s, 60.0), now_s, in_flight=16).cause for now_s in (1.0, 2.0)
    }
    assert causes <= {Cause.NONE, Cause.SLOW}
    assert not slow.latencies["create_vm"].is_slow, "what lasts becomes usual"


def test_calls_below_a_second_are_never_slow() -> None:
    state = after(*[through(took_s=0.001)] * 50, *[through(took_s=0.9)] * 50)

    assert state.window is None


def test_limits_that_may_not_adapt_hold_and_nothing_else() -> None:
    fixed = LimitState(bounds=Bounds(in_flight_max=32, per_second_max=4.0, adaptive=False))

    state = after(*[throttled(retry_after_s=7.0)] * 9, *[Troubled(0.0, 0.0)] * 9, state=fixed)

    assert state.in_flight_max(0.0) == 32
    assert state.per_second_max(0.0) == 4.0
    assert state.may_begin_at_s() == 7.0


def test_a_configured_rate_paces_from_the_first_call() -> None:
    state = LimitState(bounds=Bounds(in_flight_max=32, per_second_max=2.0))

    assert after(Begun(), Begun(), state=state).may_begin_at_s() == 1.0
