"""A limit on what a deploy takes away: refused before anything is changed, held after kills."""

import pytest

from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World, manifest
from tests.unit.director.test_deploying_kills import killed_and_resumed

DISKLESS = manifest().replace("  persistent_disk_type: data\n", "")
LARGE = manifest(webs=3).replace("vm_type: small", "vm_type: large")
"""Replaces the three VMs that are there (db/0, web/0, web/1) and adds a fourth."""

DEATHS = (3, 12, 30)
"""Points before, at the beginning of, and well in the midst of the work."""


async def refusal(world: World, text: str, **options: object) -> str:
    """Return why a deploy is refused, and see that it did nothing."""
    before, journal = world.recorded, world.store.recorded_deployment
    world.calls.clear()
    world.questions.clear()
    task = await world.deploy(text, **options)
    assert task.state is TaskState.ERROR
    assert world.recorded == before
    assert journal(before.deployment.name) == before
    assert set(world.calls) <= {"has_vm"}, "looking is no change"
    assert task.result is not None
    return task.result


async def test_a_deploy_that_takes_away_too_much_changes_nothing(world: World) -> None:
    await world.deploy_well()

    told = await refusal(world, LARGE, max_destroy="2")

    assert "of 3 instances; --max-destroy allows 2 (db/0: recreate (" in told
    assert told.endswith("[PD0721]")


async def test_a_deploy_within_the_limit_is_carried_out(world: World) -> None:
    await world.deploy_well()

    await world.deploy_well(LARGE, max_destroy="3")


async def test_percents_are_of_the_recorded_instances(world: World) -> None:
    await world.deploy_well()

    assert "allows 2 (99%)" in await refusal(world, LARGE, max_destroy="99%")
    await world.deploy_well(LARGE, max_destroy="100%")


async def test_deletions_and_lost_disks_count_and_updates_in_place_do_not(world: World) -> None:
    await world.deploy_well()

    assert "web/1: delete (" in await refusal(world, manifest(webs=1), max_destroy="0")
    assert "its disk orphaned" in await refusal(world, DISKLESS, max_destroy="0")
    await world.deploy_well(manifest(text="Bye", webs=3), max_destroy="0")


async def test_making_a_dead_machine_anew_takes_nothing_away(world: World) -> None:
    await world.deploy_well()
    world.crash("web/1")

    await world.deploy_well(fix=True, max_destroy="0")

    assert len(world.machines()) == 3


async def test_a_plan_is_refused_for_the_same_reason(world: World) -> None:
    await world.deploy_well()

    with pytest.raises(RejectedError, match="--max-destroy allows 1"):
        await world.planner.describe(DeployRequest(manifest=LARGE, max_destroy="1"))


@pytest.mark.parametrize("die_at", DEATHS)
async def test_what_was_agreed_to_is_finished_after_a_kill(world: World, die_at: int) -> None:
    await world.deploy_well()

    await killed_and_resumed(world, DeployRequest(manifest=LARGE, max_destroy="3"), die_at)

    assert len(world.machines()) == 4
