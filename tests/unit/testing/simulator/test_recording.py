"""What is remembered of a run: exact times, peaks, and what a task's duration hung on."""

from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.simulator.recording import Recording
from paasta_deploy.wire.events import StageEvent, StageTaskState, event_object

TASK = TaskId(1)


class Story:
    """A recording, and a clock that a test moves."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.recording = Recording(self.clock)

    def tell(self, label: str, state: StageTaskState, *, group: str = "", error: str = "") -> None:
        event = StageEvent(
            at_s=0,
            stage="Updating instance",
            task=label,
            state=state,
            index=1,
            total=2,
            tags=(group,) if group else (),
            error=error,
        )
        self.recording.append(TASK, TaskOutput.EVENT, [event_object(event)])

    def run(self, label: str, takes_s: float) -> None:
        self.tell(label, StageTaskState.STARTED)
        self.clock.advance(takes_s)
        self.tell(label, StageTaskState.FINISHED)


def test_a_change_has_exact_times() -> None:
    story = Story()
    story.clock.advance(0.25)
    story.run("web/0", 1.5)
    (span,) = story.recording.spans
    assert (span.began_s, span.ended_s, span.took_s, span.failed) == (0.25, 1.75, 1.5, False)


def test_a_failure_keeps_its_reason() -> None:
    story = Story()
    story.tell("web/0", StageTaskState.STARTED)
    story.tell("web/0", StageTaskState.FAILED, error="no machine")
    (span,) = story.recording.spans
    assert (span.failed, span.error) == (True, "no machine")


def test_the_most_changes_of_a_group_at_once_are_counted() -> None:
    story = Story()
    for label in ("web/0", "web/1"):
        story.tell(label, StageTaskState.STARTED, group="web")
    story.tell("web/0", StageTaskState.FINISHED, group="web")
    story.tell("web/2", StageTaskState.STARTED, group="web")
    assert story.recording.peak_updates == {"web": 2}
    assert story.recording.peak_changes == 2


def test_the_critical_path_follows_what_ended_when_the_next_began() -> None:
    story = Story()
    story.run("first", 2.0)
    story.tell("short", StageTaskState.STARTED)
    story.tell("long", StageTaskState.STARTED)
    story.clock.advance(1.0)
    story.tell("short", StageTaskState.FINISHED)
    story.clock.advance(1.0)
    story.tell("long", StageTaskState.FINISHED)
    path = story.recording.critical_path(TASK)
    assert [span.label for span in path] == ["first", "long"]


def test_the_death_of_a_director_ends_what_was_under_way() -> None:
    story = Story()
    story.tell("web/0", StageTaskState.STARTED)
    story.recording.cut_off()
    (span,) = story.recording.spans
    assert span.error == "the director was killed"


def test_lines_that_are_no_changes_are_kept_and_not_counted() -> None:
    story = Story()
    story.recording.append(TASK, TaskOutput.EVENT, [{"type": "warning", "message": "hm"}])
    assert story.recording.spans == ()
    assert len(story.recording.lines(TASK)) == 1
