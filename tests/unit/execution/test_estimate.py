"""The rest of a run is played through: slots, order and what was seen so far decide.

Property: the estimate is never negative, never longer than all steps one after another, and never
shorter than the longest step.
"""

from dataclasses import replace

import pytest
from hypothesis import given

from paasta_deploy.execution.estimate import Durations, estimate
from paasta_deploy.model.ids import AgentId, CpiName, InstanceGroupName
from paasta_deploy.planning.actions import CreateVm, DeleteVm, Gate
from paasta_deploy.planning.plan import ChangeId, Plan, StepId
from tests.unit.execution.test_scheduler import SLOT, plan_of
from tests.unit.execution.test_scheduler_properties import plans
from tests.unit.execution.world import create_vm, spec

STEP = DeleteVm(agent_id=AgentId("a"), cid=None)


def durations(seconds: float = 10.0) -> Durations:
    seen = Durations()
    seen.saw(STEP, seconds)
    return seen


def rest_of(
    plan: Plan, *, finished: tuple[str, ...] = (), running_s: dict[str, float] | None = None
) -> tuple[float, tuple[str, ...]]:
    found = estimate(
        plan,
        finished={StepId(name) for name in finished},
        running_s={StepId(name): ran for name, ran in (running_s or {}).items()},
        durations=durations(),
    )
    return found.remaining_s, tuple(map(str, found.critical_path))


def test_steps_one_after_another_add_up() -> None:
    assert rest_of(plan_of([("a", ["a1", "a2", "a3"], [])])) == (30.0, ("a",))


def test_changes_side_by_side_take_as_long_as_the_longest() -> None:
    plan = plan_of([("a", ["a1"], []), ("b", ["b1", "b2"], [])])

    assert rest_of(plan) == (20.0, ("b",))


def test_a_slot_makes_changes_wait() -> None:
    plan = plan_of([(name, [f"{name}1"], []) for name in "abcd"], slot=SLOT, units=2)

    remaining_s, path = rest_of(plan)

    assert remaining_s == 20.0
    assert len(path) == 2


def test_the_critical_path_goes_through_what_was_waited_for() -> None:
    changes = [("a", ["a1", "a2"], []), ("b", ["b1"], []), ("c", ["c1"], ["a2", "b1"])]

    assert rest_of(plan_of(changes)) == (30.0, ("a", "c"))


def test_what_is_finished_takes_no_time() -> None:
    plan = plan_of([("a", ["a1", "a2"], [])])

    assert rest_of(plan, finished=("a1",)) == (10.0, ("a",))
    assert rest_of(plan, finished=("a1", "a2")) == (0.0, ())


def test_what_runs_has_only_its_rest_to_go() -> None:
    plan = plan_of([("a", ["a1", "a2"], [])])

    assert rest_of(plan, running_s={"a1": 4.0}) == (16.0, ("a",))


def test_what_runs_longer_than_expected_is_expected_to_end_now() -> None:
    assert rest_of(plan_of([("a", ["a1"], [])]), running_s={"a1": 99.0}) == (0.0, ("a",))


def test_gates_take_no_time() -> None:
    plan = plan_of([("a", ["a1"], []), ("g", ["g1"], ["a1"])], gates=["g1"])

    assert rest_of(plan) == (10.0, ("a",))


def test_recent_durations_count_more() -> None:
    seen = durations(10.0)
    for _ in range(30):
        seen.saw(STEP, 2.0)

    assert seen.expected_s(STEP) == pytest.approx(2.0, abs=0.1)


def test_what_was_never_seen_is_guessed() -> None:
    guess_s = Durations().expected_s(create_vm(spec()))

    assert guess_s > Durations().expected_s(Gate())
    assert isinstance(create_vm(spec()), CreateVm)


def test_a_group_of_its_own_counts_before_all_groups() -> None:
    seen = Durations()
    web = create_vm(spec())
    db = replace(web, group=InstanceGroupName("db"))
    seen.saw(web, 10.0)
    seen.saw(db, 50.0)

    assert seen.expected_s(web) == 10.0
    assert seen.expected_s(db) == 50.0
    assert 10.0 < seen.expected_s(replace(web, group=InstanceGroupName("new"))) < 50.0
    assert seen.expected_of_s(CreateVm, InstanceGroupName("db")) == 50.0


def test_a_provider_is_asked_once_before_anything_was_seen() -> None:
    asked: list[CpiName] = []

    def expected_s(cpi: CpiName) -> dict[str, float]:
        asked.append(cpi)
        return {"create_vm": 3.0}

    durations = Durations(expected_s=expected_s)

    assert [durations.expected_s(create_vm(spec())) for _ in range(3)] == [3.0, 3.0, 3.0]
    assert durations.expected_s(STEP) == Durations().expected_s(STEP)
    assert len(asked) == 1
    assert not durations.knows(STEP)


@given(plan=plans())
def test_an_estimate_is_possible(plan: Plan) -> None:
    work = [step for step in plan.steps if not isinstance(step.action, Gate)]

    found = estimate(plan, finished=(), running_s={}, durations=durations(1.0))

    assert found.remaining_s <= len(work)
    if work:
        assert found.remaining_s >= 1.0
        known = {change.change_id for change in plan.changes}
        assert set[ChangeId](found.critical_path) <= known
