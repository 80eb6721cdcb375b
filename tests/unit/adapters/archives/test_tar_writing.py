"""Archives that depend on names, modes and contents only."""

import gzip
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.tar_writing import (
    FAST,
    STORED,
    TarEntry,
    file_mode,
    write_tar_gz,
)


def packed(entries: list[TarEntry], level: int = FAST) -> bytes:
    output = io.BytesIO()
    write_tar_gz(output, entries, level=level)
    return output.getvalue()


def test_owner_and_times_of_a_file_leave_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    first = packed([TarEntry(name="file", path=path)])
    os.utime(path, (1, 1))
    assert packed([TarEntry(name="file", path=path)]) == first


def test_a_mode_makes_a_difference() -> None:
    entries = [[TarEntry(name="a", mode=mode)] for mode in (0o644, 0o755)]
    assert packed(entries[0]) != packed(entries[1])


@pytest.mark.parametrize("level", [STORED, FAST])
def test_python_can_unpack_it(level: int) -> None:
    with tarfile.open(
        fileobj=io.BytesIO(packed([TarEntry(name="a/b", content=b"x" * 70_000)], level))
    ) as tar:
        content = tar.extractfile("a/b")
        assert content is not None
        assert content.read() == b"x" * 70_000


def test_gnu_tar_can_unpack_it(tmp_path: Path) -> None:
    entries = [
        TarEntry(name="a/b", content=b"text", mode=0o755),
        TarEntry(name="a/link", link_target="b"),
        TarEntry(name="ä" * 120, content=b"long"),
    ]
    subprocess.run(["tar", "-xz", "-C", str(tmp_path)], input=packed(entries), check=True)
    assert (tmp_path / "a" / "link").read_text() == "text"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / ("ä" * 120)).read_text() == "long"


def test_the_checksum_and_length_of_gzip_are_right() -> None:
    assert len(gzip.decompress(packed([TarEntry(name="a", content=b"x" * 1000)]))) % 512 == 0


def test_archives_know_two_modes() -> None:
    assert (file_mode(executable=True), file_mode(executable=False)) == (0o755, 0o644)
