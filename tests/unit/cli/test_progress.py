"""A task's events as people read them; the golden lines are those of BOSH's CLI (bosh.md 9.4)."""

import json
import os
import sys

import pytest

from paasta_deploy.cli.progress import TaskView
from paasta_deploy.cli.terminal import Terminal

Capture = pytest.CaptureFixture[str]
NOON = 1_700_000_000 - 1_700_000_000 % 86400 + 43200


def event(
    state: str,
    task: str,
    *,
    after_s: int = 0,
    stage: str = "Updating instance",
    tags: tuple[str, ...] = ("web",),
    **data: str,
) -> str:
    return json.dumps(
        {
            "time": NOON + after_s,
            "stage": stage,
            "tags": list(tags),
            "total": 1,
            "task": task,
            "index": 1,
            "state": state,
            "progress": 0,
            **({"data": data} if data else {}),
        }
    )


def shown(capsys: Capture, *lines: str, as_json: bool = False) -> list[str]:
    terminal = Terminal(as_json=as_json)
    TaskView(terminal, 12).show(lines)
    terminal.close()
    captured = capsys.readouterr()
    if as_json:
        blocks: list[str] = json.loads(captured.out)["Blocks"]
        return blocks
    return captured.err.splitlines()


def test_what_ends_before_anything_else_is_told_is_one_line(capsys: Capture) -> None:
    lines = shown(
        capsys,
        event("started", "Preparing deployment", stage="Preparing deployment", tags=()),
        event("finished", "Preparing deployment", after_s=2, stage="Preparing deployment",
              tags=()),
    )  # fmt: skip
    assert lines == ["Task 12 | 12:00:00 | Preparing deployment (00:00:02)"]


def test_what_is_interrupted_by_other_lines_is_told_again_at_its_end(capsys: Capture) -> None:
    name = "web/aaa (0) (canary)"
    lines = shown(
        capsys,
        event("started", name),
        event("in_progress", name, status="executing pre-stop"),
        json.dumps({"time": NOON + 7, "type": "warning", "message": "be careful"}),
        json.dumps({"time": NOON + 7, "type": "deprecation", "message": "old"}),
        event("failed", name, after_s=17, error="boom"),
        json.dumps({"time": NOON + 18, "error": {"code": 1, "message": "it is not running"}}),
    )
    assert lines == [
        "Task 12 | 12:00:00 | Updating instance web: web/aaa (0) (canary)",
        "Task 12 | 12:00:00 | L executing pre-stop: web/aaa (0) (canary)",
        "Task 12 | 12:00:07 | Warning: be careful",
        "Task 12 | 12:00:07 | Deprecation: old",
        "Task 12 | 12:00:17 | Updating instance web: web/aaa (0) (canary) (00:00:17)",
        "                   L Error: boom",
        "Task 12 | 12:00:18 | Error: it is not running",
    ]


def test_two_at_once_are_told_apart(capsys: Capture) -> None:
    lines = shown(
        capsys,
        event("started", "a"),
        event("started", "b"),
        event("finished", "a", after_s=1),
        event("finished", "b", after_s=3700),
    )
    assert lines == [
        "Task 12 | 12:00:00 | Updating instance web: a",
        "Task 12 | 12:00:00 | Updating instance web: b",
        "Task 12 | 12:00:01 | Updating instance web: a (00:00:01)",
        "Task 12 | 13:01:40 | Updating instance web: b (01:01:40)",
    ]


def test_a_line_left_open_is_ended(capsys: Capture) -> None:
    terminal = Terminal()
    TaskView(terminal, 12).show([event("started", "a")])
    assert capsys.readouterr().err == "Task 12 | 12:00:00 | Updating instance web: a\n"


def test_what_is_no_event_is_passed_over(capsys: Capture) -> None:
    assert shown(capsys, "", "{half a li", "[]", "{}") == []


def test_in_json_every_line_is_a_block(capsys: Capture) -> None:
    blocks = shown(
        capsys,
        event("started", "a"),
        event("finished", "a", after_s=1),
        event("failed", "b", error="boom"),
        as_json=True,
    )
    assert blocks == [
        "Task 12 | 12:00:00 | Updating instance web: a (00:00:01)",
        "Task 12 | 12:00:00 | Updating instance web: b (00:00:00)",
        "                   L Error: boom",
    ]


def test_what_a_failure_says_to_do_is_kept_for_the_end() -> None:
    view = TaskView(Terminal(as_json=True), 12)
    error = {"code": 1, "message": "no", "hint": "do this"}
    view.show([json.dumps({"time": NOON, "error": error})])
    assert view.hint == "do this"


class Screen:
    """A terminal that keeps what is written to it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        """Take a text."""
        self.text += text

    def flush(self) -> None:
        """Do nothing: all of it is kept at once."""

    def isatty(self) -> bool:
        """Return that somebody looks at it."""
        return True


def test_for_a_person_the_last_line_lives_and_finished_work_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("paasta_deploy.cli.progress.REDRAW_S", 0.0)
    monkeypatch.setattr(
        "paasta_deploy.cli.progress.shutil.get_terminal_size",
        lambda: os.terminal_size((80, 24)),
    )
    forecast = {
        "time": NOON,
        "type": "paasta-forecast",
        "data": {"done": 3, "total": 9, "remaining_s": 7.2, "running": [], "critical_path": []},
    }
    view = TaskView(Terminal(), 12)
    view.show(
        [
            *(event("started", name) for name in "abcd"),
            json.dumps(forecast),
            event("finished", "a", after_s=2),
        ]
    )
    assert "  3/9 Updating instance: a, b, c and 1 more, about 7 s left" in screen.text
    assert "\r\x1b[2KTask 12 | 12:00:02 | Updating instance web: a (00:00:02)\n" in screen.text
    assert screen.text.endswith("\r\x1b[2K"), "the living line goes when all is told"
    assert all(len(part) < 80 for part in screen.text.replace("\n", "\r").split("\r\x1b[2K"))


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    TaskView(Terminal(), 12).show([event("started", "a"), event("finished", "a")])
    assert screen.text == "Task 12 | 12:00:00 | Updating instance web: a (00:00:00)\n"


def forecast(after_s: int, *, held: tuple[str, ...] = (), waiting: tuple[str, ...] = ()) -> str:
    data: dict[str, object] = {"done": 1, "total": 4, "remaining_s": 60.0, "running": []}
    data |= {"critical_path": [], "held": list(held), "waiting": list(waiting)}
    return json.dumps({"time": NOON + after_s, "type": "paasta-forecast", "data": data})


LIMITED = "7 calls wait: CPI 'aws' is limited to 4 of 32 calls at once after 429"


@pytest.mark.parametrize("as_json", [False, True])
def test_what_holds_calls_back_is_told_in_a_log_now_and_then(
    capsys: Capture, *, as_json: bool
) -> None:
    lines = shown(
        capsys,
        *(forecast(after_s, held=(LIMITED,)) for after_s in (0, 2, 10, 29, 30, 59)),
        forecast(60),
        forecast(61, held=(LIMITED,)),
        as_json=as_json,
    )
    assert lines == [
        f"Task 12 | 12:00:00 | Held: {LIMITED}",
        f"Task 12 | 12:00:30 | Held: {LIMITED}",
        f"Task 12 | 12:01:01 | Held: {LIMITED}",
    ]


def test_what_waits_as_it_should_is_no_line_of_a_log(capsys: Capture) -> None:
    assert shown(capsys, forecast(0, waiting=("web: 3 wait for max_in_flight, 1 at once",))) == []
