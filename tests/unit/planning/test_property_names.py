"""A misspelt property is guessed; what is merely unknown to a release is nobody's business."""

import pytest

from paasta_deploy.diagnostics import Diagnostic
from tests.unit.planning.shop import MANIFEST, shop_release
from tests.unit.planning.test_desired import resolved


def told(properties: str) -> list[Diagnostic]:
    """Return what is said about properties of the job that declares `port` and `db.user`."""
    text = MANIFEST.replace("{port: 8080}", properties)
    return [item for item in resolved(text).diagnostics if item.code == "PD0439"]


def test_a_near_miss_is_told_at_its_key() -> None:
    (said,) = told("{prot: 8080}")

    assert not said.is_error
    assert said.hint == "did you mean `port`?"
    assert said.span is not None
    assert said.span.line == MANIFEST.split("\n").index("    properties: {port: 8080}") + 1


def test_a_name_inside_a_mapping_is_compared_with_its_siblings() -> None:
    (said,) = told("{db: {usr: otto}}")

    assert said.hint == "did you mean `db.user`?"


@pytest.mark.parametrize(
    "properties",
    [
        "{port: 8080}",
        "{port: 8080, prot: 1}",
        "{colour: red}",
        "{db: {user: otto, password: x}}",
        "{ports: {user: 1}}",
        "{}",
    ],
)
def test_what_is_given_or_far_from_every_name_is_passed_over(properties: str) -> None:
    assert told(properties) == []


def test_a_declared_mapping_is_not_looked_into() -> None:
    assert shop_release().manifest.jobs
    assert told("{port: {prot: 1}}") == []
