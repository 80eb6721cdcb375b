"""A run reads its records once and keeps up with what it writes."""

from dataclasses import replace

import pytest

from paasta_deploy.execution.records import Records
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName, DiskCid, DiskId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import DeploymentRecord, Put, Remove
from tests.unit.execution.world import (
    DEPLOYMENT,
    STEMCELL,
    World,
    agent_id,
    disk_id,
    instance_id,
    spec,
)


async def deployed() -> tuple[World, Records]:
    world = World()
    await world.deployed(spec(disk_size_mib=64))
    return world, Records(world.store, DEPLOYMENT)


async def test_records_of_the_deployment_are_there() -> None:
    world, records = await deployed()

    assert records.instance(instance_id(0)) == world.instance()
    assert records.vm(agent_id(0)) == world.vm()
    assert records.disk(disk_id(0)) == world.disk()
    assert records.known_disk(disk_id(0)) == world.disk()


async def test_changes_are_seen_once_they_are_taken_in() -> None:
    world, records = await deployed()
    changed = replace(world.instance(), converged=False)

    records.take_in(
        [
            Put(record=changed),
            Remove(record=world.vm()),
            Put(record=DeploymentRecord(name=DEPLOYMENT)),
        ]
    )

    assert records.instance(instance_id(0)) == changed
    await world.record(Remove(record=world.vm()))
    assert records.vm(agent_id(0)) is None


async def test_what_another_task_has_written_is_found_in_the_store() -> None:
    world, records = await deployed()
    orphan = replace(world.disk(), disk_id=DiskId("orphan"))
    await world.record(Put(record=orphan))

    assert records.disk(DiskId("orphan")) == orphan


async def test_a_disk_that_is_not_recorded_is_named() -> None:
    _, records = await deployed()

    with pytest.raises(NotFoundError, match="Disk 'gone' is not recorded"):
        records.known_disk(DiskId("gone"))


async def test_an_instance_that_was_never_placed_is_our_bug() -> None:
    _, records = await deployed()

    with pytest.raises(AssertionError, match="planned but not recorded"):
        records.placed_instance(instance_id(9))


async def test_a_stemcell_is_found_at_its_cpi_only() -> None:
    _, records = await deployed()

    assert records.stemcell(STEMCELL, DEFAULT_CPI)
    with pytest.raises(NotFoundError, match="for CPI 'aws'") as caught:
        records.stemcell(STEMCELL, CpiName("aws"))
    assert caught.value.code == 50003


async def test_named_disks_are_those_that_are_attached_to_the_instance_now() -> None:
    world, records = await deployed()
    wal = replace(world.disk(), disk_id=DiskId("wal"), name="wal", cid=DiskCid("c-wal"))
    log = replace(wal, disk_id=DiskId("log"), name="log", cid=DiskCid("c-log"))
    records.take_in([Put(record=wal), Put(record=log)])

    assert records.named_disks(instance_id(0)) == {"wal": "c-wal", "log": "c-log"}
    assert records.named_disks(instance_id(1)) == {}

    detached = replace(wal, state=DiskState.DETACHED)
    records.take_in([Put(record=detached), Put(record=replace(log, instance_id=None))])

    assert records.named_disks(instance_id(0)) == {}
