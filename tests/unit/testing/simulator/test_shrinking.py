"""Schedules are made smaller until everything that is left is needed.

Properties: what is left still breaks; no further single cut does; cuts tell the whole of it.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.testing.simulator.schedules import Schedule, random_schedule
from paasta_deploy.testing.simulator.shrinking import (
    UnknownCutError,
    cuts_of,
    same_breach,
    shrink,
    without,
)
from paasta_deploy.wiring.simulating import make_simulated_cloud

seeds = st.integers(0, 10_000)


@given(seed=seeds, share=st.floats(0, 1))
def test_what_is_left_breaks_and_nothing_more_can_go(seed: int, share: float) -> None:
    schedule = random_schedule(seed)
    size = len(schedule.faults.timeline) + len(schedule.doings)
    needed = round(size * share)

    def breaks(one: Schedule) -> bool:
        return len(one.faults.timeline) + len(one.doings) >= needed

    small = without(schedule, shrink(schedule, breaks))
    assert len(small.faults.timeline) + len(small.doings) == needed
    assert not any(breaks(without(small, {cut})) for cut in cuts_of(small))


@given(seed=seeds)
def test_everything_can_go_at_once(seed: int) -> None:
    schedule = random_schedule(seed)
    bare = without(schedule, cuts_of(schedule))
    assert cuts_of(bare) == ()
    assert shrink(schedule, lambda _: True) == cuts_of(schedule)


@given(seed=seeds)
def test_nothing_goes_when_everything_is_needed(seed: int) -> None:
    schedule = random_schedule(seed)
    assert shrink(schedule, lambda one: one == schedule) == ()
    assert without(schedule, ()) == schedule


def test_the_search_ends_after_so_many_runs() -> None:
    tried: list[Schedule] = []

    def breaks(one: Schedule) -> bool:
        tried.append(one)
        return False

    shrink(random_schedule(0), breaks, runs_max=5)
    assert len(tried) == 5


def test_a_cut_that_there_is_not_is_told() -> None:
    with pytest.raises(UnknownCutError, match="seed 0 has no `fault:99`; it has doing:0"):
        without(random_schedule(0), ["fault:99"])


def test_another_breach_is_not_the_same() -> None:
    breaks = same_breach(["machine vm-12ab34 is leaked"], make_simulated_cloud)
    assert not breaks(random_schedule(0))
