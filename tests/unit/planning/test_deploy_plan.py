"""Plans of deploys as a whole.

Laws, tried at every half step at which a director may be killed:
- planning again under the same task and carrying that out ends where the unbroken run ends;
- what was carried out leaves nothing to do;
- never two VMs for an instance, an address or a disk on two VMs (checked by the fold itself);
- no disk with data is lost, and nothing but a removal makes an orphan of it.
"""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.model.ids import DEFAULT_CPI
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.planning.plan import Plan
from paasta_deploy.testing.planning_world import PlanningWorld, made_stemcell
from tests.unit.planning.shop import MANIFEST, deployed_shop, shop, shop_release


def same_deploy(world: PlanningWorld) -> Plan:
    """Plan a deploy in the task that is under way."""
    return world.plan_deploy()


def changed(old: str, new: str) -> Callable[[PlanningWorld], None]:
    def change(world: PlanningWorld) -> None:
        world.manifest = world.manifest.replace(old, new)
        world.cloud_config = world.cloud_config.replace(old, new)

    return change


def new_stemcell(world: PlanningWorld) -> None:
    world.stemcells.append(made_stemcell("1.2"))


def new_packages(world: PlanningWorld) -> None:
    world.releases.append(shop_release("2", runtime="new", store="new"))


def growth(*, refused: bool = False) -> Callable[[PlanningWorld], None]:
    def grow(world: PlanningWorld) -> None:
        world.growing_cpis = frozenset({DEFAULT_CPI})
        world.fold.refuses_growth = refused
        changed("disk_size: 1000", "disk_size: 3000")(world)

    return grow


NAMED = "  persistent_disks: [{name: data, type: disk}, {name: wal, type: disk}]\n"
ONE_LESS = "  persistent_disks: [{name: wal, type: disk}]\n"


EVENTS: dict[str, Callable[[PlanningWorld], None]] = {
    "a property": changed("size: 7", "size: 8"),
    "more instances": changed("instances: 3", "instances: 5"),
    "fewer instances": changed("instances: 3", "instances: 1"),
    "a larger disk": changed("disk_size: 1000", "disk_size: 2000"),
    "a disk that grows": growth(),
    "a disk that should have grown": growth(refused=True),
    "named disks": changed("  persistent_disk_type: disk\n", NAMED),
    "a named disk less": changed(NAMED, ONE_LESS),
    "no disk": changed("  persistent_disk_type: disk\n", ""),
    "another VM type": changed("vm_type: small\n  stemcell", "vm_type: large\n  stemcell"),
    "another VM type and disk": lambda world: (
        changed("vm_type: small\n  stemcell", "vm_type: large\n  stemcell")(world),
        changed("disk_size: 1000", "disk_size: 2000")(world),
    )[0],
    "a new stemcell": new_stemcell,
    "new packages": new_packages,
    "an AZ less": changed("azs: [z1, z2]\n  vm_type", "azs: [z2]\n  vm_type"),
    "other addresses": changed("    dns:", "    reserved: [10.0.0.2 - 10.0.0.4]\n    dns:"),
    "another name server": changed("8.8.8.8", "9.9.9.9"),
    "static addresses": changed(
        "azs: [z1]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]",
        "azs: [z1]\n  vm_type: small\n  stemcell: default\n"
        "  networks: [{name: default, static_ips: [10.0.0.200, 10.0.0.201]}]",
    ),
    "a group less": changed(MANIFEST[MANIFEST.index("- name: web") :], ""),
    "a renamed group": changed(
        "- name: db\n  instances", "- name: data\n  migrated_from: [{name: db}]\n  instances"
    ),
    "tags": changed("- name: web\n", "- name: web\n  tags: {team: blue}\n"),
    "env": changed("- name: web\n", "- name: web\n  env: {persistent_disk_fs: xfs}\n"),
    "nothing": lambda _world: None,
}


