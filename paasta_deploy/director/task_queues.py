"""Which task may run now: one at a time per deployment, and paused ones in the open.

Decides and remembers; starting, ending and recording is the runner's. A paused task that has begun
keeps its deployment from other operators' changes, since it is half way. It does not keep it from
healing: everything that it had begun is finished, so the records are as sound as after a deploy
that failed, and whoever dies in the night is resurrected while the deploy waits for the morning.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.wishes import PauseWish
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.recorded import TaskRecord

HEALING_KINDS = frozenset({"cck_scan_and_fix"})
"""Tasks that may change a deployment whose own task is paused."""


class PauseState(Enum):
    """How far a pause has come. Values are what people see in place of the task's state."""

    REQUESTED = "pausing"  # what has begun is being finished
    REACHED = "paused"  # nothing is under way


@dataclass(slots=True)
class RunningTask:
    """One task in memory that runs."""

    cancel: Cancellation
    pause: PauseWish
    runner: "asyncio.Task[str | None]"


@dataclass(slots=True)
class TaskQueues:
    """Who waits (in the order of the numbers), who runs, who is paused, and who holds what."""

    unlocked: Collection[str]
    waiting: list[TaskRecord] = field(default_factory=list)
    running: dict[TaskId, RunningTask] = field(default_factory=dict)
    pauses: dict[TaskId, PauseState] = field(default_factory=dict)
    parked: dict[TaskId, TaskRecord] = field(default_factory=dict)
    locked: dict[DeploymentName, TaskId] = field(default_factory=dict)
    kept: dict[DeploymentName, TaskId] = field(default_factory=dict)
    """Deployments of tasks that began and are paused, until these run again or end."""

    def admitted(self) -> Iterator[TaskRecord]:
        """Yield each waiting task that may start, with its deployment locked for it."""
        for task in list(self.waiting):
            name = self.locks(task)
            if name is not None:
                if name in self.locked or not self._may_pass(task, name):
                    continue
                self.locked[name] = task.task_id
                if self.kept.get(name) == task.task_id:
                    del self.kept[name]
            self.waiting.remove(task)
            yield task

    def locks(self, task: TaskRecord) -> DeploymentName | None:
        """Return the deployment that a task needs for itself; None: it only reads."""
        return None if task.kind in self.unlocked else task.deployment

    def wait(self, task: TaskRecord) -> None:
        """Let a task wait for its turn, which comes before those with higher numbers."""
        self.waiting.append(task)
        self.waiting.sort(key=lambda other: other.task_id)

    def park(self, task: TaskRecord, *, has_begun: bool) -> None:
        """Lay a paused task aside."""
        self.parked[task.task_id] = task
        self.pauses[task.task_id] = PauseState.REACHED
        name = self.locks(task)
        if has_begun and name is not None:
            self.kept[name] = task.task_id

    def forget(self, task_id: TaskId) -> None:
        """Let go of everything that an ended task, or one that stops running, held."""
        self.running.pop(task_id, None)
        self.locked = {name: holder for name, holder in self.locked.items() if holder != task_id}

    def forget_pause(self, task_id: TaskId) -> None:
        """Let a task be paused no more, and its deployment be free."""
        self.parked.pop(task_id, None)
        self.pauses.pop(task_id, None)
        self.kept = {name: holder for name, holder in self.kept.items() if holder != task_id}

    def holder(self, deployment: DeploymentName) -> TaskId | None:
        """Return the task that runs on a deployment, or that is paused in the middle of it."""
        return self.locked.get(deployment, self.kept.get(deployment))

    def active(self) -> frozenset[DeploymentName]:
        """Return deployments that are changed now, or will be as soon as that is done."""
        soon = {
            name
            for task in self.waiting
            if (name := self.locks(task)) is not None and self._may_pass(task, name)
        }
        return frozenset(self.locked) | soon

    def _may_pass(self, task: TaskRecord, name: DeploymentName) -> bool:
        keeper = self.kept.get(name)
        return keeper in (None, task.task_id) or task.kind in HEALING_KINDS
