"""Tar archives whose bytes depend on nothing but names, modes and contents.

Owners, times and the order of a file system are left out, so the same input gives the same archive
on every machine, and a digest of an archive can be compared.
"""

import io
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from typing_extensions import Buffer, override

FAST = 1
"""gzip level for archives that are made often: a third of the default's time, 10 % larger."""

STORED = 0
"""gzip level for content that travels no further than this machine, or is compressed already."""

_BUFFER_BYTES = 1 << 20
_FILE_MODE = 0o644
_EXECUTABLE_MODE = 0o755


@dataclass(frozen=True, slots=True, kw_only=True)
class TarEntry:
    """One member: a file (``content`` in memory or at ``path``) or a link to ``link_target``."""

    name: str
    mode: int = _FILE_MODE
    content: bytes | None = field(default=None, repr=False)
    path: Path | None = None
    link_target: str | None = None


def file_mode(*, executable: bool) -> int:
    """Return the mode that archives carry: 0755 or 0644 and nothing in between."""
    return _EXECUTABLE_MODE if executable else _FILE_MODE


def write_tar_gz(output: BinaryIO, entries: Iterable[TarEntry], *, level: int) -> None:
    """Write ``entries`` in the given order as tar.gz. Parent folders are left to the unpacker.

    Raises OSError when a source cannot be read or the output not written.
    """
    packer = _GzipWriter(output, level)
    write_tar(packer, entries)
    packer.finish()


def write_tar(output: "BinaryIO | _GzipWriter", entries: Iterable[TarEntry]) -> None:
    """Write ``entries`` in the given order as a plain tar. Raises OSError."""
    with tarfile.open(
        fileobj=output, mode="w|", bufsize=_BUFFER_BYTES, format=tarfile.PAX_FORMAT
    ) as tar:
        for entry in entries:
            info = tarfile.TarInfo(entry.name)
            info.mode = entry.mode
            if entry.link_target is not None:
                info.type = tarfile.SYMTYPE
                info.linkname = entry.link_target
                tar.addfile(info)
            elif entry.path is not None:
                info.size = entry.path.stat().st_size
                with entry.path.open("rb") as stream:
                    tar.addfile(info, stream)
            else:
                content = entry.content or b""
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


class _GzipWriter(io.RawIOBase):
    """gzip without the things that vary: no time, no file name, a fixed operating system byte."""

    _HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

    def __init__(self, output: BinaryIO, level: int) -> None:
        super().__init__()
        self._output = output
        self._deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._checksum = 0
        self._size = 0
        output.write(self._HEADER)

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, chunk: Buffer, /) -> int:
        self._checksum = zlib.crc32(chunk, self._checksum)
        size = memoryview(chunk).nbytes
        self._size += size
        self._output.write(self._deflate.compress(chunk))
        return size

    def finish(self) -> None:
        self._output.write(self._deflate.flush())
        self._output.write(self._checksum.to_bytes(4, "little"))
        self._output.write((self._size & 0xFFFFFFFF).to_bytes(4, "little"))
