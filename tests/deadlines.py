"""Commands that tests start and may interrupt: none of them can hold up a test for ever.

A command that hangs is killed when its time is over, so that whoever reads from it reads an end,
and the test fails with what the command had said. Such commands are not measured: coverage's own
handler of signals can wait for a lock that the very command holds which is interrupted.
"""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

COMMAND_DEADLINE_S = 240.0
"""How long one command may take: a hundred times what it needs, on the busiest machine."""

_MEASURING = ("COV_", "COVERAGE_")


def unmeasured(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return an environment in which no coverage is measured."""
    return {name: value for name, value in environment.items() if not name.startswith(_MEASURING)}


def run_to_end(
    command: Sequence[str], *, env: Mapping[str, str], text: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end. Nobody is at its terminal; ``text`` is what it can read.

    Raises AssertionError with what it said when it does not end in time.
    """
    try:
        return subprocess.run(
            command,
            env=env,
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = "".join(_decoded(part) for part in (late.stdout, late.stderr))
        raise AssertionError(f"{_told(command)}; it said:\n{said}") from late


@contextmanager
def started(
    command: Sequence[str], *, env: Mapping[str, str]
) -> Iterator["subprocess.Popen[str]"]:
    """Start one command whose messages are read while it runs, and wait for its end.

    Whoever reads from one that hangs reads its end; then AssertionError is raised.
    """
    overdue = threading.Event()
    process = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        overdue.set()
        process.kill()

    watch = threading.Timer(COMMAND_DEADLINE_S, end)
    watch.daemon = True
    watch.start()
    try:
        with process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
    finally:
        watch.cancel()
    assert not overdue.is_set(), _told(command)


def _told(command: Sequence[str]) -> str:
    return f"{' '.join(command)}: not over within {COMMAND_DEADLINE_S} s"


def _decoded(part: bytes | str | None) -> str:
    return part.decode(errors="replace") if isinstance(part, bytes) else part or ""
