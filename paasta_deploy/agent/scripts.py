"""Runs the scripts of jobs: pre-start and its like, drain, errands. All jobs at the same time.

A script is a file `jobs/<job>/bin/<name>`; a job without it has nothing to do. Scripts run as
the agent (root on a machine of its own) with BOSH's small PATH. They may take as long as they
like: the director has the deadlines, and cancels.

Source: bosh.md 6.5.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.accounts import find_account
from paasta_deploy.agent.children import Child, Children
from paasta_deploy.agent.drain import DrainCall, read_answer
from paasta_deploy.agent.environment import SCRIPT_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import VCAP_USER, Layout, safe_name
from paasta_deploy.agent.outputs import open_log, own_folder, printed
from paasta_deploy.model.errors import PaastaError

log = logging.getLogger(__name__)

CANCEL_GRACE_S = 10.0
"""What a cancelled script has to end by itself, as in BOSH."""

ERRAND_OUTPUT_MAX = 400 * 1024
"""Bytes of each output of an errand that are sent: both fit into one message."""

_DRAIN_OUTPUT_MAX = 4096
"""A drain script prints one integer."""


class ScriptFailedError(PaastaError):
    """One or more scripts failed; the message names the jobs."""


class ScriptCancelledError(PaastaError):
    """The director cancelled the script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandResult:
    """How an errand ended. The outputs are cut at the front when they are too long."""

    exit_status: int
    stdout: str
    stderr: str


class Scripts:
    """Runs scripts of this machine's jobs. A cancelled call ends its scripts first."""

    def __init__(self, *, children: Children, layout: Layout) -> None:
        self._children = children
        self._layout = layout

    async def run(self, name: str, jobs: Sequence[str], env: Mapping[str, str]) -> None:
        """Run a script of every job that has it. Raises ScriptFailedError."""
        safe_name(name, "script")
        present = [job for job in jobs if self._path(job, name).is_file()]
        statuses = await asyncio.gather(
            *(self._run_logged(job, name, env) for job in present), return_exceptions=True
        )
        cancelled = [one for one in statuses if isinstance(one, asyncio.CancelledError)]
        if cancelled:
            raise cancelled[0]
        results = {
            job: -1 if isinstance(status, BaseException) else status
            for job, status in zip(present, statuses, strict=True)
        }
        summary = summarize(name, results)
        if summary:
            raise ScriptFailedError(summary)

    async def drain(self, job: str, first: DrainCall, again: DrainCall) -> None:
        """Run a job's drain script by the protocol, if it has one. Raises DrainError."""
        path = self._path(job, "drain")
        if not path.is_file():
            return
        call, is_done = first, False
        while not is_done:
            with printed(self._layout.tmp) as stdout:
                stderr = self._open_log(job, "drain.stderr.log")
                try:
                    command = self._command(
                        path, call.arguments, call.env, stdout.descriptor, stderr
                    )
                    status = await self._run(command)
                finally:
                    os.close(stderr)
                answer = read_answer(job, stdout.tail(_DRAIN_OUTPUT_MAX), status)
            log.info("drain of %s: wait %d s, done: %s", job, answer.wait_s, answer.is_done)
            await asyncio.sleep(answer.wait_s)
            call, is_done = again, answer.is_done

    async def errand(self, job: str) -> ErrandResult:
        """Run a job's `bin/run` and return what it printed. Raises OSError."""
        with printed(self._layout.tmp) as stdout, printed(self._layout.tmp) as stderr:
            command = self._command(
                self._path(job, "run"), (), {}, stdout.descriptor, stderr.descriptor
            )
            child = self._children.spawn(command)
            try:
                status = await child.wait()
            except asyncio.CancelledError:
                # A cancelled errand has a result: what it printed until its end.
                status = await _end(child)
            return ErrandResult(
                exit_status=status,
                stdout=stdout.tail(ERRAND_OUTPUT_MAX),
                stderr=stderr.tail(ERRAND_OUTPUT_MAX),
            )

    async def _run_logged(self, job: str, name: str, env: Mapping[str, str]) -> int:
        stdout = self._open_log(job, f"{name}.stdout.log")
        stderr = self._open_log(job, f"{name}.stderr.log")
        try:
            return await self._run(self._command(self._path(job, name), (), env, stdout, stderr))
        except OSError as cause:
            log.warning("%s of job %s does not run: %s", name, job, cause)
            raise
        finally:
            os.close(stdout)
            os.close(stderr)

    async def _run(self, command: Command) -> int:
        """Run to the end; when cancelled, ask the script to end, then make it."""
        child = self._children.spawn(command)
        try:
            return await child.wait()
        except asyncio.CancelledError as cause:
            await _end(child)
            raise ScriptCancelledError("Script was cancelled by user request") from cause

    def _command(
        self,
        path: Path,
        arguments: Sequence[str],
        env: Mapping[str, str],
        stdout: int,
        stderr: int,
    ) -> Command:
        return Command(
            argv=(str(path), *arguments),
            env={
                "PATH": search_path(SCRIPT_PATH),
                "HOME": str(self._layout.root),
                "TMPDIR": str(self._layout.tmp),
                **env,
            },
            cwd=self._layout.root,
            stdout=stdout,
            stderr=stderr,
            # Scripts may start things that live on; errands' and drains' groups end with them.
            ends_group=False,
        )

    def _path(self, job: str, name: str) -> Path:
        return self._layout.jobs / safe_name(job, "job") / "bin" / name

    def _open_log(self, job: str, name: str) -> int:
        folder = self._layout.job_log_folder(job)
        own_folder(folder, find_account(VCAP_USER))
        return open_log(folder / name)


async def _end(child: Child) -> int:
    """Ask a process to end, kill it after a grace, and return its status."""
    child.signal_group(signal.SIGTERM)
    try:
        async with asyncio.timeout(CANCEL_GRACE_S):
            return await child.wait()
    except TimeoutError:
        child.signal_group(signal.SIGKILL)
        return await child.wait()


def summarize(name: str, results: Mapping[str, int]) -> str:
    """Return BOSH's sentence about failed scripts, an empty text when none failed. Pure.

    What follows it is ours: how each failed script ended and where it wrote why.
    """
    failed = [job for job, status in results.items() if status != 0]
    passed = [job for job, status in results.items() if status == 0]
    if not failed:
        return ""
    text = f"{len(failed)} of {len(results)} {name} scripts failed."
    text += f" Failed Jobs: {', '.join(failed)}."
    if passed:
        text += f" Successful Jobs: {', '.join(passed)}."
    hints = "; ".join(
        f"{job}: exit status {results[job]}, see sys/log/{job}/{name}.stderr.log"
        if results[job] >= 0
        else f"{job}: ended by signal {-results[job]}, see sys/log/{job}/{name}.stderr.log"
        for job in failed
    )
    return f"{text} ({hints})"
