"""Showing a running task: every line of its event log, and what runs right now.

Into a pipe the lines look like BOSH's (bosh.md 9.4), so that people and scripts recognise them: a
line stays open while its work runs, and gets the duration when it ends before anything else is
told. On a terminal the last line is alive: what runs, how many are done, how long it will take.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from paasta_deploy.cli.client import DirectorClient
from paasta_deploy.cli.failure import DETACHED, CliError
from paasta_deploy.cli.session import Session
from paasta_deploy.cli.terminal import Terminal
from paasta_deploy.wire.events import (
    ErrorEvent,
    ForecastEvent,
    RemarkEvent,
    StageEvent,
    StageTaskState,
    decode_event,
)
from paasta_deploy.wire.reading import WireError

_Key = tuple[str, str]
"""Stage and task of an event line: what starts and ends."""

REDRAW_S = 0.05
"""Twenty pictures a second are smooth; more only cost time."""


HELD_AGAIN_S = 30
"""How often a log says that calls are still held back: the numbers change all the time."""


@dataclass(slots=True)
class _Live:
    """The line that is rewritten in place."""

    running: dict[str, None] = field(default_factory=dict)
    stage: str = ""
    done: int = 0
    total: int = 0
    forecast: tuple[float | None, float] = (None, 0.0)
    waiting: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    held_told_s: float = float("-inf")
    drawn_at_s: float = 0.0
    is_drawn: bool = False


class TaskView:
    """Prints one task's events as they come. ``hint`` is what its failure says to do."""

    def __init__(self, terminal: Terminal, task_id: int) -> None:
        self._terminal = terminal
        self._task_id = task_id
        self._live = _Live()
        self._started: dict[_Key, int] = {}
        self._open: tuple[_Key, str] | None = None
        self.hint = ""

    def show(self, lines: Iterable[str]) -> None:
        """Print ``lines`` until they end, in whatever way."""
        try:
            for text in lines:
                if text.strip():
                    self._show_one(text)
        finally:
            self._erase()
            self._close_line()

    def _show_one(self, text: str) -> None:
        try:
            event = decode_event(text)
        except WireError:
            return  # half a line, which a machine without power has left behind
        match event:
            case ErrorEvent():
                self.hint = event.hint
                self._print(event.at_s, f"Error: {event.message}")
            case RemarkEvent():
                self._print(event.at_s, f"{event.kind.value.capitalize()}: {event.message}")
            case StageEvent():
                self._show_stage(event)
            case ForecastEvent():
                self._live.done, self._live.total = event.done, event.total
                self._live.forecast = (event.remaining_s, _now_s())
                self._live.waiting, self._live.held = event.waiting, event.held
                self._show_held(event)
                self._draw()

    def _show_held(self, event: ForecastEvent) -> None:
        """Print what holds calls to an IaaS back, for those who see no line that is alive."""
        live = self._live
        if not event.held:
            live.held_told_s = float("-inf")
        elif not self._terminal.shows_progress and event.at_s - live.held_told_s >= HELD_AGAIN_S:
            live.held_told_s = event.at_s
            for text in event.held:
                self._print(event.at_s, f"Held: {text}")

    def _show_stage(self, event: StageEvent) -> None:
        key = (event.stage, event.task)
        self._live.stage = event.stage
        match event.state:
            case StageTaskState.STARTED:
                self._started[key] = event.at_s
                self._live.running[event.task] = None
                if not self._terminal.shows_progress:
                    self._print(event.at_s, _name(event), open_as=key)
            case StageTaskState.IN_PROGRESS:
                if event.status and not self._terminal.shows_progress:
                    self._print(event.at_s, f"L {event.status}: {event.task}")
            case StageTaskState.FINISHED:
                self._end_stage(event, key)
            case StageTaskState.FAILED:
                self._end_stage(event, key)
                self._print_below(f"L Error: {event.error}")
        self._draw()

    def _end_stage(self, event: StageEvent, key: _Key) -> None:
        self._live.running.pop(event.task, None)
        duration = f" ({self._duration(key, event.at_s)})"
        if self._open is not None and self._open[0] == key:
            self._close_line(duration)
        else:
            self._print(event.at_s, _name(event) + duration)

    def _duration(self, key: _Key, ended_s: int) -> str:
        seconds = ended_s - self._started.pop(key, ended_s)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _print(self, at_s: int, text: str, *, open_as: _Key | None = None) -> None:
        """Print a line; one that is open may still get something at its end."""
        clock = datetime.fromtimestamp(at_s, tz=UTC).strftime("%H:%M:%S")
        self._erase()
        self._close_line()
        line = f"Task {self._task_id} | {clock} | {text}"
        if open_as is not None:
            self._open = (open_as, line)
            self._write(line)
        elif self._terminal.as_json:
            self._terminal.block(line)
        else:
            self._write(line + "\n")

    def _close_line(self, rest: str = "") -> None:
        if self._open is None:
            return
        _, line = self._open
        self._open = None
        if self._terminal.as_json:
            self._terminal.block(line + rest)
        self._write(rest + "\n")

    def _write(self, text: str) -> None:
        if not self._terminal.as_json:
            sys.stderr.write(text)
            sys.stderr.flush()

    def _print_below(self, text: str) -> None:
        indented = " " * len(f"Task {self._task_id} | 00:00:00 ") + text
        if self._terminal.as_json:
            self._terminal.block(indented)
        else:
            self._write(indented + "\n")

    def _draw(self) -> None:
        now_s = _now_s()
        live = self._live
        if not self._terminal.shows_progress or now_s - live.drawn_at_s < REDRAW_S:
            return
        live.drawn_at_s = now_s
        counts = f"{live.done}/{live.total} " if live.total else ""
        remaining_s, told_at_s = live.forecast
        left_s = None if remaining_s is None else max(0.0, remaining_s - (now_s - told_at_s))
        eta = f", about {left_s:.0f} s left" if left_s is not None else ""
        shown = ", ".join(list(live.running)[:3])
        more = f" and {len(live.running) - 3} more" if len(live.running) > 3 else ""
        what = f"{live.stage}: {shown}{more}{eta}" if live.running else eta.removeprefix(", ")
        # What should not be stands where it is seen on a narrow screen, too.
        reasons = (*live.held, what) if live.held else (what, *live.waiting)
        text = f"  {counts}{' | '.join(filter(None, reasons))}"
        sys.stderr.write(f"\r\x1b[2K{text[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()
        live.is_drawn = True

    def _erase(self) -> None:
        if self._live.is_drawn:
            sys.stderr.write("\r\x1b[2K")
            self._live.is_drawn = False


def _name(event: StageEvent) -> str:
    """Return stage and task, as BOSH does; what has only one name is named once."""
    tags = f" {', '.join(event.tags)}" if event.tags else ""
    return event.stage if event.task in ("", event.stage) else f"{event.stage}{tags}: {event.task}"


def _now_s() -> float:
    return time.monotonic()  # noqa: TID251 - a clock for eyes, nothing is decided by it


def follow_task(session: Session, task_id: int) -> dict[str, object]:
    """Show a task to its end and return its final state. Raises CliError when it failed.

    Ctrl-C detaches: the task goes on in the director, and the message says how to come back.
    """
    client = session.client
    view = TaskView(session.terminal, task_id)
    try:
        view.show(client.follow(task_id))
        return _ended(client, task_id, view.hint)
    except KeyboardInterrupt:
        raise CliError(
            f"Detached. Task {task_id} goes on in the director.",
            hint=f"`paasta-deploy task {task_id}` shows it again, "
            f"`paasta-deploy pause {task_id}` lets it finish what it has begun and wait, "
            f"`paasta-deploy abort {task_id}` stops it",
            exit_code=DETACHED,
        ) from None


def _ended(client: DirectorClient, task_id: int, hint: str) -> dict[str, object]:
    """Return the task that was shown to its end. Raises CliError when it failed."""
    task: dict[str, object] = client.get(f"/tasks/{task_id}")
    if task["state"] != "done":
        raise CliError(
            f"Expected task '{task_id}' to succeed but state is '{task['state']}'",
            hint=hint or f"`paasta-deploy task {task_id} --debug` tells every step",
        )
    return task


def result_lines(client: DirectorClient, task_id: int) -> list[dict[str, object]]:
    """Return the JSON lines of a task's result output."""
    text = client.get_text(f"/tasks/{task_id}/output", type="result")
    return [json.loads(line) for line in text.splitlines() if line.strip()]
