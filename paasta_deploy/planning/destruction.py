"""What a plan takes away: the limit that an operator puts on it, and the refusal beyond.

What counts is what an instance loses: its VM is deleted or replaced, or its persistent disk is
orphaned. An instance counts once. A VM that is dead already is not destroyed by being made anew,
and a disk whose data is copied to another one is not lost.
"""

from collections.abc import Collection, Iterable, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.ids import InstanceId
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.reporting import report_of
from paasta_deploy.planning.rollout import parse_share
from paasta_deploy.wire.plan_report import DiskFate, InstanceChange, VmFate

_TOLD_MAX = 3
"""Instances that a refusal names: enough to recognise the cause, the plan has all of them."""

_LOST_VMS = frozenset({VmFate.DELETED, VmFate.REPLACED, VmFate.SWAPPED})
_DEAD = frozenset({"unresponsive", "missing_vm"})
"""Aspects of VMs that are given up for dead: making them anew is resurrection."""


def destroyed_by(plan: Plan, recorded: RecordedDeployment) -> tuple[InstanceChange, ...]:
    """Return the instances that lose their VM or their disk, in the order of the plan."""
    report = report_of(plan, recorded=recorded)
    return tuple(row for group in report.groups for row in group.instances if _loses(row))


def destroy_limit(text: str, recorded: RecordedDeployment) -> int:
    """Return how many ``text`` allows; percents are of the recorded instances, rounded down.

    ``text`` has been checked with :func:`rollout.parse_share` where it came in.
    """
    share = parse_share(text)
    assert share is not None, "checked where it came in"
    count = len(recorded.instances)
    return share.of(count) if share.is_percent else share.amount


def excess(
    rows: Sequence[InstanceChange],
    *,
    limit: int,
    asked: str,
    before: Collection[InstanceId] = (),
) -> tuple[Diagnostic, ...]:
    """Return the refusal of a plan that takes away more than ``limit``; empty: it may go on.

    ``asked`` is the limit as it was typed. ``before`` are those that count already, since an
    earlier run of the same task was allowed to take them away.
    """
    known = frozenset(before)
    fresh = [row for row in rows if row.instance_id not in known]
    count = len(known) + len(fresh)
    if count <= limit or not fresh:
        return ()
    allows = f"{limit} ({asked})" if asked.endswith("%") else str(limit)
    told = "; ".join(map(_told, fresh[:_TOLD_MAX]))
    more = f"; and {len(fresh) - _TOLD_MAX} more" if len(fresh) > _TOLD_MAX else ""
    return (
        error(
            codes.PLAN_DESTROYS_TOO_MUCH,
            f"the deploy would delete or replace the VM, or orphan the disk, of {count} "
            f"instance{'s' if count != 1 else ''}; --max-destroy allows {allows}",
            detail=f"{told}{more}",
            hint="look at all of it with `plan` without --max-destroy; if it is meant, allow "
            f"--max-destroy {count}",
        ),
    )


def _loses(row: InstanceChange) -> bool:
    if row.fates.disk is DiskFate.ORPHANED:
        return True
    is_dead = any(reason.aspect in _DEAD for reason in row.reasons)
    return row.fates.vm in _LOST_VMS and not is_dead


def _told(row: InstanceChange) -> str:
    disk = ", its disk orphaned" if row.fates.disk is DiskFate.ORPHANED else ""
    return f"{row.name}: {row.kind.value}{disk} ({_because(row)})"


def _because(row: InstanceChange) -> str:
    reasons: Iterable[str] = (reason.text for reason in row.reasons)
    return "; ".join(reasons) or "no reason is told"
