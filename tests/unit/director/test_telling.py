"""A refused deploy hears everything that is wrong with it, once and in the order of the file."""

import pytest

from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.ports.events import TaskOutput
from tests.unit.director.director_world import World, manifest

WRONG = (
    manifest(webs=600)
    .replace("version: latest}]\nupdate", "version: 9}]\nupdate")
    .replace("max_in_flight: 2", "max_in_flight: 2\n  serail: true")
    .replace("name: db, release", "name: bd, release")
)


async def refusal(world: World, text: str) -> RejectedError:
    """Return what the API refuses a deploy with."""
    with pytest.raises(RejectedError) as caught:
        await world.planner.check(DeployRequest(manifest=text))
    return caught.value


async def test_mistakes_of_all_kinds_are_told_in_one_go_in_file_order(world: World) -> None:
    said = await refusal(world, WRONG)

    assert [item.code for item in said.diagnostics] == ["PD0606", "PD0103", "PD0607", "PD0501"]
    lines = [item.span.line for item in said.diagnostics if item.span is not None]
    assert lines == sorted(lines)


async def test_a_plan_is_refused_with_the_same_words(world: World) -> None:
    said = await refusal(world, WRONG)

    with pytest.raises(RejectedError) as caught:
        await world.planner.describe(DeployRequest(manifest=WRONG))
    assert caught.value.diagnostics == said.diagnostics


async def test_what_is_only_found_later_is_told_at_once_too(world: World) -> None:
    alone = manifest(webs=254).replace("name: db, release", "name: bd, release")

    with pytest.raises(RejectedError) as caught:
        await world.planner.describe(DeployRequest(manifest=alone))

    assert [item.code for item in caught.value.diagnostics] == ["PD0607", "PD0501"]


async def test_no_manifest_at_all_has_nothing_further(world: World) -> None:
    said = await refusal(world, "just a text\n")

    assert len(said.diagnostics) == 1


async def test_a_misspelt_property_is_warned_of_with_the_guess(world: World) -> None:
    task = await world.deploy(manifest().replace("{text: Hello}", "{txt: Hello}"))

    said = world.output(task.task_id, TaskOutput.EVENT)
    assert "job `web` of `web` has no property `txt` (did you mean `text`?)" in said
