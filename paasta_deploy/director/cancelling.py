"""What a cancelled task says: how far it came, and what is left for the next one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.outcome import Outcome
from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.planning.plan import Change

_TOLD_MAX = 5
"""Changes that are named: enough to see where it stands; `plan` shows all of them."""

_GO_ON = "nothing is lost: the same command again goes on from there, and so does a deploy"


def check_before(cancel: Cancellation, what: str) -> None:
    """Raise TaskCancelledError when the task shall stop; ``what`` has not been begun."""
    if cancel.is_requested:
        raise TaskCancelledError(f"The task was cancelled by an operator before {what}.")


@contextmanager
def cut_short(cancel: Cancellation, what: str) -> Iterator[None]:
    """Leave the block as soon as the task shall stop, whatever it awaits.

    Only for what is harmless to leave at any point: it has changed nothing that anybody sees. A
    thread that is left behind comes to its end by itself. ``what`` was cut short, for the message.
    """
    try:
        with cancel.interruptible():
            yield
    except TaskCancelledError as error:
        raise TaskCancelledError(
            f"The task was cancelled by an operator during {what}, which changed nothing.",
            hint=_GO_ON,
        ) from error


def cancelled(outcome: Outcome) -> TaskCancelledError:
    """Return what a task ends with whose run was cancelled."""
    if not outcome.left:
        return TaskCancelledError(
            "The task was cancelled by an operator, as its last change was done.", hint=_GO_ON
        )
    text = (
        f"The task was cancelled by an operator: {outcome.changes_done} of"
        f" {outcome.changes_total} changes were done; not done: {_listed(outcome.left)}."
    )
    return TaskCancelledError(text, hint=_GO_ON)


def _listed(left: Sequence[Change]) -> str:
    names = list(dict.fromkeys(change.label.removesuffix(" (canary)") for change in left))
    more = f" and {len(names) - _TOLD_MAX} more" if len(names) > _TOLD_MAX else ""
    return f"{', '.join(names[:_TOLD_MAX])}{more}"
