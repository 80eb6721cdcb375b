"""Runs a BOSH CPI executable, one process for each call, and kills calls that were given up.

A CPI has no time limit of its own and may start programs that outlive it, so each call leads a
session of its own, and what is killed is the whole process group: nothing of a call that was given
up is at work afterwards, except in the IaaS. Calls block, and come from the threads of the core.
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from typing_extensions import override

from paasta_deploy.cpi.answers import decode_answer
from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.cpi.provider import KillableCalls
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.clock import IdSource

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
"""All that BOSH's director gives a CPI, besides ``TMPDIR`` and ``HOME``."""

API_VERSION = 2
"""The contract's version that has no registry; only this one is spoken."""


def _unread(_log: str) -> None:
    """Nobody wants to read what CPIs log."""


class CpiProcesses(KillableCalls):
    """The processes of one CPI executable.

    ``context`` has the properties of the CPI, credentials among them: they go through the pipe and
    are never logged. ``tell`` gets what a call has logged, from the thread of the call.
    """

    def __init__(
        self,
        executable: Path,
        *,
        folder: Path,
        context: JsonObject,
        director_uuid: str,
        ids: IdSource,
        tell: Callable[[str], None] = _unread,
    ) -> None:
        """``folder`` is where the CPI may write: its ``HOME`` and ``TMPDIR``."""
        self._executable = executable
        self._folder = folder
        self._context: Mapping[str, JsonValue] = {**context, "director_uuid": director_uuid}
        self._ids = ids
        self._tell = tell
        self._lock = threading.Lock()
        self._running: dict[int, subprocess.Popen[str]] = {}

    def call(self, method: str, arguments: Sequence[JsonValue], *, cid: str = "") -> JsonValue:
        """Make one call and return its result.

        Raises the CloudError that the CPI answers, CloudConfigError when it cannot be run, and
        CloudError when it was killed or answers nonsense. Its exit code says nothing.
        """
        request = {
            "method": method,
            "arguments": list(arguments),
            "context": {**self._context, "request_id": f"cpi-{self._ids.new_uuid()[:8]}"},
            "api_version": API_VERSION,
        }
        me = threading.get_ident()
        with self._lock:  # a call that can be seen to run can be killed
            process = self._running[me] = self._start()
        try:
            answer, log = process.communicate(json.dumps(request))
        finally:
            with self._lock:
                del self._running[me]
        if log:
            self._tell(log)
        return decode_answer(answer, provider=self._executable.name, method=method, cid=cid)

    @override
    def kill_call(self, thread_id: int) -> bool:
        """Kill the call that was made in this thread, with all that it has started."""
        with self._lock:
            process = self._running.get(thread_id)
            return process is not None and _kill(process)

    def close(self) -> None:
        """Kill what still runs: nobody waits for its answer any more."""
        with self._lock:
            for process in self._running.values():
                _kill(process)

    def _start(self) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                [self._executable],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                cwd=self._folder,
                env={"PATH": PATH, "HOME": str(self._folder), "TMPDIR": str(self._folder)},
                start_new_session=True,
            )
        except OSError as cause:
            raise CloudConfigError(
                f"Failed to run cpi: '{self._executable}' cannot be started: {cause.strerror}.",
                provider=self._executable.name,
                hint="Check `exec_path` in the CPI config: it must be a program that this"
                " director may run.",
            ) from cause


def _kill(process: subprocess.Popen[str]) -> bool:
    """End the process group of a call; return whether it still ran."""
    if process.poll() is not None:
        return False
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return True
