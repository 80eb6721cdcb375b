"""What is told about the rest of a run: not too often, not too dearly, not too much."""

from paasta_deploy.execution.holding import NOTHING_HELD, Held
from paasta_deploy.execution.outlook import (
    COST_SHARE_MAX,
    INTERVAL_S,
    REPEAT_S,
    SHOWN_MAX,
    STEPS_MAX,
    Outlook,
)
from paasta_deploy.planning.plan import Plan
from tests.unit.execution.test_scheduler import plan_of


def wide_plan(count: int) -> Plan:
    return plan_of([(f"c{number}", [f"s{number}"], ()) for number in range(count)])


def test_nothing_is_told_in_the_first_moments() -> None:
    outlook = Outlook(wide_plan(2), began_s=0.0)

    assert outlook.forecast(INTERVAL_S / 2) is None
    assert outlook.forecast(INTERVAL_S) is not None


def test_it_is_told_no_more_often_than_people_look() -> None:
    outlook = Outlook(wide_plan(2), began_s=0.0)
    outlook.forecast(10.0)

    assert outlook.forecast(10.0 + INTERVAL_S / 2) is None
    assert outlook.forecast(10.0 + INTERVAL_S) is not None


def test_a_dear_estimate_is_made_less_often() -> None:
    outlook = Outlook(wide_plan(2), began_s=0.0)
    outlook.rest(10.0, cost_s=1.0)

    assert outlook.forecast(10.0 + 0.9 / COST_SHARE_MAX) is None
    assert outlook.forecast(10.0 + 1.1 / COST_SHARE_MAX) is not None


def test_only_the_first_few_of_what_runs_are_named() -> None:
    plan = wide_plan(20)
    outlook = Outlook(plan, began_s=0.0)
    for step in plan.steps:
        outlook.started(step, 0.0)

    told = outlook.forecast(10.0)

    assert told is not None
    assert told.running == tuple(f"c{number}" for number in range(SHOWN_MAX))


def test_failed_steps_are_not_done() -> None:
    plan = wide_plan(2)
    outlook = Outlook(plan, began_s=0.0)
    for step, succeeded in zip(plan.steps, (True, False), strict=True):
        outlook.started(step, 0.0)
        outlook.ended(step, 1.0, succeeded=succeeded)

    told = outlook.forecast(10.0)

    assert told is not None
    assert (told.done, told.total, told.running) == (1, 2, ())


def test_for_huge_plans_the_pace_decides() -> None:
    plan = wide_plan(STEPS_MAX + 1)
    outlook = Outlook(plan, began_s=0.0)
    before = outlook.forecast(5.0)
    outlook.started(plan.steps[0], 0.0)
    outlook.ended(plan.steps[0], 10.0, succeeded=True)

    told = outlook.forecast(10.0)

    assert before is not None
    assert before.remaining_s is None
    assert told is not None
    assert told.remaining_s == 10.0 * STEPS_MAX
    assert told.critical_path == ()


TROUBLE = Held(trouble=("CPI 'aws' is limited",))


def test_a_run_that_is_held_is_news_at_once_and_again_when_it_is_not() -> None:
    outlook = Outlook(wide_plan(2), began_s=0.0)
    assert outlook.forecast(INTERVAL_S) is not None
    later_s = 2 * INTERVAL_S

    assert not outlook.is_news(later_s, NOTHING_HELD)
    assert outlook.is_news(later_s, TROUBLE)
    told = outlook.forecast(later_s, TROUBLE)
    assert told is not None
    assert told.held == TROUBLE.trouble
    assert not outlook.is_news(later_s + INTERVAL_S, TROUBLE)
    assert outlook.is_news(later_s + INTERVAL_S, NOTHING_HELD)


def test_a_run_in_which_nothing_ends_says_now_and_then_that_it_lives() -> None:
    outlook = Outlook(wide_plan(2), began_s=0.0)

    assert not outlook.is_news(REPEAT_S - 1, NOTHING_HELD)
    assert outlook.is_news(REPEAT_S, NOTHING_HELD)


def test_a_full_account_is_told_before_what_waits_by_plan() -> None:
    told = Outlook(wide_plan(2), began_s=0.0).forecast(INTERVAL_S, Held(full=("full",)))

    assert told is not None
    assert told.held == ()
    assert told.waiting == ("full",)
