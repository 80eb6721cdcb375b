"""What a deploy would do, told without doing it; and what is hidden.

Properties: below `properties` and `env` a redacted diff shows no value, whatever it is.
"""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.errors import PaastaError, TemplateError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject
from tests.unit.director.director_world import SHOP, World, manifest


async def told(world: World, text: str, **options: object) -> JsonObject:
    return await world.planner.describe(DeployRequest(manifest=text, **options))  # type: ignore[arg-type]  # a test's own


async def test_a_plan_counts_names_and_reasons(world: World) -> None:
    await world.deploy_well()
    plan = await told(world, manifest(text="Bye", webs=3))
    assert plan["summary"] == {"create": 1, "update in place": 2}
    assert plan["unchanged"] == 1
    assert plan["is_empty"] is False
    assert "web/2" in json.dumps(plan["groups"])


async def test_a_plan_of_nothing_is_empty_and_says_so(world: World) -> None:
    await world.deploy_well()
    plan = await told(world, manifest())
    assert plan["is_empty"] is True
    assert (plan["unchanged"], plan["groups"]) == (3, [])


async def test_a_plan_changes_nothing_and_keeps_no_blob(world: World) -> None:
    recorded = world.store.recorded_deployment(SHOP)
    kept = len(world.blobs._contents)  # noqa: SLF001 - how many there are is the question
    await told(world, manifest())
    assert world.store.recorded_deployment(SHOP) == recorded
    assert len(world.blobs._contents) == kept  # noqa: SLF001 - see above
    assert world.calls == []


async def test_a_plan_tells_mistakes_in_templates(world: World) -> None:
    strict = manifest().replace("name: web, release: shop, properties: {text: Hello}",
                                "name: strict, release: shop")  # fmt: skip
    with pytest.raises(TemplateError, match=r"must\.j2"):
        await told(world, strict)


async def test_no_value_of_a_property_is_in_a_plan(world: World) -> None:
    await world.deploy_well(manifest(text="old-marker"))
    plan = await told(world, manifest(text="new-marker"))
    assert "marker" not in json.dumps(plan)


async def test_the_name_is_checked_before_anything_else(world: World) -> None:
    request = DeployRequest(manifest=manifest())
    assert await world.planner.check(request) == SHOP
    assert await world.planner.check(request, expected_name="shop") == SHOP
    with pytest.raises(PaastaError, match="'other'"):
        await world.planner.check(request, expected_name="other")


def diff(world: World, text: str, *, redact: bool = True) -> list[list[str | None]]:
    return world.planner.diff(SHOP, text, redact=redact)  # type: ignore[return-value]  # pairs


async def test_a_diff_of_a_new_deployment_is_all_added(world: World) -> None:
    lines = diff(world, "name: shop\nx: 1\n")
    assert ["name: shop", "added"] in lines
    assert ["{}", "removed"] in lines


async def test_a_diff_shows_lines_around_a_change_in_the_order_of_keys(world: World) -> None:
    await world.deploy_well()
    lines = diff(world, manifest(webs=5))
    assert ["  instances: 2", "removed"] in lines
    assert ["  instances: 5", "added"] in lines
    assert 2 < len(lines) < 12


async def test_moved_keys_are_no_difference(world: World) -> None:
    await world.deploy_well()
    name, rest = manifest().split("\n", 1)
    assert diff(world, rest + name + "\n") == []


async def test_a_text_that_is_no_yaml_gives_nothing_away(world: World) -> None:
    await world.deploy_well()
    lines = diff(world, "secret: [\n")
    assert all(state != "added" for _, state in lines)
    plain = diff(world, "secret: [\n", redact=False)
    assert ["secret: [", "added"] in plain


SECRETS = st.recursive(
    st.integers(10**9, 10**10).map(lambda number: f"marker-{number}"),
    lambda below: (
        st.lists(below, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), below, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(secret=SECRETS, place=st.sampled_from(["properties", "env"]))
def test_below_properties_and_env_every_value_is_hidden(
    world: World, secret: object, place: str
) -> None:
    text = json.dumps(
        {"name": "new", "instance_groups": [{"name": "web", place: {"key": secret}}]}
    )
    lines = world.planner.diff(DeploymentName("new"), text, redact=True)
    assert "marker" not in json.dumps(lines)
    assert "<redacted>" in json.dumps(lines)
