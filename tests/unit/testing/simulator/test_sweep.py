"""The crash sweep: whoever takes over from a killed director ends where that one would have.

Each round trip kills a director at every write of its journal, before and after it, and at both
sides of every call to clouds and agents. `scripts/drill crash-sweep` does that, in processes
without coverage, since it is half a minute of pure computing; `pytest -s` prints how many points
were tried. Without `--pairs 0` it also kills the director that takes over.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest

from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.handlers import vms
from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.testing.simulator.crash_points import Reaper
from paasta_deploy.testing.simulator.round_trips import ROUND_TRIPS
from paasta_deploy.testing.simulator.sweep import Kill, kill_once, sweep, sweep_twice
from paasta_deploy.wiring.simulating import make_simulated_cloud
from tests.deadlines import unmeasured

DRILL = Path(__file__).resolve().parents[4] / "scripts" / "drills" / "crash-sweep"

POINTS_MIN = 3000
"""All round trips together have more; a sweep that shrinks has lost what it looks at."""

TRIPS = {trip.name: trip for trip in ROUND_TRIPS}

AROUND = tuple(product(("before", "after"), ("intent", "result", "note", "cpi", "agent")))
"""Every kind of place where a director can die."""


def is_at(point: str, side: str, kind: str) -> bool:
    return point.startswith(f"{side} {kind} ")


@pytest.mark.slow
def test_a_director_that_is_killed_anywhere_is_taken_over_from() -> None:
    command = [sys.executable, str(DRILL), "--pairs", "0"]
    # Nothing in virtual time can wait for ever, so there is no deadline to be missed either.
    ended = subprocess.run(command, env=unmeasured(), capture_output=True, text=True, check=False)

    print(ended.stdout)  # noqa: T201 - how many points were tried
    assert ended.returncode == 0, ended.stdout + ended.stderr
    points = int(re.findall(r"^(\d+) points", ended.stdout, re.MULTILINE)[0])
    assert points >= POINTS_MIN


@pytest.mark.parametrize("name", ["stop and start", "restart"])
def test_so_it_is_also_within_this_process(name: str) -> None:
    result = sweep(TRIPS[name], make_simulated_cloud)

    assert result.broken == []
    assert result.kills == sum(len(points) for points in result.points.values())


def test_so_is_one_that_had_just_taken_over() -> None:
    result = sweep_twice(TRIPS["stop hard and start"], make_simulated_cloud, pairs=10, seed=1)

    assert result.broken == []
    assert result.kills > 20, "some resumptions are over before they come to the second point"


def points_of(name: str) -> Sequence[str]:
    result = kill_once(TRIPS[name], make_simulated_cloud, Kill(act=0, first=0))
    return [point for points in result.points.values() for point in points]


def test_points_are_at_both_sides_of_writes_and_calls() -> None:
    points = points_of("new VMs")
    assert all(any(is_at(point, *place) for point in points) for place in AROUND)


def test_a_kill_before_a_call_prevents_it_and_one_after_it_does_not() -> None:
    deaths: list[str] = []
    reaper = Reaper(lambda: deaths.append("dead"))
    reaper.arm(1)
    died = [reaper.reach("before cpi create_vm"), reaper.reach("after cpi create_vm")]
    assert died == [False, True]
    assert deaths == ["dead"]
    assert not reaper.reach("the dead pass no point")
    assert reaper.points == ["before cpi create_vm", "after cpi create_vm"]


async def forget_what_was_half_made(_record: VmRecord, _context: StepContext) -> None:
    """A planted bug: the machine of a call whose answer nobody heard is not looked for."""


def test_a_sweep_finds_what_is_wrong_and_one_kill_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vms, "_end_half_made", forget_what_was_half_made)
    trip = TRIPS["fresh deploy"]
    where = points_of(trip.name).index("after cpi create_vm")

    result = kill_once(trip, make_simulated_cloud, Kill(act=0, first=where))

    assert result.kills == 1
    assert f"killed at point {where} (after cpi create_vm)" in result.broken[0]
    assert "is leaked" in result.broken[0]


def test_an_act_that_fails_without_a_kill_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def delete_nothing(*_: object) -> None:
        raise AssertionError("planted")

    monkeypatch.setattr(vms, "delete", delete_nothing)

    result = kill_once(TRIPS["fresh deploy"], make_simulated_cloud, Kill(act=0, first=0))

    assert any("met a bug of its own" in text for text in result.broken)
