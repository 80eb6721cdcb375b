"""Showing a running task: every line of its event log, and what runs right now.

Into a pipe the lines look like BOSH's (bosh.md 9.4), so that people and scripts recognise them. On
a terminal the last line is alive: what runs, how many are done, how long it will still take.
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

REDRAW_S = 0.05
"""Twenty pictures a second are smooth; more only cost time."""


@dataclass(slots=True)
class _Live:
    """The line that is rewritten in place."""

    running: dict[str, None] = field(default_factory=dict)
    stage: str = ""
    done: int = 0
    total: int = 0
    forecast: tuple[float | None, float] = (None, 0.0)
    drawn_at_s: float = 0.0
    is_drawn: bool = False


class TaskView:
    """Prints one task's events as they come."""

    def __init__(self, terminal: Terminal, task_id: int) -> None:
        self._terminal = terminal
        self._task_id = task_id
        self._live = _Live()
        self._started: dict[tuple[str, str], int] = {}

    def show(self, lines: Iterable[str]) -> None:
        """Print ``lines`` until they end."""
        for text in lines:
            if text.strip():
                self._show_one(text)
        self._erase()

    def _show_one(self, text: str) -> None:
        event = decode_event(text)
        match event:
            case ErrorEvent():
                self._print(event.at_s, f"Error: {event.message}")
            case RemarkEvent():
                self._print(event.at_s, f"{event.kind.value.capitalize()}: {event.message}")
            case StageEvent():
                self._show_stage(event)
            case ForecastEvent():
                self._live.done, self._live.total = event.done, event.total
                self._live.forecast = (event.remaining_s, _now_s())
                self._draw()

    def _show_stage(self, event: StageEvent) -> None:
        key = (event.stage, event.task)
        tags = f" {', '.join(event.tags)}" if event.tags else ""
        name = f"{event.stage}{tags}: {event.task}"
        self._live.stage = event.stage
        match event.state:
            case StageTaskState.STARTED:
                self._started[key] = event.at_s
                self._live.running[event.task] = None
                if not self._terminal.shows_progress:
                    self._print(event.at_s, name)
            case StageTaskState.IN_PROGRESS:
                if event.status and not self._terminal.shows_progress:
                    self._print(event.at_s, f"L {event.status}: {event.task}")
            case StageTaskState.FINISHED:
                self._live.running.pop(event.task, None)
                self._print(event.at_s, f"{name} ({self._duration(key, event.at_s)})")
            case StageTaskState.FAILED:
                self._live.running.pop(event.task, None)
                self._print(event.at_s, f"{name} ({self._duration(key, event.at_s)})")
                self._print_below(f"L Error: {event.error}")
        self._draw()

    def _duration(self, key: tuple[str, str], ended_s: int) -> str:
        seconds = ended_s - self._started.pop(key, ended_s)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _print(self, at_s: int, text: str) -> None:
        clock = datetime.fromtimestamp(at_s, tz=UTC).strftime("%H:%M:%S")
        self._erase()
        line = f"Task {self._task_id} | {clock} | {text}"
        if self._terminal.as_json:
            self._terminal.block(line)
        else:
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    def _print_below(self, text: str) -> None:
        indent = " " * len(f"Task {self._task_id} | 00:00:00 ")
        if self._terminal.as_json:
            self._terminal.block(indent + text)
        else:
            sys.stderr.write(f"{indent}{text}\n")

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
        text = f"  {counts}{live.stage}: {shown}{more}{eta}" if live.running else f"  {counts}"
        sys.stderr.write(f"\r\x1b[2K{text[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()
        live.is_drawn = True

    def _erase(self) -> None:
        if self._live.is_drawn:
            sys.stderr.write("\r\x1b[2K")
            self._live.is_drawn = False


def _now_s() -> float:
    return time.monotonic()  # noqa: TID251 - a clock for eyes, nothing is decided by it


def follow_task(session: Session, task_id: int) -> dict[str, object]:
    """Show a task to its end and return its final state. Raises CliError when it failed.

    Ctrl-C detaches: the task goes on in the director, and the message says how to come back.
    """
    client = session.client
    try:
        TaskView(session.terminal, task_id).show(client.follow(task_id))
        return _ended(client, task_id)
    except KeyboardInterrupt:
        raise CliError(
            f"Detached. Task {task_id} goes on in the director.",
            hint=f"`paasta-deploy task {task_id}` shows it again, "
            f"`paasta-deploy cancel-task {task_id}` stops it",
            exit_code=DETACHED,
        ) from None


def _ended(client: DirectorClient, task_id: int) -> dict[str, object]:
    task: dict[str, object] = client.get(f"/tasks/{task_id}")
    if task["state"] != "done":
        raise CliError(
            f"Expected task '{task_id}' to succeed but state is '{task['state']}'"
            + (f": {task['result']}" if task.get("result") else ""),
            hint=f"paasta-deploy task {task_id} --debug",
        )
    return task


def result_lines(client: DirectorClient, task_id: int) -> list[dict[str, object]]:
    """Return the JSON lines of a task's result output."""
    text = client.get_text(f"/tasks/{task_id}/output", type="result")
    return [json.loads(line) for line in text.splitlines() if line.strip()]
