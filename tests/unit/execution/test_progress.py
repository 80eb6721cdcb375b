"""Changes are shown as BOSH shows them, barriers not at all; now and then, how long it takes."""

from collections.abc import Callable
from dataclasses import replace

from paasta_deploy.execution.holding import Held
from paasta_deploy.execution.progress import BEAT_S, STOPPED_TEXT, Progress
from paasta_deploy.execution.run_events import ChangeEnd
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.actions import Gate
from paasta_deploy.planning.plan import Change, ChangeKind, Plan, Stage
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from tests.unit.execution.world import TASK, change, create_vm, plan_of, spec


class Shown:
    """A progress, its log, and the turn of the loop in the test's hands."""

    def __init__(self, plan: Plan, held: Callable[[], Held] = Held) -> None:
        self.clock = FakeClock()
        self.log = MemoryTaskLog()
        self._soon: list[Callable[[], None]] = []
        self.progress = Progress(
            plan, TASK, task_log=self.log, clock=self.clock, soon=self._soon.append, held=held
        )

    def turn(self) -> list[JsonObject]:
        """Let the loop turn and return all lines so far."""
        for run in self._soon:
            run()
        self._soon.clear()
        return self.log.lines(TASK)


def plan(*changes: Change) -> Plan:
    return plan_of(*((item, [create_vm(spec())], ()) for item in changes))


def test_lines_are_appended_once_per_turn() -> None:
    one = change("a")
    shown = Shown(plan(one))

    shown.progress.started(one)
    shown.progress.finished(one, ChangeEnd.DONE, None)
    assert shown.log.lines(TASK) == []

    assert [line["state"] for line in shown.turn()] == ["started", "finished"]


def test_changes_are_counted_within_their_stage_and_group() -> None:
    other = InstanceGroupName("db")
    changes = [
        change("a", number=0),
        change("b", number=1),
        replace(change("c", number=2), group=other),
        change("d", number=3, stage=Stage.CREATE_VMS),
    ]
    shown = Shown(plan(*changes))

    for item in changes:
        shown.progress.started(item)

    counts = [(line["tags"], line["index"], line["total"]) for line in shown.turn()]
    assert counts == [(["web"], 1, 2), (["web"], 2, 2), (["db"], 1, 1), ([], 1, 1)]


def test_barriers_are_not_shown() -> None:
    barrier = replace(change("gate"), kind=ChangeKind.BARRIER)
    shown = Shown(plan_of((barrier, [Gate()], ())))

    shown.progress.started(barrier)
    shown.progress.finished(barrier, ChangeEnd.DONE, None)

    assert shown.turn() == []


def test_a_failed_change_says_why() -> None:
    one = change("a")
    shown = Shown(plan(one))

    shown.progress.finished(one, ChangeEnd.FAILED, PaastaError("The disk is full."))

    (line,) = shown.turn()
    assert (line["state"], line["data"]) == ("failed", {"error": "The disk is full."})


def test_a_change_that_was_left_half_way_says_so() -> None:
    one = change("a")
    shown = Shown(plan(one))

    shown.progress.finished(one, ChangeEnd.STOPPED, None)

    (line,) = shown.turn()
    assert line["data"] == {"error": STOPPED_TEXT}


def test_statuses_never_pass_a_hundred_percent() -> None:
    one = change("a")
    shown = Shown(plan(one))

    for _ in range(3):
        shown.progress.status(one, "working")

    assert [line["progress"] for line in shown.turn()] == [100, 100, 100]


def test_the_rest_of_the_run_is_told_now_and_then() -> None:
    changes = [change(f"c{number}", number=number) for number in range(3)]
    wanted = plan(*changes)
    shown = Shown(wanted)

    for step in wanted.steps[:2]:
        shown.progress.step_started(step)
        shown.clock.advance(5.0)
        shown.progress.step_ended(step, succeeded=True)

    told = [line for line in shown.turn() if line.get("type") == "paasta-forecast"]
    assert [line["data"] for line in told] == [
        {
            "done": done,
            "total": 3,
            "remaining_s": 5.0,
            "running": [],
            "critical_path": [label],
        }
        for done, label in ((1, "web/i1 (1)"), (2, "web/i2 (2)"))
    ]


class Later:
    """Timers in the test's hands."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, _delay_s: float, run: Callable[[], None]) -> "Later":
        self.waiting.append(run)
        return self

    def cancel(self) -> None:
        self.waiting.clear()


def test_a_run_says_what_holds_it_while_no_step_ends() -> None:
    trouble = Held(trouble=("CPI 'aws' is limited",))
    shown, later = Shown(plan(change("a")), held=lambda: trouble), Later()

    with shown.progress.beating(later):
        for _ in range(5):
            shown.clock.advance(BEAT_S)
            later.waiting.pop()()

    told = [line["data"] for line in shown.turn()]
    assert len(told) == 1, "nothing else has changed in ten seconds"
    assert isinstance(told[0], dict)
    assert told[0]["held"] == ["CPI 'aws' is limited"]
    assert later.waiting == [], "nothing is told after the run"
