"""Groups that wait for each other's links."""

import pytest

from tests.unit.manifest.parsing.documents import DEPLOYMENT, GROUP, changed, misfits

HEAD = DEPLOYMENT[: DEPLOYMENT.index("- name: web")]


def group(name: str, *, gives: str = "", takes: str = "", serial: bool = True) -> str:
    """Return a group that gives a link and takes links (``a b`` takes two)."""
    provides = f"provides: {{x: {{as: {gives}}}}}, " if gives else ""
    consumes = ", ".join(f"l{n}: {{from: {alias}}}" for n, alias in enumerate(takes.split()))
    return changed(
        GROUP,
        ("name: web", f"name: {name}\n  update: {{serial: {str(serial).lower()}}}"),
        (
            "{name: j, release: r}",
            f"{{name: j, release: r, {provides}consumes: {{{consumes}}}}}",
        ),
    )


def cycles(*groups: str) -> list[str]:
    """Return the ways round that are reported."""
    diagnostics, _ = misfits(HEAD + "".join(groups), with_cloud=False)
    assert all(item.code == "PD0139" for item in diagnostics)
    return [item.summary.partition(": ")[2].replace("`", "") for item in diagnostics]


def test_two_groups_that_wait_for_each_other_are_told() -> None:
    one, other = group("a", gives="la", takes="lb"), group("b", gives="lb", takes="la")

    assert cycles(one, other) == ["a -> b -> a"]


def test_links_that_decide_the_order_are_left_to_planning() -> None:
    one, other = group("a", gives="la", takes="lb"), group("b", gives="lb", takes="la")
    start = HEAD.index("canaries:")
    separator = "\n  " if HEAD[start - 3] == "\n" else ", "
    text = f"{HEAD[:start]}order: graph{separator}{HEAD[start:]}{one}{other}"

    assert misfits(text, with_cloud=False)[1] == []


def test_a_longer_way_round_is_found_once() -> None:
    groups = [
        group("a", gives="la", takes="lb"),
        group("b", gives="lb", takes="lc lx"),
        group("c", gives="lc", takes="la"),
        group("x", gives="lx"),
    ]

    assert cycles(*groups) == ["a -> b -> c -> a"]


def test_all_places_are_shown() -> None:
    text = HEAD + group("a", gives="la", takes="lb") + group("b", gives="lb", takes="la")
    diagnostics, found = misfits(text)

    assert found == [("PD0139", "lb")]
    assert [label.text for label in diagnostics[0].related] == ["`b` takes `la` from `a`"]


@pytest.mark.parametrize(
    "groups",
    [
        [group("a", gives="la", takes="lb"), group("b", gives="lb")],
        [group("a", gives="la", takes="la")],
        [group("a", gives="la", takes="lb"), group("b", gives="lb", takes="la", serial=False)],
        [group("a", gives="la", takes="other"), group("b", gives="lb", takes="unknown")],
        [
            group("a", gives="la", takes="lb"),
            group("b", gives="lb", takes="la"),
            group("c", gives="la"),
            group("d", gives="lb"),
        ],
        [group("a", gives="la", takes="lb lc"), group("b", gives="lb", takes="lc"),
         group("c", gives="lc")],
    ],
    ids=["a chain", "itself", "not serial", "unknown aliases", "ambiguous", "a diamond"],
)  # fmt: skip
def test_what_can_be_started_is_fine(groups: list[str]) -> None:
    assert cycles(*groups) == []


def test_hidden_and_foreign_links_are_no_edges() -> None:
    hidden = group("a", gives="la", takes="lb").replace("{as: la}", "nil")
    foreign = group("b", gives="lb", takes="la").replace(
        "{from: la}", "{from: la, deployment: elsewhere}"
    )

    assert cycles(hidden, group("b", gives="lb", takes="x")) == []
    assert cycles(group("a", gives="la", takes="lb"), foreign) == []


def test_a_chain_of_a_thousand_groups_is_walked_without_recursion() -> None:
    chain = [group(f"g{n}", gives=f"l{n}", takes=f"l{n + 1}") for n in range(1000)]

    assert cycles(*chain) == []
    assert len(cycles(*chain, group("end", gives="l1000", takes="l0"))) == 1
