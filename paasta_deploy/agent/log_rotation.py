"""Keeps the logs of jobs from filling the disk: large ones are packed away, and old packs dropped.

A process holds its log open for as long as it lives, so the file stays the same: what is in it is
copied into a compressed file beside it, and it is emptied ("copy and truncate"). What a process
writes between the two is lost, some lines at most. Logs are opened for appending; one that a job
opened otherwise has a hole in front afterwards, which takes no room and is not counted.

The folders belong to the jobs' users, and the agent may be root: so no link is followed, neither
of a file nor of a folder, and every file is named relative to its open folder. Blocks; call it in
a thread.
"""

import gzip
import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

log = logging.getLogger(__name__)

LOG_BYTES_MAX = 50 << 20
"""As on BOSH's stemcells: hours of a talkative process, and a second to pack."""

COPIES_KEPT = 7
"""As on BOSH's stemcells. Packed they have a tenth of their size."""

ROTATION_INTERVAL_S = 60.0
"""In a minute even a process that prints 10 MB/s stays below a gigabyte."""

DEPTH_MAX = 3
"""``<job>/<folder>/<file>``, as on BOSH's stemcells; bounds what is looked at."""

_SUFFIX = ".log"
_BLOCK = 512
_OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_SPEED = 1
"""Of gzip's levels: logs shrink to a tenth with the first one already."""


def rotate_logs(
    folder: Path, *, bytes_max: int = LOG_BYTES_MAX, copies: int = COPIES_KEPT
) -> list[str]:
    """Pack away every log below ``folder`` that has grown too large; return their paths.

    One that cannot be packed (a full disk) stays as it is and is tried the next time.
    """
    rotated = []
    for path, names, directory in _folders(folder):
        for name in names:
            place = os.path.join(path, name)  # noqa: PTH118 - a name for people
            try:
                if name.endswith(_SUFFIX) and _rotate(directory, name, bytes_max, copies):
                    rotated.append(place)
            except OSError as cause:
                log.warning("the log %s cannot be rotated: %s", place, cause)
    return rotated


def _folders(folder: Path) -> Iterator[tuple[str, list[str], int]]:
    """Yield each folder with the names of its files and itself, opened; links are not entered."""
    root = folder.resolve()
    if not root.is_dir():
        return
    depth_of_root = len(root.parts)
    for path, folders, files, directory in os.fwalk(root):
        if len(Path(path).parts) - depth_of_root >= DEPTH_MAX - 1:
            folders.clear()
        yield path, files, directory


def _rotate(directory: int, name: str, bytes_max: int, copies: int) -> bool:
    try:
        descriptor = os.open(name, _OPEN, dir_fd=directory)
    except OSError as cause:
        if stat.S_ISREG(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            raise
        log.debug("%s is no plain file: %s", name, cause)
        return False
    with os.fdopen(descriptor, "r+b") as stream:
        found = os.fstat(descriptor)
        # A second name could stand anywhere, in a place that is not the job's own.
        is_own = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        if not is_own or min(found.st_size, found.st_blocks * _BLOCK) <= bytes_max:
            return False
        fresh = f".{name}.packing"
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=directory)  # of an agent that was killed
        try:
            _pack(stream, fresh, directory, found)
            for number in range(copies - 1, 0, -1):
                with suppress(FileNotFoundError):
                    _rename(directory, f"{name}.{number}.gz", f"{name}.{number + 1}.gz")
            _rename(directory, fresh, f"{name}.1.gz")
        except OSError:
            with suppress(OSError):
                os.unlink(fresh, dir_fd=directory)
            raise
        os.ftruncate(descriptor, 0)
    return True


def _pack(stream: BinaryIO, fresh: str, directory: int, like: os.stat_result) -> None:
    target = os.open(fresh, _CREATE, stat.S_IMODE(like.st_mode), dir_fd=directory)
    with os.fdopen(target, "wb") as output:
        if os.geteuid() == 0:
            os.fchown(target, like.st_uid, like.st_gid)
        with gzip.GzipFile(fileobj=output, mode="wb", compresslevel=_SPEED) as packed:
            shutil.copyfileobj(stream, packed)


def _rename(directory: int, before: str, after: str) -> None:
    os.rename(before, after, src_dir_fd=directory, dst_dir_fd=directory)
