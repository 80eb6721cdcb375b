"""Everything at once, and nothing that is only a consequence.

Properties:
- Of a manifest with one mistake, wherever it is, nothing else is told.
- Of a manifest with mistakes in several places, each is told as if it were the only one.
"""

from collections.abc import Iterator, Sequence

import pytest

from paasta_deploy.diagnostics import Diagnostic, in_file_order
from paasta_deploy.manifest import from_value, parse_deployment, read_document, to_value, validate
from paasta_deploy.manifest.document.emitter import emit
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.further_mistakes import Known, further_mistakes
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import made_stemcell, parsed_cloud_config
from tests.unit.planning.shop import CLOUD, shop_release

RICH = """
name: shop
releases:
- {name: shop, version: latest}
- {name: extra, version: 1}
stemcells:
- {alias: default, os: ubuntu-jammy, version: latest}
update: {canaries: 1, max_in_flight: 2, canary_watch_time: 1000, update_watch_time: 1000}
features: {use_dns_addresses: false}
instance_groups:
- name: db
  instances: 2
  azs: [z1, z2]
  vm_type: small
  stemcell: default
  persistent_disk_type: disk
  networks: [{name: default, static_ips: [10.0.0.200, 10.0.0.201]}]
  update: {max_in_flight: 1}
  jobs:
  - name: db
    release: shop
    provides: {db: {as: main, shared: true}}
    consumes: {peers: {from: main}}
    properties: {size: 7}
- name: web
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  env: {bosh: {swap_size: 0}}
  jobs:
  - name: server
    release: shop
    consumes: {db: {from: main}}
    properties: {port: 8080}
addons:
- name: watch
  jobs: [{name: agent, release: extra, properties: {level: 1}}]
  include: {instance_groups: [web]}
variables:
- {name: password, type: password, options: {length: 20}}
tags: {owner: me}
"""
EXTRA = made_release(
    {"name": "extra", "version": "1", "jobs": {"agent": {"properties": {"level": 0}}}}
)
RELEASES = (shop_release(), EXTRA)
NOT_UPLOADED = "PD0605"


def everything(text: str, releases: Sequence[ReleaseRecord] = RELEASES) -> list[Diagnostic]:
    """Return the errors of a manifest: those of its own, and all further ones."""
    read = read_document("m.yml", text)
    assert read.node is not None, text
    cloud = parsed_cloud_config(CLOUD)
    parsed = parse_deployment(read.node)
    told = [*read.diagnostics, *parsed.diagnostics]
    if parsed.draft is None:
        return told
    told += validate(parsed.draft, cloud)
    known = Known(releases=releases, stemcells=[made_stemcell("1.1")], shared={})
    told += further_mistakes(parsed.draft, cloud, tuple(told), known, FakeIds())
    return [item for item in in_file_order(dict.fromkeys(told), ["m.yml"]) if item.is_error]


def own(text: str) -> list[Diagnostic]:
    """Return the errors that the manifest has by itself."""
    node = read_document("m.yml", text).node
    assert node is not None
    parsed = parse_deployment(node)
    found = list(parsed.diagnostics)
    if parsed.draft is not None:
        found += validate(parsed.draft, parsed_cloud_config(CLOUD))
    return [item for item in dict.fromkeys(found) if item.is_error]


