"""How a process is started: who it becomes, what it may use, that it dies with the agent.

Forking an interpreter of tens of megabytes costs several milliseconds of copied pages; `vfork`,
which subprocess uses when nothing is to be done between fork and exec, costs a tenth of one. So
nothing is done there: the limit of open files is lent to the child by setting our own for a
moment, and another user and the wish to die with the agent are `setpriv`'s business, which then
becomes the program (1 ms). A machine without a capable setpriv gets the slow way, with the same
outcome.

As pid 1 of a pid namespace the agent takes everything with it anyway, without any wish.
"""

import ctypes
import errno
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from paasta_deploy.agent.accounts import Account
from paasta_deploy.agent.definitions import Limits
from paasta_deploy.agent.environment import PROGRAM_PATH, marks, search_path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_SETPRIV = "setpriv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run in a session of its own.

    ``stdout`` and ``stderr`` are open file descriptors, which stay the caller's. ``account`` None
    means the agent's own. With ``ends_group`` what the program leaves behind in its process group
    is killed when it ends. With ``dies_with_agent`` the kernel kills it when the agent dies.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    stdout: int = subprocess.DEVNULL
    stderr: int = subprocess.DEVNULL
    account: Account | None = None
    limits: Limits = field(default_factory=Limits)
    ends_group: bool = True
    dies_with_agent: bool = True


def launch(command: Command) -> "subprocess.Popen[bytes]":
    """Start the process. Raises OSError when the program, folder or account does not do.

    Call it on the thread that lives as long as the agent: a child dies with the thread that
    started it.
    """
    words = _setpriv_words(command)
    if words:
        # What setpriv cannot execute it tells on the child's stderr, where nobody looks first.
        _check_program(command)
    # None lets subprocess use vfork; what runs otherwise makes system calls only.
    before_exec = None if words is not None else _before_exec(command)
    try:
        with _lent_limit(command.limits.open_files):
            return subprocess.Popen(
                (*(words or ()), *command.argv),
                env={**command.env, **marks()},
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=command.stdout,
                stderr=command.stderr,
                start_new_session=True,
                umask=0o022,
                preexec_fn=before_exec,  # noqa: PLW1509 - mostly None, see above
            )
    except subprocess.SubprocessError as cause:
        raise OSError(f"cannot become who shall run {command.argv[0]}") from cause


def _setpriv_words(command: Command) -> tuple[str, ...] | None:
    """Return what is put before the program; None when that cannot be done by setpriv."""
    is_wish = command.dies_with_agent and os.getpid() != 1
    account = command.account
    if account is None and not is_wish:
        return ()
    setpriv = capable_setpriv()
    if setpriv is None:
        return None
    words = [setpriv]
    if account is not None:
        groups = ",".join(map(str, account.groups))
        words += [f"--reuid={account.uid}", f"--regid={account.gid}"]
        words += [f"--groups={groups}" if groups else "--clear-groups"]
    if is_wish:
        words.append("--pdeathsig=KILL")
    return (*words, "--")


@cache
def capable_setpriv() -> str | None:
    """Return the path of util-linux's setpriv; busybox has a smaller program of that name."""
    path = shutil.which(_SETPRIV, path=search_path(PROGRAM_PATH))
    if path is None or Path(path).resolve().name != _SETPRIV:
        return None
    return path


def _check_program(command: Command) -> None:
    """Raise what exec would raise, as far as it can be told before."""
    program = command.argv[0]
    if "/" not in program:
        found = shutil.which(program, path=command.env.get("PATH", ""))
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
        return
    path = command.cwd / program
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    if path.is_dir() or not os.access(path, os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), program)


@contextmanager
def _lent_limit(open_files: int | None) -> Iterator[None]:
    """Have a limit of open files ourselves for as long as a child takes to inherit it.

    Descriptors that are open stay so, whatever the limit. Who may not raise it lends as much as
    there is. The other limits are those of a group of processes (see `control_groups`): the
    kernel's per-process ones count address space, and all processes of a user on the host.
    """
    if open_files is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = open_files
    if hard != resource.RLIM_INFINITY and wanted > hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, wanted))
            hard = wanted
        except (OSError, ValueError):
            wanted = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _before_exec(command: Command) -> Callable[[], None]:
    """Return what the child does between fork and exec, where setpriv cannot do it.

    Only system calls: another thread of the agent (a download) may hold any lock at the fork.
    """
    agent, account = os.getpid(), command.account

    def become() -> None:
        if account is not None:
            os.setgroups(account.groups)
            os.setgid(account.gid)
            os.setuid(account.uid)
        if command.dies_with_agent:
            # After the change of user, which would clear it. The agent may have died before.
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != agent:
                os._exit(1)

    return become
