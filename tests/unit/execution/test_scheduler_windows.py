"""``max_in_flight`` is a window that slides, not batches: real plans, run in any order of ends.

Laws, for any number of instances over AZs, any canaries and ``max_in_flight`` (numbers and
percentages), any order in which changes end:
- never more instances of a group are away than ``max_in_flight`` of the AZ that is updated;
- while an AZ has instances left, as many are away as the window allows: whenever one ends, the
  next one begins at once (only the end of the canaries is waited for);
- one AZ after another, canaries only in the first, unless the first deploy goes through all at
  once; groups one after another unless they go in parallel or links decide.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.execution.run_events import (
    AllDone,
    ChangeFinished,
    ChangeStarted,
    Effect,
    RunEnd,
    StartStep,
    StepSucceeded,
)
from paasta_deploy.execution.scheduler import Scheduler
from paasta_deploy.planning.plan import Change, ChangeId, Plan, Stage, StepId
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import CLOUD, shop_release

MANIFEST = """
name: shop
releases:
- {name: shop, version: latest}
stemcells:
- {alias: default, os: ubuntu-jammy, version: latest}
update:
  canaries: CANARIES
  max_in_flight: WINDOW
  canary_watch_time: 1000-2000
  update_watch_time: 1000-2000
  MORE
instance_groups:
- name: db
  instances: COUNT
  azs: [AZS]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: db, release: shop}]
- name: web
  instances: 2
  azs: [z1]
  vm_type: small
  stemcell: default
  networks: [{name: default}]
  jobs: [{name: server, release: shop}]
"""

SHARES = st.one_of(st.integers(1, 6).map(str), st.integers(1, 100).map(lambda n: f"{n}%"))


@dataclass(frozen=True)
class Case:
    """One deployment that is rolled out."""

    count: int
    azs: int
    canaries: str
    window: str
    more: str = ""
    is_first: bool = False

    def plan(self) -> Plan:
        text = MANIFEST.replace("COUNT", str(self.count)).replace("CANARIES", self.canaries)
        text = text.replace("WINDOW", self.window).replace("MORE", self.more)
        world = PlanningWorld(
            text.replace("AZS", "z1, z2" if self.azs == 2 else "z1"), CLOUD, [shop_release()]
        )
        if self.is_first:
            world.new_task()
            return world.plan_deploy()
        world.deploy()
        world.manifest = world.manifest.replace(
            "{name: db, release: shop}", "{name: db, release: shop, properties: {size: 9}}"
        )
        world.new_task()
        return world.plan_deploy()


CASES = st.builds(
    Case,
    count=st.integers(1, 12),
    azs=st.integers(1, 2),
    canaries=st.one_of(st.just("0"), SHARES),
    window=SHARES,
    more=st.sampled_from(
        ["", "initial_deploy_az_update_strategy: parallel", "serial: false", "order: graph"]
    ),
    is_first=st.booleans(),
)


@dataclass
class Watcher:
    """Runs a plan to its end, steps ending in a random order, and looks at it after each."""

    plan: Plan
    dice: Random
    running: list[StepId] = field(default_factory=list)
    away: dict[ChangeId, Change] = field(default_factory=dict)
    begun: list[Change] = field(default_factory=list)
    ended: set[ChangeId] = field(default_factory=set)
    end: RunEnd | None = None

    def run(self) -> None:
        scheduler = Scheduler(self.plan)
        self.take_in(scheduler.begin())
        while self.running:
            step_id = self.running.pop(self.dice.randrange(len(self.running)))
            self.take_in(scheduler.handle(StepSucceeded(step_id)))

    def take_in(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case StartStep(step=step):
                    self.running.append(step.step_id)
                case ChangeStarted(change=change) if change.stage is Stage.UPDATE:
                    self.away[change.change_id] = change
                    self.begun.append(change)
                case ChangeFinished(change=change):
                    self.away.pop(change.change_id, None)
                    self.ended.add(change.change_id)
                case AllDone(end=end):
                    self.end = end
                case _:
                    pass
        self.look()

    def look(self) -> None:
        self.never_too_many()
        self.always_full()

    def never_too_many(self) -> None:
        for slot, count in Counter(change.slot for change in self.away.values()).items():
            assert slot is not None
            assert count <= self.plan.slots[slot], f"{count} away in {slot}"

    def always_full(self) -> None:
        """Where somebody of an AZ is away, there are as many as may be."""
        for slot in {change.slot for change in self.away.values()}:
            assert slot is not None
            mine = [
                change
                for change in self.plan.changes
                if change.slot == slot and change.stage is Stage.UPDATE
            ]
            left = [change for change in mine if change.change_id not in self.ended]
            if any(change.canary for change in left):
                left = [change for change in left if change.canary]
            away = sum(change.slot == slot for change in self.away.values())
            assert away == min(self.plan.slots[slot], len(left))


@settings(max_examples=60)
@given(case=CASES, dice=st.randoms(use_true_random=False))
def test_the_window_is_never_exceeded_and_always_full(case: Case, dice: Random) -> None:
    watcher = Watcher(case.plan(), dice)

    watcher.run()

    assert watcher.end is RunEnd.SUCCEEDED


@settings(max_examples=30)
@given(case=CASES, dice=st.randoms(use_true_random=False))
def test_azs_follow_each_other_and_canaries_lead_in_the_first(case: Case, dice: Random) -> None:
    watcher = Watcher(case.plan(), dice)
    watcher.run()

    for group in {change.group for change in watcher.begun}:
        mine = [change for change in watcher.begun if change.group == group]
        slots = list(dict.fromkeys(change.slot for change in mine))
        assert [change.slot for change in mine] == sorted(
            (change.slot for change in mine), key=slots.index
        ), "an AZ began before the one before it had begun all"
        canaries = [change.canary for change in mine]
        assert canaries == sorted(canaries, reverse=True)
        assert {change.slot for change in mine if change.canary} <= {slots[0]}


@pytest.mark.parametrize(
    ("window", "count", "expected"), [("3", 7, 3), ("50%", 7, 3), ("1%", 7, 1), ("100%", 7, 7)]
)
def test_the_next_one_begins_when_one_ends_not_when_all_have(
    window: str, count: int, expected: int
) -> None:
    plan = Case(count=count, azs=1, canaries="0", window=window).plan()
    watcher = Watcher(plan, Random(0))  # noqa: S311 - any order will do
    scheduler = Scheduler(plan)
    watcher.take_in(scheduler.begin())
    first = next(iter(watcher.away))

    assert len(watcher.away) == expected
    mine = {step.step_id for step in plan.steps if step.change_id == first}
    while first in watcher.away:
        (step_id,) = mine & set(watcher.running)
        watcher.running.remove(step_id)
        watcher.take_in(scheduler.handle(StepSucceeded(step_id)))

    assert len(watcher.away) == min(expected, count - 1)
    assert len(watcher.begun) == min(expected + 1, count)
