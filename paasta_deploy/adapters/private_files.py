"""Files that only the director's user may read, replaced whole or not at all."""

import os
import tempfile
from pathlib import Path

PRIVATE_FOLDER = 0o700


def write_private(path: Path, content: bytes) -> None:
    """Write a file of mode 0600 durably; a reader sees the old content or the new. Raises OSError.

    Missing folders are made with mode 0700.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    # mkstemp makes files of mode 0600.
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor, not a path
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)  # noqa: PTH105 - a text from mkstemp
    except BaseException:
        os.unlink(beside)  # noqa: PTH108 - a text from mkstemp
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
