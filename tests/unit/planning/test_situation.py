"""One instance as it stands: which VM serves it, which disks are its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paasta_deploy.model.ids import AgentId, DiskId, VmCid
from paasta_deploy.model.lifecycle import DiskState, VmState
from paasta_deploy.model.observed import Observed, ObservedVm, VmPresence
from paasta_deploy.model.recorded import DiskRecord, RecordedDeployment, VmRecord
from paasta_deploy.planning.situation import Situation, Situations
from tests.unit.planning.shop import deployed_shop


def recorded() -> RecordedDeployment:
    return deployed_shop().recorded


def parts(found: RecordedDeployment) -> tuple[VmRecord, DiskRecord]:
    record = next(item for item in found.instances if item.group == "db" and item.index == 0)
    vm = next(item for item in found.vms if item.instance_id == record.instance_id)
    disk = next(item for item in found.disks if item.instance_id == record.instance_id)
    return vm, disk


def situation(
    found: RecordedDeployment,
    *,
    vms: tuple[VmRecord, ...] = (),
    disks: tuple[DiskRecord, ...] = (),
    presence: VmPresence | None = None,
) -> Situation:
    vm, _ = parts(found)
    record = next(item for item in found.instances if item.instance_id == vm.instance_id)
    observed = Observed(
        vms={}
        if presence is None
        else {vm.agent_id: ObservedVm(agent_id=vm.agent_id, presence=presence)}
    )
    return Situations(replace(found, vms=vms, disks=disks), observed).of(record)


def test_a_vm_that_is_made_is_preferred_to_one_on_its_way_out() -> None:
    found = recorded()
    vm, _ = parts(found)
    old = replace(vm, agent_id=AgentId("old"), state=VmState.DELETING)

    seen = situation(found, vms=(vm, old))

    assert seen.vm == vm
    assert seen.leftovers == (old,)


def test_of_two_living_vms_the_newer_one_serves() -> None:
    found = recorded()
    vm, _ = parts(found)
    newer = replace(vm, agent_id=AgentId("new"), created_at=vm.created_at + timedelta(seconds=1))

    assert situation(found, vms=(newer, vm)).vm == newer


@pytest.mark.parametrize(
    ("state", "presence", "expected"),
    [
        (VmState.RUNNING, None, True),
        (VmState.RUNNING, VmPresence.ANSWERING, True),
        (VmState.RUNNING, VmPresence.SILENT, True),
        (VmState.RUNNING, VmPresence.MISSING, False),
        (VmState.CREATING, None, False),
        (VmState.DELETING, None, False),
    ],
)
def test_whether_a_vm_runs(state: VmState, presence: VmPresence | None, expected: bool) -> None:
    found = recorded()
    vm, _ = parts(found)

    assert situation(
        found, vms=(replace(vm, state=state),), presence=presence
    ).has_running_vm() is (expected)


def test_disks_are_oldest_first_and_orphans_are_nobodys() -> None:
    found = recorded()
    vm, disk = parts(found)
    newer = replace(
        disk, disk_id=DiskId("newer"), created_at=disk.created_at + timedelta(seconds=1)
    )
    orphan = replace(disk, disk_id=DiskId("orphan"), state=DiskState.ORPHANED)
    going = replace(disk, disk_id=DiskId("going"), state=DiskState.DELETING)

    seen = situation(found, vms=(vm,), disks=(newer, orphan, disk, going))

    assert seen.disks == (disk, newer)
    assert seen.attached_disks() == (newer, disk)


def test_a_disk_is_attached_for_certain_only_to_the_vm_that_serves() -> None:
    found = recorded()
    vm, disk = parts(found)
    elsewhere = replace(disk, vm_cid=VmCid("other"))
    half = replace(disk, state=DiskState.ATTACHING)

    seen = situation(found, vms=(vm,), disks=(disk,))

    assert seen.is_attached(disk)
    assert not seen.is_attached(elsewhere)
    assert not seen.is_attached(half)
