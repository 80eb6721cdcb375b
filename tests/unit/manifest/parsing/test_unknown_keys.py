"""Which unknown keys stop a deploy, which are warned of, and which are nobody's business."""

import pytest

from paasta_deploy.diagnostics import Severity
from paasta_deploy.manifest import parse_deployment
from tests.unit.manifest.parsing.documents import DEPLOYMENT, changed
from tests.unit.manifest.texts import node

E, W = Severity.ERROR, Severity.WARNING


def severities(line: str, *, of_group: bool) -> list[Severity | None]:
    """Return what a line comes to: strictly, usually, leniently; None: nothing is said."""
    before = "  vm_type: small\n" if of_group else "name: shop\n"
    text = changed(DEPLOYMENT, (before, f"{before}{'  ' * of_group}{line}\n"))
    found: list[Severity | None] = []
    for unknown_keys in (E, None, W):
        told = parse_deployment(node(text), unknown_keys=unknown_keys).diagnostics
        found.append(told[0].severity if told else None)
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colour: red", [E, E, W]),
        ("vm_tpyes: []", [E, E, W]),
        ("add_ons: []", [E, E, W]),
        ("meta: {a: b}", [E, None, None]),
        ("syslog_aggregator: ~", [E, None, None]),
        ("syslog_aggregator:", [E, None, None]),
        ("addon: ~", [E, E, W]),
        ("x-anything: 1", [None, None, None]),
    ],
)
def test_at_the_top(line: str, expected: list[Severity | None]) -> None:
    assert severities(line, of_group=False) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colour: red", [E, E, W]),
        ("meta: {a: b}", [E, E, W]),
        ("provides: {a: {as: b}}", [E, W, W]),
        ("consume: {a: {from: b}}", [E, W, W]),
        ("consumes: {a: {from: b}}", [E, W, W]),
        ("static_ips: [10.0.0.10]", [E, E, W]),
        ("syslog_aggregator: null", [E, None, None]),
    ],
)
def test_in_a_group(line: str, expected: list[Severity | None]) -> None:
    assert severities(line, of_group=True) == expected


def test_a_key_that_belongs_elsewhere_is_told_where() -> None:
    text = changed(DEPLOYMENT, ("  vm_type: small\n", "  vm_type: small\n  consume: {a: {}}\n"))
    (told,) = parse_deployment(node(text)).diagnostics

    assert told.hint == "it belongs to a job, below `jobs:`"
