"""Deploys of a part: what is left out stays as it is, and the next plain deploy finishes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World, manifest
from tests.unit.director.linked_shop import deployment, upload_linked
from tests.unit.director.test_deploying_kills import killed_and_resumed
from tests.unit.director.test_variables import PASSWORD, with_token

CHANGED = manifest(text="Bye", webs=3, port=5433)
"""Updates db/0, web/0 and web/1, and adds web/2."""
UPDATE = "update in place"


async def plan(world: World, text: str = CHANGED, **options: object) -> Mapping[str, Any]:
    request = DeployRequest(manifest=text, **options)  # type: ignore[arg-type]  # a test's own
    return await world.planner.describe(request)


def changes(told: Mapping[str, Any]) -> dict[str, str]:
    """Return what is done with which instance."""
    return {row["instance"]: row["kind"] for group in told["groups"] for row in group["instances"]}


def held(told: Mapping[str, Any]) -> dict[str, str]:
    return {row["instance"]: row["kind"] for row in told.get("held_back", ())}


async def test_only_what_is_selected_is_changed_and_the_rest_is_told(world: World) -> None:
    await world.deploy_well()
    database = world.instance("db/0")
    told = await plan(world, only=("web",))

    task = await world.deploy_well(CHANGED, only=("web",))

    assert changes(told) == {**dict.fromkeys(("web/0", "web/1"), UPDATE), "web/2": "create"}
    assert held(told) == {"db/0": "update in place"}
    assert told["held_back"][0]["reasons"][0]["text"] == "property `port` of job `db`"
    assert sorted(world.asked("start")) == ["web/0", "web/1", "web/2"]
    assert world.instance("db/0") == database
    remarks = [str(event.get("message")) for event in world.events(task.task_id)]
    assert any("Held back, as asked for: db/0; deploy again" in text for text in remarks)


@pytest.mark.parametrize(
    ("options", "rest"),
    [
        ({"only": ("web",)}, {"db/0"}),
        ({"only": ("web/2", "db/0")}, {"web/0", "web/1"}),
        ({"exclude": ("web/0",)}, {"web/0"}),
        ({"only": ("web",), "exclude": ("web/2",)}, {"db/0", "web/2"}),
    ],
)
async def test_the_next_plain_deploy_has_exactly_the_rest_and_finishes_it(
    world: World, options: dict[str, tuple[str, ...]], rest: set[str]
) -> None:
    await world.deploy_well()
    told = await plan(world, CHANGED, **options)
    await world.deploy_well(CHANGED, **options)
    assert world.recorded.deployment.manifest == manifest(), "not all is as the new one says"

    left = await plan(world)
    assert set(changes(left)) == rest == set(held(told))
    assert changes(left) == held(told)
    assert held(left) == {}

    await world.deploy_well(CHANGED)
    assert world.recorded.deployment.manifest == CHANGED
    assert (await plan(world))["is_empty"]


async def test_a_part_that_has_all_the_changes_is_a_whole_deploy(world: World) -> None:
    await world.deploy_well()
    text = manifest(text="Bye")

    await world.deploy_well(text, only=("web",))

    assert world.recorded.deployment.manifest == text


async def test_a_deploy_of_a_part_deletes_nothing(world: World) -> None:
    await world.deploy_well()
    machines = world.machines()
    told = await plan(world, manifest(webs=1, text="Bye"), only=("web",))

    await world.deploy_well(manifest(webs=1, text="Bye"), only=("web",))

    assert held(told) == {"web/1": "delete"}
    assert world.machines() == machines
    await world.deploy_well(manifest(webs=1, text="Bye"))
    assert len(world.machines()) == 2


async def test_an_option_of_the_deploy_is_about_what_is_selected(world: World) -> None:
    await world.deploy_well()
    told = await plan(world, manifest(), only=("web/1",), recreate=True)

    assert changes(told) == {"web/1": "recreate"}
    assert held(told) == {}


async def test_a_first_deploy_can_be_of_a_part(world: World) -> None:
    await world.deploy_well(manifest(), only=("db",))

    assert len(world.machines()) == 1
    assert world.recorded.deployment.manifest is None
    assert world.recorded.deployment.releases == (("shop", "1"),), "it is in use"
    await world.deploy_well(manifest())
    assert len(world.machines()) == 3


@pytest.mark.parametrize("die_at", [3, 12, 25])
async def test_after_a_kill_the_rest_is_still_held_back(world: World, die_at: int) -> None:
    await world.deploy_well()

    await killed_and_resumed(world, DeployRequest(manifest=CHANGED, only=("web",)), die_at)

    assert changes(await plan(world)) == {"db/0": "update in place"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"only": ("wbe",)}, "`--only wbe` names no instance group"),
        ({"exclude": ("web/9",)}, "`--exclude web/9` names no"),
        ({"only": ("web",), "exclude": ("web",)}, "leave no instance"),
    ],
)
async def test_what_names_nothing_is_refused(
    world: World, options: dict[str, tuple[str, ...]], told: str
) -> None:
    with pytest.raises(RejectedError, match=told):
        await plan(world, CHANGED, **options)


async def test_a_value_that_is_made_anew_must_not_reach_a_part_only(world: World) -> None:
    each_time = PASSWORD.replace("password}", "password, update_mode: overwrite}")
    await world.deploy_well(with_token(variables=each_time))
    made = len(world.values.made)

    task = await world.deploy(with_token(variables=each_time), only=("web/0",))

    assert task.state is TaskState.ERROR
    assert str(task.result).endswith("[PD0723]")
    assert len(world.values.made) == made


async def test_a_held_back_provider_of_a_link_is_warned_about(
    world: World, tmp_path: Path
) -> None:
    await upload_linked(world, tmp_path)
    await world.deploy_well(deployment("shop", "db", "web"))
    text = deployment("shop", "db properties: {port: 5433}", "web")
    told = await plan(world, text, only=("web",))

    assert held(told) == {"db/0": "update in place"}
    (warning,) = told["warnings"]
    assert warning["code"] == "PD0724"
    assert "`web` reads the link `db` of `db`, and db/0 of it is held back" in warning["summary"]
