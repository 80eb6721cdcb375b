"""From a plan to its report: changes folded by instance, suspicious ones picked out.

Costs one pass over the changes and steps of the plan; unchanged instances cost nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.model.ids import InstanceGroupName, InstanceId
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.recorded import DiskRecord, RecordedDeployment
from paasta_deploy.planning.actions import Action, DeleteVm
from paasta_deploy.planning.fates import fates_of
from paasta_deploy.planning.group_order import in_levels
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
from paasta_deploy.planning.suspicions import suspicions
from paasta_deploy.wire.plan_report import (
    Basis,
    Expectation,
    GroupChanges,
    InstanceChange,
    OtherChange,
    PathPart,
    PlanReport,
)

SUMMARY_ORDER = (
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
class Timing:
    """What an estimate of the plan found. ``step_s`` says how long one step takes."""

    total_s: float
    critical_path: Sequence[ChangeId]
    step_s: Callable[[Step], float]
    basis: Basis


@dataclass(slots=True)
class _Seen:
    """What the changes of one instance add up to, while they are read."""

    change: Change
    actions: list[Action] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    canary: bool = False
    seconds: float = 0.0
    reasons: tuple[Reason, ...] = ()

    def take(self, change: Change) -> None:
        """Let ``change`` say what is done; the deletion of a replaced VM is part of it."""
        if change.stage is not Stage.DELETE_REPLACED:
            self.change = change
            self.reasons = change.reasons
        self.canary |= change.canary


def report_of(
    plan: Plan, *, recorded: RecordedDeployment | None = None, timing: Timing | None = None
) -> PlanReport:
    """Return the report of ``plan``. ``recorded`` is what it was made from, if at hand."""
    shown = [change for change in plan.changes if change.kind is not ChangeKind.BARRIER]
    rows = _rows(plan, shown, recorded, timing)
    paces = _paces(plan)
    order = _order(plan) if plan.waits is None else in_levels(plan.waits)
    position = {name: number for number, names in enumerate(order) for name in names}
    groups = tuple(
        replace(
            paces.get(name) or GroupChanges(name=name, instances=()),
            instances=tuple(members),
            unchanged=plan.kept.get(name, 0),
            on_failure=plan.on_failure.groups.get(name, plan.on_failure.otherwise),
        )
        for name, members in sorted(rows.items(), key=lambda row: position.get(row[0], -1))
    )
    return PlanReport(
        deployment=plan.deployment,
        groups=groups,
        packages=_others(change for change in shown if change.kind is ChangeKind.COMPILE),
        others=(
            *_others(
                change
                for change in shown
                if change.group is None and change.kind is not ChangeKind.COMPILE
            ),
            *_left_behind(shown, rows),
        ),
        order=order,
        waits=plan.waits,
        attention=suspicions(groups),
        unchanged=plan.unchanged,
        post_deploy=sum(change.stage is Stage.POST_DEPLOY for change in shown),
        is_empty=plan.is_empty,
        expectation=None if timing is None else _expectation(plan, timing),
        counts=_counts(groups),
        held_back=plan.held_back,
    )


def _rows(
    plan: Plan,
    shown: Iterable[Change],
    recorded: RecordedDeployment | None,
    timing: Timing | None,
) -> dict[InstanceGroupName, list[InstanceChange]]:
    steps: dict[ChangeId, list[Step]] = {}
    for step in plan.steps:
        steps.setdefault(step.change_id, []).append(step)
    seen: dict[InstanceGroupName, dict[InstanceId, _Seen]] = {}
    for change in shown:
        if change.group is None or change.instance_id is None:
            continue
        members = seen.setdefault(change.group, {})
        entry = members.get(change.instance_id)
        if change.stage is Stage.POST_DEPLOY or _is_left_behind(change, entry):
            if entry is None and not members:
                del seen[change.group]
            continue
        if entry is None:
            entry = members[change.instance_id] = _Seen(change)
        entry.take(change)
        prefix = f"{change.change_id}/"
        for step in steps[change.change_id]:
            entry.actions.append(step.action)
            entry.steps.append(step.step_id.removeprefix(prefix).partition("/")[0])
            if timing is not None:
                entry.seconds += timing.step_s(step)
    known = _Known(recorded)
    return {
        group: [_row(entry, known, timed=timing is not None) for entry in members.values()]
        for group, members in seen.items()
        if members
    }


def _is_left_behind(change: Change, entry: _Seen | None) -> bool:
    """Return whether a replaced VM goes although nothing else is done to its instance."""
    return change.stage is Stage.DELETE_REPLACED and entry is None


class _Known:
    """What is recorded of VMs and disks, looked up quickly."""

    def __init__(self, recorded: RecordedDeployment | None) -> None:
        vms = () if recorded is None else recorded.vms
        disks = () if recorded is None else recorded.disks
        self._disks: dict[InstanceId | None, list[DiskRecord]] = {}
        for disk in disks:
            self._disks.setdefault(disk.instance_id, []).append(disk)
        self._with_vm = {vm.instance_id for vm in vms if vm.state is VmState.RUNNING}
        self._is_blind = recorded is None

    def has_vm(self, entry: _Seen) -> bool:
        """Whether the instance has a whole VM; without records, what is deleted was there."""
        if self._is_blind:
            return any(isinstance(action, DeleteVm) for action in entry.actions)
        return entry.change.instance_id in self._with_vm

    def disks_of(self, entry: _Seen) -> Sequence[DiskRecord]:
        """Return the persistent disks of the instance."""
        return self._disks.get(entry.change.instance_id, ())


def _row(entry: _Seen, known: _Known, *, timed: bool) -> InstanceChange:
    change = entry.change
    assert change.group is not None, "only changes of instances become rows"
    assert change.instance_id is not None, "only changes of instances become rows"
    return InstanceChange(
        group=change.group,
        index=int(change.label.removesuffix(" (canary)").rpartition("(")[2].removesuffix(")")),
        instance_id=change.instance_id,
        kind=change.kind,
        fates=fates_of(
            entry.actions,
            disks=known.disks_of(entry),
            has_vm=known.has_vm(entry),
        ),
        canary=entry.canary,
        reasons=entry.reasons,
        steps=tuple(entry.steps),
        expected_s=round(entry.seconds, 1) if timed else None,
    )


def _others(changes: Iterable[Change]) -> tuple[OtherChange, ...]:
    return tuple(
        OtherChange(kind=change.kind, label=change.label, reasons=change.reasons)
        for change in changes
    )


def _left_behind(
    shown: Iterable[Change], rows: Mapping[InstanceGroupName, Sequence[InstanceChange]]
) -> tuple[OtherChange, ...]:
    """Return the replaced VMs that go although nothing else is done to their instances."""
    changed = {row.instance_id for members in rows.values() for row in members}
    return tuple(
        OtherChange(kind=change.kind, label=f"replaced VM of {change.label}", reasons=())
        for change in shown
        if change.stage is Stage.DELETE_REPLACED and change.instance_id not in changed
    )


def _counts(groups: Iterable[GroupChanges]) -> Mapping[ChangeKind, int]:
    counts: dict[ChangeKind, int] = {}
    for group in groups:
        for row in group.instances:
            counts[row.kind] = counts.get(row.kind, 0) + 1
    return {kind: counts[kind] for kind in SUMMARY_ORDER if kind in counts}


def _paces(plan: Plan) -> Mapping[InstanceGroupName, GroupChanges]:
    """Tell of each group how many at a time, and how many go ahead."""
    slots: dict[InstanceGroupName, dict[SlotName, int]] = {}
    canaries: dict[InstanceGroupName, int] = {}
    for change in plan.changes:
        if change.stage is Stage.UPDATE and change.group is not None and change.slot is not None:
            slots.setdefault(change.group, {})[change.slot] = plan.slots[change.slot]
            canaries[change.group] = canaries.get(change.group, 0) + change.canary
    return {
        group: GroupChanges(
            name=group, instances=(), canaries=canaries[group], in_flight=tuple(used.values())
        )
        for group, used in slots.items()
    }


def _order(plan: Plan) -> tuple[tuple[InstanceGroupName, ...], ...]:
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
    return tuple(tuple(groups) for groups in order)


def _expectation(plan: Plan, timing: Timing) -> Expectation:
    seconds: dict[ChangeId, float] = dict.fromkeys(timing.critical_path, 0.0)
    for step in plan.steps:
        if step.change_id in seconds:
            seconds[step.change_id] += timing.step_s(step)
    labels = {change.change_id: change for change in plan.changes}
    path = (
        PathPart(label=_path_label(labels[change_id]), expected_s=round(spent_s, 1))
        for change_id, spent_s in seconds.items()
        if labels[change_id].kind is not ChangeKind.BARRIER
    )
    return Expectation(
        total_s=round(timing.total_s, 1), basis=timing.basis, critical_path=tuple(path)
    )


def _path_label(change: Change) -> str:
    """Return ``db/0`` for an instance, and what is done where it is more than its update."""
    if change.group is None:
        prefix = "compile " if change.kind is ChangeKind.COMPILE else ""
        return f"{prefix}{change.label.partition('/')[0] if prefix else change.label}"
    index = change.label.removesuffix(" (canary)").rpartition("(")[2].removesuffix(")")
    name = f"{change.group}/{index}"
    match change.stage:
        case Stage.CREATE_VMS:
            return f"{name} VM"
        case Stage.POST_DEPLOY:
            return f"{name} post-deploy"
        case Stage.DELETE_REPLACED:
            return f"{name} replaced VM"
        case _:
            return name
