"""Plans with ``update.order: graph``: links decide what waits for what, and nothing else does."""

from collections.abc import Iterable, Mapping

import pytest

from paasta_deploy.cli.plan_text import described
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.actions import StartInstance, StopInstance
from paasta_deploy.planning.group_order import in_levels
from paasta_deploy.planning.plan import ChangeId, Plan, Stage, StepId
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.planning.wants import Renewal, Selector, Wants
from paasta_deploy.testing.made_releases import made_release
from paasta_deploy.testing.planning_world import PlanningWorld
from paasta_deploy.wire.plan_json import report_from, report_json
from tests.unit.planning.shop import CLOUD

HEAD = """
name: shop
releases:
- {name: shop, version: latest}
stemcells:
- {alias: default, os: ubuntu-jammy, version: latest}
update:
  canaries: 1
  max_in_flight: 2
  canary_watch_time: 1000-2000
  update_watch_time: 1000-2000
  order: graph
instance_groups:
"""
GROUP = """
- name: JOB
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: JOB, release: shop, properties: {size: 1}CONSUMES}]
"""
RELEASE = made_release(
    {
        "name": "shop",
        "version": "1",
        "jobs": {
            "web": {"properties": {"size": 1}, "consumes": {"api": {"type": "api"}}},
            "mail": {"properties": {"size": 1}},
            "api": {
                "properties": {"size": 1},
                "provides": {"api": {"type": "api"}},
                "consumes": {"db": {"type": "db"}, "cache": {"type": "cache"}},
            },
            "db": {
                "properties": {"size": 1},
                "provides": {"db": {"type": "db"}},
                "consumes": {"web": {"type": "site", "optional": True}},
            },
            "cache": {"properties": {"size": 1}, "provides": {"cache": {"type": "cache"}}},
        },
        "packages": {},
    }
)
JOBS = ("web", "mail", "api", "db", "cache")


def manifest(*jobs: str, consumes: Mapping[str, str] | None = None) -> str:
    said = consumes or {}
    return HEAD + "".join(
        GROUP.replace("JOB", job).replace("CONSUMES", said.get(job, "")) for job in jobs or JOBS
    )


def shop(text: str | None = None) -> PlanningWorld:
    return PlanningWorld(text or manifest(), CLOUD, [RELEASE])


def deployed(text: str | None = None) -> PlanningWorld:
    world = shop(text)
    world.deploy()
    world.new_task()
    return world


def waits(plan: Plan) -> Mapping[str, set[str]]:
    """Return for each group all those whose updates must have ended before its first begins."""
    groups = {change.change_id: change for change in plan.changes}
    steps = {step.step_id: step for step in plan.steps}
    last: dict[ChangeId, StepId] = {}
    before: dict[StepId, tuple[StepId, ...]] = {}
    for step in plan.steps:
        own = (last[step.change_id],) if step.change_id in last else ()
        before[step.step_id] = (*step.after, *own)
        last[step.change_id] = step.step_id
    found: dict[str, set[str]] = {}
    for step in plan.steps:
        change = groups[step.change_id]
        if change.stage not in {Stage.UPDATE, Stage.DELETE_INSTANCES} or change.group is None:
            continue
        seen: set[str] = set()
        stack = list(before[step.step_id])
        reached: set[StepId] = set()
        while stack:
            step_id = stack.pop()
            if step_id in reached:
                continue
            reached.add(step_id)
            other = groups[steps[step_id].change_id]
            if other.group is not None and other.stage is change.stage:
                seen.add(other.group)
            stack.extend(before[step_id])
        found.setdefault(change.group, set()).update(seen - {change.group})
    return found


def order_line(plan: Plan, world: PlanningWorld) -> str:
    lines = described(report_of(plan, recorded=world.recorded)).splitlines()
    return next(line for line in lines if line.startswith("Order"))


BY_LINKS = {
    "web": {"api", "db", "cache"},
    "api": {"db", "cache"},
    "db": set(),
    "cache": set(),
    "mail": set(),
}


def test_a_group_waits_for_those_whose_links_it_reads_and_for_nobody_else() -> None:
    world = shop()
    world.new_task()

    plan = world.plan_deploy()

    assert waits(plan) == BY_LINKS
    assert order_line(plan, world) == (
        "Order, by links: mail and db and cache at once; api after db and cache; web after api."
    )


def test_the_default_is_the_order_of_the_manifest() -> None:
    world = shop(manifest().replace("  order: graph\n", ""))
    world.new_task()

    plan = world.plan_deploy()

    assert waits(plan)["cache"] == {"web", "mail", "api", "db"}
    assert plan.waits is None


def test_canaries_and_max_in_flight_stay_those_of_each_group() -> None:
    world = shop()
    world.new_task()

    plan = world.plan_deploy()

    updates = [change for change in plan.changes if change.stage is Stage.UPDATE]
    assert {change.group for change in updates if change.canary} == set(JOBS)
    assert {plan.slots[change.slot] for change in updates if change.slot} == {2}
    assert len({change.slot for change in updates}) == len(JOBS)


