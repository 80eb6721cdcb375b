"""A deploy that is paused: it finishes what it began, begins nothing, heals, and goes on."""

import asyncio
from datetime import timedelta
from pathlib import Path

from paasta_deploy.director.requests import DeployRequest, TaskRequest
from paasta_deploy.director.task_queues import PauseState
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TaskState, VmState
from tests.unit.director.director_world import SHOP, World, manifest
from tests.unit.director.test_rolling_back import BACK, fail_when_asked

CHANGED = DeployRequest(manifest=manifest(webs=4, text="Bye"), canaries="0", max_in_flight="1")


async def paused(world: World, request: TaskRequest = CHANGED, method: str = "start") -> TaskId:
    """Pause a task in the middle of its first change, and wait until it has stopped."""
    hold = world.hold(method)
    task_id = (await world.submit(request)).task_id
    await hold.reached.wait()
    await world.tasks.pause(task_id)
    hold.go.set()
    await reached(world, task_id)
    return task_id


async def reached(world: World, task_id: TaskId) -> None:
    while not is_paused(world, task_id):  # noqa: ASYNC110 - turns of the loop
        await asyncio.sleep(0)


def is_paused(world: World, task_id: TaskId) -> bool:
    return world.tasks.pause_of(task_id) is PauseState.REACHED


def half_done(world: World) -> list[str]:
    return [f"{one.group}/{one.index}" for one in world.recorded.instances if not one.converged]


