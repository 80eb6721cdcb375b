"""How long the page waits for the cluster. Property: a wait stays between its bounds."""

import importlib
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.quickstart.machines import QUICKSTART

USUAL_S = 0.5
LONGEST_S = 8.0


@pytest.fixture(scope="module")
def patience() -> Callable[[], Any]:
    """Return a maker of patience, as the page has it."""
    sys.path.insert(0, str(QUICKSTART / "release" / "src"))
    try:
        module = importlib.import_module("visits.patience")
    finally:
        sys.path.pop(0)
    return lambda: module.Patience(USUAL_S)


def test_one_silent_server_makes_nobody_wait_longer(patience: Callable[[], Any]) -> None:
    wait = patience()
    for _ in range(10):
        wait.missed()
        wait.missed()
        wait.answered(0.01)
    assert wait.wait_s == USUAL_S


def test_a_cluster_whose_every_answer_is_late_is_heard_at_last(
    patience: Callable[[], Any],
) -> None:
    wait = patience()
    latency_s = 3.0
    misses = 0
    while wait.wait_s < latency_s:
        wait.missed()
        misses += 1
    assert misses <= 9
    wait.answered(latency_s)
    assert wait.wait_s > latency_s, "the next answer is heard, too"


def test_once_answers_are_quick_again_the_wait_is_soon_short(
    patience: Callable[[], Any],
) -> None:
    wait = patience()
    for _ in range(100):
        wait.missed()
    assert wait.wait_s == LONGEST_S
    for _ in range(4):
        wait.answered(0.001)
    assert wait.wait_s == USUAL_S


@given(outcomes=st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=1000))))
def test_a_wait_stays_between_its_bounds(
    patience: Callable[[], Any], outcomes: list[float | None]
) -> None:
    wait = patience()
    for took_s in outcomes:
        if took_s is None:
            wait.missed()
        else:
            wait.answered(took_s)
        assert USUAL_S <= wait.wait_s <= LONGEST_S
