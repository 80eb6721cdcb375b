"""Deadlines of deploys: until when changes begin, and what is said when some are left.

A deploy that reaches its deadline ends as cancelled: its operator asked for that beforehand. What
has begun is finished, so no instance is left drained, and nothing claims that the rest is done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.planning.plan import Change

_TOLD_MAX = 5
"""Changes that are named: enough to see where it stands; `plan` shows all of them."""


def deadline_of(task: TaskRecord, deadline_s: int) -> datetime:
    """Return from when on ``task`` begins nothing: waiting for other tasks counts, too."""
    return task.created_at + timedelta(seconds=deadline_s)


def deadline_passed(deadline: datetime, left: Sequence[Change]) -> TaskCancelledError:
    """Return what a deploy ends with that was drained with changes ``left``."""
    names = [change.label.removesuffix(" (canary)") for change in left]
    names = list(dict.fromkeys(names))
    told = ", ".join(names[:_TOLD_MAX])
    more = f" and {len(names) - _TOLD_MAX} more" if len(names) > _TOLD_MAX else ""
    count = f"{len(left)} change{'s were' if len(left) != 1 else ' was'} not begun"
    return TaskCancelledError(
        f"The deadline passed ({deadline:%Y-%m-%d %H:%M:%S} UTC): {count} ({told}{more}).",
        hint="what had begun is finished; deploy again, and it goes on from there",
    )
