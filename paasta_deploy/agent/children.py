"""Starts processes and reaps them: the only place of the agent that has children and waits.

The agent may be pid 1 of its machine (or its subreaper), so every orphan becomes its child and
must be reaped. There is one reaper for all: on SIGCHLD it looks at each ended child *before*
reaping it, ends what is left of its process group if that was asked for (the group's id cannot
have been given away meanwhile), and then tells who waits. asyncio's own child watchers are not
used: two reapers steal each other's children.

Everything runs on the event loop's thread. That matters for more than order: a child asked to
die with the agent dies with the *thread* that started it.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable

from paasta_deploy.agent.launching import Command, launch

_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """A started process. ``status`` is its exit status once it ended, -N for signal N."""

    def __init__(self, process: "subprocess.Popen[bytes]", command: Command) -> None:
        self.pid = process.pid
        self.status: int | None = None
        self._process = process
        self._command = command
        self._waiters: list[Callable[[int], None]] = []

    def on_exit(self, tell: Callable[[int], None]) -> None:
        """Call ``tell`` with the exit status when the process has ended (now, if it has)."""
        if self.status is None:
            self._waiters.append(tell)
        else:
            tell(self.status)

    async def wait(self) -> int:
        """Return the exit status once the process has ended."""
        ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.on_exit(lambda status: None if ended.done() else ended.set_result(status))
        return await ended

    def signal_group(self, number: signal.Signals) -> None:
        """Signal the process and its group; nothing happens when it has ended."""
        if self.status is None:
            _signal_group(self.pid, number)

    def before_reaping(self) -> None:
        """End what is left of the group, while the ended leader still holds its id."""
        if self._command.ends_group:
            _signal_group(self.pid, signal.SIGKILL)

    def reaped(self, status: int) -> None:
        """Take the exit status and tell who waits."""
        self.status = status
        # Popen would otherwise try to reap for itself, and warn.
        self._process.returncode = status
        waiters, self._waiters = self._waiters, []
        for tell in waiters:
            tell(status)


class Children:
    """All children of this agent. Start once, on the running loop of the main thread."""

    def __init__(self) -> None:
        self._running: dict[int, Child] = {}

    def start(self) -> None:
        """Begin to reap. Also makes the agent the parent of orphans below it."""
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, self.reap)
        self.reap()

    def stop(self) -> None:
        """Stop to reap, after having killed every child that dies with the agent."""
        for child in list(self._running.values()):
            child.signal_group(signal.SIGKILL)
        asyncio.get_running_loop().remove_signal_handler(signal.SIGCHLD)

    def spawn(self, command: Command) -> Child:
        """Start a process. Raises OSError when the program, folder or account does not do."""
        process = launch(command)
        child = Child(process, command)
        self._running[process.pid] = child
        return child

    async def run(self, command: Command) -> int:
        """Run a process to its end and return its status; a cancelled caller kills it.

        Raises OSError like :meth:`spawn`.
        """
        child = self.spawn(command)
        try:
            return await child.wait()
        finally:
            child.signal_group(signal.SIGKILL)

    def reap(self) -> None:
        """Take every child that has ended. Called by SIGCHLD; harmless at any time."""
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            child = self._running.pop(ended.si_pid, None)
            if child is not None:
                child.before_reaping()
            _, wait_status = os.waitpid(ended.si_pid, 0)
            if child is not None:
                child.reaped(os.waitstatus_to_exitcode(wait_status))


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # Gone already, or (macOS-like kernels aside) nothing but the zombie itself is left.
        return
