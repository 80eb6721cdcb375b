"""Reading tar archives that somebody else made, gzipped or plain, without trusting them.

Members are streamed once, in order. Only regular files are given out, under a normalised relative
name that cannot climb out of any folder; links, devices and folders are never materialised. What
an archive unpacks to is bounded by the bytes that really come out of the decompressor, so neither
a gzip bomb nor a lying header can fill a disk.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from typing_extensions import override

_GZIP_MAGIC = b"\x1f\x8b"
COPY_CHUNK_BYTES = 1 << 20
"""Big enough that Python's overhead vanishes, small enough to stay out of the way of memory."""


class BrokenArchiveError(Exception):
    """The archive cannot be read; the callers of this module turn it into their own error."""


class _BoundedReader(io.RawIOBase):
    """Passes bytes on and raises once more than ``limit_bytes`` have come through."""

    def __init__(self, inner: BinaryIO | gzip.GzipFile, limit_bytes: int) -> None:
        super().__init__()
        self._inner = inner
        self._left = limit_bytes
        self._limit = limit_bytes

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int = -1, /) -> bytes:
        chunk = self._inner.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise BrokenArchiveError(f"it unpacks to more than {self._limit} bytes")
        return chunk


class ArchiveMember:
    """One regular file of an archive; read it before asking for the next member."""

    def __init__(self, name: str, size: int, mode: int, stream: BinaryIO) -> None:
        self.name = name
        self.size = size
        self.mode = mode
        self._stream = stream

    def read(self, limit_bytes: int) -> bytes:
        """Return the whole content. Raises BrokenArchiveError when it exceeds ``limit_bytes``."""
        if self.size > limit_bytes:
            raise BrokenArchiveError(
                f"'{self.name}' has {self.size} bytes, more than the {limit_bytes} allowed"
            )
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield the content piece by piece."""
        while chunk := self._stream.read(COPY_CHUNK_BYTES):
            yield chunk


def read_members(
    stream: BinaryIO, *, limit_bytes: int, limit_members: int
) -> Iterator[ArchiveMember]:
    """Yield the regular files of the tar in ``stream``.

    ``stream`` must be seekable to its start. Raises BrokenArchiveError when it is no archive, is
    cut off, has a name twice, or passes a limit.
    """
    magic = stream.read(2)
    stream.seek(-len(magic), io.SEEK_CUR)
    plain: BinaryIO | gzip.GzipFile = stream
    if magic == _GZIP_MAGIC:
        plain = gzip.GzipFile(fileobj=stream, mode="rb")
    seen: set[str] = set()
    try:
        bounded = _BoundedReader(plain, limit_bytes)
        with tarfile.open(fileobj=bounded, mode="r|", bufsize=COPY_CHUNK_BYTES) as tar:
            for count, info in enumerate(tar):
                if count >= limit_members:
                    raise BrokenArchiveError(f"it has more than {limit_members} members")
                if not info.isreg():
                    continue
                name = _safe_name(info.name)
                if name in seen:
                    raise BrokenArchiveError(f"'{name}' is in it twice")
                seen.add(name)
                content = tar.extractfile(info)
                assert content is not None, "regular members have content"
                yield ArchiveMember(name, info.size, info.mode, _as_binary(content))
        # The checksum of gzip stands at its end, behind the end of the tar.
        while bounded.read(COPY_CHUNK_BYTES):
            pass
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BrokenArchiveError(f"it is no readable tar archive: {error}") from error


def _as_binary(content: object) -> BinaryIO:
    assert hasattr(content, "read")
    return content  # type: ignore[return-value]  # tarfile types its reader as IO[bytes]


def _safe_name(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise BrokenArchiveError(f"the name '{name}' in it leads out of the archive")
    return str(path)
