"""What is different, and why: every aspect by itself, and nothing when nothing is."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import AgentId, CpiName, TaskId
from paasta_deploy.model.lifecycle import DiskState, RunState, VmState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.model.recorded import DiskRecord, VmRecord
from paasta_deploy.model.spec import DiskSpec, InstanceSpec
from paasta_deploy.planning.differences import NO_DIFFERENCES, Comparison, Differences
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.wanted import Target
from paasta_deploy.planning.wants import Renewal
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import deployed_shop


def as_it_is(world: PlanningWorld, slug: str = "db/0") -> tuple[Situation, Target]:
    record = world.instance(slug)
    assert record.spec is not None
    situation = Situation(
        record=record,
        vm=next(vm for vm in world.fold.vms.values() if vm.instance_id == record.instance_id),
        disks=tuple(
            disk for disk in world.fold.disks.values() if disk.instance_id == record.instance_id
        ),
    )
    target = Target(spec=record.spec, run_state=record.run_state, task_id=TaskId(9))
    return situation, target


def compared(situation: Situation, target: Target) -> Differences:
    return Comparison().compare(situation, target)


def aspects(found: Differences) -> list[str]:
    return [reason.aspect for reason in found.reasons]


def with_spec(change: Callable[[InstanceSpec], InstanceSpec]) -> Differences:
    situation, target = as_it_is(deployed_shop())
    return compared(situation, replace(target, spec=change(target.spec)))


def with_vm(change: Callable[[VmRecord], VmRecord]) -> Differences:
    situation, target = as_it_is(deployed_shop())
    assert situation.vm is not None
    return compared(replace(situation, vm=change(situation.vm)), target)


def with_disk(change: Callable[[DiskRecord], DiskRecord]) -> Differences:
    situation, target = as_it_is(deployed_shop())
    return compared(replace(situation, disks=(change(situation.disks[0]),)), target)


def test_an_instance_as_wanted_has_no_differences() -> None:
    assert compared(*as_it_is(deployed_shop())) is NO_DIFFERENCES


@pytest.mark.parametrize(
    ("change", "kind", "aspect"),
    [
        (lambda s: replace(s, vm=replace(s.vm, cpi=CpiName("x"))), "vm", "cloud_properties"),
        (lambda s: replace(s, vm=replace(s.vm, cloud_properties={})), "vm", "cloud_properties"),
        (lambda s: replace(s, vm=replace(s.vm, env={"a": 1})), "vm", "env"),
        (lambda s: replace(s, vm=replace(s.vm, networks=())), "vm", "network"),
        (
            lambda s: replace(s, vm=replace(s.vm, stemcell=replace(s.vm.stemcell, version="2"))),
            "vm",
            "stemcell",
        ),
        (lambda s: replace(s, disk=None), "disk", "persistent_disk"),
        (lambda s: replace(s, disk=DiskSpec(size_mib=1)), "disk", "persistent_disk"),
        (lambda s: replace(s, jobs=()), "software", "job"),
        (lambda s: replace(s, packages=()), "software", "packages"),
        (
            lambda s: replace(s, templates=replace(s.templates, configuration_hash="x")),
            "software",
            "configuration",
        ),
        (lambda s: replace(s, tags={"a": "b"}), "tags", "tags"),
    ],
)
def test_each_part_of_the_recipe_has_its_aspect_and_its_remedy(
    change: Callable[[InstanceSpec], InstanceSpec], kind: str, aspect: str
) -> None:
    found = with_spec(change)

    assert aspects(found) == [aspect]
    assert getattr(found, kind)
    assert found.only_tags is (kind == "tags")


@pytest.mark.parametrize(
    "change",
    [
        lambda s: replace(s, update_strategy="create-swap-delete"),
        lambda s: replace(s, canary_watch_time=replace(s.canary_watch_time, max_ms=1)),
        lambda s: replace(s, jobs=tuple(replace(job, release_version="9") for job in s.jobs)),
        lambda s: replace(s, templates=replace(s.templates, context_digest="other")),
        lambda s: replace(s, properties={}),
    ],
)
def test_what_touches_no_machine_is_no_difference(
    change: Callable[[InstanceSpec], InstanceSpec],
) -> None:
    found = with_spec(change)

    assert found.reasons == ()
    assert found is not NO_DIFFERENCES


def test_only_names_of_cloud_properties_are_told() -> None:
    found = with_spec(
        lambda s: replace(s, vm=replace(s.vm, cloud_properties={"cpu": 1, "key": "hunter2"}))
    )

    assert "hunter2" not in repr(found)
    assert "`key`" in found.vm[0].text


@pytest.mark.parametrize(
    ("change", "aspect"),
    [
        (lambda vm: replace(vm, state=VmState.CREATING), "missing_vm"),
        (lambda vm: replace(vm, state=VmState.DELETING), "missing_vm"),
    ],
)
def test_a_vm_that_is_not_whole_is_missing(
    change: Callable[[VmRecord], VmRecord], aspect: str
) -> None:
    assert aspects(with_vm(change)) == [aspect]


@pytest.mark.parametrize(
    "change",
    [
        lambda disk: replace(disk, state=DiskState.DETACHED, vm_cid=None),
        lambda disk: replace(disk, vm_cid="elsewhere"),
    ],
)
def test_a_disk_that_is_not_attached_is_a_difference(
    change: Callable[[DiskRecord], DiskRecord],
) -> None:
    found = with_disk(change)

    assert [reason.text for reason in found.disk] == ["its persistent disk is not attached"]


def test_two_disks_are_an_exchange_that_was_cut_off() -> None:
    situation, target = as_it_is(deployed_shop())
    two = replace(situation, disks=(situation.disks[0], situation.disks[0]))

    assert "exchange" in compared(two, target).disk[0].text


def test_an_unfinished_instance_is_dirty() -> None:
    situation, target = as_it_is(deployed_shop())
    unfinished = replace(situation, record=replace(situation.record, converged=False))

    assert aspects(compared(unfinished, target)) == ["dirty"]


def test_run_state_and_renewals_are_told() -> None:
    situation, target = as_it_is(deployed_shop())

    stop = compared(situation, replace(target, run_state=RunState.STOPPED))
    restart = compared(situation, replace(target, renewal=Renewal.RESTART))
    recreate = compared(situation, replace(target, renewal=Renewal.RECREATE))

    assert [(r.before, r.after) for r in stop.state] == [("started", "stopped")]
    assert aspects(restart) == ["restart"]
    assert aspects(recreate) == ["recreate"]
    assert recreate.vm


def test_a_dead_vm_hides_every_other_reason_about_it() -> None:
    situation, target = as_it_is(deployed_shop())
    other = replace(target.spec, vm=replace(target.spec.vm, cloud_properties={}))
    dead = replace(target, spec=other, dead_because="no answer for 60 s")

    assert [reason.text for reason in compared(situation, dead).vm] == ["no answer for 60 s"]


def test_a_vm_that_the_cloud_lost_is_missing() -> None:
    situation, target = as_it_is(deployed_shop())
    lost = replace(situation, presence=VmPresence.MISSING)

    assert "missing_vm" in aspects(compared(lost, target))


def test_a_detached_instance_is_compared_by_its_vm_only() -> None:
    situation, target = as_it_is(deployed_shop())
    record = replace(situation.record, run_state=RunState.DETACHED)
    detached = replace(target, run_state=RunState.DETACHED)
    gone = replace(situation, record=record, vm=None)
    still_there = replace(situation, record=record)
    assert situation.vm is not None
    leftover = replace(gone, leftovers=(situation.vm,))

    assert compared(gone, detached) is NO_DIFFERENCES
    assert compared(still_there, detached).vm
    assert compared(leftover, detached).vm
    other = replace(detached, spec=replace(target.spec, jobs=()))
    assert compared(gone, other).reasons == ()


def test_a_leftover_vm_keeps_an_instance_from_being_as_wanted() -> None:
    situation, target = as_it_is(deployed_shop())
    assert situation.vm is not None
    old = replace(situation.vm, agent_id=AgentId("old"))

    assert compared(replace(situation, leftovers=(old,)), target) is not NO_DIFFERENCES


def test_another_address_is_told_with_before_and_after() -> None:
    def moved(spec: InstanceSpec) -> InstanceSpec:
        (network,) = spec.vm.networks
        networks = (replace(network, ip=ip_address("10.0.0.77")),)
        return replace(spec, vm=replace(spec.vm, networks=networks))

    (reason,) = with_spec(moved).vm

    assert (reason.before, reason.after) == ("10.0.0.2", "10.0.0.77")
