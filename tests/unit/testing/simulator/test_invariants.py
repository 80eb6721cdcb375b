"""The watch sees what must not be: each law has a breach that it finds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from paasta_deploy.cpi.requests import ListedDisk, ListedVm
from paasta_deploy.model.ids import (
    AgentId,
    DeploymentName,
    DiskCid,
    DiskId,
    InstanceId,
    StemcellName,
    StemcellVersion,
    VmCid,
)
from paasta_deploy.model.lifecycle import DiskState, VmState
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    DiskRecord,
    RecordedDeployment,
    VmRecord,
)
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.simulated_agents import SimulatedAgents
from paasta_deploy.testing.simulator.invariants import Watch, breaches_at_the_end

SHOP, NOW = DeploymentName("shop"), datetime(2026, 1, 1, tzinfo=UTC)
A, B = AgentId("a"), AgentId("b")
WEB = InstanceId("web")


def vm(agent_id: AgentId, instance_id: InstanceId | None = WEB, cid: str = "vm-1") -> VmRecord:
    return VmRecord(
        agent_id=agent_id,
        deployment=SHOP,
        instance_id=instance_id,
        state=VmState.RUNNING,
        stemcell=StemcellKey(name=StemcellName("s"), version=StemcellVersion("1"), os="o"),
        cloud_properties={},
        env_digest="",
        created_at=NOW,
        cid=VmCid(cid),
    )


def disk(state: DiskState = DiskState.ATTACHED) -> DiskRecord:
    return DiskRecord(
        disk_id=DiskId("d"),
        deployment=SHOP,
        instance_id=WEB,
        state=state,
        size_mib=1,
        cloud_properties={},
        created_at=NOW,
        cid=DiskCid("disk-1"),
        vm_cid=VmCid("vm-1"),
    )


def recorded(*vms: VmRecord, disks: tuple[DiskRecord, ...] = ()) -> RecordedDeployment:
    return RecordedDeployment(deployment=DeploymentRecord(name=SHOP), vms=vms, disks=disks)


def machine(agent_id: AgentId = A, cid: str = "vm-1") -> ListedVm:
    return ListedVm(cid=VmCid(cid), agent_id=agent_id, running=True)


def volume(attached_to: str | None = "vm-1") -> ListedDisk:
    holder = VmCid(attached_to) if attached_to else None
    return ListedDisk(cid=DiskCid("disk-1"), disk_id=DiskId("d"), size_mib=1, attached_to=holder)


@pytest.fixture
def watch() -> Watch:
    agents = SimulatedAgents(clock=FakeClock(), upload=lambda _link, _content: "")
    known = {A: vm(A), B: vm(B, cid="vm-2")}
    return Watch(agents, known.get, lambda _: None)


def test_one_machine_after_the_other_is_fine(watch: Watch) -> None:
    watch.machine_started(A)
    watch.machine_ended(A)
    watch.machine_started(B)
    assert watch.breaches == []
    assert watch.machines_made == 2


def test_two_live_machines_of_one_instance_are_seen(watch: Watch) -> None:
    watch.machine_started(A)
    watch.machine_started(B)
    assert "two live machines" in watch.breaches[0]


def test_a_machine_that_nobody_recorded_is_seen(watch: Watch) -> None:
    watch.machine_started(AgentId("stranger"))
    assert "whom no record knows" in watch.breaches[0]


def test_a_deleted_disk_is_seen(watch: Watch) -> None:
    watch.disk_deleted("disk-1")
    assert "disk-1 was deleted" in watch.breaches[0]


def test_an_end_in_order_has_no_breach() -> None:
    assert breaches_at_the_end(recorded(vm(A), disks=(disk(),)), [], [machine()], [volume()]) == []


@pytest.mark.parametrize("machines", [[machine()], []])
def test_a_deploy_that_failed_leaves_its_compilation_vms_to_the_next_one(
    machines: list[ListedVm],
) -> None:
    assert breaches_at_the_end(recorded(vm(A, None)), [], machines, [], failed=True) == []


@pytest.mark.parametrize(
    ("end", "breach"),
    [
        ((recorded(), [], [machine()], []), "machine vm-1 of agent a is leaked"),
        ((recorded(vm(A)), [], [], []), "VM vm-1 is recorded as running and does not exist"),
        ((recorded(vm(A, None)), [], [machine()], []), "compilation VM vm-1 was left behind"),
        ((recorded(), [], [], [volume(None)]), "disk disk-1 is leaked"),
        ((recorded(), [disk(DiskState.ORPHANED)], [], []), "disk disk-1 is lost"),
        (
            (recorded(disks=(disk(),)), [], [], [volume("vm-2")]),
            "disk disk-1 is recorded on vm-1, it is on vm-2",
        ),
        (
            (recorded(disks=(replace(disk(), size_mib=2),)), [], [], [volume()]),
            "disk disk-1 is recorded with 2 MiB, it has another size",
        ),
    ],
)
def test_every_disorder_at_the_end_is_seen(
    end: tuple[RecordedDeployment, list[DiskRecord], list[ListedVm], list[ListedDisk]],
    breach: str,
) -> None:
    assert breaches_at_the_end(*end) == [breach]
