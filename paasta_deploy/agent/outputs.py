"""Where what processes print goes: log files, and files without a name to be read afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paasta_deploy.agent.accounts import Account


def open_log(path: Path) -> int:
    """Return a descriptor that appends to a log; the caller closes it. Raises OSError."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)


def own_folder(folder: Path, account: Account | None) -> None:
    """Make a folder that belongs to ``account``. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)


class Printed:
    """What a process printed. A process that outlives its parent may go on writing unread."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def tail(self, size_max: int) -> str:
        """Return the last ``size_max`` bytes as text, with a note when there was more."""
        size = os.fstat(self.descriptor).st_size
        start = max(0, size - size_max)
        text = os.pread(self.descriptor, size_max, start).decode("utf-8", "replace")
        return f"[{start} bytes before this are left out]\n{text}" if start else text


@contextmanager
def printed(folder: Path) -> Iterator[Printed]:
    """Lend a file without a name in ``folder`` for a process to print to. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder) as stream:
        yield Printed(stream.fileno())
