"""Event lines of work that is no plan."""

import pytest

from paasta_deploy.director.stages import StageReporter
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

TASK = TaskId(1)


@pytest.fixture
def log() -> MemoryTaskLog:
    return MemoryTaskLog()


@pytest.fixture
def stages(log: MemoryTaskLog) -> StageReporter:
    return StageReporter(log=log, clock=FakeClock(), task_id=TASK)


def test_a_stage_begins_and_ends_around_its_work(
    log: MemoryTaskLog, stages: StageReporter
) -> None:
    with stages.task("Update stemcell", "Extracting", index=1, total=5):
        assert [line["state"] for line in log.lines(TASK)] == ["started"]
    assert [(line["state"], line["progress"]) for line in log.lines(TASK)] == [
        ("started", 0),
        ("finished", 100),
    ]
    assert {(line["stage"], line["task"], line["total"]) for line in log.lines(TASK)} == {
        ("Update stemcell", "Extracting", 5)
    }


def test_a_stage_of_one_task_has_its_name_twice_as_with_bosh(
    log: MemoryTaskLog, stages: StageReporter
) -> None:
    with stages.task("Preparing deployment"):
        pass
    assert log.lines(TASK)[0]["task"] == "Preparing deployment"


def test_a_failure_is_told_and_passed_on(log: MemoryTaskLog, stages: StageReporter) -> None:
    with pytest.raises(PaastaError, match="no disk"), stages.task("Extracting"):
        raise PaastaError("no disk")
    last = log.lines(TASK)[-1]
    assert (last["state"], last["data"]) == ("failed", {"error": "no disk"})


def test_a_warning_is_a_line_of_its_own(log: MemoryTaskLog, stages: StageReporter) -> None:
    stages.warn("be careful")
    assert log.lines(TASK) == [{"time": 1767225600, "type": "warning", "message": "be careful"}]
