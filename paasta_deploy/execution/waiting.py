"""What changes that have not begun wait for, in words for an operator. Pure.

Theory. A change begins when everything before it in the plan is done and its slot has a unit free.
So each one waits either for its slot, or for the first change before it that is not done; barriers
stand for what they gather. Changes of one group that wait for the same are told together.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Plan, Stage, Step, StepId

SHOWN_MAX = 4
"""Who reads a line of progress wants the next reasons, not all of them."""

_BEFORE = {
    Stage.COMPILE: "packages to be compiled",
    Stage.CREATE_VMS: "missing VMs to be made",
    Stage.DELETE_UNNEEDED: "unneeded instances to be deleted",
    Stage.POST_DEPLOY: "post-deploy scripts",
}
"""What is waited for when a whole stage stands before."""


def waits(
    plan: Plan, *, finished: Collection[StepId], begun: Collection[ChangeId]
) -> Sequence[str]:
    """Return the reasons, those of the changes that come next first.

    Costs one pass over all steps of the plan: call it rarely for plans of many thousands.
    """
    changes = {change.change_id: change for change in plan.changes}
    steps = {step.step_id: step for step in plan.steps}
    done = _with_barriers(plan, changes, finished)

    def blocker(step: Step) -> Change | None:
        """Return the change that ``step`` waits for, past barriers; None: there is none."""
        found: Change | None = None
        while before := next((other for other in step.after if other not in done), None):
            step = steps[before]
            found = changes[step.change_id]
            if found.kind is not ChangeKind.BARRIER:
                break
        return found

    counts: Counter[tuple[str, str]] = Counter()
    seen: set[ChangeId] = set(begun)
    for step in plan.steps:
        change = changes[step.change_id]
        if change.change_id in seen or change.kind is ChangeKind.BARRIER:
            continue
        seen.add(change.change_id)
        before = blocker(step)
        if before is None and change.slot is None:
            continue  # it begins in this very moment
        reason = _slot_reason(plan, change) if before is None else _order_reason(change, before)
        counts[str(change.group or change.stage.value), reason] += 1
    return [
        f"{who}: {count} {'waits' if count == 1 else 'wait'} for {reason}"
        for (who, reason), count in list(counts.items())[:SHOWN_MAX]
    ]


def _with_barriers(
    plan: Plan, changes: Mapping[ChangeId, Change], finished: Collection[StepId]
) -> Collection[StepId]:
    """Return ``finished`` and the barriers before which nothing is left: nobody sees them run."""
    done = set(finished)
    for step in plan.steps:  # in an order in which they could be done one by one
        if changes[step.change_id].kind is ChangeKind.BARRIER and done.issuperset(step.after):
            done.add(step.step_id)
    return done


def _slot_reason(plan: Plan, change: Change) -> str:
    assert change.slot is not None, "what needs no slot has begun"
    limit = "max_in_flight" if change.slot.startswith(("update/", "delete/")) else "max_threads"
    return f"{limit}, {plan.slots[change.slot]} at once"


def _order_reason(change: Change, before: Change) -> str:
    if before.stage in _BEFORE:
        return _BEFORE[before.stage]
    if before.canary:
        return "its canaries" if before.group == change.group else f"canaries of {before.group}"
    if before.group is None:
        return before.label
    if before.group == change.group:
        return "the instances before them"
    return f"group {before.group}, which goes before it"
