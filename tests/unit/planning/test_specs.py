"""Recipes of instances, and what has to be rendered for them."""

from dataclasses import replace

import pytest

from paasta_deploy.model.ids import InstanceId
from paasta_deploy.planning.bindings import LINK_PREFIX
from paasta_deploy.planning.specs import (
    build_specs,
    context_digests,
    instances_to_render,
    render_batch,
)
from paasta_deploy.ports.templates import JobSource, TemplateSource
from tests.unit.planning.shop import MANIFEST, deployed_shop, shop, shop_release


def sources(*fingerprints: str) -> dict[str, JobSource]:
    monit = TemplateSource(source="monit", destination="monit", content=b"")
    return {
        fingerprint: JobSource(fingerprint=fingerprint, monit=monit, templates=())
        for fingerprint in fingerprints
    }


def test_a_recipe_has_all_that_makes_the_instance_again() -> None:
    world = deployed_shop(MANIFEST.replace("- name: web", "- name: web\n  tags: {a: b}"))

    spec = world.instance("web/1").spec

    assert spec is not None
    assert (spec.group, spec.index, spec.az, spec.bootstrap) == ("web", 1, "z1", False)
    assert [(job.name, job.has_post_deploy) for job in spec.jobs] == [("server", True)]
    assert [(item.name, item.blob is None) for item in spec.packages] == [("server", False)]
    assert spec.tags == {"a": "b"}
    assert spec.update_strategy == "delete-create"
    assert (spec.canary_watch_time.min_ms, spec.canary_watch_time.max_ms) == (1000, 2000)


def test_a_recipe_names_properties_and_links_but_never_shows_values() -> None:
    text = MANIFEST.replace("{size: 7}", "{size: 7, secret: hunter2}")

    spec = deployed_shop(text).instance("db/0").spec

    assert spec is not None
    assert set(spec.properties["db"]) == {"size", "secret", f"{LINK_PREFIX}peers"}  # type: ignore[arg-type] # a mapping
    assert "hunter2" not in repr(spec)


def test_only_what_sees_something_new_is_rendered() -> None:
    world = deployed_shop()
    world.manifest = world.manifest.replace("8080", "9090")
    thought = world.think()
    digests = context_digests(thought.desired, thought.placement, thought.links)

    wanted = instances_to_render(thought.placement, digests)

    assert {world.fold.instances[item].group for item in wanted} == {"web"}


def test_ignored_instances_are_neither_rendered_nor_given_a_recipe() -> None:
    world = deployed_shop()
    ignored = replace(world.instance("web/0"), ignored=True)
    world.fold.instances[ignored.instance_id] = ignored
    world.manifest = world.manifest.replace("8080", "9090")

    thought = world.think()

    digests = context_digests(thought.desired, thought.placement, thought.links)
    assert ignored.instance_id not in thought.specs
    assert ignored.instance_id not in instances_to_render(thought.placement, digests)


def test_templates_of_a_plan_that_stored_nothing_are_rendered_again() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    assert record.spec is not None
    unstored = replace(record.spec, templates=replace(record.spec.templates, blob=None))
    world.fold.instances[record.instance_id] = replace(record, spec=unstored)
    thought = world.think()
    digests = context_digests(thought.desired, thought.placement, thought.links)

    assert instances_to_render(thought.placement, digests) == (record.instance_id,)


def test_a_batch_holds_the_chosen_instances_with_bound_properties_and_links() -> None:
    thought = shop().think()
    chosen = [item.record.instance_id for item in thought.placement.instances[2:4]]
    jobs = [bound for group in thought.desired.bindings.values() for bound in group]

    batch = render_batch(
        thought.desired,
        thought.placement,
        thought.links,
        sources=sources(*(bound.job.fingerprint for bound in jobs)),
        instances=chosen,
    )

    assert [item.instance_id for item in batch.instances] == chosen
    assert [item.group for item in batch.instances] == ["db", "web"]
    (server,) = batch.instances[1].jobs
    assert server.properties == {"port": 8080, "db": {"user": "anna"}}
    assert set(server.links) == {"db"}
    assert (server.release_name, server.release_version) == ("shop", "1")
    assert batch.az_ids == {"z1": 1, "z2": 2}


def test_an_instance_without_templates_of_any_kind_is_our_bug() -> None:
    thought = shop().think()
    digests = context_digests(thought.desired, thought.placement, thought.links)

    with pytest.raises(AssertionError, match="was not rendered"):
        build_specs(
            thought.desired,
            thought.placement,
            digests=digests,
            rendered={},
            packages=thought.packages,
            links=thought.links,
        )


def test_a_release_that_only_got_a_new_version_touches_no_instance() -> None:
    world = deployed_shop()
    world.releases.append(shop_release("2"))

    plan = world.deploy()

    assert plan.is_empty
    assert {record.instance_id for record in plan.refreshed} == set(world.fold.instances)
    rendered = world.rendered
    world.deploy()
    assert world.rendered == rendered
    spec = world.fold.instances[InstanceId(next(iter(world.fold.instances)))].spec
    assert spec is not None
    assert spec.jobs[0].release_version == "2"
