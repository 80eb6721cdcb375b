"""Stopping, starting, restarting, recreating and healing over a simulated cloud."""

from dataclasses import replace

import pytest

from paasta_deploy.model.lifecycle import JobState, RunState, TaskState
from paasta_deploy.model.recorded import Put
from tests.unit.director.director_world import World, manifest


@pytest.fixture
async def shop(world: World) -> World:
    """The shop, deployed."""
    await world.deploy_well()
    return world


async def test_stop_stops_the_jobs_and_keeps_the_machines(shop: World) -> None:
    machines = shop.machines()
    task = await shop.change("stopped", "web")

    assert task.state is TaskState.DONE, task.result
    assert shop.machines() == machines
    assert shop.asked("stop") == ["web/0", "web/1"]
    agent = shop.agents.agent(shop.vm("web/0").agent_id)
    assert agent is not None
    assert agent.job_state is JobState.STOPPED


async def test_what_was_stopped_stays_stopped_over_a_deploy(shop: World) -> None:
    await shop.change("stopped", "web/0")
    await shop.deploy_well(manifest(text="Bye"))

    assert shop.asked("start") == ["web/1"]
    assert shop.instance("web/0").run_state is RunState.STOPPED


async def test_start_starts_what_was_stopped_and_nothing_else(shop: World) -> None:
    await shop.change("stopped", "web/0")
    await shop.change("started")

    assert shop.asked("start") == ["web/0"]


async def test_detach_deletes_the_machine_and_keeps_identity_address_and_disk(
    shop: World,
) -> None:
    before, disk = shop.instance("db/0"), shop.recorded.disks
    await shop.change("detached", "db/0")
    assert len(shop.machines()) == 2
    assert not [vm for vm in shop.recorded.vms if vm.instance_id == before.instance_id]

    await shop.change("started", "db/0")
    after = shop.instance("db/0")
    assert (after.instance_id, after.addresses) == (before.instance_id, before.addresses)
    assert [item.cid for item in shop.recorded.disks] == [item.cid for item in disk]


async def test_restart_restarts_the_named_one_on_its_machine(shop: World) -> None:
    machines = shop.machines()
    await shop.change("restart", "web/1")

    assert shop.asked("stop") == shop.asked("start") == ["web/1"]
    assert shop.machines() == machines


async def test_recreate_makes_a_new_machine_for_the_named_one(shop: World) -> None:
    old, others = shop.vm("web/1").cid, shop.machines()
    await shop.change("recreate", "web/1")

    assert shop.machines() - others == {shop.vm("web/1").cid}
    assert old not in shop.machines()


async def test_a_dry_run_of_recreate_changes_nothing(shop: World) -> None:
    task = await shop.change("recreate", "web/1", dry_run=True)

    assert task.state is TaskState.DONE, task.result
    assert shop.calls == []


async def test_a_slug_by_id_means_the_same_as_by_index(shop: World) -> None:
    await shop.change("restart", f"web/{shop.instance('web/1').instance_id}")

    assert shop.asked("start") == ["web/1"]


async def test_an_ignored_instance_is_refused_by_name_and_passed_over_with_its_group(
    shop: World,
) -> None:
    await shop.record(Put(record=replace(shop.instance("web/0"), ignored=True)))
    refused = await shop.change("restart", "web/0")
    assert refused.state is TaskState.ERROR
    assert "ignored" in str(refused.result)

    await shop.change("restart", "web")
    assert shop.asked("start") == ["web/1"]


async def test_an_unknown_state_is_refused(shop: World) -> None:
    task = await shop.change("asleep")
    assert task.state is TaskState.ERROR
    assert "asleep" in str(task.result)


async def test_without_drain_no_drain_is_asked_for(shop: World) -> None:
    await shop.change("restart", "web", skip_drain=("*",))
    assert shop.asked("drain") == []
    await shop.change("restart", "web")
    assert shop.asked("drain") == ["web/0", "web/1"]


async def test_a_dead_machine_is_replaced_with_identity_address_and_disk(shop: World) -> None:
    before, disks = shop.instance("db/0"), shop.recorded.disks
    old = shop.vm("db/0").cid
    shop.crash("db/0")
    task = await shop.heal(before)

    after = shop.instance("db/0")
    assert task.state is TaskState.DONE, task.result
    assert task.result == "scan and fix complete"
    assert (after.instance_id, after.index, after.addresses) == (
        before.instance_id,
        before.index,
        before.addresses,
    )
    assert shop.vm("db/0").cid != old
    assert [disk.cid for disk in shop.recorded.disks] == [disk.cid for disk in disks]
    assert shop.asked("start")[-1] == "db/0"


async def test_a_living_machine_is_not_replaced_by_healing(shop: World) -> None:
    machines = shop.machines()
    task = await shop.heal(*shop.recorded.instances)

    assert task.state is TaskState.DONE
    assert shop.machines() == machines


async def test_healing_touches_no_instance_that_was_not_named(shop: World) -> None:
    shop.crash("web/0")
    shop.crash("web/1")
    await shop.heal(shop.instance("web/0"))

    assert len(shop.machines()) == 2


async def test_a_resurrection_that_failed_half_way_is_finished_by_the_next(shop: World) -> None:
    shop.crash("web/0")
    shop.deafen("apply")
    failed = await shop.heal(shop.instance("web/0"))
    assert failed.state is TaskState.ERROR
    made = shop.vm("web/0").cid

    shop.listen()
    shop.questions.clear()
    healed = await shop.heal(shop.instance("web/0"))
    assert healed.state is TaskState.DONE, healed.result
    assert shop.asked("start") == ["web/0"]
    assert shop.vm("web/0").cid == made, "the machine was made already"
    assert shop.instance("web/0").converged


async def test_a_detached_instance_is_not_brought_back_by_healing(shop: World) -> None:
    await shop.change("detached", "web/0")
    await shop.heal(shop.instance("web/0"))

    assert len(shop.machines()) == 2


async def test_a_deploy_with_fix_replaces_a_machine_whose_agent_is_silent(shop: World) -> None:
    shop.crash("web/0")
    await shop.deploy_well(fix=True)

    assert len(shop.machines()) == 3


async def test_all_that_failed_at_the_same_time_is_named(shop: World) -> None:
    await shop.deploy_well(manifest(webs=4))
    shop.deafen("stop")
    task = await shop.change("restart", "web", canaries="0")

    assert task.state is TaskState.ERROR
    failed = [item for item in shop.recorded.instances if item.group == "web" and item.az == "z1"]
    assert len(failed) == 2
    assert all(str(item.instance_id) in str(task.result) for item in failed)
