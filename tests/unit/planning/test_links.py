"""Which provider each consumer gets, and what it is told when it gets none."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.desired import resolve
from paasta_deploy.planning.links import ResolvedLinks, SharedLink, resolve_links, shared_links
from paasta_deploy.planning.placement import place
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import (
    PlanningWorld,
    parsed_cloud_config,
    parsed_manifest,
)
from tests.unit.planning.shop import CLOUD

NETWORKS = CLOUD.replace(
    "compilation:",
    "- name: other\n  subnets: [{range: 10.1.0.0/24, gateway: 10.1.0.1, azs: [z1, z2]}]\n"
    "compilation:",
)


def release(**consumes: JsonObject) -> ReleaseRecord:
    return made_release(
        {
            "name": "shop",
            "version": "1",
            "jobs": {
                "db": {
                    "properties": {"port": 5432, "password": None},
                    "provides": {"db": {"type": "sql", "properties": ["port"]}},
                },
                "cache": {"provides": {"cache": {"type": "redis"}}},
                "web": {"consumes": consumes or {"db": {"type": "sql"}}},
            },
        }
    )


def groups(*said: str) -> str:
    parts = []
    for text in said:
        name, _, job = text.partition(": ")
        parts.append(f"""
- name: {name}
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{{name: default}}]
  jobs:
  - {job}
""")
    return """
