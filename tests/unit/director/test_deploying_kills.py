"""`kill -9` of the director in the middle of tasks, and cancelling them.

The executor's own sweep kills at every point of a plan; here the whole task is killed, at points
spread over all of it, and the next director takes it up by itself under the same number.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.model.lifecycle import RunState, TaskState, VmState
from tests.unit.director.director_world import SHOP, World, manifest

POINTS = 12
"""How many deaths each task suffers, each in a world of its own."""


async def prepared(folder: Path, tarball: Path, *, deployed: bool) -> World:
    folder.mkdir()  # noqa: ASYNC240 - once, before anything runs
    world = World(folder)
    await world.prepare(tarball)
    if deployed:
        await world.deploy_well()
    return world


def spread(points: Sequence[str]) -> list[int]:
    """Return the numbers of points from the first to the last one, evenly."""
    last = len(points) - 1
    return sorted({round(step * last / (POINTS - 1)) for step in range(POINTS)})


async def killed_and_resumed(world: World, request: TaskRequest, die_at: int) -> None:
    """Run a task, kill the director at a point of it, start the next one, wait for the end."""
    world.reaper.revive(die_at)
    submission = asyncio.create_task(world.submit(request))
    await world.until_dead()
    where = world.reaper.points[-1]
    await world.kill()
    submission.cancel()
    world.start()
    resumed = await world.tasks.resume()
    for task_id in resumed:
        ended = await world.tasks.wait(task_id)
        assert ended.state is TaskState.DONE, f"killed {where}: {ended.result}"


async def points_of(world: World, request: TaskRequest) -> list[str]:
    """Return the points of an undisturbed run."""
    world.reaper.revive()
    task = await world.do(request)
    assert task.state is TaskState.DONE, task.result
    return list(world.reaper.points)


def check_whole(world: World, *, instances: int) -> None:
    recorded = world.recorded
    assert len(recorded.instances) == instances
    assert all(item.converged for item in recorded.instances)
    assert len(recorded.vms) == instances
    assert all(vm.state is VmState.RUNNING for vm in recorded.vms)
    assert world.machines() == {str(vm.cid) for vm in recorded.vms}, "no machine too many"
    volumes = {volume.cid for volume in world.provider.cloud.volumes.all()}
    assert volumes == {str(disk.cid) for disk in recorded.disks}, "no disk too many"


async def test_a_killed_deploy_is_finished_by_the_next_director(
    tmp_path: Path, shop_tarball: Path
) -> None:
    request = DeployRequest(manifest=manifest())
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=False)
    points = await points_of(whole, request)
    await whole.close()
    for number in spread(points):
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=False)
        await killed_and_resumed(world, request, number)
        if world.store.recorded_deployment(SHOP) is None:
            await world.deploy_well()  # it died before the task was recorded
        check_whole(world, instances=3)
        await world.close()


async def test_a_killed_resurrection_is_finished_by_the_next_director(
    tmp_path: Path, shop_tarball: Path
) -> None:
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=True)
    whole.crash("db/0")
    request = HealRequest(instance_ids=(str(whole.instance("db/0").instance_id),))
    points = await points_of(whole, request)
    await whole.close()
    for number in spread(points):
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=True)
        world.crash("db/0")
        await killed_and_resumed(world, request, number)
        if len(world.machines()) < 3:
            await world.heal(world.instance("db/0"))  # it died before the task was recorded
        check_whole(world, instances=3)
        await world.close()


async def test_a_killed_recreation_makes_no_machine_anew_twice(
    tmp_path: Path, shop_tarball: Path
) -> None:
    request = StatesRequest(state="recreate", selector="web")
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=True)
    points = await points_of(whole, request)
    await whole.close()
    for number in spread(points):
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=True)
        before = world.machines()
        await killed_and_resumed(world, request, number)
        if number > 1:
            assert len(before - world.machines()) == 2
        check_whole(world, instances=3)
        await world.close()


async def test_a_killed_stop_is_finished(tmp_path: Path, shop_tarball: Path) -> None:
    request = StatesRequest(state="stopped", selector="web")
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=True)
    points = await points_of(whole, request)
    await whole.close()
    for number in spread(points)[1:]:
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=True)
        await killed_and_resumed(world, request, number)
        states = [world.instance(slug).run_state for slug in ("db/0", "web/0", "web/1")]
        assert states == [RunState.STARTED, RunState.STOPPED, RunState.STOPPED]
        await world.close()


async def test_a_killed_deletion_is_finished_also_when_nothing_was_left_to_do(
    tmp_path: Path, shop_tarball: Path
) -> None:
    request = DeleteDeploymentRequest()
    whole = await prepared(tmp_path / "whole", shop_tarball, deployed=True)
    points = await points_of(whole, request)
    await whole.close()
    for number in spread(points)[1:]:
        world = await prepared(tmp_path / str(number), shop_tarball, deployed=True)
        await killed_and_resumed(world, request, number)
        assert world.store.recorded_deployment(SHOP) is None
        assert world.machines() == frozenset()
        assert len(world.store.disks(orphaned=True)) == 1
        await world.close()


async def test_a_cancelled_deploy_stops_at_a_safe_point_and_the_next_one_goes_on(
    world: World,
) -> None:
    cancelled: list[bool] = []

    async def cancel() -> None:
        (task,) = world.store.tasks(states=frozenset({TaskState.PROCESSING}))
        cancelled.append(await world.tasks.cancel(task.task_id))

    world.when_asked("apply", cancel)
    task = await world.deploy()
    world.listen()

    assert cancelled == [True]
    assert task.state is TaskState.CANCELLED
    assert len(world.asked("start")) <= 1
    assert world.tasks.locked_by(SHOP) is None
    await world.deploy_well()
    check_whole(world, instances=3)


@pytest.mark.parametrize("method", ["ping", "run_script"])
async def test_a_deploy_is_cancelled_while_it_waits_for_an_agent(
    world: World, method: str
) -> None:
    async def cancel() -> None:
        (task,) = world.store.tasks(states=frozenset({TaskState.PROCESSING}))
        await world.tasks.cancel(task.task_id)

    world.when_asked(method, cancel)
    task = await world.deploy()
    world.listen()

    assert task.state is TaskState.CANCELLED, task.result
    assert str(task.result).startswith("The task was cancelled by an operator: ")
