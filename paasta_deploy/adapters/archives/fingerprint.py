"""The fingerprint of release content: what BOSH's CLI calculates, byte for byte.

It covers relative paths, contents and the executable bit; not owners, times, or the name of the
job or package. SHA-256 digests go in with their ``sha256:`` prefix and come out without it.
Source: bosh-cli ``release/resource/fingerprint.go`` (spec 10.2).
"""

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that goes into an archive under ``archive_path``.

    ``with_mode`` is False for packaging hooks and licences, whose mode is no part of the
    fingerprint. ``follow_symlink`` is True for jobs: they carry the target's content, packages
    carry the link.
    """

    path: Path
    archive_path: str
    with_mode: bool = True
    follow_symlink: bool = False

    @property
    def is_link(self) -> bool:
        """Whether the file goes in as a symbolic link."""
        return self.path.is_symlink() and not self.follow_symlink

    @property
    def is_executable(self) -> bool:
        """Whether any executable bit is set (on the link itself, if it is one, as in BOSH)."""
        return bool(self.path.lstat().st_mode & 0o111)


def fingerprint(files: Iterable[SourceFile], chunks: Iterable[str] = ()) -> str:
    """Return the hex fingerprint of ``files`` and additional ``chunks`` (dependency names).

    Raises OSError when a file cannot be read.
    """
    text = ["v2"]
    for file in sorted(files, key=lambda file: file.archive_path.encode()):
        text.append(file.archive_path)
        text.append(f"sha256:{_content_digest(file)}")
        if file.with_mode:
            text.append(_mode(file))
    text.append(",".join(sorted(chunks)))
    return hashlib.sha256("".join(text).encode()).hexdigest()


def _content_digest(file: SourceFile) -> str:
    if file.is_link:
        return hashlib.sha256(str(file.path.readlink()).encode()).hexdigest()
    hasher = hashlib.sha256()
    with file.path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()


def _mode(file: SourceFile) -> str:
    if file.is_link:
        return "symlink"
    if stat.S_ISDIR(file.path.lstat().st_mode):
        return "40755"
    return "100755" if file.is_executable else "100644"