def end_state(world: PlanningWorld) -> dict[str, object]:
    """Return everything that must be the same however often the director was killed."""
    fold = world.fold
    found: dict[str, object] = {}
    for record in fold.instances.values():
        assert record.spec is not None
        vms = [vm for vm in fold.vms.values() if vm.instance_id == record.instance_id]
        disks = [disk for disk in fold.disks.values() if disk.instance_id == record.instance_id]
        found[f"{record.group}/{record.index}"] = (
            record.az,
            record.bootstrap,
            sorted((item.network, str(item.ip)) for item in record.addresses),
            record.run_state,
            record.converged,
            [(vm.state, vm.networks, vm.stemcell, vm.cloud_properties) for vm in vms],
            sorted(
                (disk.name, disk.size_mib, disk.state.value, disk.vm_cid in {vm.cid for vm in vms})
                for disk in disks
            ),
            (record.spec.jobs, record.spec.packages, record.spec.properties, record.spec.tags),
            record.instance_id in fold.running,
        )
    found["other VMs"] = sum(vm.instance_id is None for vm in fold.vms.values())
    return found


def finish(world: PlanningWorld) -> None:
    """Resume the task that is under way, and see that nothing is left to do."""
    world.finish_deploy(world.plan_deploy())
    again = world.plan_deploy()
    assert again.is_empty, [step.step_id for step in again.steps]
    world.new_task()
    assert world.plan_deploy().is_empty


@pytest.mark.parametrize("event", EVENTS)
def test_a_deploy_that_is_cut_off_at_any_point_ends_like_an_unbroken_one(event: str) -> None:
    before = deployed_shop()
    EVENTS[event](before)
    before.new_task()
    plan = before.plan_deploy()
    unbroken = before.copy()
    unbroken.finish_deploy(plan)
    finish(unbroken)

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        finish(killed)

        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"


def test_a_first_deploy_that_is_cut_off_at_any_point_ends_like_an_unbroken_one() -> None:
    before = shop()
    before.new_task()
    plan = before.plan_deploy()
    unbroken = before.copy()
    unbroken.finish_deploy(plan)

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        finish(killed)

        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"


@pytest.mark.parametrize("event", ["a named disk less", "a disk that grows", "an AZ less"])
def test_named_disks_survive_a_kill_at_any_point(event: str) -> None:
    before = deployed_shop(MANIFEST.replace("  persistent_disk_type: disk\n", NAMED))
    EVENTS[event](before)
    before.new_task()
    plan = before.plan_deploy()
    unbroken = before.copy()
    unbroken.finish_deploy(plan)

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        finish(killed)

        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"


def test_a_refused_growth_that_is_cut_off_at_any_point_ends_with_a_copy() -> None:
    before = deployed_shop()
    growth(refused=True)(before)
    before.new_task()
    plan = before.plan_deploy()
    unbroken = before.copy()
    unbroken.finish_deploy(plan)
    orphans = [disk for disk in unbroken.fold.disks.values() if disk.instance_id is None]
    replacing = 5 * len(orphans)

    assert len(orphans) == 3
    for half_steps in range(2 * (len(plan.steps) + replacing)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        finish(killed)

        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"


@given(data=st.data())
@settings(max_examples=150)
def test_any_row_of_events_kills_and_deaths_ends_as_the_manifest_wants(
    data: st.DataObject,
) -> None:
    world = shop()
    for _ in range(data.draw(st.integers(1, 3), label="events")):
        EVENTS[data.draw(st.sampled_from(sorted(EVENTS)), label="event")](world)
        world.new_task()
        for _ in range(data.draw(st.integers(0, 3), label="kills")):
            plan = world.plan_deploy()
            half_steps = data.draw(st.integers(0, 2 * len(plan.steps)), label="half steps")
            world.fold.run(plan, world.task_id, half_steps=half_steps)
            kill_some_vms(world, data)
        finish(world)


def kill_some_vms(world: PlanningWorld, data: st.DataObject) -> None:
    with_vm = sorted({vm.instance_id for vm in world.fold.vms.values() if vm.instance_id})
    if with_vm:
        for instance_id in data.draw(st.sets(st.sampled_from(with_vm), max_size=2), label="dead"):
            world.presences[instance_id] = VmPresence.MISSING
            world.fold.running.discard(instance_id)
