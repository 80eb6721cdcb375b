"""``addons:`` of a deployment."""

import pytest

from paasta_deploy.manifest import parse_deployment
from paasta_deploy.model.deployment import Addon, AddonFilter, Lifecycle
from tests.unit.manifest.parsing.documents import DEPLOYMENT, deployment_of
from tests.unit.manifest.texts import found, node


def addon(text: str) -> Addon:
    """Return the addon that a text describes."""
    (read,) = deployment_of(DEPLOYMENT + f"addons: [{{name: a, {text}}}]\n").addons
    return read


def problems(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with an addon."""
    whole = DEPLOYMENT + f"addons: [{text}]\n"
    return found(whole, parse_deployment(node(whole)).diagnostics)


def test_an_addon_has_jobs() -> None:
    read = addon("jobs: [{name: j, release: r, properties: {p: 1}}]")

    assert [(job.name, job.release, job.properties) for job in read.jobs] == [("j", "r", {"p": 1})]
    assert (read.include, read.exclude) == (None, None)


def test_every_key_of_a_filter_is_read() -> None:
    read = addon(
        "include: {jobs: [{name: j, release: r}], instance_groups: [g], stemcell: [{os: o}],"
        " networks: [net], azs: [z1], lifecycle: errand, teams: [t]}"
    )

    assert read.include is not None
    assert [(job.name, job.release) for job in read.include.jobs or ()] == [("j", "r")]
    assert (read.include.instance_groups, read.include.stemcell_os) == (("g",), ("o",))
    assert (read.include.networks, read.include.azs) == (("net",), ("z1",))
    assert read.include.lifecycle is Lifecycle.ERRAND
    assert read.include.teams is None  # only runtime configs filter by team


def test_an_empty_list_is_as_if_absent() -> None:
    assert addon("exclude: {jobs: [], azs: [], deployments: []}").exclude == AddonFilter()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{jobs: []}", [("PD0102", "{")]),
        ("{name: a, jobs: [{name: j, release: s}]}", [("PD0137", "s")]),
        ("{name: a, include: [x]}", [("PD0101", "[")]),
        ("{name: a, include: {deployments: [d]}}", [("PD0136", "deployments")]),
        ("{name: a, include: {jobs: [{name: j}]}}", [("PD0136", "{")]),
        ("{name: a, exclude: {stemcell: [{}]}}", [("PD0136", "{")]),
        ("{name: a, exclude: {stemcells: []}}", [("PD0103", "stemcells")]),
        ("{name: a, include: {lifecycle: x}}", [("PD0106", "x")]),
        ("{name: a, properties: {}}", [("PD0108", "properties")]),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(text) == expected


def test_an_incomplete_filter_has_the_number_of_its_part() -> None:
    text = DEPLOYMENT + "addons: [{name: a, include: {stemcell: [{}]}}]\n"

    assert parse_deployment(node(text)).diagnostics[0].bosh_code == 530005
