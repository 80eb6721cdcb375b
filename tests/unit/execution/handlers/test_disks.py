"""Disks are recorded before they move, moved in BOSH's order, and never lost."""

from collections.abc import Sequence

import pytest

from paasta_deploy.cpi.errors import (
    CloudConfigError,
    CloudDeadlineError,
    CloudError,
    CloudUnavailableError,
    NoDiskSpaceError,
    QuotaExceededError,
)
from paasta_deploy.execution.run_events import RunEnd
from paasta_deploy.model.errors import AgentActionError
from paasta_deploy.model.ids import AgentId, DiskId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateDisk,
    DeleteDisk,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    NextState,
    OrphanDisk,
    StopInstance,
)
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.world import (
    World,
    agent_id,
    disk_id,
    instance_id,
    one_change,
    spec,
)

CREATE = CreateDisk(
    disk_id=disk_id(0),
    instance_id=instance_id(0),
    disk=DiskSpec(size_mib=64),
    near=agent_id(0),
)
ATTACH = AttachDisk(disk_id=disk_id(0), instance_id=instance_id(0), agent_id=agent_id(0))
DETACH = DetachDisk(disk_id=disk_id(0), agent_id=agent_id(0))
ORPHAN = OrphanDisk(disk_id=disk_id(0), former_instance="web/i0")
STOP = StopInstance(
    instance_id=instance_id(0),
    agent_id=agent_id(0),
    vm_next=NextState.KEEP,
    instance_next=NextState.KEEP,
    deployment_next=NextState.KEEP,
)


async def test_the_disk_id_is_recorded_before_the_cloud_is_asked() -> None:
    world = World()
    await world.deployed(spec())
    seen: list[DiskState] = []
    tap(
        world.provider,
        before=lambda method, _: (
            seen.append(world.disk().state) if method == "create_disk" else None
        ),
    )

    await world.run(one_change(CREATE))

    assert seen == [DiskState.CREATING]
    assert world.disk().state is DiskState.DETACHED
    assert world.disk().cid is not None


async def test_a_creation_whose_answer_was_lost_makes_no_second_disk() -> None:
    world, calls = World(), 0
    await world.deployed(spec())

    def lose_the_first(method: str, _arguments: tuple[object, ...]) -> None:
        nonlocal calls
        if method == "create_disk":
            calls += 1
            if calls == 1:
                raise CloudUnavailableError("connection reset")

    tap(world.provider, after=lose_the_first)
    outcome = await world.run(one_change(CREATE))

    assert outcome.error is None
    assert len(world.provider.cloud.volumes.all()) == 1


async def test_creating_a_disk_that_is_there_asks_nobody() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    world.calls.clear()
    cid = world.disk().cid
    await world.put_disk(state=DiskState.CREATING)

    outcome = await world.run(one_change(CREATE))

    assert outcome.error is None
    assert world.disk().cid == cid


async def test_an_attached_disk_knows_its_vm_and_hint_and_carries_metadata() -> None:
    world = World()
    await world.deployed(spec())

    outcome = await world.run(one_change(CREATE, STOP, ATTACH))

    assert outcome.error is None
    record = world.disk()
    assert record.state is DiskState.ATTACHED
    assert record.vm_cid == world.vm().cid
    assert record.hint
    (volume,) = world.provider.cloud.volumes.all()
    assert volume.metadata["instance_id"] == "i0"
    assert volume.metadata["team"] == "red"
    agent = world.agents.agent(agent_id(0))
    assert agent is not None
    assert agent.mounted == [record.cid]


async def test_an_attachment_cut_off_by_a_kill_is_done_again() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    await world.intend(ATTACH)

    outcome = await world.run(one_change(ATTACH))

    assert outcome.error is None
    assert world.disk().state is DiskState.ATTACHED


async def test_a_mount_that_fails_leaves_the_disk_as_being_attached() -> None:
    world = World()
    await world.deployed(spec())

    async def fail(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "mount_disk":
            raise AgentActionError("bad superblock")

    world.agents.before_answer = fail
    outcome = await world.run(one_change(CREATE, ATTACH))

    assert str(outcome.error) == "bad superblock"
    assert world.disk().state is DiskState.ATTACHING
    assert world.disk().vm_cid == world.vm().cid


async def test_a_detached_disk_is_on_no_vm() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))

    outcome = await world.run(one_change(STOP, DETACH))

    assert outcome.error is None
    record = world.disk()
    assert (record.state, record.vm_cid, record.hint) == (DiskState.DETACHED, None, None)
    (volume,) = world.provider.cloud.volumes.all()
    assert volume.attached_to is None


async def test_detaching_a_disk_that_is_on_no_vm_asks_nobody() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))
    await world.run(one_change(STOP, DETACH))
    world.calls.clear()

    outcome = await world.run(one_change(DETACH))

    assert outcome.error is None
    assert world.calls == []


async def test_a_disk_of_a_vm_that_is_gone_is_detached_without_its_agent() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))
    cid = world.vm().cid
    assert cid is not None
    world.provider.delete_vm(cid)
    world.calls.clear()
    detach = DetachDisk(disk_id=disk_id(0), agent_id=agent_id(0), agent_answers=False)

    outcome = await world.run(one_change(detach))

    assert outcome.error is None
    assert world.calls == ["cpi detach_disk"]
    assert world.disk().state is DiskState.DETACHED


