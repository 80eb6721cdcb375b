"""Durations from a seed: the same for the same key, within their limits."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.testing.simulator.tempo import Dice, Duration


@given(st.integers(), st.floats(0, 100), st.floats(0, 100))
def test_a_duration_lies_within_its_limits(seed: int, one: float, other: float) -> None:
    low_s, high_s = sorted((one, other))
    took_s = Dice(seed).duration_s(Duration(low_s=low_s, high_s=high_s), "call", "vm-1")
    assert low_s <= took_s <= high_s


def test_what_happens_elsewhere_changes_nothing_here() -> None:
    quiet, busy = Dice(1), Dice(1)
    busy.roll("call", "another")
    assert quiet.roll("call", "vm-1") == busy.roll("call", "vm-1")


def test_each_time_has_a_number_of_its_own() -> None:
    dice = Dice(1)
    assert dice.roll("call", "vm-1") != dice.roll("call", "vm-1")


def test_what_has_no_duration_takes_no_time() -> None:
    assert Dice(1).duration_s(None, "call", "vm-1") == 0.0
