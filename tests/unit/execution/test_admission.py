"""Who may call an account next.

Properties, over any course of calls and answers: never more under way than the ceiling, nobody
begins before the account's time, every call that waits begins in the end, parties of equal urgency
take turns, and those who heal wait for at most one call of others.
"""

import heapq
from collections import Counter
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.execution.admission import (
    KEPT_FREE_FROM,
    URGENT_IN_ROW_MAX,
    Admission,
    Turn,
    Urgency,
)
from paasta_deploy.execution.limits import (
    HOLD_S_MAX,
    PROBE_S_MAX,
    PROBING_FROM,
    Answer,
    Bounds,
    Cause,
    GotThrough,
    Throttled,
    Troubled,
)

OVER_S = 24 * 3600.0
"""Longer than any course of calls here can take if nothing is stuck."""


def usual(party: str = "deploy") -> Turn:
    return Turn(party, Urgency.USUAL)


def healing(party: str = "heal") -> Turn:
    return Turn(party, Urgency.HEALING)


def full(ceiling: int) -> tuple[Admission, list[Turn]]:
    """Return an account with as many usual calls under way as it takes."""
    admission = Admission(Bounds(in_flight_max=ceiling))
    begun: list[Turn] = []
    for _ in range(ceiling - (ceiling >= KEPT_FREE_FROM)):
        begun += admission.asks(usual("first"), 0.0)
    return admission, begun


class Cloud:
    """Calls under way, each with its end and its answer; time jumps from one event to the next."""

    def __init__(self, ceiling: int, fates: list[tuple[str, float]]) -> None:
        self.admission = Admission(Bounds(in_flight_max=ceiling))
        self.now_s = 0.0
        self.done: Counter[str] = Counter()
        self._fates = fates
        self._calls = count()
        self._ends: list[tuple[float, int, Turn, Answer]] = []
        self._ceiling = ceiling

    def ask(self, turn: Turn, *, again: bool = False) -> None:
        self._begin(self.admission.asks(turn, self.now_s, again=again))

    def _begin(self, turns: object) -> None:
        assert isinstance(turns, list)
        for turn in turns:
            assert self.now_s >= self.admission.state.held_until_s
            number = next(self._calls)
            kind, took_s = self._fates[number] if number < len(self._fates) else ("ok", 1.0)
            began_s = self.now_s
            answers: dict[str, Answer] = {
                "ok": GotThrough("x", began_s, took_s),
                "429": Throttled(began_s, 3.0 * took_s, 0.5),
                "5xx": Troubled(began_s, 0.5),
            }
            answer = answers[kind]
            heapq.heappush(self._ends, (self.now_s + took_s, number, turn, answer))
        assert self.admission.in_flight == len(self._ends) <= self._ceiling

    def run(self) -> None:
        """Let everything end; what was refused asks again."""
        while self._ends or self.admission.waiting:
            look_s = self.admission.look_at_s(self.now_s)
            if self._ends and (look_s is None or self._ends[0][0] <= look_s):
                self.now_s, _, turn, answer = heapq.heappop(self._ends)
                self._begin(self.admission.ends(turn, answer, self.now_s))
                if isinstance(answer, GotThrough):
                    self.done[turn.party] += 1
                else:
                    self.ask(turn, again=True)
            else:
                assert look_s is not None, "somebody waits and nothing will wake them"
                assert look_s <= self.now_s + HOLD_S_MAX
                self.now_s = look_s
                self._begin(self.admission.admits(self.now_s))
            assert self.now_s < OVER_S, "nothing may be stuck"


FATES = st.lists(
    st.tuples(st.sampled_from(("ok", "ok", "429", "5xx")), st.floats(0.01, 60)), max_size=60
)


@given(
    st.integers(1, 40),
    FATES,
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 30), min_size=1),
    st.integers(0, 10),
)
def test_every_call_is_made_in_the_end_and_never_too_many_at_once(
    ceiling: int, fates: list[tuple[str, float]], wanted: dict[str, int], heals: int
) -> None:
    cloud = Cloud(ceiling, fates)

    for party, number in wanted.items():
        for _ in range(number):
            cloud.ask(usual(party))
    for _ in range(heals):
        cloud.ask(healing())
    cloud.run()

    assert cloud.done == Counter({**wanted, "heal": heals}) + Counter()
    assert cloud.admission.in_flight == 0


def test_what_fits_begins_at_once() -> None:
    admission, turn = Admission(Bounds(in_flight_max=2)), usual()

    assert admission.asks(turn, 0.0) == [turn]
    assert admission.look_at_s(0.0) is None


