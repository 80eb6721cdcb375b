"""All processes of the host at one moment, and which of them belong to a machine.

Only machines without a PID namespace need this: the kernel does not keep their processes together.
Looking at all processes costs milliseconds, so threads that delete machines at the same time share
one look, as long as it began after each of them had asked.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition

from paasta_providers.local import processes
from paasta_providers.local.processes import DEATH_DEADLINE_S, ProcessMark

_ROUNDS_MAX = 100
"""Rounds of looking for more processes of a dying machine; a second round already is rare."""

_UNSETTLED_LOOKS_MAX = 3
"""More looks while something is between fork and exec; that takes less time than one look."""

_STATE, _PARENT, _SESSION, _START, _SIZE = 0, 1, 3, 19, 20
"""Places behind the command's name in ``/proc/PID/stat``; see ``processes.py``."""

_STAT_BYTES_MAX = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTable:
    """Living processes by number: start, parent, session; and the cid that some carry.

    ``is_unsettled``: some process was just being executed, and had no environment yet.
    """

    starts: Mapping[int, int] = field(default_factory=dict)
    parents: Mapping[int, int] = field(default_factory=dict)
    sessions: Mapping[int, int] = field(default_factory=dict)
    machines: Mapping[int, str] = field(default_factory=dict)
    is_unsettled: bool = False


def numbers() -> Iterator[int]:
    """Yield the numbers of all processes on the host."""
    for name in os.listdir("/proc"):  # noqa: PTH208 - the inner loop, see processes.read_bytes
        if name.isdigit():
            yield int(name)


def read_table() -> ProcessTable:
    """Look at all processes."""
    starts: dict[int, int] = {}
    parents: dict[int, int] = {}
    sessions: dict[int, int] = {}
    machines: dict[int, str] = {}
    is_unsettled = False
    for pid in numbers():
        stat = processes.read_bytes(f"/proc/{pid}/stat", _STAT_BYTES_MAX)
        fields = processes.stat_fields(stat)
        if not fields or fields[_STATE] in {b"Z", b"X"}:
            continue
        starts[pid] = int(fields[_START])
        parents[pid] = int(fields[_PARENT])
        sessions[pid] = int(fields[_SESSION])
        if fields[_SIZE] == b"0":
            continue  # a thread of the kernel
        environment = processes.environment(pid)
        cid = processes.machine_in(environment)
        if cid is not None:
            machines[pid] = cid
        elif not environment and not processes.command_line(pid):
            is_unsettled = True
    return ProcessTable(
        starts=starts,
        parents=parents,
        sessions=sessions,
        machines=machines,
        is_unsettled=is_unsettled,
    )


class SharedLooks:
    """Lets threads that want a fresh table at the same time share one."""

    def __init__(self, look: Callable[[], ProcessTable] = read_table) -> None:
        self._look = look
        self._changed = Condition()
        self._is_looking = False
        self._begun = 0
        self._done = 0
        self._table: ProcessTable | None = None
        """The result of the look with the number ``_done``; None when that failed."""

    def fresh(self) -> ProcessTable:
        """Return a table whose making began after this call. Raises OSError."""
        with self._changed:
            wanted = self._begun + 1
            while self._is_looking and not (self._done >= wanted and self._table is not None):
                self._changed.wait()
            if self._done >= wanted and self._table is not None:
                return self._table
            # Nobody looks: we do, for all who have asked by now.
            self._is_looking = True
            self._begun += 1
        table = None
        try:
            table = self._look()
        finally:
            with self._changed:
                self._is_looking = False
                self._done = self._begun
                self._table = table
                self._changed.notify_all()
        return table


def members(
    table: ProcessTable, cid: str, folder: Path, first: ProcessMark | None
) -> Mapping[int, int]:
    """Return the machine's processes and their starts.

    They are: the first process; everything that carries the machine's mark; what is in the first
    one's session (once that is dead, its number alone proves nothing, so the process must also
    work in the machine's folder); and all their descendants. ``first`` is of this boot.
    """
    found = {pid for pid, machine in table.machines.items() if machine == cid}
    if first is not None:
        lives = table.starts.get(first.pid) == first.started
        if lives:
            found.add(first.pid)
        found |= {
            pid
            for pid, session in table.sessions.items()
            if session == first.pid
            and table.starts[pid] >= first.started
            and (lives or (first.pid not in table.starts and processes.works_in(pid, folder)))
        }
    found |= descendants(found, table.parents)
    found.discard(os.getpid())
    return {pid: table.starts[pid] for pid in found}


def descendants(roots: set[int], parents: Mapping[int, int]) -> set[int]:
    """Return everything below ``roots``."""
    if not roots:
        return set()
    below = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return below - roots


def kill_machine(
    looks: SharedLooks, cid: str, folder: Path, first: ProcessMark | None
) -> tuple[int, ...]:
    """Kill all processes of a machine without a PID namespace; return what could not be killed.

    It is looked again until nothing is found, because they may start others while they are killed.
    """
    if first is not None and first.boot_id != processes.boot_id():
        first = None
    if first is not None and processes.is_alive(first):
        # Stopped, it starts nothing new and its children stay its children while we look.
        _stop(first.pid)
    deadline = time.monotonic() + DEATH_DEADLINE_S
    unsettled_looks = 0
    for _ in range(_ROUNDS_MAX):
        table = looks.fresh()
        found = members(table, cid, folder, first)
        unsettled_looks += table.is_unsettled and not found
        settled = not table.is_unsettled or unsettled_looks > _UNSETTLED_LOOKS_MAX
        if (not found and settled) or time.monotonic() > deadline:
            return tuple(sorted(found))
        processes.kill_all(found, deadline - time.monotonic())
    return tuple(sorted(members(looks.fresh(), cid, folder, first)))


def _stop(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return
