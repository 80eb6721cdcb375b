"""Task outputs as files: ``<folder>/<task id>/<output>``, appended to and read by offset.

Every append is one write of whole lines to a file opened for appending, so a line is visible to a
reader at once, and a killed director leaves whole lines. Only a machine that lost its power, or a
full disk, can leave half a line; whoever appends next ends it, so that it spoils no other. Nothing
is synced: what must survive a power cut stands in the journal, this is for people.
"""

import errno
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskOutput

# Files kept open for appending: a few outputs of every task that runs at the same time.
OPEN_FILES_MAX = 64
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_Name = tuple[TaskId, TaskOutput]


class FileTaskLog:
    """Appends to and reads task outputs below one folder. For one thread at a time."""

    def __init__(self, folder: Path, *, open_files_max: int = OPEN_FILES_MAX) -> None:
        self._folder = folder
        self._open_files_max = open_files_max
        self._open: OrderedDict[_Name, int] = OrderedDict()

    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        """Append one JSON line per object, visible at once. Raises StoreError (disk full)."""
        texts = (json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines)
        self.append_text(task_id, output, "".join(f"{text}\n" for text in texts))

    def append_text(self, task_id: TaskId, output: TaskOutput, text: str) -> None:
        """Append free text as it is. Raises StoreError (disk full)."""
        if not text:
            return
        # Backslashes stand for what no encoding can write (half of a pair of surrogates).
        rest = memoryview(text.encode("utf-8", "backslashreplace"))
        try:
            descriptor = self._descriptor((task_id, output))
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except OSError as error:
            raise _failure(self._path((task_id, output)), error) from error

    def read(self, task_id: TaskId, output: TaskOutput, *, offset: int = 0) -> bytes | None:
        """Return the bytes from ``offset`` on, or None when the output does not exist."""
        path = self._path((task_id, output))
        try:
            with path.open("rb") as stream:
                stream.seek(offset)
                return stream.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure(path, error) from error

    def remove(self, task_id: TaskId) -> None:
        """Remove all outputs of a task; absent is success. Raises StoreError."""
        folder = self._path((task_id, TaskOutput.EVENT)).parent
        try:
            for output in TaskOutput:
                self._close((task_id, output))
                self._path((task_id, output)).unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                folder.rmdir()
        except OSError as error:
            raise _failure(folder, error) from error

    def close(self) -> None:
        """Close the files; appending opens them again."""
        for name in list(self._open):
            self._close(name)

    def _path(self, name: _Name) -> Path:
        task_id, output = name
        return self._folder / str(task_id) / output.value

    def _descriptor(self, name: _Name) -> int:
        if name not in self._open:
            self._open[name] = _open_for_appending(self._path(name))
        self._open.move_to_end(name)
        while len(self._open) > self._open_files_max:
            self._close(next(iter(self._open)))
        return self._open[name]

    def _close(self, name: _Name) -> None:
        descriptor = self._open.pop(name, None)
        if descriptor is not None:
            os.close(descriptor)


def _open_for_appending(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(path, flags, _PRIVATE_FILE)
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.write(descriptor, b"\n")
    return descriptor


def _failure(path: Path, error: OSError) -> StoreError:
    hint = (
        "Free some space on that disk; the director keeps running."
        if error.errno in (errno.ENOSPC, errno.EDQUOT)
        else "The state folder must belong to the user who runs the director."
    )
    return StoreError(f"The task output {path} cannot be used: {error.strerror}.", hint=hint)
