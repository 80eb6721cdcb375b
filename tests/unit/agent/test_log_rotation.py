"""Large logs are packed away and emptied; what is no log of the job's own is left alone."""

import gzip
import os
from pathlib import Path

import pytest

from paasta_deploy.agent.log_rotation import rotate_logs
from paasta_deploy.agent.outputs import open_log

LIMIT = 64 << 10
LARGE = b"line\n" * 20_000


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "sys" / "log"
    (folder / "web").mkdir(parents=True)
    return folder


def rotate(logs: Path, copies: int = 3) -> list[str]:
    return rotate_logs(logs, bytes_max=LIMIT, copies=copies)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def test_a_large_log_is_packed_and_its_process_writes_on_into_the_same_file(logs: Path) -> None:
    path = logs / "web" / "web.stdout.log"
    descriptor = open_log(path)
    os.write(descriptor, LARGE)
    assert rotate(logs) == [str(path)]
    os.write(descriptor, b"more\n")
    os.close(descriptor)
    assert path.read_bytes() == b"more\n"
    packed = logs / "web" / "web.stdout.log.1.gz"
    assert unpacked(packed) == LARGE
    assert packed.stat().st_mode == path.stat().st_mode
    assert rotate(logs) == []


def test_a_small_log_stays(logs: Path) -> None:
    (logs / "web" / "a.log").write_bytes(b"x" * 100)
    assert rotate(logs) == []
    assert names(logs / "web") == ["a.log"]


def test_only_so_many_copies_are_kept_the_newest_first(logs: Path) -> None:
    path = logs / "web" / "a.log"
    for number in range(5):
        path.write_bytes(b"%d" % number + LARGE)
        assert rotate(logs) == [str(path)]
    assert names(logs / "web") == ["a.log", "a.log.1.gz", "a.log.2.gz", "a.log.3.gz"]
    kept = [unpacked(logs / "web" / f"a.log.{number}.gz")[:1] for number in (1, 2, 3)]
    assert kept == [b"4", b"3", b"2"]


@pytest.mark.parametrize("name", ["a.log.1", "a.txt", "a.log.2024-01-01", "a.pid"])
def test_what_a_job_rotates_itself_and_what_is_no_log_stays(logs: Path, name: str) -> None:
    (logs / "web" / name).write_bytes(LARGE)
    assert rotate(logs) == []


def test_links_lead_nowhere(logs: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    precious = outside / "precious.log"
    precious.write_bytes(LARGE)
    (logs / "web" / "file.log").symlink_to(precious)
    (logs / "web" / "folder").symlink_to(outside)
    (logs / "web" / "hard.log").hardlink_to(precious)
    assert rotate(logs) == []
    assert precious.read_bytes() == LARGE


def test_pipes_and_folders_that_are_named_like_logs_stay(logs: Path) -> None:
    os.mkfifo(logs / "web" / "pipe.log")
    (logs / "web" / "folder.log").mkdir()
    assert rotate(logs) == []


def test_logs_in_folders_of_jobs_are_found_down_to_a_depth(logs: Path) -> None:
    for folder in ("", "web/a", "web/a/b"):
        (logs / folder).mkdir(parents=True, exist_ok=True)
        (logs / folder / "x.log").write_bytes(LARGE)
    assert sorted(rotate(logs)) == sorted([str(logs / "x.log"), str(logs / "web/a/x.log")])


def test_a_hole_in_front_takes_no_room_and_counts_for_nothing(logs: Path) -> None:
    path = logs / "web" / "a.log"
    with path.open("wb") as stream:
        stream.seek(10 * LIMIT)
        stream.write(b"line\n")
    assert rotate(logs) == []


def test_what_a_killed_agent_left_half_packed_is_replaced(logs: Path) -> None:
    path = logs / "web" / "a.log"
    path.write_bytes(LARGE)
    (logs / "web" / ".a.log.packing").write_bytes(b"half")
    assert rotate(logs) == [str(path)]
    assert names(logs / "web") == ["a.log", "a.log.1.gz"]


def test_without_logs_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert rotate(tmp_path / "nowhere") == []