name: shop
releases: [{name: shop, version: latest}]
stemcells: [{alias: default, os: ubuntu-jammy, version: latest}]
update: {canaries: 1, max_in_flight: 1, canary_watch_time: 1000, update_watch_time: 1000}
instance_groups:
""" + "".join(parts)


DB = "db: {name: db, release: shop}"


def resolved(
    manifest: str,
    *releases: ReleaseRecord,
    shared: Mapping[DeploymentName, Sequence[SharedLink]] | None = None,
) -> ResolvedLinks:
    world = PlanningWorld(manifest, NETWORKS, releases or (release(),))
    world.shared = dict(shared or {})
    desired, placement = parts_of(world)
    return resolve_links(desired, placement, shared=world.shared)


def parts_of(world: PlanningWorld) -> tuple:  # type: ignore[type-arg] # unpacked at once
    manifest = parsed_manifest(world.manifest)
    cloud_config = parsed_cloud_config(world.cloud_config)
    resolution = resolve(
        manifest, cloud_config, releases=world.releases, stemcells=world.stemcells
    )
    assert resolution.desired is not None, resolution.diagnostics
    placement = place(manifest, cloud_config, world.recorded, FakeIds(1))
    return resolution.desired, placement


def link(found: ResolvedLinks, name: str = "db") -> dict[str, object]:
    assert not [item for item in found.diagnostics if item.is_error], found.diagnostics
    links = found.of_job[InstanceGroupName("web"), JobName("web")]
    return cast("dict[str, object]", links[name])


def only(found: ResolvedLinks) -> Diagnostic:
    (said,) = found.diagnostics
    return said


def test_the_only_provider_of_a_type_is_taken_without_being_named() -> None:
    content = link(resolved(groups(DB, "web: {name: web, release: shop}")))

    assert content["instance_group"] == "db"
    assert content["properties"] == {"port": 5432}
    assert content["group_name"] == "db-sql"
    assert content["default_network"] == "default"
    instances = cast("list[dict[str, object]]", content["instances"])
    assert [(item["address"], item["bootstrap"], item["az"]) for item in instances] == [
        ("10.0.0.2", True, "z1"),
        ("10.0.0.3", False, "z1"),
    ]


def test_a_property_that_the_link_does_not_list_is_not_passed_on() -> None:
    db = "db: {name: db, release: shop, properties: {password: x, port: 1}}"

    assert link(resolved(groups(db, "web: {name: web, release: shop}")))["properties"] == {
        "port": 1
    }


TWO = (
    "a: {name: db, release: shop, provides: {db: {as: left}}}",
    "b: {name: db, release: shop, provides: {db: {as: right}}}",
)


def test_one_of_several_providers_is_chosen_by_its_alias() -> None:
    web = "web: {name: web, release: shop, consumes: {db: {from: right}}}"

    assert link(resolved(groups(*TWO, web)))["instance_group"] == "b"


def test_several_providers_are_listed_with_the_line_to_write() -> None:
    said = only(resolved(groups(*TWO, "web: {name: web, release: shop}")))

    assert said.bosh_code == 190016
    assert "group `a`" in said.detail
    assert "group `b`" in said.detail
    assert "{from: left}" in said.hint
    assert len(said.related) == 2


def test_two_providers_of_one_alias_are_told_apart_by_new_aliases() -> None:
    two = ("a: {name: db, release: shop}", "b: {name: db, release: shop}")

    said = only(
        resolved(groups(*two, "web: {name: web, release: shop, consumes: {db: {from: db}}}"))
    )

    assert "its own alias" in said.hint


def test_a_misspelt_alias_is_guessed() -> None:
    web = "web: {name: web, release: shop, consumes: {db: {from: rihgt}}}"

    assert "did you mean `right`" in only(resolved(groups(*TWO, web))).hint


def test_a_provider_of_that_alias_but_of_another_type_is_said_so() -> None:
    cache = "cache: {name: cache, release: shop, provides: {cache: {as: store}}}"
    web = "web: {name: web, release: shop, consumes: {db: {from: store}}}"

    assert "has type `redis`" in only(resolved(groups(DB, cache, web))).detail


def test_a_hidden_provider_is_not_taken_and_said_so() -> None:
    hidden = "db: {name: db, release: shop, provides: {db: nil}}"

    unnamed = only(resolved(groups(hidden, "web: {name: web, release: shop}")))
    named = only(
        resolved(groups(hidden, "web: {name: web, release: shop, consumes: {db: {from: db}}}"))
    )

    assert "is hidden" in unnamed.detail
    assert "is hidden" in named.detail


def test_without_any_provider_of_the_type_that_is_said() -> None:
    said = only(resolved(groups("web: {name: web, release: shop}")))

    assert "no job of this deployment provides" in said.detail


def test_a_provider_in_another_group_is_a_candidate_when_the_alias_is_wrong() -> None:
    web = "web: {name: web, release: shop, consumes: {db: {from: xyz}}}"

    said = only(resolved(groups(DB, web)))

    assert "providers of that type: `db` of job `db` in group `db`" in said.detail


OPTIONAL: dict[str, JsonObject] = {"db": {"type": "sql", "optional": True}}


def test_an_optional_link_stays_away_silently_unless_it_is_named() -> None:
    alone = resolved(groups("web: {name: web, release: shop}"), release(**OPTIONAL))
    named = resolved(
        groups("web: {name: web, release: shop, consumes: {db: {from: db}}}"), release(**OPTIONAL)
    )

    assert alone.of_job[InstanceGroupName("web"), JobName("web")] == {}
    assert alone.diagnostics == ()
    assert only(named).is_error


def test_a_blocked_link_is_absent_if_optional_and_refused_if_not() -> None:
    web = "web: {name: web, release: shop, consumes: {db: nil}}"

    blocked = resolved(groups(DB, web), release(**OPTIONAL))

    assert blocked.of_job[InstanceGroupName("web"), JobName("web")] == {}
    assert "cannot do without" in only(resolved(groups(DB, web))).summary


def test_a_manual_link_is_what_the_manifest_says() -> None:
    web = (
        "web: {name: web, release: shop, consumes: {db: {instances: [{address: 1.2.3.4}],"
        " properties: {port: 1}, address: db.example}}}"
    )

    assert link(resolved(groups(web))) == {
        "instances": [{"address": "1.2.3.4"}],
        "properties": {"port": 1},
        "address": "db.example",
    }


def test_an_entry_without_from_names_the_link_itself_or_else_means_the_type() -> None:
    web = "web: {name: web, release: shop, consumes: {db: {ip_addresses: true}}}"
    named_db = "a: {name: db, release: shop}"
    aliased = "b: {name: db, release: shop, provides: {db: {as: other}}}"

    assert link(resolved(groups(named_db, aliased, web)))["instance_group"] == "a"
    assert link(resolved(groups(aliased, web)))["instance_group"] == "b"


def test_the_network_of_the_addresses_can_be_chosen_if_the_provider_is_on_it() -> None:
    both = groups(DB, "web: {name: web, release: shop, consumes: {db: {network: other}}}")
    on_both = both.replace(
        "networks: [{name: default}]",
        "networks: [{name: default, default: [dns, gateway]}, {name: other}]",
        1,
    )

    content = link(resolved(on_both))
    said = only(resolved(both))

    instances = cast("list[dict[str, object]]", content["instances"])
    assert [item["address"] for item in instances] == ["10.1.0.2", "10.1.0.3"]
    assert "is not on network `other`" in said.summary


def test_dns_names_are_used_when_the_deployment_or_the_consumer_says_so() -> None:
    text = groups(DB, "web: {name: web, release: shop}")
    everywhere = text.replace("update:", "features: {use_dns_addresses: true}\nupdate:")
    one = groups(DB, "web: {name: web, release: shop, consumes: {db: {ip_addresses: false}}}")
    against = everywhere.replace(
        "{name: web, release: shop}",
        "{name: web, release: shop, consumes: {db: {ip_addresses: true}}}",
    )

    for found, is_name in ((everywhere, True), (one, True), (against, False), (text, False)):
        instances = cast("list[dict[str, str]]", link(resolved(found))["instances"])
        assert instances[0]["address"].endswith(".db.default.shop.bosh") is is_name


def test_links_that_the_release_does_not_know_are_warned_about() -> None:
    text = groups(
        "db: {name: db, release: shop, provides: {dbb: {as: x}}}",
        "web: {name: web, release: shop, consumes: {cachee: {from: other}}}",
    )

    said = resolved(text).diagnostics

    assert [item.is_error for item in said] == [False, False]
    assert "did you mean `db`" in said[0].hint


def test_a_custom_provider_is_consumed_like_any_other() -> None:
    db = (
        "db: {name: db, release: shop, provides: {mine: {as: theirs}},"
        " custom_provider_definitions: [{name: mine, type: own, properties: [port]}]}"
    )
    web = "web: {name: web, release: shop, consumes: {x: {from: theirs}}}"

    found = resolved(groups(db, web), release(x={"type": "own"}))

    assert link(found, "x")["properties"] == {"port": 5432}


def test_a_custom_provider_may_not_hide_one_of_the_release() -> None:
    db = "db: {name: db, release: shop, custom_provider_definitions: [{name: db, type: own}]}"

    said = resolved(groups(db, "web: {name: web, release: shop}")).diagnostics

    assert [item.summary for item in said] == ["job `db` of `db` has a link `db` already"]


def test_a_link_that_promises_a_property_which_does_not_exist_is_an_error() -> None:
    db = (
        "db: {name: db, release: shop,"
        " custom_provider_definitions: [{name: mine, type: own, properties: [nope]}]}"
    )

    said = only(
        resolved(groups(db, "web: {name: web, release: shop}"), release(mine={"type": "own"}))
    )

    assert "promises property `nope`" in said.summary


THERE = DeploymentName("there")


def offered(provides: str = "{db: {as: big, shared: true}}", **features: str) -> list[SharedLink]:
    text = groups(f"db: {{name: db, release: shop, provides: {provides}}}")
    text = text.replace("name: shop\nreleases", "name: there\nreleases")
    for name, value in features.items():
        text = text.replace("update:", f"features: {{{name}: {value}}}\nupdate:")
    world = PlanningWorld(text, NETWORKS, (release(),))
    return list(shared_links(*parts_of(world)))


ABROAD = "web: {name: web, release: shop, consumes: {db: {from: big, deployment: there}}}"


def test_a_shared_link_of_another_deployment_is_read() -> None:
    content = link(resolved(groups(ABROAD), shared={THERE: offered()}))

    assert content["deployment_name"] == "there"
    assert content["properties"] == {"port": 5432}


def test_only_shared_links_are_offered_to_others() -> None:
    assert offered("{db: {as: big}}") == []
    said = only(resolved(groups(ABROAD), shared={THERE: []}))
    assert said.is_error


def test_a_deployment_that_does_not_exist_is_told_with_those_that_do() -> None:
    said = only(resolved(groups(ABROAD), shared={DeploymentName("their"): offered()}))

    assert "which does not exist" in said.summary
    assert "`their`" in said.detail


@pytest.mark.parametrize(("consumed", "is_name"), [("", True), (", ip_addresses: true", False)])
def test_the_other_deployment_decides_about_dns_unless_the_consumer_does(
    consumed: str, is_name: bool
) -> None:
    web = ABROAD.replace("deployment: there", f"deployment: there{consumed}")

    content = link(resolved(groups(web), shared={THERE: offered(use_dns_addresses="true")}))

    instances = cast("list[dict[str, str]]", content["instances"])
    assert instances[0]["address"].endswith(".bosh") is is_name


def test_a_network_that_the_other_deployment_is_not_on_is_refused() -> None:
    web = ABROAD.replace("deployment: there", "deployment: there, network: other")

    said = only(resolved(groups(web), shared={THERE: offered()}))

    assert "is not on network `other`" in said.summary


def test_a_link_read_by_type_from_another_deployment_needs_no_alias() -> None:
    web = "web: {name: web, release: shop, consumes: {db: {deployment: there}}}"

    assert link(resolved(groups(web), shared={THERE: offered()}))["deployment_name"] == "there"


def test_the_digest_of_a_link_changes_with_its_content_only() -> None:
    text = groups(DB, "web: {name: web, release: shop}")
    key = (InstanceGroupName("web"), JobName("web"))

    same = resolved(text).digests[key] == resolved(text).digests[key]
    more = resolved(text.replace("instances: 2", "instances: 3", 1)).digests[key]

    assert same
    assert more != resolved(text).digests[key]
