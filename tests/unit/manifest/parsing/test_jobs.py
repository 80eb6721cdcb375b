"""``jobs:`` of groups and addons."""

import pytest

from paasta_deploy.model.deployment import JobUse
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)

JOB = "{name: j, release: r}"


def job(text: str) -> JobUse:
    """Return the job that a text describes."""
    return deployment_of(changed(DEPLOYMENT, (JOB, text))).instance_groups[0].jobs[0]


def test_absent_properties_are_told_apart_from_empty_ones() -> None:
    assert job("{name: j, release: r}").properties is None
    assert job("{name: j, release: r, properties: {}}").properties == {}


def test_properties_are_bare_values() -> None:
    read = job("{name: j, release: r, properties: {a: [1, y, ~, {b: 1.5}]}}")

    assert read.properties == {"a": [1, True, None, {"b": 1.5}]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{name: j}", [("PD0102", "{")]),
        ("{release: r}", [("PD0102", "{")]),
        ("j", [("PD0101", "j")]),
        ("{name: j, release: r, properties: ~}", [("PD0101", "~")]),
        ("{name: j, release: r, instances: 2}", [("PD0103", "instances")]),
        ("{name: j, release: r}\n  - {name: j, release: s}", [("PD0123", "j")]),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert deployment_problems((JOB, text)) == expected


def test_a_group_needs_jobs() -> None:
    assert deployment_problems(("  jobs:\n  - " + JOB, "")) == [("PD0102", "name")]
