"""Event lines of work that is not a plan: uploads, preparing, listing (bosh.md 8.4)."""

from collections.abc import Iterator
from contextlib import contextmanager

from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.wire.events import (
    RemarkEvent,
    RemarkKind,
    StageEvent,
    StageTaskState,
    event_object,
)


class StageReporter:
    """Writes the lines of one stage after the other."""

    def __init__(self, *, log: TaskLog, clock: Clock, task_id: TaskId) -> None:
        self._log = log
        self._clock = clock
        self._task_id = task_id

    @contextmanager
    def task(
        self, stage: str, task: str = "", *, index: int = 1, total: int = 1
    ) -> Iterator[None]:
        """Report one task of a stage around the work in the ``with`` block."""
        name = task or stage
        self._write(stage, name, StageTaskState.STARTED, index, total)
        try:
            yield
        except PaastaError as error:
            self._write(stage, name, StageTaskState.FAILED, index, total, error=str(error))
            raise
        self._write(stage, name, StageTaskState.FINISHED, index, total)

    def warn(self, message: str) -> None:
        """Report something that the operator should know."""
        event = RemarkEvent(at_s=self._now_s(), kind=RemarkKind.WARNING, message=message)
        self._log.append(self._task_id, TaskOutput.EVENT, (event_object(event),))

    def _write(
        self,
        stage: str,
        task: str,
        state: StageTaskState,
        index: int,
        total: int,
        *,
        error: str = "",
    ) -> None:
        event = StageEvent(
            at_s=self._now_s(),
            stage=stage,
            task=task,
            state=state,
            index=index,
            total=total,
            progress=100 if state is StageTaskState.FINISHED else 0,
            error=error,
        )
        self._log.append(self._task_id, TaskOutput.EVENT, (event_object(event),))

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())
