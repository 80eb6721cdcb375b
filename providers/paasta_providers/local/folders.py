"""Writes files and removes folders so that a kill at any moment leaves nothing half done.

A file is the old one or the new one; a folder is there or out of sight.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path


def write_file(path: Path, text: str, *, durable: bool, mode: int = 0o600) -> None:
    """Replace the file in one step. ``durable``: it also survives a crash of the host.

    What describes running processes need not be durable, since the processes are not either; it
    then costs microseconds instead of a write to the disk. Raises OSError.
    """
    fd, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as output:
            output.write(text)
            output.flush()
            os.fchmod(fd, mode)
            if durable:
                os.fsync(fd)
        Path(half).replace(path)
    except OSError:
        Path(half).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in the folder survive a crash of the host."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read_file(path: Path) -> str | None:
    """Return the text, or None where there is no such file."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def discard(folder: Path, trash: Path) -> None:
    """Remove the folder with everything in it; from outside it is gone in one step.

    What a crash leaves in ``trash`` is removed by :func:`empty`. An absent folder is success.
    """
    while folder.exists():
        trash.mkdir(parents=True, exist_ok=True, mode=0o700)
        grave = Path(tempfile.mkdtemp(dir=trash))
        try:
            folder.rename(grave / folder.name)
        except FileNotFoundError:
            # Either the folder is gone, or somebody has just emptied the trash.
            continue
        finally:
            remove_tree(grave)


def empty(trash: Path) -> None:
    """Remove what earlier removals that were interrupted have left."""
    if trash.is_dir():
        for grave in trash.iterdir():
            remove_tree(grave)


def remove_tree(folder: Path) -> None:
    """Remove the folder and everything in it, also what jobs have made unwritable.

    Somebody else may remove it at the same time: what is gone is gone.
    """
    was_closed = False
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            # Another one was faster with a part of it. The folder is finite, so this ends.
            continue
        except PermissionError:
            if was_closed:
                raise
            was_closed = True
            _make_writable(folder)


def _make_writable(folder: Path) -> None:
    """Without root, files cannot be taken out of folders that their owner may not write."""
    folder.chmod(stat.S_IRWXU)
    for root, names, _files in os.walk(folder):
        for name in names:
            below = Path(root, name)
            if not below.is_symlink():
                below.chmod(stat.S_IRWXU)
