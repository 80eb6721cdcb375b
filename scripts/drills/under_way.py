"""What a director does, as its store says: which task, how long, which steps are under way.

Standard library only. The store is only read, so a director may have it open.
"""

import json
import sqlite3
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

FIRST_NOTES = 3
"""What a task writes before it has a plan."""

NO_TASK = "no task"
_ENDED = frozenset({"done", "error", "cancelled", "timeout"})
_CHANGING = ("update_deployment", "update_instance", "delete_deployment", "cck_scan_and_fix")
_TICK_S = 0.002


def _rows(store: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        return database.execute(query, values).fetchall()


def newest_task(store: Path) -> tuple[int, str]:
    """Return the number and the state of the newest task that changes a deployment; 0: none."""
    found = _rows(store, "SELECT task_id, state, body FROM tasks ORDER BY task_id DESC LIMIT 20")
    changing = ((int(n), str(s)) for n, s, body in found if json.loads(body)["kind"] in _CHANGING)
    return next(changing, (0, ""))


def wait_for_task(store: Path, after: int, *, limit_s: float) -> int:
    """Return the number of the first task after ``after``, as soon as there is one."""
    deadline_s = time.monotonic() + limit_s
    while time.monotonic() < deadline_s:
        number, _ = newest_task(store)
        if number > after:
            return number
        time.sleep(_TICK_S)
    sys.exit(f"no task after task {after} began within {limit_s} s")


def took_s(store: Path, task: int) -> float:
    """Return the time between the first and the last entry of a task's journal."""
    query = "SELECT min(at), max(at) FROM journal WHERE task_id = ?"
    ((first, last),) = _rows(store, query, task)
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()


def under_way(store: Path) -> str:
    """Return the kinds of steps that have begun and not ended, or where between steps it is."""
    task, state = newest_task(store)
    if not task or state in _ENDED:
        return NO_TASK
    query = "SELECT phase, step, data FROM journal WHERE task_id = ? ORDER BY sequence"
    rows = _rows(store, query, task)
    begun: dict[str, str] = {}
    for phase, step, data in rows:
        if phase == "intent":
            begun[step] = str(json.loads(data).get("action", step))
        elif phase in {"result", "failure"}:
            begun.pop(step, None)
    if begun:
        return "+".join(sorted(set(begun.values())))
    return "the planning" if len(rows) <= FIRST_NOTES else "between steps"


def store_health(store: Path) -> str:
    """Return what SQLite says of the store: ``ok``."""
    ((answer,),) = _rows(store, "PRAGMA quick_check(1)")
    return str(answer)
