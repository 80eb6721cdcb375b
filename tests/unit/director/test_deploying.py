"""Deploys over a simulated cloud: what is made, what is left alone, what a refusal changes."""

import re

import pytest

from paasta_deploy.director.requests import DeleteDisksRequest
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import DiskState, TaskState
from paasta_deploy.model.recorded import AddressReservation, InstanceRecord, Put
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import JournalEntry
from tests.unit.director.director_world import SHOP, World, manifest

STRICT = manifest().replace(
    "name: web, release: shop, properties: {text: Hello}", "name: strict, release: shop"
)


async def test_a_fresh_deploy_makes_and_starts_every_instance(world: World) -> None:
    task = await world.deploy_well()

    assert task.result == "/deployments/shop"
    assert world.asked("start") == ["db/0", "web/0", "web/1"]
    assert len(world.machines()) == 3
    assert all(instance.converged for instance in world.recorded.instances)
    assert world.recorded.deployment.manifest == manifest()
    assert [str(key.version) for key in world.recorded.deployment.stemcells] == ["1.1"]
    assert world.recorded.deployment.releases == (("shop", "1"),)


async def test_a_deploy_without_a_change_asks_neither_cloud_nor_agents(world: World) -> None:
    await world.deploy_well()
    await world.deploy_well()

    assert world.calls == []
    assert world.questions == []


async def test_a_comment_in_the_manifest_is_recorded_and_changes_no_instance(world: World) -> None:
    await world.deploy_well()
    text = "# the same\n" + manifest()
    await world.deploy_well(text)

    assert world.calls + world.questions == []
    assert world.recorded.deployment.manifest == text


async def test_a_changed_property_restarts_only_its_group_on_the_same_machines(
    world: World,
) -> None:
    await world.deploy_well()
    machines = world.machines()
    await world.deploy_well(manifest(text="Bye"))

    assert world.asked("start") == ["web/0", "web/1"]
    assert world.calls == []
    assert world.machines() == machines


async def test_one_more_instance_touches_no_other(world: World) -> None:
    await world.deploy_well()
    before = world.machines()
    await world.deploy_well(manifest(webs=3))

    assert world.asked("start") == ["web/2"]
    assert before < world.machines()
    assert world.calls.count("create_vm") == 1


async def test_one_instance_less_deletes_the_last_and_touches_no_other(world: World) -> None:
    await world.deploy_well()
    last = world.vm("web/1").cid
    await world.deploy_well(manifest(webs=1))

    assert world.calls == ["delete_vm"]
    assert last not in world.machines()
    assert len(world.machines()) == 2


async def test_a_removed_database_leaves_its_disk_as_an_orphan_with_its_data(world: World) -> None:
    await world.deploy_well(manifest(dbs=2))
    await world.deploy_well(manifest(dbs=1))

    (orphan,) = world.store.disks(orphaned=True)
    assert orphan.state is DiskState.ORPHANED
    assert orphan.former_instance.startswith("db/")
    assert "delete_disk" not in world.calls


async def test_a_newer_stemcell_makes_every_machine_anew_and_keeps_the_disk(world: World) -> None:
    await world.deploy_well()
    disks = world.recorded.disks
    machines = world.machines()
    await world.add_stemcell("1.2")
    await world.deploy_well()

    assert not machines & world.machines()
    assert [disk.cid for disk in world.recorded.disks] == [disk.cid for disk in disks]
    assert "create_disk" not in world.calls


async def test_recreate_makes_every_machine_anew(world: World) -> None:
    await world.deploy_well()
    machines = world.machines()
    await world.deploy_well(recreate=True)

    assert not machines & world.machines()


async def test_a_dry_run_prepares_and_changes_nothing(world: World) -> None:
    task = await world.deploy_well(dry_run=True)

    assert task.result == "/deployments/shop"
    assert world.store.recorded_deployment(SHOP) is None
    assert world.calls == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (manifest().replace("vm_type: small", "vm_tpye: small"), "vm_tpye"),
        (manifest().replace("{name: default}", "{name: privat}"), 'unknown network "privat"'),
        (manifest(webs=1000), "no free address"),
        (manifest().replace("version: latest}]\nstem", "version: 9}]\nstem"), "shop"),
        (manifest().replace("os: made-up", "os: unheard-of"), "unheard-of"),
        (manifest().replace("{name: db, release", "{name: dbb, release"), "dbb"),
        ("name: [\n", "manifest.yml:2"),
    ],
)
async def test_a_refused_manifest_is_explained_and_changes_nothing(
    world: World, text: str, told: str
) -> None:
    await world.deploy_well()
    recorded, machines = world.recorded, world.machines()
    world.calls.clear()
    task = await world.deploy(text)

    assert task.state is TaskState.ERROR
    assert told in str(task.result)
    assert world.recorded == recorded
    assert world.machines() == machines
    assert world.calls == []