async def test_what_has_begun_is_finished_and_nothing_more_begins(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    task_id = await paused(world)
    assert half_done(world) == []
    by_this = [one for one in world.recorded.instances if one.converged_by == task_id]
    assert len(by_this) == 1


async def test_it_goes_on_from_there_and_does_nothing_twice(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    task_id = await paused(world)
    world.questions.clear()
    await world.tasks.go_on(task_id)
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE
    assert len(world.asked("apply")) == 3
    assert half_done(world) == []
    assert "Bye" in str(world.recorded.deployment.manifest)


async def test_who_dies_meanwhile_is_healed(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    task_id = await paused(world)
    world.crash("web/3")
    healed = await world.heal(world.instance("web/3"))
    assert healed.state is TaskState.DONE
    assert world.vm("web/3").state is VmState.RUNNING
    assert world.tasks.locked_by(SHOP) == task_id
    await world.tasks.go_on(task_id)
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE


async def test_a_pause_outlives_the_director(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    task_id = await paused(world)
    await world.kill()
    world.start()
    assert list(await world.tasks.resume()) == []
    assert world.tasks.pause_of(task_id) is PauseState.REACHED
    await world.tasks.go_on(task_id)
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE
    assert half_done(world) == []


async def test_a_director_killed_while_pausing_finishes_what_had_begun_and_no_more(
    world: World,
) -> None:
    await world.deploy_well(manifest(webs=4))
    hold = world.hold("start")
    task_id = (await world.submit(CHANGED)).task_id
    await hold.reached.wait()
    (begun,) = half_done(world)
    await world.tasks.pause(task_id)
    await world.kill()
    world.listen()
    world.start()
    await world.tasks.resume()
    await reached(world, task_id)
    assert half_done(world) == []
    done = [one for one in world.recorded.instances if one.converged_by == task_id]
    assert [f"{one.group}/{one.index}" for one in done] == [begun]


async def test_a_director_killed_at_any_point_of_a_pause_leaves_nothing_half_done(
    tmp_path: Path, shop_tarball: Path
) -> None:
    number, has_died = 0, True
    while has_died:
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(folder)
        await world.prepare(shop_tarball)
        await world.deploy_well(manifest(webs=4))
        hold = world.hold("start")
        task_id = (await world.submit(CHANGED)).task_id
        await hold.reached.wait()
        world.reaper.revive(number)
        pausing = asyncio.create_task(world.tasks.pause(task_id))
        hold.go.set()
        while not (world.reaper.is_dead or is_paused(world, task_id)):  # noqa: ASYNC110 - turns
            await asyncio.sleep(0)
        has_died = world.reaper.is_dead
        where = world.reaper.points[-1]
        await world.kill()
        pausing.cancel()
        world.listen()
        world.start()
        await world.tasks.resume()
        if world.tasks.pause_of(task_id) is not None:
            await reached(world, task_id)
            assert half_done(world) == [], f"killed {where}"
            await world.tasks.go_on(task_id)
        assert (await world.tasks.wait(task_id)).state is TaskState.DONE, f"killed {where}"
        assert half_done(world) == [], f"killed {where}"
        number += 1
    assert number > 10, "a pause has that many points at least"


async def test_a_pause_while_it_prepares_begins_nothing(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    world.questions.clear()
    task_id = (await world.submit(CHANGED)).task_id
    await world.tasks.pause(task_id)
    await reached(world, task_id)
    assert world.asked("stop") == []


async def test_a_pause_that_comes_when_all_has_begun_changes_nothing(world: World) -> None:
    await world.deploy_well(manifest(dbs=0, webs=1))
    hold = world.hold("run_script")
    task_id = (
        await world.submit(DeployRequest(manifest=manifest(dbs=0, webs=1, text="Bye")))
    ).task_id
    await hold.reached.wait()
    await world.tasks.pause(task_id)
    hold.go.set()
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE


async def test_a_rollback_can_be_paused_and_still_goes_back(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    fail_when_asked(world, "start", "web/2")
    request = DeployRequest(
        manifest=manifest(webs=4, text="Bye"),
        canaries="0",
        max_in_flight="1",
        on_failure="rollback",
    )
    task_id = (await world.submit(request)).task_id
    while "Rolling back" not in str(world.events(task_id)):  # noqa: ASYNC110 - turns
        await asyncio.sleep(0)
    await world.tasks.pause(task_id)
    await reached(world, task_id)
    await world.kill()
    world.start()
    await world.tasks.resume()
    await world.tasks.go_on(task_id)
    ended = await world.tasks.wait(task_id)
    assert BACK in str(ended.result)
    assert half_done(world) == []


async def test_a_deadline_does_not_wait_for_a_pause_to_end(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    request = DeployRequest(
        manifest=CHANGED.manifest, canaries="0", max_in_flight="1", deadline_s=3600
    )
    task_id = await paused(world, request)
    world.clock.advance(timedelta(hours=2).total_seconds())
    await world.tasks.go_on(task_id)
    ended = await world.tasks.wait(task_id)
    assert ended.state is TaskState.CANCELLED
    assert "The deadline passed" in str(ended.result)


async def test_what_came_during_a_pause_waits_for_the_next_deploy(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    task_id = await paused(world)
    saved = world.configs.latest("cloud")[0]
    await world.configs.save("cloud", "default", saved.content.replace("ram: 1", "ram: 2"))
    await world.add_stemcell("1.2")
    await world.kill()
    world.start()
    await world.tasks.resume()
    await world.tasks.go_on(task_id)
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE
    assert {vm.stemcell.version for vm in world.recorded.vms} == {"1.1"}
    assert world.recorded.deployment.cloud_config_ids == (saved.config_id,)
    await world.deploy_well(CHANGED.manifest)
    assert {vm.stemcell.version for vm in world.recorded.vms} == {"1.2"}


async def test_a_deadline_that_passes_while_the_director_is_dead_finishes_what_had_begun(
    world: World,
) -> None:
    await world.deploy_well(manifest(webs=4))
    hold = world.hold("start")
    request = DeployRequest(
        manifest=CHANGED.manifest, canaries="0", max_in_flight="1", deadline_s=3600
    )
    task_id = (await world.submit(request)).task_id
    await hold.reached.wait()
    await world.kill()
    world.listen()
    world.clock.advance(timedelta(hours=2).total_seconds())
    world.start()
    await world.tasks.resume()
    assert (await world.tasks.wait(task_id)).state is TaskState.CANCELLED
    assert half_done(world) == []
    assert len([one for one in world.recorded.instances if one.converged_by == task_id]) == 1
