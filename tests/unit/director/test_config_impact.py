"""Whom a new version of a config would hurt: those only, with the reason; nobody is stopped."""

import pytest

from tests.unit.director.director_world import CLOUD_CONFIG, World

OTHER_NETWORK = CLOUD_CONFIG.replace("- name: default\n", "- name: other\n").replace(
    "network: default", "network: other"
)


async def test_a_lost_network_is_told_for_each_deployment_that_is_on_it(world: World) -> None:
    await world.deploy_well()

    (problem,) = (await world.configs.review("cloud", "default", OTHER_NETWORK)).warnings

    assert (problem.code, problem.is_error) == ("PD0813", False)
    assert problem.summary == "`shop` could not be deployed any more"
    assert "shop.yml:16:21: " in problem.detail
    saved = await world.configs.save("cloud", "default", OTHER_NETWORK)
    assert saved.config_id == 2, "nobody is stopped"


async def test_what_is_broken_already_is_not_told_again(world: World) -> None:
    await world.deploy_well()
    await world.configs.save("cloud", "default", OTHER_NETWORK)
    worse = OTHER_NETWORK.replace("disk_size: 128", "disk_size: 256")

    assert (await world.configs.review("cloud", "default", worse)).warnings == ()


async def test_many_problems_of_one_deployment_are_counted(world: World) -> None:
    await world.deploy_well()
    less = CLOUD_CONFIG.replace("name: small", "name: tiny").replace(
        "vm_type: small", "vm_type: tiny"
    )
    least = (
        less.replace("{name: data,", "{name: date,")
        .replace("- name: default\n", "- name: other\n")
        .replace("network: default", "network: other")
    )

    (problem,) = (await world.configs.review("cloud", "default", least)).warnings

    assert problem.detail.splitlines()[-1] == "and 2 more"


async def test_a_runtime_config_hurts_those_with_another_version_of_its_release(
    world: World,
) -> None:
    from_now = (
        "releases: [{name: shop, version: 2}]\naddons:\n"
        "- {name: a, jobs: [{name: web, release: shop}], include: {deployments: [WHO]}}\n"
    )
    await world.deploy_well()
    pinned = (world.recorded.deployment.manifest or "").replace(
        "version: latest}]\nst", "version: 1}]\nst"
    )
    await world.deploy_well(pinned)

    review = await world.configs.review("runtime", "a", from_now.replace("WHO", "shop"))
    other = await world.configs.review("runtime", "a", from_now.replace("WHO", "other"))

    assert [item.code for item in review.warnings] == ["PD0813"]
    assert "wanted in two versions" in review.warnings[0].detail
    assert other.warnings == ()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("resurrection", "rules: [{enabled: false}]\n"),
        ("deploy", "flags: [fix]\n"),
        ("mine", "a: b\n"),
    ],
)
async def test_kinds_that_no_manifest_depends_on_hurt_nobody(
    world: World, kind: str, content: str
) -> None:
    await world.deploy_well()

    assert (await world.configs.review(kind, "x", content)).warnings == ()


async def test_whom_a_deletion_would_hurt_is_told(world: World) -> None:
    await world.deploy_well()

    (problem,) = await world.configs.review_deletion("cloud", "default")

    assert (problem.code, problem.is_error) == ("PD0813", False)
    assert "no cloud config" in problem.detail
    assert await world.configs.review_deletion("runtime", "never saved") == ()


async def test_deleting_what_nobody_depends_on_hurts_nobody(world: World) -> None:
    await world.deploy_well()
    await world.configs.save("cloud", "more", "vm_types: [{name: huge}]\n")

    assert await world.configs.review_deletion("cloud", "more") == ()
