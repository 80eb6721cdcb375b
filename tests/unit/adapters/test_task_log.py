"""Task outputs on disk: what readers see, and when; what a crash may leave."""

import json
import os
import stat
from pathlib import Path

import pytest

from paasta_deploy.adapters.task_log import FileTaskLog
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskLog, TaskOutput

TASK = TaskId(7)
EVENT = TaskOutput.EVENT


def as_port(log: TaskLog) -> TaskLog:
    """Let mypy check that the adapter is what the port asks for."""
    return log


def test_lines_are_there_when_append_returns_also_for_another_process(tmp_path: Path) -> None:
    log = as_port(FileTaskLog(tmp_path))
    log.append(TASK, EVENT, [{"stage": "Übersetzen", "index": 1}, {"stage": "b"}])

    lines = (tmp_path / "7" / "event").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"stage": "Übersetzen", "index": 1},
        {"stage": "b"},
    ]


def test_reading_goes_on_from_an_offset(tmp_path: Path) -> None:
    log = FileTaskLog(tmp_path)
    log.append_text(TASK, TaskOutput.DEBUG, "first\n")
    log.append_text(TASK, TaskOutput.DEBUG, "second\n")

    assert log.read(TASK, TaskOutput.DEBUG, offset=6) == b"second\n"
    assert log.read(TASK, TaskOutput.DEBUG, offset=99) == b""


def test_an_output_that_was_never_written_is_none_and_an_empty_append_makes_none(
    tmp_path: Path,
) -> None:
    log = FileTaskLog(tmp_path)
    log.append(TASK, EVENT, [])

    assert log.read(TASK, EVENT) is None


def test_outputs_and_tasks_are_kept_apart_with_few_files_open(tmp_path: Path) -> None:
    log = FileTaskLog(tmp_path, open_files_max=2)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for turn in range(3):
        for number in range(10):
            log.append_text(TaskId(number), EVENT, f"{number}/{turn}\n")
    assert len(list(Path("/proc/self/fd").iterdir())) == before + 2
    log.close()

    assert log.read(TaskId(3), EVENT) == b"3/0\n3/1\n3/2\n"


def test_half_a_line_of_a_crash_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    FileTaskLog(tmp_path).append_text(TASK, EVENT, '{"stage": "tor')
    FileTaskLog(tmp_path).append(TASK, EVENT, [{"stage": "whole"}])

    assert FileTaskLog(tmp_path).read(TASK, EVENT) == b'{"stage": "tor\n{"stage":"whole"}\n'


def test_only_the_owner_reads_outputs(tmp_path: Path) -> None:
    FileTaskLog(tmp_path / "tasks").append(TASK, EVENT, [{}])
    folder = tmp_path / "tasks" / "7"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "event").stat().st_mode) == 0o600


def test_text_that_utf8_cannot_write_is_written_escaped(tmp_path: Path) -> None:
    log = FileTaskLog(tmp_path)
    log.append_text(TASK, TaskOutput.CPI, "\ud800\n")

    assert log.read(TASK, TaskOutput.CPI) == b"\\ud800\n"


def test_removing_a_task_removes_its_outputs_and_may_be_repeated(tmp_path: Path) -> None:
    log = FileTaskLog(tmp_path)
    log.append(TASK, EVENT, [{}])
    log.remove(TASK)
    log.remove(TASK)

    assert log.read(TASK, EVENT) is None
    assert not (tmp_path / "7").exists()


def test_a_folder_that_cannot_be_used_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "tasks").write_text("no folder")

    with pytest.raises(StoreError, match=r"tasks/7/event cannot be used"):
        FileTaskLog(tmp_path / "tasks").append(TASK, EVENT, [{}])
    with pytest.raises(StoreError):
        FileTaskLog(tmp_path / "tasks").read(TASK, EVENT)


def test_a_full_disk_is_told() -> None:
    full = Path("/dev/full")
    log = FileTaskLog(Path("/nowhere"))
    log._open[TASK, EVENT] = os.open(full, os.O_WRONLY)  # noqa: SLF001 - a disk that is full
    with pytest.raises(StoreError, match="No space left") as refusal:
        log.append(TASK, EVENT, [{}])
    log.close()

    assert "Free some space" in refusal.value.hint
