"""What runtime configs add to a deployment, and what stays its own."""

from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import read_document
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.model.ids import StemcellName, StemcellVersion
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfigs
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.planning.desired import Resolution, resolve
from paasta_deploy.planning.runtime_configs import Extended, with_runtime_configs
from paasta_deploy.planning.spans import Spans
from paasta_deploy.planning.vm_specs import tags_of
from paasta_deploy.testing.planning_world import (
    made_stemcell,
    parsed_cloud_config,
    parsed_manifest,
)
from tests.unit.planning.shop import CLOUD, MANIFEST, shop_release

OS = "ubuntu-jammy"
STEMCELLS = {"default": StemcellKey(name=StemcellName("s"), version=StemcellVersion("1"), os=OS)}
RUNTIME = """\
releases:
- {name: watch, version: 1}
- {name: unused, version: 1}
addons:
- name: watch
  jobs: [{name: agent, release: watch}]
  include: {instance_groups: [web]}
tags:
  owner: ops
  cost: it
variables: [{name: /ca, type: certificate}]
"""


def runtime(text: str = RUNTIME) -> RuntimeConfigs:
    """Return a runtime config as parsed."""
    node = read_document("rc.yml", text).node
    assert node is not None
    value = parse_runtime_configs([node]).value
    assert value is not None
    return value


def extended(text: str = RUNTIME, manifest: str = MANIFEST) -> Extended:
    """Return the shop with a runtime config."""
    return with_runtime_configs(parsed_manifest(manifest), runtime(text), STEMCELLS)


def resolved(text: str, manifest: str = MANIFEST) -> Resolution:
    """Return the shop looked up in what is uploaded: the release `shop` and no other."""
    return resolve(
        parsed_manifest(manifest),
        parsed_cloud_config(CLOUD),
        releases=[shop_release("1")],
        stemcells=[made_stemcell("1.1")],
        runtime=runtime(text),
    )


def test_jobs_and_the_releases_that_they_are_from_come_along() -> None:
    whole = extended().manifest

    jobs = {str(group.name): [job.name for job in group.jobs] for group in whole.instance_groups}
    assert jobs["web"][-1:] == ["agent"]
    assert "agent" not in map(str, jobs["db"])
    assert [release.name for release in whole.releases] == ["shop", "watch"]
    assert extended().shared == {"watch"}


def test_a_release_without_an_applying_addon_stays_away() -> None:
    away = RUNTIME.replace("instance_groups: [web]", "deployments: [other]")

    assert [release.name for release in extended(away).manifest.releases] == ["shop"]


def test_the_manifests_tags_win_and_the_others_know_where_they_are_from() -> None:
    found = extended(manifest=f"tags: {{cost: sales, own: a}}\n{MANIFEST}")

    assert found.manifest.tags == {"owner": "ops", "cost": "sales", "own": "a"}
    assert {
        name: str(source.span("tags", name)) for name, source in found.tag_sources.items()
    } == {"owner": "rc.yml:9:10"}


def test_variables_are_handed_on_after_those_of_the_manifest() -> None:
    found = extended(manifest=f"variables: [{{name: pw, type: password}}]\n{MANIFEST}")

    assert [item.name for item in found.manifest.variables] == ["pw", "/ca"]


def test_without_runtime_configs_nothing_changes() -> None:
    manifest = parsed_manifest(MANIFEST)

    found = with_runtime_configs(manifest, NO_RUNTIME_CONFIGS, STEMCELLS)

    assert found.manifest == manifest


def test_own_addons_come_first_and_a_filter_by_job_sees_what_they_added() -> None:
    own = (
        "addons: [{name: first, jobs: [{name: one, release: shop}],"
        f" include: {{instance_groups: [db]}}}}]\n{MANIFEST}"
    )
    follows = RUNTIME.replace("instance_groups: [web]", "jobs: [{name: one, release: shop}]")

    whole = extended(follows, own).manifest

    db = next(group for group in whole.instance_groups if group.name == "db")
    assert [job.name for job in db.jobs][-2:] == ["one", "agent"]
    assert whole.addons == parsed_manifest(own).addons


def test_two_jobs_of_one_name_cannot_be_in_one_group() -> None:
    manifest = parsed_manifest(MANIFEST)
    name = manifest.instance_groups[0].jobs[0].name
    clash = RUNTIME.replace("agent", name).replace("[web]", "[db]")

    (problem,) = with_runtime_configs(manifest, runtime(clash), STEMCELLS).diagnostics

    assert (problem.code, problem.bosh_code) == ("PD0123", 140010)
    assert problem.span is not None
    assert problem.span.file == "rc.yml"
    assert problem.related[0].span.file != "rc.yml"


def only_error(resolution: Resolution) -> Diagnostic:
    """Return the one thing that is wrong."""
    (said,) = resolution.diagnostics
    return said


def test_a_release_that_is_not_uploaded_is_told_where_it_is_asked_for() -> None:
    problem = only_error(resolved(RUNTIME))

    assert problem.code == "PD0605"
    assert str(problem.span) == "rc.yml:2:10"


def test_the_version_that_latest_stands_for_is_held_against_the_runtime_config() -> None:
    text = RUNTIME.replace("watch, version: 1", "shop, version: 2").replace(
        "name: agent, release: watch", "name: web, release: shop"
    )
    other = text.replace("[web]", "[db]")

    problem = only_error(resolved(other, MANIFEST.replace("version: 1}", "version: latest}", 1)))

    assert (problem.code, problem.bosh_code) == ("PD0802", 530003)


def test_a_tag_is_traced_to_group_manifest_or_runtime_config() -> None:
    tags_only = "tags: {owner: ops, cost: it}\n"
    found = resolved(tags_only, f"tags: {{cost: sales}}\n{MANIFEST}").desired
    assert found is not None
    spans = Spans(found)
    group = found.manifest.instance_groups[0].name

    assert str(spans.tag(group, "owner")) == "rc.yml:1:15"
    assert str(spans.tag(group, "cost")).endswith(":1:14")
    assert str(spans.tag(group, "gone")) == str(spans.group(group))
    assert Spans().tag(group, "owner") is None
    tagged = replace(found.manifest.instance_groups[0], tags={"owner": "me"})
    changed = replace(found, manifest=replace(found.manifest, instance_groups=(tagged,)))
    assert str(Spans(changed).tag(group, "owner")).startswith("manifest.yml")


def test_of_a_tag_the_groups_value_counts_then_the_manifests_then_the_runtime_configs() -> None:
    texts = "tags: {a: runtime, b: runtime, c: runtime}\n"
    manifest = f"tags: {{a: manifest, b: manifest}}\n{MANIFEST}".replace(
        "- name: db\n  instances", "- name: db\n  tags: {a: group}\n  instances"
    )
    found = resolved(texts, manifest).desired
    assert found is not None
    db = next(group for group in found.manifest.instance_groups if group.name == "db")

    assert tags_of(found.manifest, db) == {"a": "group", "b": "manifest", "c": "runtime"}


def test_a_mistake_in_an_addon_is_told_once_and_not_for_every_group() -> None:
    everywhere = (
        "releases: [{name: shop, version: 1}]\n"
        "addons: [{name: watch, jobs: [{name: watcher, release: shop}]}]\n"
    )

    (said,) = resolved(everywhere).diagnostics

    assert said.summary == "release `shop/1` has no job `watcher`"
