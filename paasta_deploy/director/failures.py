"""What an operator is told of steps that failed, in one text for the whole task."""

from collections.abc import Sequence

from paasta_deploy.execution.outcome import StepFailure
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.planning.plan import Change, FailurePolicies

_LISTED_MAX = 10
"""Failures that are told one by one, and changes that are named: the event log has all of them."""

STOPS = FailurePolicies()
"""How tasks other than deploys take failures."""


class RolloutFailedError(PaastaError):
    """Changes of a plan failed. ``left`` are all changes that were not made, in plan order.

    ``rolls_back``: a group that failed asks for everything to go back.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int,
        hint: str,
        left: tuple[Change, ...],
        failed: tuple[Change, ...],
        rolls_back: bool,
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.left = left
        self.failed = failed
        self.rolls_back = rolls_back


def told(
    failures: Sequence[StepFailure],
    *,
    policies: FailurePolicies = STOPS,
    left: tuple[Change, ...] = (),
) -> RolloutFailedError:
    """Return the failures as an operator needs them, with the names of what failed.

    Where the run went on after failures, each of them is told in full; else the first one, which
    stopped it, and the names of what failed beside it.
    """
    first = failures[0]
    decisions = {policies.of(failure.change) for failure in failures}
    went_on = decisions == {OnFailure.CONTINUE}
    return RolloutFailedError(
        _listed(failures, left) if went_on else _first(failures),
        code=first.error.code,
        hint=first.error.hint,
        left=left,
        failed=tuple(failure.change for failure in failures),
        rolls_back=OnFailure.ROLLBACK in decisions,
    )


def name_of(failure: StepFailure) -> str:
    """Return the instance that a failure is about, as people say it."""
    return label_of(failure.change)


def label_of(change: Change) -> str:
    """Return what a change is about, as people say it."""
    return change.label.removesuffix(" (canary)")


def names_of(changes: Sequence[Change]) -> str:
    """Return the names of what changes are about, each once, the first few of many."""
    names = list(dict.fromkeys(label_of(change) for change in changes))
    more = f" and {len(names) - _LISTED_MAX} more" if len(names) > _LISTED_MAX else ""
    return f"{', '.join(names[:_LISTED_MAX])}{more}"


def _first(failures: Sequence[StepFailure]) -> str:
    text = _with_name(failures[0])
    others = {failure.change.label: None for failure in failures[1:]}
    others.pop(failures[0].change.label, None)
    if not others:
        return text
    return f"{text} ({len(others)} more failed beside it: {', '.join(others)})"


def _listed(failures: Sequence[StepFailure], left: Sequence[Change]) -> str:
    if len(failures) == 1:
        lines = [_with_name(failures[0])]
    else:
        lines = [f"{len(failures)} changes failed:"]
        lines += [f"- {_with_name(failure)}" for failure in failures[:_LISTED_MAX]]
        if len(failures) > _LISTED_MAX:
            lines.append(f"- and {len(failures) - _LISTED_MAX} more, told by the task's events")
    failed = {failure.change.instance_id for failure in failures}
    skipped = [change for change in left if change.instance_id not in failed]
    lines.append("The rest went on, as `on_failure: continue` says.")
    if skipped:
        lines.append(f"Not begun, because their group failed too often: {names_of(skipped)}.")
    return "\n".join(lines)


def _with_name(failure: StepFailure) -> str:
    text, label = str(failure.error), name_of(failure)
    return text if label in text else f"{label}: {text}"
