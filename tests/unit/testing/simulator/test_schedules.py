"""Whatever goes wrong, no promise is broken, and deploying again makes everything run.

Each seed is one random schedule of faults and operations; `scripts/drill schedules` runs as many
as one likes. That schedules find bugs is shown in `test_planted_bugs.py`.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.testing.simulator.faults import DirectorKill
from paasta_deploy.testing.simulator.operations import Ask, Cancel, Pause
from paasta_deploy.testing.simulator.schedules import (
    Schedule,
    apart,
    random_schedule,
    run_schedule,
)
from paasta_deploy.testing.simulator.transcripts import transcript
from paasta_deploy.wire.simulation_report import report_json
from paasta_deploy.wiring.simulating import make_simulated_cloud
from tests.deadlines import unmeasured

DRILL = Path(__file__).resolve().parents[4] / "scripts" / "drills" / "schedules"

SEEDS = 250
"""Some twenty seconds on one processor; `scripts/drill schedules` alone runs 10,000."""

FORMER = (32, 147, 276, 20089)
"""Seeds that once found what is mended: jobs that ran while another spec was applied, and
addresses that nobody held after a cancelled swap."""


@pytest.mark.slow
def test_no_promise_is_broken_whatever_goes_wrong() -> None:
    command = [sys.executable, str(DRILL), "--count", str(SEEDS), "--jobs", "1"]
    # Nothing in virtual time can wait for ever, so there is no deadline to be missed either.
    ended = subprocess.run(command, env=unmeasured(), capture_output=True, text=True, check=False)

    print(ended.stdout)  # noqa: T201 - how fast it was
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("seed", range(10))
def test_some_are_run_within_this_process(seed: int) -> None:
    _, broken = run_schedule(random_schedule(seed), make_simulated_cloud)
    assert broken == [], f"scripts/drill schedules --from {seed} --count 1"


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
    assert random_schedule(1).faults != random_schedule(2).faults


def test_directors_die_one_at_a_time() -> None:
    dead = DirectorKill(at_s=10.0, for_s=20.0)
    later = DirectorKill(at_s=31.0, for_s=1.0)
    assert apart([dead, DirectorKill(at_s=15.0, for_s=1.0), later]) == [dead, later]


def some(wanted: Callable[[Schedule], bool]) -> Schedule:
    return next(one for one in map(random_schedule, range(500)) if wanted(one))


@pytest.mark.parametrize("kind", [Ask, Cancel, Pause])
def test_operators_do_everything_now_and_then(kind: type) -> None:
    schedule = some(lambda one: any(isinstance(item, kind) for item in one.given.operations))
    report, broken = run_schedule(schedule, make_simulated_cloud)
    assert broken == []
    assert any("the operator: " in line for line in transcript(report))


def test_every_manifest_that_is_asked_for_says_what_its_change_says() -> None:
    for seed in range(50):
        for operation in random_schedule(seed).given.operations:
            if isinstance(operation, Ask) and isinstance(operation.request, DeployRequest):
                assert operation.label.startswith("deploy")
                assert ("name: site\n" in operation.request.manifest.split("jobs:")[1]) == (
                    "renamed=True" in operation.label
                )
