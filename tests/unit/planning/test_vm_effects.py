"""Records of VMs: one serves its instance, and what another one has stays held while it is."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import AgentId, NetworkName, TaskId, VmCid
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.recorded import AddressReservation, InstanceRecord, VmRecord
from paasta_deploy.model.spec import NetworkSpec, VmSpec
from paasta_deploy.planning.actions import CreateVm, DeleteVm, ElectVm
from paasta_deploy.planning.effects import Made, at_intent, at_result
from paasta_deploy.testing.clock import EPOCH
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import deployed_shop

TASK = TaskId(9)
NEW = AgentId("new")
WILD = NetworkName("wild")


def serving(world: PlanningWorld) -> tuple[InstanceRecord, VmRecord]:
    record = world.instance("web/0")
    (vm,) = (vm for vm in world.fold.vms_of(record.instance_id) if vm.active)
    return record, vm


def own(vm: VmSpec) -> VmSpec:
    """Return what a second VM is made from: the same, at addresses of its own."""
    networks = (replace(one, ip=ip_address("10.0.0.99")) for one in vm.networks)
    return replace(vm, networks=tuple(networks))


def making_of(record: InstanceRecord, vm: VmSpec) -> CreateVm:
    return CreateVm(
        agent_id=NEW,
        deployment=record.deployment,
        group=record.group,
        index=0,
        instance_id=record.instance_id,
        az=record.az,
        vm=vm,
        standby=True,
    )


def write(world: PlanningWorld, action: CreateVm | ElectVm | DeleteVm, made: Made) -> None:
    world.fold.write(at_intent(action, world.fold, now=EPOCH, task_id=TASK))
    world.fold.write(at_result(action, world.fold, now=EPOCH, task_id=TASK, made=made))


@pytest.fixture
def world() -> PlanningWorld:
    """Return the shop in which a second VM of `web/0` stands by, in a dynamic network, too."""
    world = deployed_shop()
    record, old = serving(world)
    wild = AddressReservation(network=WILD, ip=ip_address("172.16.0.1"), static=False)
    more = AddressReservation(
        network=NetworkName("default"), ip=ip_address("10.0.0.99"), static=False
    )
    record = replace(record, addresses=(*record.addresses, more, wild))
    world.fold.instances[record.instance_id] = record
    assert record.spec is not None
    network = NetworkSpec(name=WILD, kind="dynamic", ip=None, netmask=None, gateway=None)
    world.fold.vms[old.agent_id] = replace(old, networks=(*old.networks, network))
    vm = own(record.spec.vm)
    action = making_of(record, replace(vm, networks=(*vm.networks, network)))
    given = {WILD: ip_address("172.16.0.2")}
    write(world, action, Made(vm=VmCid("vm-new"), dynamic_addresses=given))
    return world


def test_a_vm_that_stands_by_changes_nothing_of_its_instance(world: PlanningWorld) -> None:
    record, old = serving(world)
    standby = world.fold.vms[NEW]

    assert record.converged
    assert (old.active, standby.active, standby.state) == (True, False, VmState.RUNNING)
    assert [str(item.ip) for item in standby.dynamic_addresses] == ["172.16.0.2"]
    assert "172.16.0.2" not in {str(item.ip) for item in record.addresses}


def test_electing_makes_it_the_one_that_serves_and_the_other_an_orphan(
    world: PlanningWorld,
) -> None:
    record, old = serving(world)

    write(world, ElectVm(instance_id=record.instance_id, agent_id=NEW), Made())

    after, new = serving(world)
    former = world.fold.vms[old.agent_id]
    assert new.agent_id == NEW
    assert not after.converged
    assert {str(item.ip) for item in after.addresses} >= {"172.16.0.2", "10.0.0.99"}
    assert "172.16.0.1" not in {str(item.ip) for item in after.addresses}
    assert former.orphaned_at == EPOCH
    assert [str(item.ip) for item in former.dynamic_addresses] == ["172.16.0.1"]


def test_electing_twice_is_electing_once(world: PlanningWorld) -> None:
    record, _ = serving(world)
    action = ElectVm(instance_id=record.instance_id, agent_id=NEW)
    write(world, action, Made())

    assert at_intent(action, world.fold, now=EPOCH, task_id=TASK) == ()


def test_going_back_gives_the_old_vm_its_addresses_again(world: PlanningWorld) -> None:
    record, old = serving(world)
    write(world, ElectVm(instance_id=record.instance_id, agent_id=NEW), Made())

    write(world, ElectVm(instance_id=record.instance_id, agent_id=old.agent_id), Made())

    after, vm = serving(world)
    assert (vm.agent_id, vm.orphaned_at) == (old.agent_id, None)
    assert {str(item.ip) for item in after.addresses} >= {"172.16.0.1", "10.0.0.99"}


def test_a_vm_that_serves_is_not_deleted_as_a_replaced_one(world: PlanningWorld) -> None:
    _, old = serving(world)
    action = DeleteVm(agent_id=old.agent_id, cid=old.cid, only_inactive=True)

    write(world, action, Made())

    assert world.fold.vms[old.agent_id] == old


def test_a_vm_that_serves_nobody_goes_with_its_addresses_and_nothing_else_changes(
    world: PlanningWorld,
) -> None:
    write(world, DeleteVm(agent_id=NEW, cid=VmCid("vm-new"), only_inactive=True), Made())

    record, _ = serving(world)
    assert NEW not in world.fold.vms
    assert record.converged
    assert "10.0.0.99" not in {str(item.ip) for item in record.addresses}


def test_one_made_after_a_forerunner_that_went_has_the_same_addresses(
    world: PlanningWorld,
) -> None:
    """A task that was cancelled left a second VM; the next one deletes it and makes its own."""
    before, _ = serving(world)

    write(world, DeleteVm(agent_id=NEW, cid=VmCid("vm-new")), Made())

    after, _ = serving(world)
    assert after == before
    assert "10.0.0.99" in {str(item.ip) for item in after.addresses}
