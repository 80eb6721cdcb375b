"""Restart, recreate, stop, start, heal and delete go on when a machine dies in them."""

import pytest

from paasta_deploy.model.lifecycle import JobState, RunState, TaskState
from tests.unit.director.director_world import World, manifest
from tests.unit.director.test_deploying_losses import crash_when_asked


@pytest.fixture
async def shop(world: World) -> World:
    """The shop, deployed."""
    await world.deploy_well(manifest(webs=3))
    return world


def job_state(world: World, slug: str) -> JobState:
    """Return how the jobs of an instance are, by its agent."""
    agent = world.agents.agent(world.vm(slug).agent_id)
    assert agent is not None
    return agent.job_state


@pytest.mark.parametrize(
    ("state", "method"),
    [
        ("restart", "stop"),
        ("restart", "drain"),
        ("restart", "start"),
        ("recreate", "stop"),
        ("recreate", "apply"),
    ],
)
@pytest.mark.parametrize("slug", ["web/0", "web/1"])
async def test_an_instance_whose_vm_dies_in_its_renewal_is_made_anew_and_the_rest_is_renewed(
    shop: World, state: str, method: str, slug: str
) -> None:
    before = shop.instance(slug)
    crash_when_asked(shop, method, slug)
    task = await shop.change(state, "web")
    after = shop.instance(slug)

    assert task.state is TaskState.DONE, task.result
    name = f"web/{before.instance_id} ({before.index})"
    assert task.result == f"/deployments/shop (resurrected, since its VM died: {name})"
    assert "its VM died; it will be resurrected" in str(shop.events(task.task_id))
    assert (after.instance_id, after.addresses) == (before.instance_id, before.addresses)
    assert {one.converged_by for one in shop.recorded.instances if one.group == "web"} == {
        task.task_id
    }
    assert shop.machines() == frozenset(vm.cid for vm in shop.recorded.vms)
    assert all(job_state(shop, f"web/{index}") is JobState.RUNNING for index in range(3))


async def test_a_canary_that_dies_is_made_anew_and_nobody_is_a_canary_twice(shop: World) -> None:
    crash_when_asked(shop, "stop", "web/0")
    task = await shop.change("recreate", "web")

    canaries = [line for line in shop.events(task.task_id) if "(canary)" in str(line)]
    begun = [line for line in canaries if "started" in str(line)]
    assert task.state is TaskState.DONE, task.result
    assert len(begun) == 1


async def test_the_others_are_renewed_once_only(shop: World) -> None:
    crash_when_asked(shop, "stop", "web/1")
    await shop.change("restart", "web")

    assert sorted(shop.asked("start")) == ["web/0", "web/1", "web/2"]


async def test_a_machine_that_dies_as_it_is_stopped_is_stopped_in_the_end(shop: World) -> None:
    crash_when_asked(shop, "stop", "web/1")
    task = await shop.change("stopped", "web")

    assert task.state is TaskState.DONE, task.result
    assert {shop.instance(f"web/{index}").run_state for index in range(3)} == {RunState.STOPPED}
    assert {job_state(shop, f"web/{index}") for index in range(3)} == {JobState.STOPPED}


async def test_a_machine_that_dies_as_it_is_started_is_running_in_the_end(shop: World) -> None:
    await shop.change("stopped", "web")
    crash_when_asked(shop, "start", "web/1")
    task = await shop.change("started", "web")

    assert task.state is TaskState.DONE, task.result
    assert {job_state(shop, f"web/{index}") for index in range(3)} == {JobState.RUNNING}


async def test_a_machine_that_dies_as_it_is_detached_is_gone_and_its_disk_is_kept(
    shop: World,
) -> None:
    disks = [disk.cid for disk in shop.recorded.disks]
    crash_when_asked(shop, "stop", "db/0")
    task = await shop.change("detached", "db/0")

    assert task.state is TaskState.DONE, task.result
    assert shop.instance("db/0").run_state is RunState.DETACHED
    assert len(shop.machines()) == 3
    assert [disk.cid for disk in shop.recorded.disks] == disks


async def test_a_new_vm_that_dies_in_its_resurrection_is_made_once_more(shop: World) -> None:
    before = shop.instance("db/0")
    shop.crash("db/0")
    crash_when_asked(shop, "apply", "db/0")
    task = await shop.heal(before)

    assert task.state is TaskState.DONE, task.result
    assert task.result is not None
    assert task.result.startswith("scan and fix complete (whose new VM died, too")
    assert job_state(shop, "db/0") is JobState.RUNNING
    assert len(shop.machines()) == 4


async def test_deleting_goes_on_over_machines_that_die_and_keeps_disks(shop: World) -> None:
    crash_when_asked(shop, "stop", "db/0")
    task = await shop.delete()

    assert task.state is TaskState.DONE, task.result
    assert "not stopped in order, since its VM died: db/" in str(task.result)
    assert shop.machines() == frozenset()
    assert len(shop.store.disks(orphaned=True)) == 1


async def test_what_dies_in_every_round_is_told_by_name(shop: World) -> None:
    crash_when_asked(shop, "start", "web/1", times=99)
    task = await shop.change("restart", "web")

    assert task.state is TaskState.ERROR
    assert f"web/{shop.instance('web/1').instance_id}" in str(task.result)
    assert shop.instance("web/0").converged_by == task.task_id
    assert shop.instance("web/2").converged_by == task.task_id


async def test_a_silent_agent_on_a_vm_that_exists_still_fails_the_task(shop: World) -> None:
    shop.deafen("stop", slug="web/1")
    task = await shop.change("restart", "web")

    assert task.state is TaskState.ERROR
    assert "its VM died" not in str(shop.events(task.task_id))


async def test_a_dry_run_changes_nothing(shop: World) -> None:
    task = await shop.change("recreate", "web", dry_run=True)

    assert (task.state, task.result) == (TaskState.DONE, "/deployments/shop")
    assert shop.calls == []
