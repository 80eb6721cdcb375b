"""``releases:`` and ``stemcells:``."""

import pytest

from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import OsVersion
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)
from tests.unit.manifest.texts import node

RELEASE = '- {name: r, version: "1.2"}'
FULL_RELEASE = """\
- name: r
  version: 3
  url: u
  sha1: s
  stemcell: {os: o, version: 1}
  exported_from: [{os: p, version: 2}]"""
STEMCELL = "- {alias: default, os: ubuntu-jammy, version: latest}"


def test_every_key_of_a_release_is_read() -> None:
    text = changed(
        DEPLOYMENT,
        (
            RELEASE,
            FULL_RELEASE,
        ),
    )
    (release,) = deployment_of(text).releases

    assert (release.name, release.version, release.url, release.sha1) == ("r", "3", "u", "s")
    assert release.stemcell == OsVersion(os="o", version="1")
    assert release.exported_from == (OsVersion(os="p", version="2"),)


def test_a_single_release_may_stand_alone() -> None:
    text = changed(DEPLOYMENT, (f"releases:\n{RELEASE}", "release: {name: r, version: 1}"))

    assert [release.name for release in deployment_of(text).releases] == ["r"]


def test_both_ways_at_once_are_ambiguous() -> None:
    text = "release: {name: s, version: 1}\n" + DEPLOYMENT

    assert [item.code for item in parse_deployment(node(text)).diagnostics] == ["PD0111"]


def test_the_name_of_a_stemcell_wins_over_its_os() -> None:
    text = changed(DEPLOYMENT, (STEMCELL, "- {alias: default, os: o, name: s, version: 1}"))
    (stemcell,) = deployment_of(text).stemcells

    assert (stemcell.name, stemcell.os) == ("s", "")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (RELEASE, RELEASE + "\n- {name: r, version: 2}", [("PD0112", "r")]),
        (RELEASE, "- {name: r}", [("PD0102", "{")]),
        (RELEASE, "- {name: r, version: [1]}", [("PD0101", "[")]),
        (RELEASE, "- {name: r, version: 1, stemcell: {os: x}}", [("PD0102", "{")]),
        (RELEASE, "- {name: r, version: 1, exported_from: [x]}", [("PD0101", "x")]),
        (f"releases:\n{RELEASE}\n", "release: [a]\n", [("PD0430", "release"), ("PD0101", "[")]),
        (f"releases:\n{RELEASE}\n", "", [("PD0102", "name")]),
        (STEMCELL, "- {alias: default, version: 1}", [("PD0114", "{")]),
        (STEMCELL, "- {os: x, version: 1}", [("PD0102", "{")]),
        (STEMCELL, f"{STEMCELL}\n{STEMCELL}", [("PD0113", "default")]),
    ],
)
def test_mistakes_are_told(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert deployment_problems((old, new)) == expected
