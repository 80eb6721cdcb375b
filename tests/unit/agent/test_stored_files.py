"""Files are whole at any moment, private unless said, and links hold from outside."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.stored_files import link_whole, read_json, write_json, write_whole
from paasta_deploy.wire.reading import WireError


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_json_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, int | str | None]
) -> None:
    path = tmp_path_factory.getbasetemp() / "value.json"
    write_json(path, value)
    assert read_json(path) == value


def test_no_file_is_none_and_a_broken_one_an_error(tmp_path: Path) -> None:
    assert read_json(tmp_path / "absent") is None
    (tmp_path / "broken").write_text("{")
    with pytest.raises(WireError, match="broken: this is not JSON"):
        read_json(tmp_path / "broken")


def test_a_file_is_private_whatever_the_umask_and_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o666)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_switched_and_relative(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    link = tmp_path / "jobs/web"
    for version in ("1", "2"):
        (tmp_path / "data" / version).mkdir(parents=True)
        link_whole(link, tmp_path / "data" / version)
        assert link.readlink() == Path(f"../data/{version}")
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    assert (moved / "jobs/web").resolve() == moved / "data/2"
