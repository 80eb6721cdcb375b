"""Configs: checked when they are saved, kept in versions, merged by name."""

import asyncio

import pytest

from paasta_deploy.director.configs import ConfigMovedError
from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.manifest import to_value
from paasta_deploy.model.errors import NotFoundError
from tests.unit.director.director_world import CLOUD_CONFIG, World

NETWORK = """\
networks:
- name: other
  type: manual
  subnets: [{range: 10.1.0.0/24, gateway: 10.1.0.1, dns: []}]
"""


async def test_unchanged_content_makes_no_new_version(world: World) -> None:
    first = await world.configs.save("runtime", "dns", "tags: {a: b}\n")
    assert await world.configs.save("runtime", "dns", "tags: {a: b}\n") == first
    second = await world.configs.save("runtime", "dns", "tags: {a: c}\n")
    assert second.config_id > first.config_id
    assert await world.configs.save("runtime", "dns", "tags: {a: b}\n") != first


async def test_a_deleted_config_is_gone_and_may_come_back(world: World) -> None:
    saved = await world.configs.save("runtime", "dns", "tags: {a: b}\n")
    assert await world.configs.delete("runtime", "dns")
    assert not await world.configs.delete("runtime", "dns")
    assert world.configs.latest_of("runtime", "dns") is None
    again = await world.configs.save("runtime", "dns", "tags: {a: b}\n")
    assert again.config_id > saved.config_id


async def test_cloud_configs_of_several_names_are_merged(world: World) -> None:
    await world.configs.save("cloud", "other", NETWORK)
    merged, ids = world.configs.cloud_config()
    assert sorted(merged.networks) == ["default", "other"]
    assert len(ids) == 2

    first, first_ids = world.configs.cloud_config(ids[:1])
    assert list(first.networks) == ["default"]
    assert first_ids == ids[:1]


async def test_a_cloud_config_is_held_against_its_neighbours_when_it_is_saved(
    world: World,
) -> None:
    twice = NETWORK.replace("other", "default")
    with pytest.raises(RejectedError) as caught:
        await world.configs.save("cloud", "other", twice)
    assert "default" in str(caught.value)
    assert [config.name for config in world.configs.latest("cloud")] == ["default"]


async def test_a_cloud_config_with_mistakes_is_refused_whole(world: World) -> None:
    wrong = CLOUD_CONFIG.replace("vm_types", "vm_tpyes").replace("range:", "rnage:")
    with pytest.raises(RejectedError) as caught:
        await world.configs.save("cloud", "default", wrong)
    assert len([item for item in caught.value.diagnostics if item.is_error]) >= 2
    assert "cloud config default:" in str(caught.value)


async def test_without_any_cloud_config_it_is_said_how_to_give_one(world: World) -> None:
    await world.configs.delete("cloud", "default")
    with pytest.raises(NotFoundError) as caught:
        world.configs.cloud_config()
    assert "update-cloud-config" in caught.value.hint


async def test_whoever_saves_over_an_unseen_version_is_stopped(world: World) -> None:
    first = await world.configs.save("runtime", "dns", "tags: {a: b}\n", expected_latest_id="0")
    with pytest.raises(ConfigMovedError) as caught:
        await world.configs.save("runtime", "dns", "tags: {a: c}\n", expected_latest_id="0")
    assert caught.value.latest_id == str(first.config_id)


async def test_of_two_who_save_at_once_only_one_wins(world: World) -> None:
    outcomes = await asyncio.gather(
        *(
            world.configs.save("runtime", "dns", f"tags: {{a: b{n}}}\n", expected_latest_id="0")
            for n in range(5)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(item, ConfigMovedError) for item in outcomes) == 4


async def test_configs_saved_at_once_get_different_ids(world: World) -> None:
    saved = await asyncio.gather(
        *(world.configs.save("mine", f"n{n}", "a: b\n") for n in range(10))
    )
    assert len({config.config_id for config in saved}) == 10


def test_a_diff_marks_lines_as_bosh_does(world: World) -> None:
    assert world.configs.diff("[a, b, c]\n", "- a\n- B\n- c\n") == [
        ["- a", None],
        ["- b", "removed"],
        ["- B", "added"],
        ["- c", None],
    ]
    assert world.configs.diff("", "") == []


async def test_of_two_that_do_not_fit_together_only_one_comes_in(world: World) -> None:
    outcomes = await asyncio.gather(
        *(world.configs.save("runtime", name, f"tags: {{a: {name}}}\n") for name in "xy"),
        return_exceptions=True,
    )

    assert [isinstance(item, RejectedError) for item in outcomes] == [False, True]


async def test_comments_and_ways_of_writing_make_no_new_version(world: World) -> None:
    first = await world.configs.save("runtime", "dns", "tags: {a: b, c: d}\n")

    same = await world.configs.save("runtime", "dns", "# why\ntags:\n  c: d\n  a: b\n")

    assert same == first


async def test_recorded_versions_are_read_however_new_others_are(world: World) -> None:
    first = await world.configs.save("runtime", "dns", "tags: {a: b}\n")
    await world.configs.save("runtime", "dns", "tags: {a: c}\n")

    (node,), ids = world.configs.runtime_configs((first.config_id,))

    assert ids == (first.config_id,)
    assert to_value(node) == {"tags": {"a": "b"}}
    assert world.configs.runtime_configs(()) == ((), ())
    with pytest.raises(NotFoundError):
        world.configs.runtime_configs((99,))


async def test_rules_and_cpis_of_all_names_come_together(world: World) -> None:
    for name in ("a", "b"):
        await world.configs.save("resurrection", name, "rules: [{enabled: true}]\n")
        await world.configs.save("cpi", name, f"cpis: [{{name: {name}, type: simulated}}]\n")

    assert len(world.configs.resurrection_config().rules) == 2
    assert list(world.configs.cpi_config().cpis) == ["a", "b"]
    with pytest.raises(RejectedError, match="the CPI `a` is there twice"):
        await world.configs.save("cpi", "c", "cpis: [{name: a, type: simulated}]\n")
