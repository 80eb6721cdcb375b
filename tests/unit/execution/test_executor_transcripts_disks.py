"""The exact order of calls when disks change: copied, grown, named (bosh.md 4.5, 4.11)."""

from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.model.ids import AgentId, DiskId
from paasta_deploy.model.spec import DiskSpec, InstanceSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CreateDisk,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    ReplaceUngrown,
)
from tests.unit.execution.test_executor_transcripts import CREATE_VM, STOP, attach, detach, stop
from tests.unit.execution.world import (
    World,
    agent_id,
    create_vm,
    disk_id,
    instance_id,
    one_change,
    spec,
)


async def test_disk_change_by_copying() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)
    identity, agent, old, new = instance_id(0), agent_id(0), disk_id(0), DiskId("disk-new")

    outcome = await world.run(
        one_change(
            stop(),
            CreateDisk(disk_id=new, instance_id=identity, disk=DiskSpec(size_mib=128), near=agent),
            AttachDisk(disk_id=new, instance_id=identity, agent_id=agent),
            MigrateDisk(old=old, new=new, agent_id=agent),
            DetachDisk(disk_id=old, agent_id=agent),
            OrphanDisk(disk_id=old, former_instance="web/i0"),
        )
    )

    assert outcome.error is None
    old_cid, new_record = world.disk().cid, world.store.disk(new)
    assert new_record is not None
    new_cid = new_record.cid
    assert world.calls == [
        *STOP,
        "cpi create_disk",
        "cpi attach_disk",
        f"agent add_persistent_disk {new_cid}",
        "cpi set_disk_metadata",
        f"agent mount_disk {new_cid}",
        "agent list_disk",
        f"agent migrate_disk {old_cid} {new_cid}",
        f"agent unmount_disk {old_cid}",
        f"agent remove_persistent_disk {old_cid}",
        "cpi detach_disk",
    ]


def grown(*, size_mib: int = 128) -> list[Action]:
    """Return BOSH's procedure for a disk that its CPI can grow (4.5): detach, resize, attach."""
    identity, agent, disk = instance_id(0), agent_id(0), disk_id(0)
    return [
        stop(),
        DetachDisk(disk_id=disk, agent_id=agent),
        GrowDisk(disk_id=disk, size_mib=size_mib),
        AttachDisk(disk_id=disk, instance_id=identity, agent_id=agent),
        ReplaceUngrown(
            disk_id=disk,
            new=DiskId("disk-new"),
            disk=DiskSpec(size_mib=size_mib),
            instance_id=identity,
            agent_id=agent,
            former_instance="web/i0",
        ),
    ]


async def test_disk_change_by_growing() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)

    outcome = await world.run(one_change(*grown()))

    assert outcome.error is None
    assert world.calls == [*STOP, *detach(world), "cpi resize_disk", *attach(world)]


async def test_disk_change_by_copying_after_the_cpi_refused_to_grow_it() -> None:
    world, wanted = World(properties={"lacks": ["resize_disk"]}), spec(disk_size_mib=64)
    await world.deployed(wanted)
    agent = agent_id(0)

    outcome = await world.run(one_change(*grown()))

    assert outcome.error is None
    old, new = world.disk().cid, world.store.disk(DiskId("disk-new"))
    assert new is not None
    assert world.calls == [
        *STOP,
        *detach(world),
        "cpi resize_disk",
        *attach(world),
        "cpi create_disk",
        "cpi attach_disk",
        f"agent add_persistent_disk {new.cid}",
        "cpi set_disk_metadata",
        f"agent mount_disk {new.cid}",
        "agent list_disk",
        f"agent migrate_disk {old} {new.cid}",
        *detach(world),
    ]
    simulated = world.agents.agent(agent)
    assert simulated is not None
    assert simulated.mounted == [new.cid]


def named(*names: str) -> InstanceSpec:
    disks = tuple(DiskSpec(size_mib=64, name=name) for name in names)
    return replace(spec(), named_disks=disks)


def named_disk(number: int, name: str) -> list[Action]:
    disk, identity, agent = disk_id(number), instance_id(0), agent_id(0)
    made = DiskSpec(size_mib=64, name=name)
    return [
        CreateDisk(disk_id=disk, instance_id=identity, disk=made, near=agent),
        AttachDisk(disk_id=disk, instance_id=identity, agent_id=agent),
    ]


async def test_named_disks_are_attached_not_mounted_and_told_before_apply() -> None:
    world, wanted = World(), named("wal", "log")
    await world.prepare([wanted])
    identity, agent = instance_id(0), agent_id(0)

    outcome = await world.run(
        one_change(
            create_vm(wanted),
            *named_disk(0, "wal"),
            *named_disk(1, "log"),
            ApplyInstance(instance_id=identity, agent_id=agent, spec=wanted),
        )
    )

    assert outcome.error is None
    assert world.calls == [
        *CREATE_VM,
        "cpi create_disk",
        *attach(world, 0)[:-1],
        "cpi create_disk",
        *attach(world, 1)[:-1],
        "agent update_settings",
        "agent apply",
    ]
    simulated = world.agents.agent(agent)
    assert simulated is not None
    assert simulated.named == {"wal": world.disk(0).cid, "log": world.disk(1).cid}
    assert simulated.mounted == []
    world.calls.clear()

    outcome = await world.run(one_change(DetachDisk(disk_id=disk_id(0), agent_id=agent)))

    assert outcome.error is None
    assert world.calls == [
        f"agent remove_persistent_disk {world.disk(0).cid}",
        "cpi detach_disk",
    ]


async def test_an_agent_gets_one_certificate_however_often_its_disks_change() -> None:
    """A real bosh-agent restarts for a new one."""
    world, wanted, sent = World(), named("wal"), list[JsonValue]()
    await world.prepare([wanted])

    async def listen(_agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        if method == "update_settings":
            sent.extend(arguments)

    world.agents.before_answer = listen
    apply = ApplyInstance(instance_id=instance_id(0), agent_id=agent_id(0), spec=wanted)
    outcome = await world.run(one_change(create_vm(wanted), *named_disk(0, "wal"), apply, apply))

    assert outcome.error is None
    cid = world.disk(0).cid
    assert sent == [
        {"trusted_certs": "", "disk_associations": [], "agent_id": "agent-0"},
        {"trusted_certs": "", "disk_associations": [{"name": "wal", "cid": cid}]},
    ]
