"""Runs a process of `bpm.yml`: hook, limits, user, logs, pid file; and ends it.

Reports to the supervisor exactly once LAUNCHED or LAUNCH_FAILED for each launch, and EXITED once
for each LAUNCHED. After :meth:`ProgramRunner.terminate` during a launch LAUNCH_FAILED comes.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path

from paasta_deploy.agent.accounts import Account, find_account
from paasta_deploy.agent.children import Child, Children
from paasta_deploy.agent.control_groups import ControlGroups
from paasta_deploy.agent.definitions import Program
from paasta_deploy.agent.environment import PROGRAM_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.outputs import open_log, own_folder
from paasta_deploy.agent.service_machine import ServiceEvent
from paasta_deploy.agent.stored_files import write_whole

log = logging.getLogger(__name__)

Report = Callable[[ServiceEvent], None]


class ProgramRunner:
    """One process. All methods are for the event loop's thread."""

    def __init__(
        self,
        *,
        program: Program,
        children: Children,
        groups: ControlGroups,
        layout: Layout,
        report: Report,
    ) -> None:
        self._program = program
        self._children = children
        self._groups = groups
        self._layout = layout
        self._report = report
        self._child: Child | None = None
        self._launching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's pid while it lives."""
        return None if self._child is None else self._child.pid

    def launch(self) -> None:
        """Start the process; the end of the launch is reported."""
        self._launching = asyncio.get_running_loop().create_task(self._launch())

    def terminate(self) -> None:
        """Ask the process to end, or give up launching it."""
        if self._child is not None:
            self._child.signal_group(signal.Signals[f"SIG{self._program.stop_signal}"])
        elif self._launching is not None:
            self._launching.cancel()

    def kill(self) -> None:
        """End the process and its whole group."""
        if self._child is not None:
            self._child.signal_group(signal.SIGKILL)
        elif self._launching is not None:
            self._launching.cancel()

    async def _launch(self) -> None:
        program = self._program
        try:
            child = await self._started()
        except (OSError, _HookFailedError) as cause:
            log.warning("process %s does not start: %s", program.name, cause)
            self._launching = None
            self._report(ServiceEvent.LAUNCH_FAILED)
            return
        except asyncio.CancelledError:
            self._launching = None
            self._report(ServiceEvent.LAUNCH_FAILED)
            return
        self._launching = None
        self._child = child
        self._report(ServiceEvent.LAUNCHED)
        child.on_exit(self._exited)

    async def _started(self) -> Child:
        program, layout = self._program, self._layout
        account = find_account(program.user)
        logs = layout.job_log_folder(program.job)
        for folder in (*program.folders, logs):
            own_folder(folder, account)
        stdout = open_log(logs / f"{program.process}.stdout.log")
        stderr = open_log(logs / f"{program.process}.stderr.log")
        try:
            command = self._command(program.argv, stdout, stderr, account)
            if program.pre_start:
                hook = self._command((program.pre_start,), stdout, stderr, account)
                status = await self._children.run(hook)
                if status != 0:
                    raise _HookFailedError(f"its pre_start hook ended with {status}")
            child = self._children.spawn(command)
        finally:
            os.close(stdout)
            os.close(stderr)
        self._groups.limit(f"{program.job}.{program.process}", child.pid, program.limits)
        self._write_pid(child.pid)
        return child

    def _command(
        self, argv: tuple[str, ...], stdout: int, stderr: int, account: Account | None
    ) -> Command:
        program = self._program
        return Command(
            argv=argv,
            env={"PATH": search_path(PROGRAM_PATH), **program.env},
            cwd=program.workdir,
            stdout=stdout,
            stderr=stderr,
            account=account,
            limits=program.limits,
        )

    def _exited(self, status: int) -> None:
        log.info("process %s ended with %d", self._program.name, status)
        self._child = None
        with contextlib.suppress(OSError):
            self._pid_file.unlink()
        self._report(ServiceEvent.EXITED)

    def _write_pid(self, pid: int) -> None:
        """Tell scripts the pid. A full disk must not keep a process from running."""
        try:
            self._pid_file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._pid_file, f"{pid}\n".encode(), mode=0o644)
        except OSError as cause:
            log.warning("cannot write %s: %s", self._pid_file, cause)

    @property
    def _pid_file(self) -> Path:
        return self._layout.pid_file(self._program.job, self._program.process)


class _HookFailedError(Exception):
    """The hook before the process said no."""