async def test_a_copy_that_was_finished_before_a_kill_is_not_made_again() -> None:
    world, new = World(), DiskId("disk-new")
    await world.deployed(spec(disk_size_mib=64))
    migrate = MigrateDisk(old=disk_id(0), new=new, agent_id=agent_id(0))
    create = CreateDisk(
        disk_id=new, instance_id=instance_id(0), disk=DiskSpec(size_mib=128), near=agent_id(0)
    )
    attach = AttachDisk(disk_id=new, instance_id=instance_id(0), agent_id=agent_id(0))
    await world.run(one_change(STOP, create, attach, migrate))
    world.calls.clear()

    outcome = await world.run(one_change(migrate))

    assert outcome.error is None
    assert world.calls == ["agent list_disk"]


async def test_an_orphan_remembers_whom_it_served() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))

    outcome = await world.run(one_change(STOP, DETACH, ORPHAN))

    assert outcome.error is None
    record = world.disk()
    assert record.state is DiskState.ORPHANED
    assert record.instance_id is None
    assert record.former_instance == "web/i0"
    assert record.orphaned_at == world.clock.now()
    assert len(world.provider.cloud.volumes.all()) == 1


async def test_an_orphan_is_deleted_only_when_told() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))
    await world.run(one_change(STOP, DETACH, ORPHAN))

    outcome = await world.run(one_change(DeleteDisk(disk_id=disk_id(0))))

    assert outcome.error is None
    assert world.store.disk(disk_id(0)) is None
    assert world.provider.cloud.volumes.all() == ()


async def test_a_half_made_disk_is_found_by_its_disk_id_and_deleted() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    await world.put_disk(cid=None, state=DiskState.ORPHANED)

    outcome = await world.run(one_change(DeleteDisk(disk_id=disk_id(0))))

    assert outcome.error is None
    assert world.provider.cloud.volumes.all() == ()


async def test_a_half_made_disk_on_a_cloud_without_listing_is_forgotten() -> None:
    world = World(properties={"lacks": ["list_disks"]})
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    await world.put_disk(cid=None, state=DiskState.ORPHANED)

    outcome = await world.run(one_change(DeleteDisk(disk_id=disk_id(0))))

    assert outcome.error is None
    assert world.store.disk(disk_id(0)) is None


async def test_a_disk_without_a_cid_cannot_be_attached() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    await world.put_disk(cid=None)

    outcome = await world.run(one_change(ATTACH))

    assert outcome.end is RunEnd.FAILED
    assert "was never seen by the cloud" in str(outcome.error)


GROW = GrowDisk(disk_id=disk_id(0), size_mib=128)


async def test_what_the_cpi_is_asked_for_is_recorded_before_and_after() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    seen: list[int | None] = []
    tap(
        world.provider,
        before=lambda method, _: (
            seen.append(world.disk().growing_to_mib) if method == "resize_disk" else None
        ),
    )

    outcome = await world.run(one_change(GROW))

    assert outcome.error is None
    assert seen == [128]
    assert (world.disk().size_mib, world.disk().growing_to_mib) == (128, None)
    (volume,) = world.provider.cloud.volumes.all()
    assert volume.size_mib == 128


async def test_a_growth_whose_answer_was_lost_is_asked_for_again() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))
    await world.intend(GROW)
    cid = world.disk().cid
    assert cid is not None
    world.provider.resize_disk(cid, 128)

    outcome = await world.run(one_change(GROW))

    assert outcome.error is None
    assert (world.disk().size_mib, world.disk().growing_to_mib) == (128, None)


async def test_a_cpi_that_cannot_grow_disks_is_remembered_and_the_disk_is_as_it_was() -> None:
    world = World(properties={"lacks": ["resize_disk"]})
    await world.deployed(spec())
    await world.run(one_change(CREATE))

    outcome = await world.run(one_change(GROW))

    assert outcome.error is None
    disk = world.disk()
    assert (disk.size_mib, disk.growing_to_mib, disk.growth_refused) == (64, None, True)


async def test_any_other_failure_to_grow_is_one_and_leaves_the_size_open() -> None:
    world = World()
    await world.deployed(spec())
    await world.run(one_change(CREATE))

    def fail(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "resize_disk":
            raise NoDiskSpaceError("the pool is full")

    tap(world.provider, before=fail)
    outcome = await world.run(one_change(GROW))

    assert str(outcome.error) == "the pool is full"
    assert (world.disk().size_mib, world.disk().growing_to_mib) == (64, 128)


@pytest.mark.parametrize(
    ("error", "is_known"),
    [
        (QuotaExceededError("the account may have no more"), False),
        (NoDiskSpaceError("the pool is full"), False),
        (CloudConfigError("there is no such type"), False),
        (CloudDeadlineError("it was left behind"), True),
    ],
)
async def test_a_disk_is_forgotten_only_when_it_is_certain_that_it_was_not_made(
    error: CloudError, *, is_known: bool
) -> None:
    world = World()
    await world.deployed(spec())

    def fail(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "create_disk":
            raise error

    tap(world.provider, before=fail)
    outcome = await world.run(one_change(CREATE))

    assert outcome.error is error
    recorded = world.store.recorded_deployment(spec().deployment)
    assert recorded is not None
    assert [disk.state for disk in recorded.disks] == [DiskState.CREATING] * is_known
