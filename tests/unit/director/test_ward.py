"""What the health monitor is told of instances, and healing by a task like any other."""

import asyncio
from dataclasses import replace

from paasta_deploy.director.service import RESURRECTION_PAUSED
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put, Remove
from paasta_deploy.ports.healing import Patient
from paasta_deploy.ports.store import JournalEntry, Phase
from tests.unit.director.director_world import SHOP, World, manifest

ERRAND = manifest().replace("- name: web\n", "- name: web\n  lifecycle: errand\n")


def patient(world: World, slug: str) -> Patient:
    found = world.ward.patient(world.vm(slug).agent_id)
    assert found is not None
    return found


async def test_a_patient_is_an_instance_and_its_deployment(world: World) -> None:
    await world.deploy_well()
    found = patient(world, "web/1")
    instance = world.instance("web/1")
    assert found.instance_id == instance.instance_id
    assert (found.deployment, found.deployment_size) == (SHOP, 3)
    assert found.label == f"web/{instance.instance_id} (1)"
    assert (found.healable, found.busy) == (True, False)
    assert len(world.ward.all_patients()) == 3


async def test_what_is_not_to_be_healed(world: World) -> None:
    await world.deploy_well()
    record = world.instance("web/0")
    for changed in (replace(record, ignored=True), replace(record, resurrection_paused=True)):
        await world.record(Put(record=changed))
        assert not patient(world, "web/0").healable
    await world.record(Put(record=record))
    assert patient(world, "web/0").healable

    await world.change("stopped", "web/0")
    assert not patient(world, "web/0").healable
    world.store.put_setting(RESURRECTION_PAUSED, "true")
    assert not patient(world, "web/1").healable
    world.store.put_setting(RESURRECTION_PAUSED, "false")
    assert patient(world, "web/1").healable
    off = world.make_ward(resurrection=False)
    seen = off.patient(world.vm("web/1").agent_id)
    assert seen is not None
    assert not seen.healable


async def test_a_deployment_that_a_task_changes_is_busy(world: World) -> None:
    await world.deploy_well()
    drain = world.hold("drain")
    restarting = asyncio.create_task(world.change("restart", "web"))
    await drain.reached.wait()
    assert patient(world, "db/0").busy
    drain.go.set()
    await restarting
    assert not patient(world, "db/0").busy


async def test_a_vm_of_nobody_or_half_made_is_no_patient(world: World) -> None:
    await world.deploy_well()
    vm = world.vm("web/0")
    for changed in (replace(vm, active=False), replace(vm, instance_id=None)):
        await world.record(Put(record=changed))
        assert world.ward.patient(vm.agent_id) is None
    await world.record(Remove(record=vm))
    assert world.ward.patient(vm.agent_id) is None
    assert not await world.ward.vm_exists(vm.agent_id)


async def test_an_errand_without_a_machine_is_not_missing(world: World) -> None:
    await world.deploy_well(ERRAND)
    assert [item.group for item in world.recorded.instances] == ["db", "web", "web"]
    assert list(world.ward.missing()) == []


async def test_an_instance_whose_machine_could_not_be_made_is_missing(world: World) -> None:
    await world.deploy_well()
    instance = world.instance("web/0")
    assert list(world.ward.missing()) == []
    assert world.ward.instance(instance.instance_id) is None, "it is whole"

    world.crash("web/0")
    world.fail_calls("create_vm")
    failed = await world.heal(instance)
    assert failed.state is TaskState.ERROR
    world.clock.advance(1)
    (found,) = world.ward.missing()
    assert (found.instance_id, found.agent_id) == (instance.instance_id, None)
    assert world.ward.instance(instance.instance_id) == found

    world.fail_calls()
    assert await world.ward.heal(SHOP, (instance.instance_id,))
    world.clock.advance(1)
    assert list(world.ward.missing()) == []
    assert world.ward.instance(instance.instance_id) is None


async def test_an_instance_that_was_half_healed_is_not_whole(world: World) -> None:
    await world.deploy_well()
    instance = world.instance("web/0")
    world.crash("web/0")
    world.deafen("apply")
    assert not await world.ward.heal(SHOP, (instance.instance_id,))
    world.clock.advance(1)
    found = world.ward.instance(instance.instance_id)
    assert found is not None
    assert found.agent_id == world.vm("web/0").agent_id
    assert list(world.ward.missing()) == []


async def test_a_machine_that_stands_by_does_not_hide_that_nobody_serves(world: World) -> None:
    await world.deploy_well()
    instance = world.instance("web/0")
    (vm,) = (vm for vm in world.recorded.vms if vm.instance_id == instance.instance_id)
    await world.store.write(
        JournalEntry(
            task_id=None,
            phase=Phase.NOTE,
            step="test",
            changes=(Put(record=replace(vm, active=False)),),
        )
    )

    (found,) = world.ward.missing()
    assert found.instance_id == instance.instance_id


async def test_what_an_operator_stopped_or_took_away_is_not_missing(world: World) -> None:
    await world.deploy_well()
    await world.change("detached", "web/0")
    assert list(world.ward.missing()) == []
    gone = world.instance("web/1").instance_id
    await world.deploy_well(manifest(webs=1))
    assert world.ward.instance(gone) is None


async def test_the_cloud_and_the_agent_are_asked(world: World) -> None:
    await world.deploy_well()
    agent_id = world.vm("web/0").agent_id
    assert await world.ward.vm_exists(agent_id)
    assert await world.ward.agent_answers(agent_id)
    world.crash("web/0")
    assert not await world.ward.vm_exists(agent_id)
    assert not await world.ward.agent_answers(agent_id)


async def test_healing_is_a_task_of_the_health_monitor(world: World) -> None:
    await world.deploy_well()
    instance = world.instance("web/0")
    world.crash("web/0")
    assert await world.ward.heal(SHOP, (instance.instance_id,))
    task = world.store.tasks(limit=1)[0]
    assert (task.user, task.description, task.kind) == (
        "health-monitor",
        "scan and fix",
        "cck_scan_and_fix",
    )
    assert len(world.machines()) == 3
