"""A plan as text for people and as JSON for programs.

What changes is told by instance group, instance by instance, with the reason and the line that
caused it; equal changes are told once and unchanged instances are only counted. No step's content
is ever shown, so no secret can be.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.source import Span
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.plan import (
    Change,
    ChangeId,
    ChangeKind,
    Plan,
    Reason,
    SlotName,
    Stage,
    Step,
    StepId,
)

_SYMBOLS: Mapping[ChangeKind, str] = {
    ChangeKind.COMPILE: "+",
    ChangeKind.CREATE: "+",
    ChangeKind.UPDATE: "~",
    ChangeKind.RECREATE: "-/+",
    ChangeKind.RESTART: "~",
    ChangeKind.START: "~",
    ChangeKind.STOP: "~",
    ChangeKind.DETACH: "-",
    ChangeKind.RESURRECT: "-/+",
    ChangeKind.DELETE: "-",
    ChangeKind.METADATA: "~",
    ChangeKind.BARRIER: "",
}
_SYMBOL_WIDTH = 3
_SUMMARY_ORDER = (
    ChangeKind.CREATE,
    ChangeKind.RECREATE,
    ChangeKind.RESURRECT,
    ChangeKind.UPDATE,
    ChangeKind.RESTART,
    ChangeKind.START,
    ChangeKind.STOP,
    ChangeKind.METADATA,
    ChangeKind.DETACH,
    ChangeKind.DELETE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Everything that a plan does to one instance, told as one thing."""

    index: str
    kind: ChangeKind
    canary: bool
    reasons: tuple[Reason, ...]


def describe(plan: Plan) -> str:
    """Return the plan for people, ending with a line feed."""
    if plan.is_empty:
        return f"Nothing to do for '{plan.deployment}': {_instances(plan.unchanged)} unchanged.\n"
    shown = [change for change in plan.changes if change.kind is not ChangeKind.BARRIER]
    rows = _rows_by_group(shown)
    lines = [_summary(plan, rows)]
    lines += _compilation(shown)
    lines += _others(shown)
    paces = _paces(plan)
    for group, members in rows.items():
        lines += ["", f"{group}{paces.get(group, '')}"]
        lines += [line for row in _folded(members) for line in _told(group, row)]
    order = _order(plan)
    if len(order) > 1:
        texts = (" and ".join(groups) for groups in order)
        lines += ["", f"Order: {', then '.join(texts)}."]
    scripts = sum(change.stage is Stage.POST_DEPLOY for change in shown)
    if scripts:
        lines += ["", f"Post-deploy scripts run on {_instances(scripts)}."]
    return "\n".join(lines) + "\n"


def describe_json(plan: Plan) -> JsonObject:
    """Return the plan for programs. ``summary`` counts instances by kind of change."""
    steps: dict[ChangeId, list[Step]] = {}
    for step in plan.steps:
        steps.setdefault(step.change_id, []).append(step)
    shown = [change for change in plan.changes if change.kind is not ChangeKind.BARRIER]
    counts = _counts(_rows_by_group(shown))
    return {
        "deployment": plan.deployment,
        "summary": {kind.value: count for kind, count in counts.items()},
        "unchanged": plan.unchanged,
        "changes": [_change_json(change, steps.get(change.change_id, ())) for change in shown],
        "slots": {str(name): capacity for name, capacity in plan.slots.items()},
    }


def _change_json(change: Change, steps: Sequence[Step]) -> JsonObject:
    reasons: list[JsonValue] = [
        {
            "aspect": reason.aspect,
            "text": reason.text,
            "before": reason.before,
            "after": reason.after,
            "location": None if reason.span is None else str(reason.span),
        }
        for reason in change.reasons
    ]
    return {
        "id": change.change_id,
        "stage": change.stage.value,
        "kind": change.kind.value,
        "label": change.label,
        "group": change.group,
        "instance_id": change.instance_id,
        "canary": change.canary,
        "slot": change.slot,
        "reasons": reasons,
        "steps": [step.step_id.removeprefix(f"{change.change_id}/") for step in steps],
    }


def _rows_by_group(changes: Iterable[Change]) -> dict[InstanceGroupName, list[_Row]]:
    """Fold the changes of each instance (its VM, its update) into one row."""
    found: dict[InstanceGroupName, dict[str, _Row]] = {}
    for change in changes:
        if change.group is None or change.stage in {Stage.COMPILE, Stage.POST_DEPLOY}:
            continue
        rows = found.setdefault(change.group, {})
        key = str(change.instance_id)
        known = rows.get(key)
        rows[key] = _Row(
            index=change.label.removesuffix(" (canary)").rpartition("(")[2].removesuffix(")"),
            kind=change.kind,
            canary=change.canary or (known is not None and known.canary),
            reasons=change.reasons,
        )
    return {group: list(rows.values()) for group, rows in found.items()}


