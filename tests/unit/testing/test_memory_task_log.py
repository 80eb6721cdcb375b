"""Task outputs in memory read back as they were appended."""

import json

from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

TASK = TaskId(1)


def test_lines_are_json_one_by_one() -> None:
    log = MemoryTaskLog()
    log.append(TASK, TaskOutput.EVENT, [{"a": 1}, {"b": 2}])

    written = log.read(TASK, TaskOutput.EVENT)

    assert written is not None
    assert [json.loads(line) for line in written.splitlines()] == [{"a": 1}, {"b": 2}]
    assert log.lines(TASK) == [{"a": 1}, {"b": 2}]


def test_reading_goes_on_where_it_stopped() -> None:
    log = MemoryTaskLog()
    log.append_text(TASK, TaskOutput.DEBUG, "first ")
    log.append_text(TASK, TaskOutput.DEBUG, "second")

    assert log.read(TASK, TaskOutput.DEBUG, offset=6) == b"second"


def test_an_output_that_nobody_wrote_does_not_exist() -> None:
    assert MemoryTaskLog().read(TASK, TaskOutput.CPI) is None