@given(st.integers(1, 50), st.integers(1, 20))
def test_parties_take_turns(large: int, small: int) -> None:
    admission, (running,) = full(1)
    for _ in range(large):
        admission.asks(usual("large"), 0.0)
    for _ in range(small):
        admission.asks(usual("small"), 0.0)

    order: list[str] = []
    while admission.waiting:
        (running,) = admission.ends(running, None, 0.0)
        order.append(running.party)

    both = 2 * min(large, small)
    assert Counter(order[:both]) == {"large": both // 2, "small": both // 2}


@given(st.integers(KEPT_FREE_FROM, 40))
def test_a_heal_finds_a_place_beside_any_number_of_calls(ceiling: int) -> None:
    admission, begun = full(ceiling)
    heal = healing()

    assert len(begun) == ceiling - 1
    assert admission.asks(heal, 0.0) == [heal]


@given(st.integers(1, 40), st.integers(0, 50))
def test_a_heal_waits_for_one_call_at_most(ceiling: int, others: int) -> None:
    admission, begun = full(ceiling)
    for _ in range(others):
        admission.asks(usual("second"), 0.0)
    heal = healing()

    at_once = admission.asks(heal, 0.0)

    assert at_once == [heal] or admission.ends(begun[0], None, 0.0) == [heal]


@given(st.integers(1, 40))
def test_any_number_of_heals_leaves_turns_to_the_others(ceiling: int) -> None:
    admission, running = full(ceiling)
    waiting = usual("deploy")
    for _ in range(10 * ceiling):
        running += admission.asks(healing(), 0.0)
    admission.asks(waiting, 0.0)

    order: list[Turn] = []
    for _turn in range(URGENT_IN_ROW_MAX + 1 + ceiling):
        admitted = admission.ends(running.pop(0), None, 0.0)
        order += admitted
        running += admitted

    assert waiting in order


def test_what_was_refused_goes_before_the_rest_of_its_party() -> None:
    admission, (running,) = full(1)
    later, refused = usual(), usual()
    admission.asks(later, 0.0)
    admission.asks(refused, 0.0, again=True)

    assert admission.ends(running, None, 0.0) == [refused]


def test_who_leaves_is_not_admitted() -> None:
    admission, (running,) = full(1)
    gone, next_one = usual(), usual("other")
    admission.asks(gone, 0.0)
    admission.asks(next_one, 0.0)

    admission.leaves(gone)

    assert admission.waiting_of("deploy") == 0
    assert admission.ends(running, None, 0.0) == [next_one]


def test_a_hold_is_told_and_ends_by_time_alone() -> None:
    admission, (running,) = full(1)
    waiting = usual()
    admission.asks(waiting, 0.0)

    assert admission.ends(running, Throttled(0.0, 3.0, 0.0), 0.0) == []

    standing = admission.standing(1.0)
    assert (standing.held_s, standing.waiting, standing.is_limited) == (2.0, 1, True)
    assert admission.look_at_s(0.0) == 3.0
    assert admission.admits(3.0) == [waiting]


def test_a_window_that_grows_lets_in_who_waits_while_long_calls_go_on() -> None:
    admission, running = full(10)
    for _ in range(20):
        admission.asks(usual(), 0.0)
    running += admission.ends(running[3], GotThrough("x", 0.0, None), 0.0)
    for turn in running[:3]:
        admission.ends(turn, Throttled(0.0, 0.0, 0.0), 0.0)
    assert admission.standing(0.0).cause is Cause.THROTTLED

    now_s, begun = 0.0, 0
    while admission.waiting and (look_s := admission.look_at_s(now_s)) is not None:
        now_s = look_s
        begun += len(admission.admits(now_s))

    assert admission.in_flight >= 9, "all but the place that is kept"
    assert begun >= 1


def test_a_call_that_takes_long_does_not_keep_others_from_asking_whether_it_works_again() -> None:
    admission, running = full(10)
    waiting = [usual() for _ in range(5)]
    for turn in waiting:
        admission.asks(turn, 0.0)
    for turn in running[:PROBING_FROM]:
        admission.ends(turn, Throttled(0.0, 0.0, 0.0), 0.0)
    first_s = admission.look_at_s(0.0)
    assert first_s is not None

    assert admission.admits(first_s) == waiting[2:3], "long ones are under way"
    assert admission.admits(first_s + 1.0) == []
    assert admission.look_at_s(first_s + 1.0) == first_s + PROBE_S_MAX
    assert admission.admits(first_s + PROBE_S_MAX) == waiting[3:4]


def test_fair_weather_is_not_limited() -> None:
    admission, _ = full(4)

    assert not admission.standing(0.0).is_limited
