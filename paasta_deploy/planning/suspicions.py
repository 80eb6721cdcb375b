"""Changes that a typo makes as easily as an operator's will: they are called out on top of a plan.

What the operator asked for in so many words (``--recreate``) is no suspicion. A renamed group is
told by placement, with the line where it stands (PD0620).
"""

from collections.abc import Iterable, Sequence

from paasta_deploy.planning.plan import ChangeKind
from paasta_deploy.wire.plan_report import (
    Attention,
    DiskFate,
    GroupChanges,
    InstanceChange,
    Suspicion,
    VmFate,
    ranges,
)

_WHOLE_GROUP_MIN = 2
"""A group of one instance is replaced whole whenever it is replaced: nothing to call out."""

_RENEWED = frozenset({VmFate.REPLACED, VmFate.SWAPPED})

_WISHES = frozenset({"recreate", "state", "restart"})
"""Aspects of what an operator asked for by an option or a command."""


def suspicions(groups: Iterable[GroupChanges]) -> tuple[Attention, ...]:
    """Return what should not be overlooked, data first."""
    found = [item for group in groups for item in _of_group(group)]
    return tuple(sorted(found, key=lambda item: list(Suspicion).index(item.kind)))


def _of_group(group: GroupChanges) -> Iterable[Attention]:
    rows = group.instances
    deleted = [row for row in rows if row.kind is ChangeKind.DELETE]
    losing = [row for row in rows if DiskFate.ORPHANED in row.fates.disks]
    if losing:
        yield _data(group, losing)
    if deleted and len(deleted) == len(rows) and not group.unchanged:
        if not losing:
            text = f"all of `{group.name}` is deleted ({_names(deleted)})"
            yield _attention(Suspicion.GROUP_GONE, text, group, deleted)
        return
    renewed = [row for row in rows if row.fates.vm in _RENEWED and not _is_wished(row)]
    kept = group.unchanged + sum(
        row.kind not in {ChangeKind.CREATE, ChangeKind.DELETE} for row in rows
    )
    if len(renewed) >= _WHOLE_GROUP_MIN and len(renewed) == kept:
        causes = list(dict.fromkeys(row.reasons[0].text for row in renewed if row.reasons))
        because = f", for this reason: {', '.join(causes[:2])}" if causes else ""
        text = f"every VM of `{group.name}` is replaced ({_names(renewed)}){because}"
        yield _attention(Suspicion.WHOLE_GROUP, text, group, renewed)
    smaller = [row for row in rows if DiskFate.SHRUNK in row.fates.disks]
    if smaller:
        text = (
            f"persistent disks of `{group.name}` become smaller ({_names(smaller)}); where the "
            "data does not fit, copying fails and the old disk is kept"
        )
        yield _attention(Suspicion.SMALLER_DISK, text, group, smaller)
    emptied = [row for row in rows if DiskFate.EMPTIED in row.fates.disks]
    if emptied:
        text = (
            f"named disks of `{group.name}` are replaced by empty ones ({_names(emptied)}), since "
            "only their jobs could copy what is on them; the old ones are kept as orphaned disks, "
            "which `paasta-deploy disks` lists"
        )
        yield _attention(Suspicion.EMPTY_DISK, text, group, emptied)


def _data(group: GroupChanges, losing: Sequence[InstanceChange]) -> Attention:
    gone = all(row.kind is ChangeKind.DELETE for row in losing)
    whole = gone and len(losing) == len(group.instances) and not group.unchanged
    names = _names(losing)
    if whole:
        what = f"all of `{group.name}` is deleted, and it has persistent disks ({names})"
    elif gone:
        what = f"`{group.name}` loses instances that have persistent disks ({names})"
    else:
        what = f"`{group.name}` loses its persistent disks ({names})"
    text = f"{what}; their data is kept on orphaned disks, which `paasta-deploy disks` lists"
    return _attention(Suspicion.DATA, text, group, losing)


def _is_wished(row: InstanceChange) -> bool:
    return any(reason.aspect in _WISHES for reason in row.reasons)


def _names(rows: Sequence[InstanceChange]) -> str:
    return f"{rows[0].group}/{ranges(row.index for row in rows)}"


def _attention(
    kind: Suspicion, text: str, group: GroupChanges, rows: Sequence[InstanceChange]
) -> Attention:
    names = tuple(row.name for row in rows)
    return Attention(kind=kind, text=text, group=group.name, instances=names)