def mutants(value: JsonValue) -> Iterator[JsonValue]:
    """Yield ``value`` with one thing gone, misspelt, or of another kind; everything in turn."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: other for name, other in value.items() if name != key}
            yield {f"{name}x" if name == key else name: other for name, other in value.items()}
            for changed in mutants(item):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield [*value[:number], *value[number + 1 :]]
            yield [*value, item]
            for changed in mutants(item):
                yield [*value[:number], changed, *value[number + 1 :]]
    if isinstance(value, str):
        yield f"{value}x"
        yield ""
    yield from ([], {}, None, -1, "odd name", [1], {"odd": 1}, True)


def test_a_mistake_has_no_consequences() -> None:
    node = read_document("m.yml", RICH).node
    assert node is not None
    assert everything(RICH) == []
    tried = 0
    for mutant in mutants(to_value(node)):
        text = emit(from_value(mutant, "m.yml"))
        first = own(text)
        if not first:
            continue
        tried += 1
        # Who misspells a release in the list of releases is told on both sides.
        further = [item for item in everything(text) if item.code != NOT_UPLOADED]
        assert set(further) == set(first), text
    assert tried > 500


EARLY = {
    "a key of the update block": ("canaries: 1,", "canaris: 1,"),
    "a vm type": ("small\n  stemcell: default\n  net", "smal\n  stemcell: default\n  net"),
    "an option of a variable": ("{length: 20}", "{length: -1}"),
    "a feature": ("use_dns_addresses: false", "use_dns_addresses: 1"),
}  # fmt: skip
LATE = {
    "a release": ("{name: extra, version: 1}", "{name: extra, version: 9}", "PD0605"),
    "a stemcell": ("os: ubuntu-jammy", "os: ubuntu-noble", "PD0606"),
    "a job": ("- name: server\n", "- name: sever\n", "PD0607"),
    "a job of an addon": ("name: agent", "name: agnet", "PD0607"),
    "a property": ("port: 8080", "port: 8080, db: 1", "PD0611"),
    "a link": ("{db: {from: main}}", "{db: {from: mian}}", "PD0612"),
    "a link to another deployment": (
        "{db: {from: main}}", "{db: {from: main, deployment: other}}", "PD0617",
    ),
}  # fmt: skip


@pytest.mark.parametrize("early", EARLY)
@pytest.mark.parametrize("late", LATE)
def test_what_is_wrong_elsewhere_is_told_with_it(early: str, late: str) -> None:
    before, after = EARLY[early]
    text = RICH.replace(before, after)
    first = {item.code for item in everything(text)}
    assert first, text
    before, after, code = LATE[late]

    alone = {item.code for item in everything(RICH.replace(before, after))}
    both = {item.code for item in everything(text.replace(before, after))}

    assert alone == {code}
    assert both == first | alone


def test_everything_that_can_be_wrong_later_is_told_at_once() -> None:
    text = RICH
    for before, after, _ in LATE.values():
        text = text.replace(before, after) if "os:" not in before else text

    found = everything(text.replace("instances: 2\n  azs: [z1]", "instances: 600\n  azs: [z1]"))

    assert {item.code for item in found} >= {"PD0605", "PD0607", "PD0501"}
    assert found == sorted(found, key=lambda item: item.span.line if item.span else 0)


def test_only_what_is_certain_is_said_of_links_when_a_job_is_unknown() -> None:
    missing = RICH.replace("- name: db\n    release", "- name: bd\n    release")

    assert [item.code for item in everything(missing)] == ["PD0607"]


def test_addons_that_choose_by_job_wait_until_all_jobs_are_known() -> None:
    chosen = RICH.replace(
        "include: {instance_groups: [web]}", "exclude: {jobs: [{name: db, release: shop}]}"
    ).replace("name: agent", "name: agnet")

    assert [item.code for item in everything(chosen)] == ["PD0607"]
    broken = chosen.replace("release: shop\n    provides", "releas: shop\n    provides")
    assert "PD0607" not in {item.code for item in everything(broken)}


def test_nothing_is_placed_without_a_cloud_config_that_is_right() -> None:
    node = read_document("m.yml", RICH.replace("version: 1}", "version: 3}")).node
    assert node is not None
    draft = parse_deployment(node).draft
    assert draft is not None
    known = Known(releases=RELEASES, stemcells=[made_stemcell("1.1")], cloud_is_right=False)

    found = further_mistakes(draft, CloudConfig(), (), known, FakeIds())

    assert [item.code for item in found] == [NOT_UPLOADED]