def test_who_reads_over_an_unchanged_group_waits_all_the_same() -> None:
    world = deployed()
    for job in ("web", "db"):
        world.manifest = world.manifest.replace(
            f"{{name: {job}, release: shop, properties: {{size: 1}}",
            f"{{name: {job}, release: shop, properties: {{size: 2}}",
        )

    plan = world.plan_deploy()

    assert waits(plan) == {"web": {"db"}, "db": set()}
    assert plan.waits == {"db": (), "web": ("db",)}


def test_another_order_alone_touches_no_machine() -> None:
    world = deployed(manifest().replace("  order: graph\n", ""))
    world.manifest = manifest()

    plan = world.plan_deploy()

    assert plan.steps == ()
    assert len(plan.refreshed) > 0
    world.finish_deploy(plan)
    world.new_task()
    assert not world.plan_deploy().refreshed


RING = {"db": ", consumes: {web: {from: site}}", "web": ", provides: {site: {as: site}}"}


def with_ring() -> PlanningWorld:
    world = shop()
    world.releases = [
        made_release(
            {
                "name": "shop",
                "version": "1",
                "jobs": {
                    "api": {
                        "provides": {"api": {"type": "api"}},
                        "consumes": {"db": {"type": "db"}, "cache": {"type": "cache"}},
                    },
                    "db": {
                        "provides": {"db": {"type": "db"}},
                        "consumes": {"api": {"type": "api"}},
                    },
                    "cache": {"provides": {"cache": {"type": "cache"}}},
                    "web": {"consumes": {"api": {"type": "api"}}},
                },
                "packages": {},
            }
        )
    ]
    text = manifest("web", "api", "db", "cache").replace(", properties: {size: 1}", "")
    world.manifest = text
    return world


def test_groups_of_a_ring_go_together_and_are_named_in_a_warning() -> None:
    world = with_ring()
    world.new_task()

    thought = world.think()
    (told,) = thought.links.diagnostics
    plan = world.plan_deploy()

    assert told.code == "PD0660"
    assert not told.is_error
    assert "`api`" in told.summary
    assert "`db`" in told.summary
    found = waits(plan)
    assert (found["api"], found["db"]) == ({"cache"}, {"cache"})
    assert found["web"] == {"api", "cache"}


def order_of(plan: Plan, kind: type[object], world: PlanningWorld) -> list[str]:
    found: dict[str, None] = {}
    for step in plan.steps:
        if isinstance(step.action, kind):
            instance_id = getattr(step.action, "instance_id")  # noqa: B009 - of either kind
            found[world.fold.instances[instance_id].group] = None
    return list(found)


def before(names: Iterable[str], one: str, other: str) -> bool:
    listed = list(names)
    return listed.index(one) < listed.index(other)


def test_a_restart_goes_by_links_and_a_stop_the_other_way_round() -> None:
    world = deployed()

    restart = world.plan_states(Wants(task_id=world.task_id, renewal=Renewal.RESTART))
    stop = world.plan_states(Wants(task_id=world.task_id, run_state=RunState.STOPPED))

    assert waits(restart) == BY_LINKS
    assert before(order_of(restart, StartInstance, world), "db", "api")
    assert waits(stop)["db"] == {"api", "web"}
    assert waits(stop)["web"] == set()
    assert before(order_of(stop, StopInstance, world), "web", "api")


def test_stopping_one_group_waits_for_nobody() -> None:
    world = deployed()
    selectors = (Selector(group=InstanceGroupName("db")),)

    plan = world.plan_states(
        Wants(task_id=world.task_id, run_state=RunState.STOPPED, selectors=selectors)
    )

    assert waits(plan) == {"db": set()}


def test_a_deployment_is_deleted_consumers_first() -> None:
    world = deployed()

    plan = world.plan_delete()

    assert waits(plan) == {
        "web": set(),
        "mail": set(),
        "api": {"web"},
        "db": {"api", "web"},
        "cache": {"api", "web"},
    }
    world.fold.run(plan, world.task_id)
    assert not world.fold.instances


def test_without_links_in_the_recipes_everything_is_deleted_at_once() -> None:
    world = deployed(manifest().replace("  order: graph\n", ""))

    assert set().union(*waits(world.plan_delete()).values()) == set()


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_rollout_by_links_that_is_cut_off_is_finished_by_the_next(cut: int) -> None:
    world = shop()
    world.new_task()
    plan = world.plan_deploy()
    world.fold.run(plan, world.task_id, half_steps=cut)

    world.finish_deploy(world.plan_deploy())

    world.new_task()
    assert world.plan_deploy().is_empty


def test_the_order_is_in_the_report_as_json() -> None:
    world = shop()
    world.new_task()
    report = report_of(world.plan_deploy(), recorded=world.recorded)

    again = report_from(report_json(report))

    assert again.waits == report.waits
    assert report_json(report)["waits"] == {
        "mail": [], "db": [], "cache": [], "api": ["db", "cache"], "web": ["api"],
    }  # fmt: skip


def test_levels_count_the_longest_way() -> None:
    names = {name: InstanceGroupName(name) for name in "abc"}
    waits_for = {names["c"]: (names["a"], names["b"]), names["b"]: (names["a"],), names["a"]: ()}

    assert in_levels(waits_for) == (("a",), ("b",), ("c",))
