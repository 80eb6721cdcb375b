"""How the chains of instances stand in a plan: slots, canaries, gates, edges in proportion."""

from collections import Counter

from paasta_deploy.planning.actions import Gate, PostDeploy
from paasta_deploy.planning.plan import ChangeKind, Plan, Stage
from paasta_deploy.planning.planner import Limits
from paasta_deploy.testing.fold import check_order
from tests.unit.planning.shop import CLOUD, MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS


def large(instances: int) -> Plan:
    text = MANIFEST.replace("instances: 3", f"instances: {instances}")
    text = text.replace("max_in_flight: 2", "max_in_flight: 30%")
    return shop(text, CLOUD.replace("10.0.0.0/24", "10.0.0.0/16")).plan_deploy()


def test_edges_grow_in_proportion_to_instances() -> None:
    few, many = (sum(len(step.after) for step in large(count).steps) for count in (50, 200))

    assert many < 4.5 * few


def test_vms_are_made_up_front_in_a_slot_of_their_own() -> None:
    world = shop()
    plan = world.plan_deploy()

    made = [change for change in plan.changes if change.stage is Stage.CREATE_VMS]

    assert {change.slot for change in made} == {"create_vms"}
    assert plan.slots["create_vms"] == Limits().threads_max  # type: ignore[index] # a plain text is a slot's name here
    first_update = next(c for c in plan.changes if c.stage is Stage.UPDATE)
    assert plan.changes.index(made[-1]) < plan.changes.index(first_update)


def test_every_az_has_a_slot_of_its_max_in_flight() -> None:
    slots = {str(name): capacity for name, capacity in large(40).slots.items()}

    assert slots["update/db/z1"] == 6
    assert slots["update/db/z2"] == 6


def test_others_wait_for_all_canaries() -> None:
    text = MANIFEST.replace("canaries: 1", "canaries: 2").replace("instances: 3", "instances: 6")
    plan = shop(text).plan_deploy()
    check_order(plan)
    in_z1 = [c for c in plan.changes if c.stage is Stage.UPDATE and c.slot == "update/db/z1"]

    assert [change.canary for change in in_z1] == [True, True, False]
    steps = {step.step_id: step for step in plan.steps}
    first = next(step for step in plan.steps if step.change_id == in_z1[2].change_id)
    (gate,) = first.after
    assert isinstance(steps[gate].action, Gate)
    assert {steps[end].change_id for end in steps[gate].after} == {
        change.change_id for change in in_z1[:2]
    }


def test_labels_say_who_is_a_canary() -> None:
    plan = shop().plan_deploy()

    labels = [change.label for change in plan.changes if change.stage is Stage.UPDATE]
    assert [label.endswith("(0) (canary)") for label in labels] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_a_group_deletes_what_it_has_too_much_before_it_updates() -> None:
    world = deployed_shop()
    EVENTS["fewer instances"](world)

    plan = world.plan_deploy()

    db = [change for change in plan.changes if change.group == "db"]
    assert [change.kind for change in db] == [ChangeKind.DELETE] * 2 + [ChangeKind.UPDATE]
    assert db[0].stage is Stage.DELETE_UNNEEDED
    assert plan.slots[db[0].slot] == 2 if db[0].slot is not None else False


def test_post_deploy_scripts_run_only_where_a_job_brings_them() -> None:
    plan = shop().plan_deploy()

    groups = Counter(change.group for change in plan.changes if change.stage is Stage.POST_DEPLOY)
    assert groups == {"web": 2}
    assert sum(isinstance(step.action, PostDeploy) for step in plan.steps) == 2


def test_a_lone_change_needs_no_gate() -> None:
    world = deployed_shop(MANIFEST.replace("instances: 2", "instances: 1"))
    EVENTS["tags"](world)
    world.new_task()

    plan = world.plan_deploy()

    assert not any(isinstance(step.action, Gate) for step in plan.steps)
    assert all(step.after == () for step in plan.steps)
