"""What a config names and nobody has is told to whoever saves it, and stops nobody."""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Diagnostic
from tests.unit.director.director_world import World

RUNTIME = """\
releases: [{name: shop, version: 1.2}]
addons: [{name: more, jobs: [{name: dbb, release: shop}], include: {deployments: [other]}}]
"""


async def warnings(world: World, kind: str, text: str) -> Sequence[Diagnostic]:
    """Return what is told of a config before it is saved."""
    return (await world.configs.review(kind, "default", text)).warnings


async def test_a_job_that_the_release_lacks_is_told_although_no_group_gets_it(
    world: World,
) -> None:
    version = world.store.releases()[0].version

    (said,) = await warnings(world, "runtime", RUNTIME.replace("1.2", f'"{version}"'))

    assert (said.code, said.is_error) == ("PD0607", False)
    assert str(said.span) == "runtime config default:2:37"
    assert "`db`" in said.detail


async def test_of_a_release_that_is_not_there_nothing_is_said(world: World) -> None:
    assert await warnings(world, "runtime", RUNTIME) == ()


async def test_a_resurrection_rule_for_nobody_is_told_with_a_near_name(world: World) -> None:
    await world.deploy_well()
    rule = "rules: [{enabled: false, include: {deployments: [shp, shop]}}]\n"

    (said,) = await warnings(world, "resurrection", rule)

    assert (said.code, said.is_error) == ("PD0437", False)
    assert str(said.span) == "resurrection config default:1:50"
    assert said.detail == "did you mean `shop`?"


async def test_an_excluded_deployment_that_is_not_there_is_told_too(world: World) -> None:
    rule = "rules: [{enabled: false, exclude: {deployments: [gone]}}]\n"

    (said,) = await warnings(world, "resurrection", rule)

    assert "exact names" in said.detail
