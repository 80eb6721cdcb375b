"""Whatever goes wrong, no promise is broken, and deploying again makes everything run.

Each seed is one random schedule of faults; `scripts/drills/schedules` runs as many as one likes.
That the schedules find bugs is shown by planting some in production code: each is soon seen.
"""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paasta_deploy.execution import executor
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.handlers import vms
from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.planning import group_steps, rollout
from paasta_deploy.planning.actions import DeleteVm
from paasta_deploy.planning.effects import NOTHING_MADE, Made
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


SEEDS_MAX = 60

Plant = Callable[[pytest.MonkeyPatch], None]


def forget_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def delete(_action: DeleteVm, _context: StepContext) -> Made:
        return NOTHING_MADE

    monkeypatch.setattr(vms, "delete", delete)


def forget_what_was_half_made(monkeypatch: pytest.MonkeyPatch) -> None:
    async def end(_record: VmRecord, _context: StepContext) -> None:
        return

    monkeypatch.setattr(vms, "_end_half_made", end)


def skip_the_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "at_intent", lambda *_, **__: ())


def choose_too_many_canaries(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rollout.batches_of

    @functools.wraps(right)
    def wrong(*arguments: Any, **options: Any) -> list[Any]:
        return [
            replace(batch, canaries=batch.canaries + 1) for batch in right(*arguments, **options)
        ]

    monkeypatch.setattr(group_steps, "batches_of", wrong)


def update_more_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rollout.batches_of

    @functools.wraps(right)
    def wrong(*arguments: Any, **options: Any) -> list[Any]:
        return [
            replace(batch, max_in_flight=batch.max_in_flight + 1)
            for batch in right(*arguments, **options)
        ]

    monkeypatch.setattr(group_steps, "batches_of", wrong)


PLANTS: tuple[Plant, ...] = (
    forget_the_fence,
    forget_what_was_half_made,
    skip_the_intent,
    choose_too_many_canaries,
    update_more_at_once_than_allowed,
)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    for seed in range(SEEDS_MAX):
        _, broken = run_schedule(random_schedule(seed), make_simulated_cloud)
        if broken:
            return
    pytest.fail(f"{SEEDS_MAX} schedules, and nobody saw it")
