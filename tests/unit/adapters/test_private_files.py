"""Private files are replaced whole, and only their owner reads them."""

import stat
from pathlib import Path

import pytest

from paasta_deploy.adapters.private_files import write_private


def test_a_new_file_and_its_new_folder_are_private(tmp_path: Path) -> None:
    path = tmp_path / "certs" / "key"
    write_private(path, b"secret")

    assert path.read_bytes() == b"secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_replacing_leaves_nothing_beside(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"old")
    write_private(tmp_path / "key", b"new")

    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"key": b"new"}


def test_a_failure_leaves_the_old_content_and_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(OSError, match="key"):
        write_private(tmp_path / "key", b"new")

    assert [one.name for one in tmp_path.iterdir()] == ["key"]
