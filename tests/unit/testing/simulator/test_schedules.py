"""Whatever goes wrong, no promise is broken, and deploying again makes everything run.

Each seed is one random schedule of faults; `scripts/drills/schedules` runs as many as one likes.
"""

import pytest

from paasta_deploy.testing.simulator.schedules import random_schedule, run_schedule
from paasta_deploy.wire.simulation_report import report_json
from paasta_deploy.wiring.simulating import make_simulated_cloud

SEEDS = 60
BLOCK = 10

FORMER = (119, 605)
"""Seeds that once found a leak: a ``create_vm`` that outlived its director."""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_no_promise_is_broken_whatever_goes_wrong(first: int) -> None:
    for seed in range(first, first + BLOCK):
        _, broken = run_schedule(random_schedule(seed), make_simulated_cloud)
        assert broken == [], f"seed {seed}"


@pytest.mark.parametrize("seed", FORMER)
def test_what_was_once_broken_stays_whole(seed: int) -> None:
    _, broken = run_schedule(random_schedule(seed), make_simulated_cloud)
    assert broken == []


def test_equal_seeds_give_equal_runs() -> None:
    once, again = (
        report_json(run_schedule(random_schedule(7), make_simulated_cloud)[0], events=True)
        for _ in range(2)
    )
    assert once == again


def test_other_seeds_give_other_runs() -> None:
    assert random_schedule(1).given.faults != random_schedule(2).given.faults
