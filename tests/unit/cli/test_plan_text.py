"""A plan in words: counted, folded, with its lines, as wide as the terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.cli.plan_text import Look, described, duration
from paasta_deploy.execution.estimate import Durations, estimate
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.reporting import Timing, report_of
from paasta_deploy.planning.wants import Wants
from paasta_deploy.testing.planning_world import PlanningWorld
from paasta_deploy.wire.plan_report import Basis, PlanReport
from tests.unit.planning.shop import CLOUD, MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS


def describe(plan: Plan) -> str:
    """Return a plan as it is told without durations, and without what is recorded."""
    return described(report_of(plan))


def test_nothing_to_do_is_one_line() -> None:
    world = deployed_shop()

    assert describe(world.deploy()) == "Nothing to do for 'shop': 5 instances unchanged.\n"


def test_equal_changes_are_told_once_with_their_indexes() -> None:
    text = MANIFEST.replace("instances: 3", "instances: 40").replace("[z1, z2]", "[z1]")

    lines = describe(shop(text, CLOUD).plan_deploy()).split("\n")

    assert lines[0] == "Plan for 'shop': + 42 to create; 0 unchanged."
    assert "  + db/1-39: create (new VM; new disk)" in lines


def test_numbers_are_folded_into_ranges() -> None:
    world = deployed_shop(MANIFEST.replace("instances: 3", "instances: 7"))
    EVENTS["an AZ less"](world)

    text = describe(world.plan_deploy())

    assert "  - db/0,2,4,6: delete (VM deleted; disk orphaned, data kept)" in text


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


def test_what_belongs_to_no_group_is_told_besides() -> None:
    world = shop()
    world.new_task()
    world.fold.run(world.plan_deploy(), world.task_id, half_steps=2)

    text = describe(world.plan_deploy())

    assert "Besides\n  - delete compilation/" in text


def timed(world: PlanningWorld) -> PlanReport:
    """Return the report of the next deploy, timed by what providers expect."""
    plan = world.plan_deploy()
    durations = Durations()
    played = estimate(plan, finished=(), running_s={}, durations=durations)
    timing = Timing(
        total_s=played.remaining_s,
        critical_path=played.critical_path,
        step_s=lambda step: durations.expected_s(step.action),
        basis=Basis.DEFAULTS,
    )
    return report_of(plan, recorded=world.recorded, timing=timing)


def test_durations_are_told_with_where_they_are_from_and_what_decides_them() -> None:
    world = deployed_shop()
    EVENTS["a property"](world)

    text = described(timed(world))

    assert "Expected to take about 3 min (a guess from what providers say: " in text
    assert "(VM kept; disk kept; 31 s)" in text
    assert "Critical path: db/0 (31 s) > db/2 (31 s) > db/1 (31 s) > web/0 (31 s) > web/1" in text


def test_a_long_critical_path_is_cut_in_the_middle() -> None:
    world = deployed_shop(MANIFEST.replace("instances: 3", "instances: 30"))
    EVENTS["a property"](world)

    path = described(timed(world)).rpartition("Critical path: ")[2]

    assert path.startswith("db/0 (31 s) > ")
    assert " more > " in path
    assert len(path.split(" > ")) == 9


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "less than 1 s"),
        (45.4, "45 s"),
        (100, "about 2 min"),
        (3 * 3600, "about 3 h 00 min"),
        (2 * 3600 + 299, "about 2 h 05 min"),
    ],
)
def test_durations_are_told_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(width=st.integers(40, 200), colour=st.booleans())
def test_a_width_moves_line_breaks_and_nothing_else(width: int, colour: bool) -> None:
    report = report_of(shop().plan_deploy())

    shown = described(report, Look(width=width, colour=colour))
    bare = re.sub("\x1b\\[[0-9;]*m", "", shown)

    assert bare.split() == described(report).split()
    assert max(map(len, bare.splitlines())) <= max(width, 70), "but words are never cut"
    assert ("\x1b" in shown) is colour


def test_unchanged_instances_cost_no_line() -> None:
    world = deployed_shop(MANIFEST.replace("instances: 2", "instances: 200"))
    world.manifest = world.manifest.replace(
        "name: web\n  instances: 200", "name: web\n  instances: 199"
    )

    lines = described(report_of(world.plan_deploy(), recorded=world.recorded)).splitlines()

    assert len(lines) < 20
