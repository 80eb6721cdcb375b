"""The bytes of what the operator names as a file, whatever it is, in bounded time and memory.

Scripts hand in pipes (``-l <(print-secrets)``) and ``-`` as often as files. A pipe that nobody
writes to, a device without an end and a file of gigabytes must each end in a message.
"""

import os
import select
import stat
import sys
from pathlib import Path

from paasta_deploy.cli.failure import CliError

FILE_BYTES_MAX = 64 << 20
"""What the director takes; a larger file is no manifest and would only fill the memory."""

_SILENCE_S_MAX = 60
"""How long a pipe may say nothing. Programs that ask a vault for secrets take seconds."""

_WRITER_TRIES, _WRITER_PAUSE_MS = 10, 100
"""How often, and how far apart, a pipe without a writer is looked at: a shell that starts reader
and writer together needs milliseconds."""

_FILE_PIECE_BYTES = 1 << 20
"""Most files come in one piece."""

_PIPE_PIECE_BYTES = 1 << 16
"""A pipe of Linux holds this much."""


def content_of(path: Path) -> bytes:
    """Return a file's bytes; ``-`` is standard input. Raises OSError, CliError."""
    if str(path) == "-":
        return _limited(sys.stdin.buffer.read(FILE_BYTES_MAX + 1), path)
    # Without O_NONBLOCK, opening a pipe that has no writer would never come back.
    descriptor = os.open(path.expanduser(), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise CliError(f"{path} is a folder.", hint="name a file in it")
        if stat.S_ISFIFO(status.st_mode):
            return _limited(_from_pipe(descriptor, path), path)
        if status.st_size > FILE_BYTES_MAX:
            raise _too_large(path)
        return _limited(_to_its_end(descriptor), path)
    finally:
        os.close(descriptor)


def _to_its_end(descriptor: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while size <= FILE_BYTES_MAX and (piece := os.read(descriptor, _FILE_PIECE_BYTES)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _from_pipe(descriptor: int, path: Path) -> bytes:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    pieces: list[bytes] = []
    size, tries = 0, 0
    while size <= FILE_BYTES_MAX:
        try:
            piece = os.read(descriptor, _PIPE_PIECE_BYTES)
        except BlockingIOError:  # there is a writer, and it has nothing yet
            if not poll.poll(1000 * _SILENCE_S_MAX):
                raise CliError(
                    f"{path} is a pipe, and nothing came out of it for {_SILENCE_S_MAX} s."
                ) from None
            continue
        if piece:
            pieces.append(piece)
            size += len(piece)
        elif pieces or tries == _WRITER_TRIES or _was_closed(poll):
            break
        else:  # no writer, or none yet
            tries += 1
            poll.poll(_WRITER_PAUSE_MS)
    if not pieces and tries == _WRITER_TRIES:
        raise CliError(f"{path} is a pipe that nobody writes to.", hint="check the path")
    return b"".join(pieces)


def _was_closed(poll: select.poll) -> bool:
    return any(events & select.POLLHUP for _, events in poll.poll(0))


def _limited(content: bytes, path: Path) -> bytes:
    if len(content) > FILE_BYTES_MAX:
        raise _too_large(path)
    return content


def _too_large(path: Path) -> CliError:
    return CliError(f"{path} has more than {FILE_BYTES_MAX >> 20} MiB: that is no manifest.")
