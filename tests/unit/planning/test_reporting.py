"""From a plan to its report.

Properties: every instance is told once or counted, never both and never neither; counts add up;
no value of a property is in it.
"""

import json

import pytest

from paasta_deploy.planning.plan import ChangeKind
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.planning.wants import Renewal, Wants
from paasta_deploy.testing.planning_world import PlanningWorld
from paasta_deploy.wire.plan_json import report_json
from paasta_deploy.wire.plan_report import DiskFate, Fates, PlanReport, Suspicion, VmFate
from tests.unit.planning.shop import MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS


def next_report(world: PlanningWorld, wants: Wants | None = None) -> PlanReport:
    world.new_task()
    plan = world.plan_deploy(wants)
    return report_of(plan, recorded=world.recorded)


def fates(report: PlanReport) -> dict[str, Fates]:
    return {row.name: row.fates for group in report.groups for row in group.instances}


@pytest.mark.parametrize("event", EVENTS)
def test_every_instance_is_told_once_or_counted(event: str) -> None:
    world = deployed_shop()
    EVENTS[event](world)

    report = next_report(world)

    told = [row.name for group in report.groups for row in group.instances]
    assert len(told) == len(set(told))
    assert len(told) + report.unchanged == len(world.recorded.instances)
    assert sum(report.counts.values()) == len(told)
    assert report.unchanged >= sum(group.unchanged for group in report.groups)


def test_a_new_instance_gets_a_new_vm_and_a_new_disk() -> None:
    found = fates(next_report(shop()))

    assert found["db/0"] == Fates(vm=VmFate.CREATED, disk=DiskFate.CREATED)
    assert found["web/0"] == Fates(vm=VmFate.CREATED, disk=DiskFate.NONE)


@pytest.mark.parametrize(
    ("event", "vm", "disk"),
    [
        ("a property", VmFate.KEPT, DiskFate.KEPT),
        ("a larger disk", VmFate.KEPT, DiskFate.COPIED),
        ("no disk", VmFate.KEPT, DiskFate.ORPHANED),
        ("another VM type", VmFate.REPLACED, DiskFate.MOVED),
        ("another VM type and disk", VmFate.REPLACED, DiskFate.COPIED),
        ("a new stemcell", VmFate.REPLACED, DiskFate.MOVED),
    ],
)
def test_machines_and_data_are_told_apart(event: str, vm: VmFate, disk: DiskFate) -> None:
    world = deployed_shop()
    EVENTS[event](world)

    assert fates(next_report(world))["db/0"] == Fates(vm=vm, disk=disk)


def test_a_smaller_disk_is_told_and_called_out() -> None:
    world = deployed_shop()
    world.cloud_config = world.cloud_config.replace("disk_size: 1000", "disk_size: 500")

    report = next_report(world)

    assert fates(report)["db/1"].disk is DiskFate.SHRUNK
    assert [item.kind for item in report.attention] == [Suspicion.SMALLER_DISK]
    assert "db/0-2" in report.attention[0].text


def test_steps_and_ids_are_those_of_the_plan() -> None:
    world = deployed_shop()
    EVENTS["a property"](world)

    first = next_report(world).groups[0].instances[0]

    assert first.instance_id == world.instance("db/0").instance_id
    assert first.steps == ("prepare", "stop", "apply", "start")
    assert first.canary is True
    assert first.reasons[0].aspect == "configuration"
    assert str(first.reasons[0].span).startswith("manifest.yml:")


def test_lost_data_is_called_out_before_a_lost_group() -> None:
    world = deployed_shop()
    EVENTS["a group less"](world)
    EVENTS["fewer instances"](world)

    report = next_report(world)

    assert [item.kind for item in report.attention] == [Suspicion.DATA, Suspicion.GROUP_GONE]
    assert report.attention[0].instances == ("db/1", "db/2")
    assert report.attention[1].text == "all of `web` is deleted (web/0-1)"


def test_a_group_whose_vms_are_all_replaced_is_called_out_with_the_reason() -> None:
    world = deployed_shop()
    EVENTS["another VM type"](world)

    (first, _) = next_report(world).attention

    assert first.kind is Suspicion.WHOLE_GROUP
    assert first.text == (
        "every VM of `db` is replaced (db/0-2), for this reason: cloud properties: `cpu`"
    )


def test_what_was_asked_for_in_so_many_words_is_not_called_out() -> None:
    world = deployed_shop()
    world.new_task()

    report = next_report(world, Wants(task_id=world.task_id, renewal=Renewal.RECREATE))

    assert report.counts == {ChangeKind.RECREATE: 5}
    assert report.attention == ()


def test_what_stays_in_a_group_with_changes_is_counted_there() -> None:
    world = deployed_shop(MANIFEST.replace("[z1, z2]", "[z1]"))
    world.manifest = world.manifest.replace("instances: 2", "instances: 3")

    (web,) = (group for group in next_report(world).groups if group.name == "web")

    assert (len(web.instances), web.unchanged) == (1, 2)


def test_no_value_of_a_property_is_ever_in_a_report() -> None:
    secret = "correct-horse-battery-staple"
    world = deployed_shop(MANIFEST.replace("{size: 7}", "{size: 7, secret: old}"))
    world.manifest = world.manifest.replace("secret: old", f"secret: {secret}")

    told = json.dumps(report_json(next_report(world)))

    assert secret not in told
    assert "property `secret` of job `db`" in told
