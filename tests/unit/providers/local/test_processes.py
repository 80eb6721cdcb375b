"""Naming, watching and killing one process, with real ones."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local import processes
from paasta_providers.local.processes import ProcessMark
from paasta_providers.local.waiting import wait_until


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        ["/bin/sleep", "1000"], cwd=tmp_path, env={processes.MARK: "vm-a", "X": "y"}
    )
    # Between fork and exec it has no command line of its own, and right after it none at all.
    assert wait_until(
        lambda: processes.command_line(process.pid).startswith("/bin/sleep"),
        deadline_s=10,
        poll_s=0.001,
    )
    yield process
    process.kill()
    process.wait()


def mark_of(process: subprocess.Popen[bytes]) -> ProcessMark:
    start = processes.started(process.pid)
    assert start is not None
    return ProcessMark(pid=process.pid, started=start, boot_id=processes.boot_id())


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=15))
def test_a_name_with_blanks_and_brackets_does_not_confuse_the_fields(name: str) -> None:
    fields = processes.stat_fields(f"7 ({name}) S 1 7 7 0".encode())

    assert fields == [b"S", b"1", b"7", b"7", b"0"]


def test_we_live_and_know_ourselves() -> None:
    mark = processes.own_mark()

    assert mark.pid == os.getpid()
    assert processes.is_alive(mark)


def test_a_killed_process_is_dead_even_before_anybody_asked_how_it_ended(
    sleeper: subprocess.Popen[bytes],
) -> None:
    mark = mark_of(sleeper)

    assert processes.kill(mark)
    assert not processes.is_alive(mark)
    assert processes.kill(mark), "again"


@pytest.mark.parametrize("change", ["start", "boot"])
def test_somebody_elses_process_with_the_same_number_is_left_alone(
    sleeper: subprocess.Popen[bytes], change: str
) -> None:
    mark = mark_of(sleeper)
    other = ProcessMark(
        pid=mark.pid,
        started=mark.started + (change == "start"),
        boot_id="other" if change == "boot" else mark.boot_id,
    )

    assert not processes.is_alive(other)
    assert processes.kill(other), "that one is gone"
    assert processes.is_alive(mark)


def test_a_machine_is_known_by_the_environment_of_its_processes(
    sleeper: subprocess.Popen[bytes],
) -> None:
    assert processes.machine_of(sleeper.pid) == "vm-a"
    assert processes.machine_of(os.getpid()) is None
    assert processes.machine_of(2**22 - 1) is None


def test_a_command_line_is_told_in_words(sleeper: subprocess.Popen[bytes]) -> None:
    assert processes.command_line(sleeper.pid) == "/bin/sleep 1000"


def test_a_process_works_where_it_stands(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert processes.works_in(sleeper.pid, tmp_path)
    assert not processes.works_in(sleeper.pid, tmp_path / "below")
    assert not processes.works_in(2**22 - 1, tmp_path)
