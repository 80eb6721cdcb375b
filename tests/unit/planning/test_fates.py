"""What becomes of a VM and a disk, judged from single steps (whole plans: `test_reporting`)."""

import pytest

from paasta_deploy.model.ids import AgentId, DiskId, InstanceId
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.planning.actions import (
    Action,
    AttachDisk,
    CreateDisk,
    DeleteVm,
    DetachDisk,
    MigrateDisk,
    OrphanDisk,
)
from paasta_deploy.planning.fates import fates_of
from paasta_deploy.wire.plan_report import DiskFate, Fates, VmFate
from tests.unit.execution.world import create_vm, spec

WEB, AGENT = InstanceId("web-0"), AgentId("agent")
OLD, NEW = DiskId("old"), DiskId("new")
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


def fates(*actions: Action, has_disk: bool = True, has_vm: bool = True) -> Fates:
    return fates_of(actions, sizes_mib={OLD: 100}, has_disk=has_disk, has_vm=has_vm)


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
        ((create_disk(200), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.GROWN),
        ((create_disk(50), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.SHRUNK),
        ((create_disk(100), ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.EXCHANGED),
        ((ATTACH_NEW, COPY, DETACH, ORPHAN), DiskFate.EXCHANGED),
        ((DETACH, ORPHAN), DiskFate.ORPHANED),
    ],
)
def test_disks(actions: tuple[Action, ...], fate: DiskFate) -> None:
    assert fates(*actions).disk is fate


def test_an_instance_without_a_disk_has_none() -> None:
    assert fates(has_disk=False).disk is DiskFate.NONE


def test_a_disk_that_is_made_again_only_to_be_orphaned_is_orphaned() -> None:
    assert fates(create_disk(100, OLD), ORPHAN).disk is DiskFate.ORPHANED
