"""Runs a daemon of a monit file: start program, pid file, stop program; and watches its pid.

The daemon is not our child, so its end is seen through a pidfd. A pid file that names a process
younger than the file itself is stale: the pid was given away (after a reboot, say).

Reports as `program_runner` does. A daemon that is found running is taken over, not started twice.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable

from paasta_deploy.agent.accounts import find_account
from paasta_deploy.agent.children import Child, Children
from paasta_deploy.agent.definitions import Call, Daemon
from paasta_deploy.agent.environment import SCRIPT_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.outputs import open_log, own_folder
from paasta_deploy.agent.service_machine import ServiceEvent
from paasta_deploy.agent.vitals import is_alive, process_times, uptime_ticks

log = logging.getLogger(__name__)

Report = Callable[[ServiceEvent], None]

_LOOK_S_FIRST = 0.01
"""A start program often has written the pid file when it returns."""

_LOOK_S_MAX = 0.25
"""Slow starters are looked for four times a second, for as long as their start may take."""

_AGE_TOLERANCE_S = 5.0
"""Clocks of files and processes differ by a little; pids are not given away that fast."""


class DaemonRunner:
    """One daemon. All methods are for the event loop's thread."""

    def __init__(
        self, *, daemon: Daemon, children: Children, layout: Layout, report: Report
    ) -> None:
        self._daemon = daemon
        self._children = children
        self._layout = layout
        self._report = report
        self._pid: int | None = None
        self._descriptor = -1
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The daemon's pid while it lives."""
        return self._pid

    def launch(self) -> None:
        """Start the daemon, or take over the one that runs; the end of this is reported."""
        self._task = asyncio.get_running_loop().create_task(self._launch())

    def terminate(self) -> None:
        """Ask the daemon to end: by its stop program, or by SIGTERM."""
        if self._pid is None:
            if self._task is not None:
                self._task.cancel()
        elif self._daemon.stop is None:
            self._send(signal.SIGTERM)
        else:
            self._task = asyncio.get_running_loop().create_task(self._stop(self._daemon.stop))

    def kill(self) -> None:
        """End the daemon, and its process group if it leads one."""
        if self._pid is None:
            if self._task is not None:
                self._task.cancel()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(self._pid) == self._pid:
                os.killpg(self._pid, signal.SIGKILL)
        self._send(signal.SIGKILL)

    async def _launch(self) -> None:
        daemon = self._daemon
        try:
            pid = self._found_pid()
            if pid is None:
                pid = await self._started_pid()
            self._watch(pid)
        except TimeoutError:
            seconds = daemon.start.timeout_s
            log.warning("process %s is not there after %g seconds", daemon.name, seconds)
            self._report(ServiceEvent.LAUNCH_FAILED)
        except OSError as cause:
            log.warning("process %s does not start: %s", daemon.name, cause)
            self._report(ServiceEvent.LAUNCH_FAILED)
        except asyncio.CancelledError:
            self._report(ServiceEvent.LAUNCH_FAILED)
        else:
            self._report(ServiceEvent.LAUNCHED)

    async def _started_pid(self) -> int:
        """Run the start program until the pid file names a live process."""
        start = self._daemon.start
        starter = self._call(start)
        look_s = _LOOK_S_FIRST
        pid = None
        try:
            async with asyncio.timeout(start.timeout_s):
                while (pid := self._found_pid()) is None:
                    if starter.status not in {None, 0}:
                        raise OSError(f"its start program ended with {starter.status}")
                    await asyncio.sleep(look_s)
                    look_s = min(_LOOK_S_MAX, look_s * 2)
            return pid
        finally:
            if pid is None:
                starter.signal_group(signal.SIGKILL)

    async def _stop(self, stop: Call) -> None:
        """Run the stop program. If it does not do, the supervisor's deadline kills."""
        try:
            async with asyncio.timeout(stop.timeout_s):
                status = await self._call(stop).wait()
        except TimeoutError:
            log.warning("the stop program of %s takes too long", self._daemon.name)
        except OSError as cause:
            log.warning("the stop program of %s does not run: %s", self._daemon.name, cause)
        else:
            log.info("the stop program of %s ended with %d", self._daemon.name, status)

    def _call(self, call: Call) -> Child:
        """Run a program whose children are to live on. Raises OSError."""
        logs = self._layout.job_log_folder(self._daemon.job)
        own_folder(logs, find_account("vcap"))
        stdout = open_log(logs / f"{self._daemon.name}.monit.stdout.log")
        stderr = open_log(logs / f"{self._daemon.name}.monit.stderr.log")
        try:
            return self._children.spawn(
                Command(
                    argv=call.argv,
                    env={"PATH": search_path(SCRIPT_PATH), "TMPDIR": str(self._layout.tmp)},
                    cwd=self._layout.root,
                    stdout=stdout,
                    stderr=stderr,
                    account=find_account(call.user, call.group),
                    ends_group=False,
                    dies_with_agent=False,
                )
            )
        finally:
            os.close(stdout)
            os.close(stderr)

    def _found_pid(self) -> int | None:
        """Return the pid in the pid file if that process lives and the file is not stale."""
        path = self._daemon.pid_file
        try:
            pid = int(path.read_text(encoding="ascii").strip())
            written = path.stat().st_mtime
        except (OSError, ValueError):
            return None
        times = process_times(pid) if pid > 0 else None
        if times is None or not is_alive(pid):
            return None
        age_s = (uptime_ticks() - times.started) / os.sysconf("SC_CLK_TCK")
        file_age_s = time.time() - written
        return pid if age_s + _AGE_TOLERANCE_S >= file_age_s else None

    def _watch(self, pid: int) -> None:
        """Report the end of the process. Raises ProcessLookupError when it has ended."""
        descriptor = os.pidfd_open(pid)
        loop = asyncio.get_running_loop()
        self._pid, self._descriptor = pid, descriptor

        def ended() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            self._pid, self._descriptor = None, -1
            log.info("process %s ended", self._daemon.name)
            self._report(ServiceEvent.EXITED)

        loop.add_reader(descriptor, ended)

    def _send(self, number: signal.Signals) -> None:
        """Signal the very process that is watched, whoever got its pid meanwhile."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self._descriptor, number)
