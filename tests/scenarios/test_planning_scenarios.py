"""Every transcript of planning still says what planning does."""

import os
from pathlib import Path

import pytest

from tests.scenarios.planning_scenario import parse, played, written

FOLDER = Path(__file__).parent / "planning"
SCENARIOS = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_the_plans_are_as_told(scenario: Path) -> None:
    told = scenario.read_text(encoding="utf-8")

    today = played(told)

    if os.environ.get("PAASTA_REWRITE") == "1":
        scenario.write_text(today, encoding="utf-8")
    else:
        assert today == told


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_is_written_as_it_is_read(scenario: Path) -> None:
    told = scenario.read_text(encoding="utf-8")

    assert written(*parse(told)) == told


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) > 10
