"""Naming, watching and killing one process; ``process_table.py`` looks at all of them.

A process is named by its number and its start time, because numbers are used again; both hold
only while the kernel that gave them runs, so the boot's id stands beside them. Killing goes
through pidfds, so that a number which changes its owner in between hits nobody. Standard library
only: machines name themselves with this, too.
"""

import errno
import os
import select
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MARK = "PAASTA_MACHINE"
"""Environment variable that every process of a machine carries: the machine's cid.

The agent must hand it on to the jobs that it starts.
"""

TITLE = "paasta-machine"
"""How the command line of a machine's first process begins; the cid follows."""

LAUNCHER_TITLE = "paasta-launcher"

DEATH_DEADLINE_S = 20.0
"""After SIGKILL: the kernel takes milliseconds, more while a process is in a slow disk write."""

_STATE, _START = 0, 19
"""Places behind the command's name in ``/proc/PID/stat`` (proc(5) counts the state as 3)."""

_DEAD = (b"Z", b"X")
_STAT_BYTES_MAX = 4096
_WORDS_BYTES_MAX = 1 << 20
"""Command lines and environments; the kernel allows 2 MiB for both of a process together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMark:
    """One process of one boot of the kernel. ``started`` is in clock ticks since that boot."""

    pid: int
    started: int
    boot_id: str


def read_bytes(path: str, limit: int) -> bytes:
    """Return the begin of a file under /proc, or nothing when its process is gone or not ours.

    Plain calls instead of pathlib and open: this is the inner loop of looking at all processes,
    and machines being born run it, to whom every page of the interpreter they touch costs a copy.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""
    try:
        return os.read(fd, limit)
    except OSError as error:
        # A process that is just ending has no memory left to read from.
        if error.errno in {errno.ESRCH, errno.EIO, errno.EPERM, errno.EACCES}:
            return b""
        raise
    finally:
        os.close(fd)


def boot_id() -> str:
    """Return the kernel's random id of this boot."""
    return read_bytes("/proc/sys/kernel/random/boot_id", 64).decode("ascii").strip()


def stat_fields(stat: bytes) -> list[bytes]:
    """Return the fields of a ``/proc/PID/stat`` text behind the name, which may hold anything."""
    return stat.rpartition(b")")[2].split()


def started(pid: int) -> int | None:
    """Return when a living process was started, or None; a zombie does not live."""
    fields = stat_fields(read_bytes(f"/proc/{pid}/stat", _STAT_BYTES_MAX))
    if not fields or fields[_STATE] in _DEAD:
        return None
    return int(fields[_START])


def own_mark() -> ProcessMark:
    """Return the mark of this process as the whole host sees it.

    Inside a new PID namespace ``getpid`` is 1, but the host's ``/proc`` knows better as long as it
    is the one that is mounted.
    """
    pid = int(os.readlink("/proc/self"))  # noqa: PTH115 - see read_bytes
    start = started(pid)
    if start is None:
        raise ProcessLookupError(errno.ESRCH, "/proc does not show this process", str(pid))
    return ProcessMark(pid=pid, started=start, boot_id=boot_id())


def is_alive(mark: ProcessMark) -> bool:
    """Return whether exactly this process still runs."""
    return started(mark.pid) == mark.started and mark.boot_id == boot_id()


def kill(mark: ProcessMark, deadline_s: float = DEATH_DEADLINE_S) -> bool:
    """Kill the process and return whether it is gone. Gone already is success.

    When it was the first of a PID namespace, all others in there are gone as well.
    Raises PermissionError.
    """
    return mark.boot_id != boot_id() or not kill_all({mark.pid: mark.started}, deadline_s)


def kill_all(found: Mapping[int, int], deadline_s: float) -> list[int]:
    """Kill these processes (number to start) and return which ones are still there afterwards."""
    fds: dict[int, int] = {}
    try:
        for pid, start in found.items():
            try:
                fds[pid] = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            # Checked with the pidfd in hand: from now on the number cannot change its owner.
            if started(pid) == start:
                _kill(fds[pid])
            else:
                os.close(fds.pop(pid))
        deadline = time.monotonic() + deadline_s
        return [pid for pid, fd in fds.items() if not _ends(fd, deadline)]
    finally:
        for fd in fds.values():
            os.close(fd)


def _kill(fd: int) -> None:
    try:
        signal.pidfd_send_signal(fd, signal.SIGKILL)
    except ProcessLookupError:
        return


def _ends(fd: int, deadline: float) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))


def command_line(pid: int) -> str:
    """Return the command line of a process with spaces between the words, or nothing."""
    line = read_bytes(f"/proc/{pid}/cmdline", _WORDS_BYTES_MAX)
    return line.replace(b"\0", b" ").strip().decode(errors="replace")


def environment(pid: int) -> bytes:
    """Return the environment that a process was started with; nothing when it is not ours."""
    return read_bytes(f"/proc/{pid}/environ", _WORDS_BYTES_MAX)


def machine_in(words: bytes) -> str | None:
    """Return the cid of the machine that an environment names, or None."""
    _, found, rest = (b"\0" + words).partition(b"\0" + MARK.encode() + b"=")
    return rest.partition(b"\0")[0].decode(errors="replace") if found else None


def machine_of(pid: int) -> str | None:
    """Return the cid of the machine that the process belongs to, or None.

    Told by the environment that it was started with. The first process has none of its own: it
    was not started but forked, and is known by ``process.json``, or by its title.
    """
    return machine_in(environment(pid))


def works_in(pid: int, folder: Path) -> bool:
    """Return whether the process stands in the folder, runs a program of it or has a file open."""
    process = Path("/proc", str(pid))
    try:
        places = [process / "cwd", process / "exe", *(process / "fd").iterdir()]
    except OSError:
        return False
    prefix = f"{folder}/"
    for place in places:
        try:
            if f"{place.readlink()}/".startswith(prefix):
                return True
        except OSError:
            continue
    return False
