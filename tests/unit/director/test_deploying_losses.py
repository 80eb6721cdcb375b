"""A machine that dies in its own update is healed by the same deploy; other failures stop it."""

import pytest

from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World, manifest

DIED = "its VM died; it will be resurrected"


def crash_when_asked(world: World, method: str, slug: str, *, times: int = 1) -> None:
    """Let the machine of ``slug`` die as it is asked ``method``, that often."""
    left = [times]

    async def die(agent: object, name: str, arguments: object) -> None:
        await world._before_agent(agent, name, arguments)  # type: ignore[arg-type]  # noqa: SLF001 - the world's own
        if left[0] and name == method and agent == world.vm(slug).agent_id:
            left[0] -= 1
            world.crash(slug)

    world.agents.before_answer = die


@pytest.mark.parametrize("method", ["apply", "run_script", "start"])
async def test_an_instance_that_dies_in_its_first_update_is_healed_by_the_deploy(
    world: World, method: str
) -> None:
    await world.deploy_well(manifest(webs=2))
    crash_when_asked(world, method, "web/1")
    task = await world.deploy_well(manifest(webs=2, text="Bye"))

    assert all(item.converged for item in world.recorded.instances)
    assert world.machines() == frozenset(vm.cid for vm in world.recorded.vms)
    assert world.instance("web/1").converged_by == task.task_id
    assert DIED in str(world.events(task.task_id))


async def test_its_identity_and_addresses_stay(world: World) -> None:
    await world.deploy_well()
    before = world.instance("web/1")
    crash_when_asked(world, "stop", "web/1")
    await world.deploy_well(manifest(text="Bye"))
    after = world.instance("web/1")

    assert (after.instance_id, after.index) == (before.instance_id, before.index)
    assert after.addresses == before.addresses


async def test_its_disk_moves_to_the_new_vm(world: World) -> None:
    await world.deploy_well(manifest(dbs=2))
    disks = {disk.cid for disk in world.recorded.disks}
    await world.add_stemcell("1.2")
    crash_when_asked(world, "stop", "db/1")
    await world.deploy_well(manifest(dbs=2))

    assert {disk.cid for disk in world.recorded.disks} == disks
    assert not world.store.disks(orphaned=True)
    assert "delete_disk" not in world.calls


async def test_an_instance_that_dies_every_time_fails_the_deploy_with_its_name(
    world: World,
) -> None:
    await world.deploy_well()
    crash_when_asked(world, "apply", "web/1", times=99)
    world.questions.clear()
    task = await world.deploy(manifest(text="Bye"))

    assert task.state is TaskState.ERROR
    assert "web/" in (task.result or "")
    assert "(1)" in (task.result or "")
    assert world.instance("web/0").converged
    assert world.asked("apply").count("web/0") == 1
    died = [question for question in world.questions if question.startswith("apply ")]
    assert len(died) == 4, "once web/0; web/1 in three rounds"


async def test_a_silent_agent_on_a_vm_that_exists_stops_the_deploy(world: World) -> None:
    await world.deploy_well()
    world.deafen("apply", slug="web/0")
    world.questions.clear()
    task = await world.deploy(manifest(text="Bye"))

    assert task.state is TaskState.ERROR
    assert DIED not in str(world.events(task.task_id))
    assert "web/1" not in world.asked("start")