def _counts(rows: Mapping[InstanceGroupName, Sequence[_Row]]) -> dict[ChangeKind, int]:
    counts: dict[ChangeKind, int] = {}
    for members in rows.values():
        for row in members:
            counts[row.kind] = counts.get(row.kind, 0) + 1
    return {kind: counts[kind] for kind in _SUMMARY_ORDER if kind in counts}


def _summary(plan: Plan, rows: Mapping[InstanceGroupName, Sequence[_Row]]) -> str:
    parts = [f"{_SYMBOLS[kind]} {count} to {kind.value}" for kind, count in _counts(rows).items()]
    title = f"Plan for '{plan.deployment}'" if plan.deployment else "Plan"
    told = ", ".join(parts) or "no instance changes"
    return f"{title}: {told}; {plan.unchanged} unchanged."


def _compilation(changes: Iterable[Change]) -> list[str]:
    packages = [change for change in changes if change.kind is ChangeKind.COMPILE]
    if not packages:
        return []
    lines = ["", f"Packages to compile: {len(packages)}"]
    lines += [f"  + {change.label}: {_reason(change.reasons[0])}" for change in packages]
    return lines


def _others(changes: Iterable[Change]) -> list[str]:
    """Tell what belongs to no group: leftover VMs and disks."""
    found = [
        change
        for change in changes
        if change.group is None and change.kind is not ChangeKind.COMPILE
    ]
    if not found:
        return []
    lines = ["", "Besides"]
    lines += [
        f"  {_SYMBOLS[change.kind]} {change.kind.value} {change.label}: "
        + "; ".join(_reason(reason) for reason in change.reasons)
        for change in found
    ]
    return lines


def _folded(rows: Sequence[_Row]) -> list[_Row]:
    """Make one row of all rows that differ only in their index."""
    found: dict[tuple[ChangeKind, bool, tuple[tuple[str, ...], ...]], list[_Row]] = {}
    for row in rows:
        told = tuple((item.text, item.before, item.after) for item in row.reasons)
        found.setdefault((row.kind, row.canary, told), []).append(row)
    return [
        _Row(
            index=_ranges([int(row.index) for row in members]),
            kind=kind,
            canary=canary,
            reasons=members[0].reasons,
        )
        for (kind, canary, _), members in found.items()
    ]


def _told(group: InstanceGroupName, row: _Row) -> Iterable[str]:
    symbol = _SYMBOLS[row.kind].rjust(_SYMBOL_WIDTH)
    canary = ", canary" if row.canary else ""
    yield f"{symbol} {group}/{row.index}: {row.kind.value}{canary}"
    for reason in row.reasons:
        yield f"{' ' * _SYMBOL_WIDTH}     {_reason(reason)}"


def _reason(reason: Reason) -> str:
    change = f": {reason.before} -> {reason.after}" if reason.before or reason.after else ""
    return f"{reason.text}{change}{_place(reason.span)}"


def _place(span: Span | None) -> str:
    return "" if span is None else f" ({span.file}:{span.line})"


def _paces(plan: Plan) -> Mapping[InstanceGroupName, str]:
    """Tell of each group how many at a time, and how many go ahead."""
    slots: dict[InstanceGroupName, dict[SlotName, int]] = {}
    canaries: dict[InstanceGroupName, int] = {}
    for change in plan.changes:
        if change.stage is Stage.UPDATE and change.group is not None and change.slot is not None:
            slots.setdefault(change.group, {})[change.slot] = plan.slots[change.slot]
            canaries[change.group] = canaries.get(change.group, 0) + change.canary
    return {group: _pace(used.values(), canaries[group]) for group, used in slots.items()}


def _pace(capacities: Collection[int], canaries: int) -> str:
    fewest, most = min(capacities), max(capacities)
    pace = f"{fewest} at a time" if fewest == most else f"{fewest} to {most} at a time"
    azs = f", {len(capacities)} AZs one after another" if len(capacities) > 1 else ""
    ahead = f"{canaries} canar{'ies' if canaries > 1 else 'y'} first, " if canaries else ""
    return f" ({ahead}{pace}{azs})"


def _order(plan: Plan) -> list[list[InstanceGroupName]]:
    """Return groups as they are updated: those of one item at the same time."""
    first_steps: dict[ChangeId, tuple[StepId, ...]] = {}
    for step in plan.steps:
        first_steps.setdefault(step.change_id, step.after)
    order: list[list[InstanceGroupName]] = []
    begins: tuple[StepId, ...] | None = None
    seen: set[InstanceGroupName] = set()
    for change in plan.changes:
        if change.stage is not Stage.UPDATE or change.group is None or change.group in seen:
            continue
        seen.add(change.group)
        after = first_steps[change.change_id]
        if order and after == begins:
            order[-1].append(change.group)
        else:
            order.append([change.group])
        begins = after
    return order


def _ranges(numbers: Sequence[int]) -> str:
    """Return ``0,2-4`` for the numbers 0, 2, 3, 4."""
    parts: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)


def _instances(count: int) -> str:
    return f"{count} instance{'s' if count != 1 else ''}"
