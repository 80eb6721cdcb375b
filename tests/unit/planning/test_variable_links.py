"""The names that links give to certificates, and what is told when there is no such link."""

import pytest

from paasta_deploy.planning.desired import resolve
from paasta_deploy.planning.placement import place
from paasta_deploy.planning.variable_links import LinkNames, link_names
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.planning_world import (
    PlanningWorld,
    parsed_cloud_config,
    parsed_manifest,
)
from tests.unit.planning.test_links import DB, NETWORKS, groups, release

TLS = """
variables:
- {name: plain, type: password}
- name: tls
  type: certificate
  options: {is_ca: true}
  consumes: {CONSUMES}
"""
OFFERED = "db: {name: db, release: shop, provides: {db: {as: store}}}"


def names(
    consumes: str, *said: str, features: str = "features: {use_dns_addresses: false}\n"
) -> LinkNames:
    text = groups(*(said or (OFFERED,))) + TLS.replace("{CONSUMES}", f"{{{consumes}}}") + features
    world = PlanningWorld(text, NETWORKS, (release(),))
    manifest, cloud = parsed_manifest(text), parsed_cloud_config(world.cloud_config)
    resolution = resolve(manifest, cloud, releases=world.releases, stemcells=world.stemcells)
    assert resolution.desired is not None, resolution.diagnostics
    placement = place(manifest, cloud, world.recorded, FakeIds(1))
    return link_names(resolution.desired, placement)


def test_a_certificate_is_for_the_group_and_where_links_carry_addresses_for_them() -> None:
    found = names("alternative_name: {from: store, link_type: sql}")

    assert found.alternative_names == {
        "tls": ("q-s0.db.default.shop.bosh", "10.0.0.2", "10.0.0.3")
    }
    assert not found.common_names


def test_a_wildcard_stands_for_every_name_of_the_group() -> None:
    consumes = "common_name: {from: store, link_type: sql, properties: {wildcard: true}}"

    assert names(consumes).common_names == {"tls": "*.db.default.shop.bosh"}


def test_short_names_are_those_that_links_have() -> None:
    found = names(
        "alternative_name: {from: store, link_type: sql}",
        features="features: {use_short_dns_addresses: true}\n",
    )

    assert found.alternative_names["tls"][0].startswith("q-n")
    assert ".q-g" in found.alternative_names["tls"][0]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((DB,), "a link that nobody provides"),
        (
            (OFFERED, OFFERED.replace("db: {name", "other: {name")),
            "a link that several jobs provide",
        ),
        (("db: {name: db, release: shop, provides: {db: nil}}",), "nobody provides"),
    ],
)
def test_a_link_that_is_not_one_is_told_at_its_line(said: tuple[str, ...], told: str) -> None:
    (found,) = names("alternative_name: {from: store, link_type: sql}", *said).diagnostics

    assert told in found.summary
    assert found.span is not None


def test_without_consumers_nothing_is_looked_up() -> None:
    assert names("") == LinkNames()
