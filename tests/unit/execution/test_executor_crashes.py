"""An executor killed in a run, and a plan made anew, end where an undisturbed one ends.

The points are every write of the journal, before and after it, and every call to the cloud and to
agents, before it is made and after it was carried out. Nothing leaks, nothing is there twice, no
disk is lost. Here planner and executor stand alone, with threads, and die at one point in
:data:`STRIDE`; whole directors die at every point in `tests/unit/testing/simulator/test_sweep.py`.
"""

from collections.abc import Awaitable, Callable
from itertools import islice

import pytest

from paasta_deploy.cpi.errors import NotSupportedError
from paasta_deploy.model.ids import DEFAULT_CPI, TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.wants import Renewal, Wants
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.crash_world import NAMED_DISKS, Act, CrashWorld, Killed, manifest

FIRST, TASK = TaskId(1), TaskId(2)

STRIDE = 5
"""No divisor of the points of a step, so that every kind of point is met."""


async def deployed() -> CrashWorld:
    """Return a world in which the shop runs."""
    world = CrashWorld()
    await world.prepare()
    await world.deploy(FIRST)
    return world


async def empty() -> CrashWorld:
    world = CrashWorld()
    await world.prepare()
    return world


async def with_a_dead_machine() -> CrashWorld:
    world = await deployed()
    world.crash_a_machine()
    return world


async def stopped() -> CrashWorld:
    world = await deployed()
    await stop(world, FIRST)
    return world


async def detached() -> CrashWorld:
    world = await deployed()
    await detach(world, FIRST)
    return world


async def changed(**values: object) -> CrashWorld:
    world = await deployed()
    world.planning.manifest = manifest(**values)  # type: ignore[arg-type]  # its own keywords
    return world


async def grown() -> CrashWorld:
    world = await changed(disk="large")
    world.planning.growing_cpis = frozenset({DEFAULT_CPI})
    return world


async def grown_in_vain() -> CrashWorld:
    world = await grown()

    def refuse(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "resize_disk":
            raise NotSupportedError("this cloud cannot after all")

    tap(world.provider, before=refuse)
    return world


async def with_named_disks(disk_type: str = "data") -> CrashWorld:
    world = CrashWorld()
    await world.prepare()
    world.planning.manifest = manifest(disk=NAMED_DISKS.replace("TYPE", "data"))
    await world.deploy(FIRST)
    world.planning.manifest = manifest(disk=NAMED_DISKS.replace("TYPE", disk_type))
    return world


async def with_named_disks_on_a_dead_machine() -> CrashWorld:
    world = await with_named_disks()
    world.crash_a_machine()
    return world


async def deploy(world: CrashWorld, task_id: TaskId) -> None:
    await world.deploy(task_id)


async def recreate(world: CrashWorld, task_id: TaskId) -> None:
    await world.deploy(task_id, Wants(task_id=task_id, renewal=Renewal.RECREATE))


async def restart(world: CrashWorld, task_id: TaskId) -> None:
    await world.change_states(Wants(task_id=task_id, renewal=Renewal.RESTART))


async def stop(world: CrashWorld, task_id: TaskId) -> None:
    await world.change_states(Wants(task_id=task_id, run_state=RunState.STOPPED))


async def detach(world: CrashWorld, task_id: TaskId) -> None:
    await world.change_states(Wants(task_id=task_id, run_state=RunState.DETACHED))


async def start(world: CrashWorld, task_id: TaskId) -> None:
    await world.change_states(Wants(task_id=task_id, run_state=RunState.STARTED))


async def heal(world: CrashWorld, task_id: TaskId) -> None:
    await world.heal(task_id)


async def delete(world: CrashWorld, task_id: TaskId) -> None:
    await world.delete(task_id)


SCENARIOS: dict[str, tuple[Callable[[], Awaitable[CrashWorld]], Act]] = {
    "fresh deploy": (empty, deploy),
    "changed property": (lambda: changed(port=81), deploy),
    "larger disk": (lambda: changed(disk="large"), deploy),
    "grown disk": (grown, deploy),
    "growth refused": (grown_in_vain, deploy),
    "another named disk": (lambda: with_named_disks("large"), deploy),
    "recreate with named disks": (with_named_disks, recreate),
    "resurrection with named disks": (with_named_disks_on_a_dead_machine, heal),
    "one instance less": (lambda: changed(webs=1), deploy),
    "recreate": (deployed, recreate),
    "swap": (lambda: changed(strategy="create-swap-delete", disk="large"), recreate),
    "restart": (deployed, restart),
    "stop": (deployed, stop),
    "start": (stopped, start),
    "stop hard": (deployed, detach),
    "start after a hard stop": (detached, start),
    "resurrection": (with_a_dead_machine, heal),
    "delete": (deployed, delete),
}


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_killed_director_finishes_after_its_next_start(scenario: str) -> None:
    make, act = SCENARIOS[scenario]
    undisturbed = await make()
    undisturbed.reaper.arm(None)
    await act(undisturbed, TASK)
    points, facts = list(undisturbed.reaper.points), undisturbed.facts()

    for number, point in islice(enumerate(points), 0, None, STRIDE):
        world = await make()
        world.reaper.arm(number)
        with pytest.raises(Killed):
            await act(world, TASK)
        world.reaper.arm(None)
        await act(world, TASK)
        assert world.facts() == facts, f"killed at point {number}: {point}"


async def test_a_director_killed_twice_finishes_as_well() -> None:
    world = await deployed()
    facts = world.facts()
    for first, second in ((5, 3), (12, 9), (25, 14), (40, 22)):
        again = await empty()
        for point in (first, second):
            again.reaper.arm(point)
            with pytest.raises(Killed):
                await again.deploy(FIRST)
        again.reaper.arm(None)
        await again.deploy(FIRST)
        assert again.facts() == facts