async def test_a_template_that_fails_is_told_by_name_and_leaves_no_deployment(
    world: World,
) -> None:
    task = await world.deploy(STRICT)

    assert task.state is TaskState.ERROR
    assert "must.j2" in str(task.result)
    assert world.store.recorded_deployment(SHOP) is None
    assert world.calls == []


async def test_without_a_cloud_config_the_command_to_give_one_is_told(world: World) -> None:
    await world.configs.delete("cloud", "default")
    task = await world.deploy()

    assert task.state is TaskState.ERROR
    assert "no cloud config" in str(task.result)
    (failed,) = [line for line in world.events(task.task_id) if "error" in line]
    error = failed["error"]
    assert isinstance(error, dict)
    assert "update-cloud-config" in error["hint"]


async def test_a_cloud_config_version_that_was_never_saved_is_named(world: World) -> None:
    task = await world.deploy(cloud_config_ids=(77,))

    assert task.state is TaskState.ERROR
    assert "77" in str(task.result)


async def test_deleting_leaves_no_machine_and_keeps_disks_as_orphans(world: World) -> None:
    await world.deploy_well(manifest(dbs=2))
    task = await world.delete()

    assert task.state is TaskState.DONE, task.result
    assert world.machines() == frozenset()
    assert world.store.recorded_deployment(SHOP) is None
    assert len(world.store.disks(orphaned=True)) == 2
    assert len(world.provider.cloud.volumes.all()) == 2


async def test_orphaned_disks_are_deleted_when_an_operator_names_them(world: World) -> None:
    await world.deploy_well(manifest(dbs=2))
    await world.delete()
    first, second = world.store.disks(orphaned=True)
    assert first.cid is not None
    task = await world.do(DeleteDisksRequest(disk_cids=(first.cid,)), deployment=None)

    assert task.result == "1 disk deleted"
    assert list(world.store.disks(orphaned=True)) == [second]


async def test_deleting_what_is_gone_already_is_success(world: World) -> None:
    await world.deploy_well()
    first = await world.submit_deletion()
    second = await world.submit_deletion()

    assert (await world.tasks.wait(first)).state is TaskState.DONE
    assert (await world.tasks.wait(second)).state is TaskState.DONE


async def test_an_address_taken_between_placing_and_recording_is_placed_anew(
    world: World,
) -> None:
    taken: list[str] = []
    write = world.store.before_write

    def another_deployment_is_quicker(entry: JournalEntry) -> None:
        if entry.step != "placed" or taken:
            return
        for change in entry.changes:
            if isinstance(change.record, InstanceRecord) and not taken:
                address = change.record.addresses[0]
                taken.append(str(address.ip))
                world.store.take(_stranger(address))

    world.store.before_write = another_deployment_is_quicker
    await world.deploy_well()
    world.store.before_write = write

    (address,) = taken
    mine = {str(item.ip) for one in world.recorded.instances for item in one.addresses}
    assert address not in mine
    assert len(world.machines()) == 3


async def test_the_debug_output_tells_every_step(world: World) -> None:
    task = await world.deploy_well()
    debug = world.output(task.task_id, TaskOutput.DEBUG)

    assert re.search(r" intent .*CreateVm", debug)
    assert re.search(r" result .*took_ms=", debug)


def _stranger(address: AddressReservation) -> Put:
    return Put(
        record=InstanceRecord(
            instance_id="stranger",  # type: ignore[arg-type]  # any text
            deployment=DeploymentName("other"),
            group="x",  # type: ignore[arg-type]  # any text
            index=0,
            az=None,
            bootstrap=True,
            addresses=(address,),
        )
    )


async def test_a_failed_machine_ends_the_deploy_and_the_next_one_finishes_it(
    world: World,
) -> None:
    world.deafen("start")
    failed = await world.deploy()
    world.listen()
    assert failed.state is TaskState.ERROR
    assert "db/" in str(failed.result)
    assert world.recorded.deployment.manifest is None
    assert world.recorded.instances, "what was made is recorded"

    await world.deploy_well()
    assert len(world.machines()) == 3
    assert TaskId(failed.task_id) < world.store.tasks(limit=1)[0].task_id
