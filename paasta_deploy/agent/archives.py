"""Unpacks what the director sends and packs what the agent sends back: tar, gzipped or not.

Unpacking trusts nothing: a member may neither leave the target folder, by its name or through a
link that an earlier member made, nor be anything but a file, a folder or a link. Links themselves
may point anywhere, as packages link to each other; they are made, never followed.

Packing is reproducible: sorted, without owners and times, so equal content has an equal digest.

Everything here blocks; call it in a thread.
"""

import gzip
import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from paasta_deploy.model.errors import PaastaError

Rewrite = Callable[[bytes], bytes]

_MODE_BITS = 0o777
"""Set-user-id and its like are not taken over: nothing that a release ships runs as its owner."""


class ArchiveError(PaastaError):
    """An archive is broken or unsafe. Not retryable: the bytes matched their digest."""


def unpack(archive: Path, target: Path, *, rewrite: Rewrite | None = None) -> None:
    """Unpack ``archive`` into the folder ``target``, which exists and is empty.

    ``rewrite`` changes the content of each file. Raises ArchiveError, OSError.
    """
    unpacking = _Unpacking(target, rewrite)
    try:
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                unpacking.take(tar, member)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as cause:
        raise ArchiveError(f"the archive is broken: {cause}") from cause
    unpacking.finish()


class _Unpacking:
    """One archive on its way to one folder."""

    def __init__(self, target: Path, rewrite: Rewrite | None) -> None:
        self._target = target
        self._rewrite = rewrite
        self._folders: set[Path] = {target}
        self._modes: dict[Path, int] = {}

    def take(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Put one member into place."""
        path = self._inside(member.name)
        if path == self._target:
            return
        self._make_folder(path.parent, member.name)
        if member.isdir():
            self._make_folder(path, member.name)
            self._modes[path] = member.mode & _MODE_BITS
            return
        if path in self._folders:
            raise ArchiveError(f"the archive has {member.name!r} as a folder and as a file")
        path.unlink(missing_ok=True)
        if member.isreg():
            self._write(tar, member, path)
        elif member.issym():
            path.symlink_to(member.linkname)
        elif member.islnk():
            self._link(member, path)
        else:
            raise ArchiveError(
                f"the archive has {member.name!r}, which is no file, folder or link"
            )

    def finish(self) -> None:
        """Give folders their modes; only now, as a folder may be read-only."""
        for path, mode in sorted(self._modes.items(), reverse=True):
            path.chmod(mode | stat.S_IRWXU)

    def _inside(self, name: str) -> Path:
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or "\0" in name:
            raise ArchiveError(f"the archive has {name!r}, which lies outside of it")
        return self._target / pure

    def _make_folder(self, path: Path, name: str) -> None:
        """Make ``path`` and its parents; a link in the way is an attempt to lead us out."""
        if path in self._folders:
            return
        self._make_folder(path.parent, name)
        try:
            path.mkdir(mode=0o755)
        except FileExistsError as cause:
            raise ArchiveError(
                f"the archive has {name!r} below {path.name!r}, which is no folder"
            ) from cause
        self._folders.add(path)

    def _write(self, tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
        source = tar.extractfile(member)
        assert source is not None, "a regular member has content"
        with path.open("xb") as stream:
            if self._rewrite is None:
                shutil.copyfileobj(source, stream)
            else:
                stream.write(self._rewrite(source.read()))
            os.fchmod(stream.fileno(), member.mode & _MODE_BITS)
        os.utime(path, (member.mtime, member.mtime))

    def _link(self, member: tarfile.TarInfo, path: Path) -> None:
        original = self._inside(member.linkname)
        if original.parent not in self._folders or original.is_symlink():
            raise ArchiveError(f"the archive has {member.name!r}, a link to nothing in it")
        try:
            os.link(original, path, follow_symlinks=False)
        except FileNotFoundError as cause:
            message = f"the archive has {member.name!r}, a link to nothing in it"
            raise ArchiveError(message) from cause


def pack(folder: Path, archive: Path, paths: Iterable[Path] | None = None) -> None:
    """Pack ``paths`` below ``folder`` (by default all) into a gzipped tar. Raises OSError.

    Files that grow while they are read are packed up to the size they had; files that vanish
    are left out: logs do both.
    """
    chosen = folder.rglob("*") if paths is None else paths
    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as zipped,
        tarfile.open(mode="w|", fileobj=zipped, format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in sorted(chosen):
            _add(tar, path, str(path.relative_to(folder)))


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    try:
        member = tar.gettarinfo(path, arcname=f"./{name}")
        stream = path.open("rb") if member.isreg() else None
    except FileNotFoundError:
        return
    if not (member.isreg() or member.isdir() or member.issym()):
        return  # sockets and pipes have no content
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    if stream is None:
        tar.addfile(member)
        return
    with stream:
        tar.addfile(member, _Padded(stream.read, member.size))  # type: ignore[arg-type] # see there


class _Padded:
    """A reader that gives exactly ``size`` bytes, as tar promised them."""

    def __init__(self, read: Callable[[int], bytes], size: int) -> None:
        self._read = read
        self._left = size

    def read(self, size: int) -> bytes:
        """Return the next bytes; zeros when the file became shorter."""
        wanted = min(size, self._left)
        self._left -= wanted
        return self._read(wanted).ljust(wanted, b"\0")
