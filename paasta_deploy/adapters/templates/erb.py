"""ERB templates through the system's ruby: one process renders a whole batch.

The process gets a clean environment, a deadline and bounded input and output; values travel over
its standard input, never through arguments or files. ``render.rb`` beside this module is its
program. ERB runs arbitrary Ruby with the director's rights, as in BOSH: who uploads a release with
ERB is trusted with that, and who does not want it uses ``.j2`` templates.
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from paasta_deploy.adapters.templates.jinja import TextFailure
from paasta_deploy.model.errors import TemplateError
from paasta_deploy.model.values import JsonObject

MARK = b"<%"
"""A file without it renders to itself, so it needs no ruby."""

_PROGRAM = Path(__file__).with_name("render.rb")

_REQUEST_BYTES_MAX = 512 << 20
"""A thousand instances with 100 kB of properties are 100 MB; beyond this something is wrong."""

_RENDERED_BYTES_MAX = 512 << 20
_STDERR_BYTES_MAX = 1 << 20
_CHUNK_BYTES = 1 << 20

DEADLINE_S = 300.0
"""Ruby renders about ten thousand templates a second; after this time one of them hangs."""

_PIPE_GRACE_S = 1.0
"""Reading what a dead process left in a pipe takes microseconds."""

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErbTemplate:
    """One ERB text. ``name`` is ``<job>/<source>``, as errors and backtraces show it."""

    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErbJob:
    """One job on one instance: its template spec and the templates, by index, to render for it."""

    spec: JsonObject = field(repr=False)
    templates: tuple[int, ...]


class ErbTemplates:
    """Renders ERB texts. ``ruby`` is the program to run, looked up on PATH unless absolute."""

    def __init__(self, *, ruby: str = "ruby", deadline_s: float = DEADLINE_S) -> None:
        self._ruby = ruby
        self._deadline_s = deadline_s

    def render(
        self,
        templates: Sequence[ErbTemplate],
        jobs: Sequence[ErbJob],
        az_ids: Mapping[str, int],
    ) -> list[list[str | TextFailure]]:
        """Return, for each job, the text or failure of each of its templates, in order.

        Raises TemplateError: no ruby, deadline passed, too much data, or ruby itself failed.
        """
        request = json.dumps(
            {
                "templates": [{"name": item.name, "text": item.text} for item in templates],
                "jobs": [{"spec": job.spec, "templates": job.templates} for job in jobs],
                "az_ids": dict(az_ids),
                "limit": _RENDERED_BYTES_MAX,
            }
        ).encode()
        if len(request) > _REQUEST_BYTES_MAX:
            raise TemplateError(
                f"ERB templates and properties have {len(request)} bytes, more than the "
                f"{_REQUEST_BYTES_MAX} that are rendered in one go",
                hint="look for huge properties; large files belong into packages",
            )
        answers = json.loads(self._run(request, templates[0].name))
        return [[_result(item) for item in answer] for answer in answers]

    def _run(self, request: bytes, example: str) -> bytes:
        try:
            process = subprocess.Popen(
                [self._ruby, "--disable-gems", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise TemplateError(
                f"'{example}' is an ERB template, and ruby is not installed on the director",
                hint="install ruby (apt-get install ruby) or use .j2 templates",
            ) from error
        except OSError as error:
            raise TemplateError(f"Starting '{self._ruby}' failed: {error}") from error
        with process:
            output, complaint, in_time = _converse(process, request, self._deadline_s)
        if not in_time:
            raise TemplateError(
                f"ERB templates were not rendered within {self._deadline_s:.0f} seconds",
                hint="one of them loops or waits; ruby was stopped",
            )
        if process.returncode != 0:
            reason = complaint.decode(errors="replace").strip() or "it said nothing"
            raise TemplateError(f"ruby failed with status {process.returncode}: {reason[-2000:]}")
        return output


def _converse(
    process: subprocess.Popen[bytes], request: bytes, deadline_s: float
) -> tuple[bytes, bytes, bool]:
    """Write ``request``, read both outputs up to their bounds; kill the process at the deadline.

    Threads, because all three pipes may block at once.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    output: list[bytes] = []
    complaint: list[bytes] = []
    threads = [
        threading.Thread(target=_feed, args=(process.stdin, request), daemon=True),
        # JSON escapes can make an answer longer than the texts in it, hence the factor.
        threading.Thread(
            target=_drain, args=(process.stdout, output, 2 * _RENDERED_BYTES_MAX), daemon=True
        ),
        threading.Thread(
            target=_drain, args=(process.stderr, complaint, _STDERR_BYTES_MAX), daemon=True
        ),
    ]
    for thread in threads:
        thread.start()
    in_time = True
    try:
        process.wait(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        in_time = False
    # Also what templates may have started and left behind: it would hold the pipes open.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for thread in threads:
        thread.join(timeout=_PIPE_GRACE_S)
    return b"".join(output), b"".join(complaint), in_time


def _feed(pipe: IO[bytes], request: bytes) -> None:
    left = memoryview(request)
    # A broken pipe means that the process died; its exit status and stderr tell why.
    with suppress(BrokenPipeError), pipe:
        while left:
            left = left[pipe.write(left) :]


def _drain(pipe: IO[bytes], into: list[bytes], limit_bytes: int) -> None:
    left = limit_bytes
    while chunk := pipe.read(_CHUNK_BYTES):
        if left > 0:
            into.append(chunk[:left])
        left -= len(chunk)


def _result(answer: Mapping[str, object]) -> str | TextFailure:
    text = answer.get("text")
    if isinstance(text, str):
        return text
    line = answer.get("line")
    return TextFailure(
        line=line if isinstance(line, int) else None, message=str(answer.get("message"))
    )
