"""What becomes of a VM and a disk, judged from single steps (whole plans: `test_reporting`)."""

from dataclasses import replace

import pytest

from paasta_deploy.model.ids import AgentId, DiskId, InstanceId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.planning.actions import (
    Action,
    AttachDisk,
    CreateDisk,
    DeleteVm,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
)
from paasta_deploy.planning.fates import fates_of
from paasta_deploy.testing.made_records import disk
from paasta_deploy.wire.plan_report import DiskFate, Fates, VmFate
from tests.unit.execution.world import create_vm, spec

WEB, AGENT = InstanceId("web-0"), AgentId("agent")
OLD, NEW = disk("old", DiskState.ATTACHED).disk_id, DiskId("new")
CREATE_VM = create_vm(spec())
DELETE_VM = DeleteVm(agent_id=AGENT, cid=None)
DETACH = DetachDisk(disk_id=OLD, agent_id=AGENT)
ATTACH = AttachDisk(disk_id=OLD, instance_id=WEB, agent_id=AGENT)
ATTACH_NEW = AttachDisk(disk_id=NEW, instance_id=WEB, agent_id=AGENT)
COPY = MigrateDisk(old=OLD, new=NEW, agent_id=AGENT)
ORPHAN = OrphanDisk(disk_id=OLD, former_instance="web/web-0")


def create_disk(size_mib: int, disk_id: DiskId = NEW) -> CreateDisk:
    disk = DiskSpec(size_mib=size_mib, cloud_properties={})
    return CreateDisk(disk_id=disk_id, instance_id=WEB, disk=disk, near=AGENT)


HAD = replace(disk("old", DiskState.ATTACHED), size_mib=100)


def fates(*actions: Action, has_disk: bool = True, has_vm: bool = True) -> Fates:
    return fates_of(actions, disks=(HAD,) if has_disk else (), has_vm=has_vm)


@pytest.mark.parametrize(
    ("actions", "has_vm", "fate"),
    [
        ((), True, VmFate.KEPT),
        ((), False, VmFate.NONE),
        ((CREATE_VM,), False, VmFate.CREATED),
        ((DELETE_VM, CREATE_VM), True, VmFate.REPLACED),
        ((DELETE_VM, CREATE_VM), False, VmFate.CREATED),
        ((DELETE_VM,), True, VmFate.DELETED),
    ],
)
def test_vms(actions: tuple[Action, ...], has_vm: bool, fate: VmFate) -> None:
    assert fates(*actions, has_vm=has_vm).vm is fate


@pytest.mark.parametrize(
    ("actions", "fate"),
    [
        ((), DiskFate.KEPT),
        ((ATTACH,), DiskFate.KEPT),
        ((DETACH, DELETE_VM, CREATE_VM, ATTACH), DiskFate.MOVED),
        ((create_disk(200), ATTACH_NEW), DiskFate.CREATED),
        ((create_disk(200), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.COPIED),
        ((create_disk(50), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.SHRUNK),
        ((create_disk(100), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.EXCHANGED),
        ((ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.EXCHANGED),
        ((DETACH, ORPHAN), DiskFate.ORPHANED),
        ((DETACH, GrowDisk(disk_id=OLD, size_mib=200), ATTACH), DiskFate.GROWN),
        ((DELETE_VM, CREATE_VM, GrowDisk(disk_id=OLD, size_mib=200), ATTACH), DiskFate.GROWN),
    ],
)
def test_disks(actions: tuple[Action, ...], fate: DiskFate) -> None:
    assert fates(*actions).disk is fate


def test_an_instance_without_a_disk_has_none() -> None:
    assert fates(has_disk=False).disk is DiskFate.NONE


def test_a_disk_that_is_made_again_only_to_be_orphaned_is_orphaned() -> None:
    assert fates(create_disk(100, OLD), ORPHAN).disk is DiskFate.ORPHANED


def named(action: CreateDisk, name: str) -> CreateDisk:
    return replace(action, disk=replace(action.disk, name=name))


def test_each_named_disk_has_a_fate_of_its_own() -> None:
    wal = replace(HAD, name="wal")
    kept = replace(HAD, disk_id=DiskId("kept"), name="kept")

    found = fates_of(
        (
            named(create_disk(200), "fresh"),
            ATTACH_NEW,
            DETACH,
            GrowDisk(disk_id=OLD, size_mib=200),
            ATTACH,
        ),
        disks=(wal, kept),
        has_vm=True,
    )

    assert found.disk is DiskFate.NONE
    assert found.named_disks == (
        ("fresh", DiskFate.CREATED),
        ("kept", DiskFate.KEPT),
        ("wal", DiskFate.GROWN),
    )
    assert found.disks == {DiskFate.NONE, DiskFate.CREATED, DiskFate.KEPT, DiskFate.GROWN}


def test_a_named_disk_whose_data_nobody_copies_is_emptied() -> None:
    found = fates_of(
        (named(create_disk(50), "wal"), ATTACH_NEW, DETACH, ORPHAN),
        disks=(replace(HAD, name="wal"),),
        has_vm=True,
    )

    assert found.named_disks == (("wal", DiskFate.EMPTIED),)
