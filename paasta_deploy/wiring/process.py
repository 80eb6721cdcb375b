"""The director as a process of this machine: start it, find it, stop it.

A lock file says that a director lives: the kernel lets go of it when the process dies, however it
dies. The pid beside it is checked against the process' start time, so a reused pid is never hit.
"""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from select import poll

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wiring.settings import load_settings, state_folder

LOCK_FILE = "director.lock"
PID_FILE = "director.pid"
LOG_FILE = "director.log"

START_DEADLINE_S = 60.0
"""Migrating a large store takes seconds; whoever needs longer is stuck."""

STOP_DEADLINE_S = 30.0
"""Running steps are let go at once, so only a stuck process takes longer; then it is killed."""

SOCKET_PATH_BYTES_MAX = 107
"""Linux: ``sun_path`` has 108 bytes with the final zero."""

HELD_EXIT_CODE = 75
"""``serve`` ends so when another director lives in its state folder: EX_TEMPFAIL of sysexits.h."""

START_TRIES = 5
"""Who meets another director that ends in the same moment starts again; twice is bad luck."""

_LOG_LINES_SHOWN = 15
_LOOK_AGAIN_S = 0.05

READY_VARIABLE = "PAASTA_READY_FD"


class ProcessError(PaastaError):
    """The director's process could not be started or stopped."""


class AnotherDirectorError(ProcessError):
    """The state folder has a living director already."""

    exit_code = HELD_EXIT_CODE


def home_folder(named: Path | None) -> Path:
    """Return the state folder: the one named, or the environment's."""
    return named.expanduser().absolute() if named is not None else state_folder()


def ensure_running(named: Path | None, *, tell: Callable[[str], None]) -> Path:
    """Return the socket of a living director; start one in the background if there is none."""
    home = home_folder(named)
    settings = load_settings(home)
    path = settings.socket
    if len(str(path).encode()) > SOCKET_PATH_BYTES_MAX:
        raise ProcessError(
            f"The path of the director's socket is too long for Linux: {path}",
            hint="choose a shorter state folder with PAASTA_HOME or --home",
        )
    if not _answers(path):
        tell(f"Starting the director for {home} ...")
        start(home)
    return path


def start(home: Path) -> None:
    """Start the director and return when it is ready. Raises ProcessError with its last words.

    Whoever comes second waits for the director that somebody else is starting; whoever meets one
    that is ending starts another after it.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for _ in range(START_TRIES):
        exit_code = _start_once(home)
        if exit_code is None:
            return
        if exit_code != HELD_EXIT_CODE:
            break
        if _another_is_ready(home):
            return
    log_path = home / LOG_FILE
    raise ProcessError(
        f"The director did not start.\n{_last_words(log_path)}", hint=f"the whole log: {log_path}"
    )


def _start_once(home: Path) -> int | None:
    """Start a director and wait until it is ready: None; or has ended: its exit code."""
    read_end, write_end = os.pipe()
    environment = {**os.environ, "PAASTA_HOME": str(home), READY_VARIABLE: str(write_end)}
    log_path = home / LOG_FILE
    with log_path.open("ab") as log:
        log_path.chmod(0o600)
        process = subprocess.Popen(
            [sys.executable, "-m", "paasta_deploy", "serve"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=home,
            start_new_session=True,
            pass_fds=(write_end,),
        )
    os.close(write_end)
    try:
        waiter = poll()
        waiter.register(read_end)
        told = bool(waiter.poll(START_DEADLINE_S * 1000))
        if told and os.read(read_end, 1) == b".":
            return None
    finally:
        os.close(read_end)
    if not told:
        process.kill()
    return process.wait()


def stop(named: Path | None) -> bool:
    """Stop the director and its NATS server; machines stay. False when none was running."""
    home = home_folder(named)
    pid = running_pid(home)
    if pid is None:
        return False
    with contextlib.suppress(ProcessLookupError):  # it ended by itself in this moment
        os.kill(pid, signal.SIGTERM)
        if not _ends(pid, within_s=STOP_DEADLINE_S):
            os.kill(pid, signal.SIGKILL)
            _ends(pid, within_s=STOP_DEADLINE_S)
    return True


def run_here(named: Path | None) -> None:
    """Become the director: for service supervisors."""
    home = home_folder(named)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PAASTA_HOME"] = str(home)
    os.execv(sys.executable, [sys.executable, "-m", "paasta_deploy", "serve"])  # noqa: S606 - ourselves


def running_pid(home: Path) -> int | None:
    """Return the pid of the living director of ``home``."""
    try:
        told = json.loads((home / PID_FILE).read_text())
    except (OSError, ValueError):
        return None
    pid = int(told["pid"])
    return pid if start_time(pid) == told["start_time"] else None


def start_time(pid: int) -> int | None:
    """Return the kernel's start time of a living process (clock ticks since boot), or None."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


@contextlib.contextmanager
def only_director(home: Path) -> Iterator[None]:
    """Hold the lock of ``home`` and name this process in it. Raises ProcessError when held."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / LOCK_FILE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise AnotherDirectorError(f"Another director is running for {home}.") from error
        pid = os.getpid()
        (home / PID_FILE).write_text(json.dumps({"pid": pid, "start_time": start_time(pid)}))
        try:
            yield
        finally:
            (home / PID_FILE).unlink(missing_ok=True)


def readiness() -> Callable[[], None]:
    """Return what tells whoever started this process that requests are answered.

    Call it first of all: processes that we start must not inherit the way to tell, or a director
    that fails would seem to be still on its way while they live.
    """
    handle = os.environ.pop(READY_VARIABLE, "")
    if not handle:
        return lambda: None
    os.set_inheritable(int(handle), False)

    def say_ready() -> None:
        with contextlib.suppress(OSError):  # whoever started us has gone; that is no harm
            os.write(int(handle), b".")
            os.close(int(handle))

    return say_ready


def _another_is_ready(home: Path) -> bool:
    """Wait until the director that somebody else started answers; False when there is none."""
    path = load_settings(home).socket
    for _ in range(round(START_DEADLINE_S / _LOOK_AGAIN_S)):
        if _answers(path):
            return True
        pid = running_pid(home)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            _ends(pid, within_s=_LOOK_AGAIN_S)
    return False


def _ends(pid: int, *, within_s: float) -> bool:
    """Whether a process ends in time. Raises ProcessLookupError when it has ended already."""
    handle = os.pidfd_open(pid)
    try:
        waiter = poll()
        waiter.register(handle)
        return bool(waiter.poll(within_s * 1000))
    finally:
        os.close(handle)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _last_words(log_path: Path) -> str:
    try:
        lines = log_path.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-_LOG_LINES_SHOWN:])
