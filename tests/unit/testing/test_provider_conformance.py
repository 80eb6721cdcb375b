"""The conformance suite catches what it is there for: one planted defect after the other."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.testing import broken_providers

HERE = Path(__file__).resolve()
ROOT = HERE.parents[3]
PLANTED = {
    name: planted
    for name, planted in inspect.getmembers(broken_providers, inspect.isclass)
    if name.startswith("Test") and issubclass(planted, broken_providers.Planted)
}
_FAILURE = re.compile(r"^(?:FAILED|ERROR) \S+::(\w+)::(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def failures() -> dict[str, set[str]]:
    """Which tests fail for which planted defect, found by one run in a process of its own."""
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider"),
            str(HERE.with_name("broken_providers.py")),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    found: dict[str, set[str]] = {name: set() for name in PLANTED}
    for name, test in _FAILURE.findall(run.stdout):
        found[name].add(test)
    assert " passed" in run.stdout, run.stdout + run.stderr
    return found


def test_a_sound_provider_passes(failures: dict[str, set[str]]) -> None:
    assert failures["TestNothingIsBroken"] == set()


@pytest.mark.parametrize("name", sorted(set(PLANTED) - {"TestNothingIsBroken"}))
def test_a_planted_defect_is_caught(failures: dict[str, set[str]], name: str) -> None:
    caught_by = PLANTED[name].caught_by

    assert caught_by, "say which test must catch it"
    assert caught_by <= failures[name], f"only {sorted(failures[name])} failed"


def test_at_least_eight_defects_are_planted() -> None:
    assert len(PLANTED) > 8
