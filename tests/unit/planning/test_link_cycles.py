"""Rings of links: refused when wired by hand against the rollout order, else only warned of."""

import pytest

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import InstanceGroupName, JobName
from paasta_deploy.planning.link_cycles import LinkEdge, find_cycles
from paasta_deploy.testing.planning_world import parsed_manifest
from tests.unit.planning.test_placement import group, manifest


def edge(text: str) -> LinkEdge:
    """``a>b`` explicit, ``a~b`` implicit, a final ``?`` optional."""
    optional = text.endswith("?")
    sign = ">" if ">" in text else "~"
    consumer, provider = text.rstrip("?").split(sign)
    return LinkEdge(
        consumer=InstanceGroupName(consumer),
        provider=InstanceGroupName(provider),
        job=JobName("job"),
        name=f"link-to-{provider}",
        is_explicit=sign == ">",
        is_optional=optional,
    )


def found(edges: str, serial: str = "abc", errands: str = "") -> tuple[Diagnostic, ...]:
    texts = []
    for name in "abc":
        extra = "" if name in serial else "  update: {serial: false}\n"
        extra += "  lifecycle: errand\n" if name in errands else ""
        texts.append(group(name, 1, ["z1"], extra))
    return find_cycles(parsed_manifest(manifest(*texts)), [edge(text) for text in edges.split()])


@pytest.mark.parametrize(
    ("edges", "serial", "expected"),
    [
        ("a>b", "abc", []),
        ("a>a", "abc", []),
        ("a>b b>a", "abc", ["error"]),
        ("a>b b>c c>a", "abc", ["error"]),
        ("a>b b>a", "c", []),
        ("a>b b>a", "ac", ["error"]),
        ("a>b b~a", "abc", ["warning"]),
        ("a~b b~a", "abc", ["warning"]),
        ("a~b b~a", "c", []),
        ("a>b b>a?", "abc", []),
        ("a~b b~a?", "abc", []),
        ("a>b b>a b>c c>b", "abc", ["error", "error"]),
        ("a>b b>a b~c c~b", "abc", ["error", "warning"]),
    ],
)
def test_rings(edges: str, serial: str, expected: list[str]) -> None:
    assert [item.severity.value for item in found(edges, serial)] == expected


def test_errands_start_nothing_and_so_wait_for_nothing() -> None:
    assert found("a>b b>a", errands="b") == ()


def test_the_whole_ring_is_told_in_order() -> None:
    (said,) = found("a>b b>c c>a")

    assert said.detail.split("\n") == [
        "job `job` of `a` reads `link-to-b` from `b`",
        "job `job` of `b` reads `link-to-c` from `c`",
        "job `job` of `c` reads `link-to-a` from `a`",
    ]
    assert said.bosh_code == 190016
