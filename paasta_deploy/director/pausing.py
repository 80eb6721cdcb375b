"""Pausing a task: what may be paused, what is noted of it, and what people are told.

A pause stands in the journal as notes of its task, so it outlives the director however that ends:
a task whose pause was reached is laid aside by the next one, and one that was killed while it
finished what it had begun finishes that, and no more.
"""

from collections.abc import Sequence
from datetime import datetime

from paasta_deploy.director.task_queues import PauseState
from paasta_deploy.model.errors import PaastaError, TaskCancelledError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.wire.events import RemarkEvent, RemarkKind, event_object

PAUSABLE_KINDS = frozenset({"update_deployment", "update_instance", "delete_deployment"})
"""Tasks that carry out plans for an operator. Healing is short, and has a switch of its own."""

PAUSE_REQUESTED = "pause requested"
PAUSE_REACHED = "paused"
PAUSE_WITHDRAWN = "told to go on"

ROLLING_BACK = "rolling back"
"""The journal's note that a task goes back to the last good manifest, from here on for good."""

_PAUSES = {
    PAUSE_REQUESTED: PauseState.REQUESTED,
    PAUSE_REACHED: PauseState.REACHED,
    PAUSE_WITHDRAWN: None,
}
_CANNOT_PAUSE = 10002
"""BOSH's number for a task that cannot be cancelled; it has none for pauses."""


def pause_of(said: Sequence[str]) -> PauseState | None:
    """Return how far a pause has come, by the task's notes in their order."""
    states = [_PAUSES[text] for text in said if text in _PAUSES]
    return states[-1] if states else None


def check_pausable(task: TaskRecord) -> None:
    """Raise PaastaError when ``task`` cannot be paused now."""
    if task.state.is_final:
        raise PaastaError(
            f"Task {task.task_id} cannot be paused: it has ended ({task.state.value}).",
            code=_CANNOT_PAUSE,
            hint="`paasta-deploy tasks` shows what runs",
        )
    if task.state is TaskState.CANCELLING:
        raise PaastaError(
            f"Task {task.task_id} cannot be paused: it is being cancelled.", code=_CANNOT_PAUSE
        )
    if task.kind not in PAUSABLE_KINDS:
        raise PaastaError(
            f"Task {task.task_id} ({task.description}) cannot be paused: only deploys, changes of"
            " states and deletions of deployments can.",
            code=_CANNOT_PAUSE,
            hint=f"`paasta-deploy abort {task.task_id}` stops it",
        )


def check_paused(task: TaskRecord, pause: PauseState | None) -> None:
    """Raise PaastaError when ``task`` cannot go on because it is not paused."""
    if pause is None:
        state = f"it has ended ({task.state.value})" if task.state.is_final else "it is not paused"
        raise PaastaError(
            f"Task {task.task_id} cannot be resumed: {state}.",
            code=_CANNOT_PAUSE,
            hint="`paasta-deploy tasks` shows what runs, and what is paused",
        )


def paused_text(task_id: TaskId) -> str:
    """Return what the task itself says once its pause is reached."""
    return (
        f"Paused: nothing is half done, and nothing more begins. `paasta-deploy resume {task_id}`"
        f" goes on, `paasta-deploy abort {task_id}` ends it here."
    )


def cancelled_while_paused(task: TaskRecord) -> TaskCancelledError:
    """Return what a task ends with that was paused and is not to go on."""
    if task.started_at is None:
        return TaskCancelledError("The task was cancelled by an operator before it began.")
    return TaskCancelledError(
        "The task was cancelled by an operator while it was paused: what it had begun is"
        " finished.",
        hint="nothing is lost: the same command again goes on from there, and so does a deploy",
    )


def waits_text(task: TaskRecord, keeper: TaskId) -> str:
    """Return what a task says that stands behind a paused one."""
    return (
        f"Waiting for task {keeper}, which is paused in the middle of '{task.deployment}':"
        f" `paasta-deploy resume {keeper}` or `paasta-deploy abort {keeper}`."
    )


def remark(text: str, now: datetime) -> JsonObject:
    """Return the event line that says ``text``."""
    event = RemarkEvent(at_s=int(now.timestamp()), kind=RemarkKind.WARNING, message=text)
    return event_object(event)
