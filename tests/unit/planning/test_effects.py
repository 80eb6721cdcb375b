"""What steps do to records, one half at a time."""

from dataclasses import replace
from ipaddress import ip_address

from paasta_deploy.model.ids import (
    AgentId,
    BlobId,
    DiskId,
    NetworkName,
    StemcellVersion,
    TaskId,
    VmCid,
)
from paasta_deploy.model.lifecycle import DiskState, RunState, VmState
from paasta_deploy.model.recorded import AddressReservation, Put, Remove
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.planning.actions import (
    CreateDisk,
    CreateVm,
    DeleteDisk,
    DeleteVm,
    DetachDisk,
    Gate,
    NextState,
    StopInstance,
)
from paasta_deploy.planning.effects import (
    Made,
    at_intent,
    at_result,
    settled,
    with_known_blobs,
)
from paasta_deploy.testing.clock import EPOCH
from tests.unit.planning.shop import deployed_shop, shop

TASK = TaskId(7)


def test_a_gate_does_nothing() -> None:
    fold = deployed_shop().fold

    assert at_intent(Gate(), fold, now=EPOCH, task_id=TASK) == ()
    assert at_result(Gate(), fold, now=EPOCH, task_id=TASK) == ()


def test_intending_a_vm_again_keeps_who_made_it_and_when() -> None:
    world = shop()
    world.new_task()
    plan = world.plan_deploy()
    world.fold.run(plan, world.task_id, half_steps=1)
    (vm,) = world.fold.vms.values()
    action = next(step.action for step in plan.steps if isinstance(step.action, CreateVm))

    (change,) = at_intent(action, world.fold, now=world.fold.tick(), task_id=TASK)

    assert isinstance(change, Put)
    assert change.record == vm


def test_addresses_that_the_cloud_gave_are_recorded_and_replaced() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    vm = next(item for item in world.fold.vms.values() if item.instance_id == record.instance_id)
    world.fold.vms[vm.agent_id] = replace(vm, state=VmState.CREATING)
    assert record.spec is not None
    action = CreateVm(
        agent_id=vm.agent_id,
        deployment=record.deployment,
        group=record.group,
        index=0,
        instance_id=record.instance_id,
        az=None,
        vm=record.spec.vm,
    )
    wild = NetworkName("wild")
    made = Made(vm=VmCid("v"), dynamic_addresses={wild: ip_address("10.9.9.9")})

    changes = at_result(action, world.fold, now=EPOCH, task_id=TASK, made=made)
    world.fold.write(changes)

    held = world.instance("web/0").addresses
    assert held[-1] == AddressReservation(network=wild, ip=ip_address("10.9.9.9"), static=False)
    assert len(held) == 2


def test_deleting_a_vm_unsettles_its_instance_and_an_unknown_vm_is_nothing() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    vm = next(item for item in world.fold.vms.values() if item.instance_id == record.instance_id)
    action = DeleteVm(agent_id=vm.agent_id, cid=vm.cid)

    world.fold.write(at_intent(action, world.fold, now=EPOCH, task_id=TASK))

    assert world.fold.vms[vm.agent_id].state is VmState.DELETING
    assert not world.instance("web/0").converged
    nobody = DeleteVm(agent_id=AgentId("nobody"), cid=None)
    assert at_intent(nobody, world.fold, now=EPOCH, task_id=TASK) == ()
    assert at_result(nobody, world.fold, now=EPOCH, task_id=TASK) == ()


def test_stopping_unsettles_once() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    action = StopInstance(
        instance_id=record.instance_id,
        agent_id=AgentId("a"),
        vm_next=NextState.KEEP,
        instance_next=NextState.KEEP,
        deployment_next=NextState.KEEP,
    )

    first = at_intent(action, world.fold, now=EPOCH, task_id=TASK)
    world.fold.write(first)

    assert len(first) == 1
    assert at_intent(action, world.fold, now=EPOCH, task_id=TASK) == ()


def test_intending_a_disk_again_changes_nothing_and_a_new_one_lives_at_its_vms_cpi() -> None:
    world = deployed_shop()
    record = world.instance("db/0")
    (disk,) = (d for d in world.fold.disks.values() if d.instance_id == record.instance_id)
    assert record.spec is not None
    assert record.spec.disk is not None
    action = CreateDisk(
        disk_id=disk.disk_id, instance_id=record.instance_id, disk=record.spec.disk, near=None
    )

    assert at_intent(action, world.fold, now=EPOCH, task_id=TASK) == (Put(record=disk),)

    (change,) = at_intent(
        replace(action, disk_id=DiskId("new")), world.fold, now=EPOCH, task_id=TASK
    )
    assert isinstance(change, Put)
    assert getattr(change.record, "state", None) is DiskState.CREATING
    assert getattr(change.record, "az", None) == record.az


def test_detaching_what_is_detached_is_intended_without_a_trace() -> None:
    world = deployed_shop()
    disk = next(iter(world.fold.disks.values()))
    world.fold.disks[disk.disk_id] = replace(disk, state=DiskState.DETACHED, vm_cid=None)
    action = DetachDisk(disk_id=disk.disk_id, agent_id=None)

    assert at_intent(action, world.fold, now=EPOCH, task_id=TASK) == ()


def test_a_deleted_disk_leaves_no_record() -> None:
    world = deployed_shop()
    disk = next(iter(world.fold.disks.values()))
    world.fold.disks[disk.disk_id] = replace(disk, state=DiskState.ORPHANED)
    action = DeleteDisk(disk_id=disk.disk_id)

    world.fold.write(at_intent(action, world.fold, now=EPOCH, task_id=TASK))
    (change,) = at_result(action, world.fold, now=EPOCH, task_id=TASK)

    assert world.fold.disks[disk.disk_id].state is DiskState.DELETING
    assert isinstance(change, Remove)


def test_settling_gives_back_what_the_vm_does_not_have() -> None:
    record = deployed_shop().instance("web/0")
    assert record.spec is not None
    old = AddressReservation(
        network=NetworkName("default"), ip=ip_address("10.0.0.99"), static=False
    )
    gone = AddressReservation(network=NetworkName("gone"), ip=ip_address("10.3.0.1"), static=False)
    more = replace(record, addresses=(*record.addresses, old, gone), converged=False)

    done = settled(more, record.spec, RunState.STOPPED, TASK)

    assert done.addresses == record.addresses
    assert (done.run_state, done.converged, done.converged_by) == (RunState.STOPPED, True, TASK)


def test_blobs_that_became_known_stay_known_and_only_for_the_same_package() -> None:
    spec = deployed_shop().instance("web/0").spec
    assert spec is not None
    (package,) = spec.packages
    unknown = replace(spec, packages=(replace(package, blob=None),))
    other = replace(spec, packages=(replace(package, blob=None, fingerprint="other"),))
    known = replace(
        spec, packages=(replace(package, blob=BlobRef(blob_id=BlobId("b"), digest="d")),)
    )

    assert with_known_blobs(unknown, known).packages == known.packages
    assert with_known_blobs(other, known) == other
    assert with_known_blobs(unknown, None) == unknown
    assert with_known_blobs(known, spec) is known
    stemcell = replace(known.vm.stemcell, version=StemcellVersion("9"))
    elsewhere = replace(known, vm=replace(known.vm, stemcell=stemcell))
    assert with_known_blobs(unknown, elsewhere) == unknown
