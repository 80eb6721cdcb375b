"""A plan in words: counted, folded, with its lines; and for programs. Secrets never."""

import json

from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.describe import describe, describe_json
from paasta_deploy.planning.wants import Wants
from tests.unit.planning.shop import CLOUD, MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS


def test_nothing_to_do_is_one_line() -> None:
    world = deployed_shop()

    assert describe(world.deploy()) == "Nothing to do for 'shop': 5 instances unchanged.\n"


def test_equal_changes_are_told_once_with_their_indexes() -> None:
    text = MANIFEST.replace("instances: 3", "instances: 40").replace("[z1, z2]", "[z1]")

    lines = describe(shop(text, CLOUD).plan_deploy()).split("\n")

    assert lines[0] == "Plan for 'shop': + 42 to create; 0 unchanged."
    assert "  + db/1-39: create" in lines


def test_numbers_are_folded_into_ranges() -> None:
    world = deployed_shop(MANIFEST.replace("instances: 3", "instances: 7"))
    EVENTS["an AZ less"](world)

    text = describe(world.plan_deploy())

    assert "  - db/0,2,4,6: delete" in text


def test_reasons_have_before_after_and_place() -> None:
    world = deployed_shop()
    EVENTS["a larger disk"](world)

    text = describe(world.plan_deploy())

    line = CLOUD.split("\n").index("  disk_size: 1000") + 1
    assert f"persistent disk: 1000 MiB -> 2000 MiB (disk) (cloud.yml:{line})" in text
    assert "2 unchanged" in text


def test_groups_that_are_updated_together_are_told_together() -> None:
    three = MANIFEST + MANIFEST[MANIFEST.index("- name: web") :].replace("name: web", "name: late")
    parallel = three.replace("- name: late\n", "- name: late\n  update: {serial: true}\n").replace(
        "update:\n  canaries", "update:\n  serial: false\n  canaries"
    )

    assert "Order: db, then web, then late." in describe(shop(three).plan_deploy())
    assert "Order: db and web, then late." in describe(shop(parallel).plan_deploy())


def test_states_are_told_by_what_happens() -> None:
    world = deployed_shop()
    world.new_task()

    text = describe(world.plan_states(Wants(task_id=world.task_id, run_state=RunState.STOPPED)))

    assert text.startswith("Plan for 'shop': ~ 5 to stop; 0 unchanged.")


def test_json_has_ids_reasons_places_and_steps() -> None:
    world = deployed_shop()
    EVENTS["a property"](world)
    world.new_task()

    found = json.loads(json.dumps(describe_json(world.plan_deploy())))

    first = found["changes"][0]
    assert found["summary"] == {"update in place": 5}
    assert found["unchanged"] == 0
    assert first["instance_id"] == world.instance("db/0").instance_id
    assert first["canary"] is True
    assert first["steps"] == ["prepare", "stop", "apply", "start"]
    assert first["reasons"][0]["aspect"] == "configuration"
    assert first["reasons"][0]["location"].startswith("manifest.yml:")


def test_no_value_of_a_property_is_ever_shown() -> None:
    secret = "correct-horse-battery-staple"
    world = deployed_shop(MANIFEST.replace("{size: 7}", "{size: 7, secret: old}"))
    world.manifest = world.manifest.replace("secret: old", f"secret: {secret}")
    world.new_task()

    plan = world.plan_deploy()

    assert secret not in describe(plan)
    assert secret not in json.dumps(describe_json(plan))
    assert "property `secret` of job `db`" in describe(plan)


def test_what_belongs_to_no_group_is_told_besides() -> None:
    world = shop()
    world.new_task()
    world.fold.run(world.plan_deploy(), world.task_id, half_steps=2)

    text = describe(world.plan_deploy())

    assert "Besides\n  - delete compilation/" in text
