"""Steps of one change in a row, and the parts of a plan put together.

Steps of a change follow each other by their order; only edges to other changes are written down.
Where many changes wait for many others a gate stands between them, so a plan of n changes has a
number of edges in proportion to n, not to its square.
"""

from collections.abc import Mapping, Sequence

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.actions import Action, Gate
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
from paasta_deploy.wire.plan_report import HeldBack

Reasons = tuple[Reason, ...]

Ends = tuple[StepId, ...]
"""Steps that must have succeeded before something else may start."""


class StepChain:
    """Collects the steps of one change. Mutable; lives until its change is added to a plan."""

    def __init__(self, change_id: ChangeId) -> None:
        self.change_id = change_id
        self.steps: list[Step] = []
        self._names: dict[str, int] = {}

    def add(self, name: str, action: Action, after: Ends = ()) -> StepId:
        """Append a step called ``name`` and return its id; a second one gets a number."""
        times = self._names[name] = self._names.get(name, 0) + 1
        suffix = f"/{times}" if times > 1 else ""
        step_id = StepId(f"{self.change_id}/{name}{suffix}")
        self.steps.append(
            Step(step_id=step_id, change_id=self.change_id, action=action, after=after)
        )
        return step_id

    def __bool__(self) -> bool:
        return bool(self.steps)


class PlanBuilder:
    """Collects changes in an order in which they could be made one by one."""

    def __init__(self, deployment: DeploymentName) -> None:
        self._deployment = deployment
        self._changes: list[Change] = []
        self._steps: list[Step] = []
        self._slots: dict[SlotName, int] = {}
        self._refreshed: list[InstanceRecord] = []
        self._kept: dict[InstanceGroupName, int] = {}
        self._held_back: list[HeldBack] = []
        self.touches_jobs = False
        """Whether a change was added that is more than new names and tags."""
        self.waits: Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]] | None = None
        """Which groups each waits for, where links decide about that."""

    def slot(self, name: str, capacity: int) -> SlotName:
        """Return a slot of ``capacity``, at least 1."""
        slot = SlotName(name)
        self._slots[slot] = max(1, capacity)
        return slot

    def add(self, change: Change, chain: StepChain, after: Ends = ()) -> Ends:
        """Add ``change`` with its steps; its first step waits for ``after``. Return its end."""
        assert chain.steps, "a change without steps"
        first, *rest = chain.steps
        if after:
            first = Step(
                step_id=first.step_id,
                change_id=first.change_id,
                action=first.action,
                after=(*after, *(end for end in first.after if end not in after)),
            )
        self._changes.append(change)
        self._steps.append(first)
        self._steps.extend(rest)
        self.touches_jobs |= change.kind is not ChangeKind.METADATA
        return (chain.steps[-1].step_id,)

    def join(self, name: str, ends: Sequence[StepId], before: Ends) -> Ends:
        """Return what to wait for so that all of ``ends`` are done; ``before`` if there are none.

        Whatever stands in ``ends`` has waited for ``before`` itself.
        """
        if not ends:
            return before
        if len(ends) == 1:
            return (ends[0],)
        chain = StepChain(ChangeId(f"gate/{name}"))
        step_id = chain.add("gate", Gate(), tuple(ends))
        self._changes.append(
            Change(
                change_id=chain.change_id,
                stage=Stage.PREPARE,
                kind=ChangeKind.BARRIER,
                label=name,
            )
        )
        self._steps.extend(chain.steps)
        return (step_id,)

    def keep(self, record: InstanceRecord, recorded: InstanceRecord) -> None:
        """Count an instance as unchanged; its record is put again if it is not as recorded."""
        self._kept[record.group] = self._kept.get(record.group, 0) + 1
        if record is not recorded and record != recorded:
            self._refreshed.append(record)

    def hold_back(self, record: InstanceRecord, kind: ChangeKind, because: Reasons) -> None:
        """Tell of an instance that stays as it is recorded, and what would be done with it."""
        self._held_back.append(
            HeldBack(
                group=record.group,
                index=record.index,
                instance_id=record.instance_id,
                kind=kind,
                reasons=because,
            )
        )

    def build(self) -> Plan:
        """Return the plan. Gates at which nothing waits are left out."""
        return Plan(
            deployment=self._deployment,
            changes=tuple(self._changes),
            steps=tuple(self._steps),
            slots=self._used_slots(),
            unchanged=sum(self._kept.values()),
            refreshed=tuple(self._refreshed),
            kept=self._kept,
            waits=self.waits,
            held_back=tuple(self._held_back),
        )

    def _used_slots(self) -> dict[SlotName, int]:
        used = {change.slot for change in self._changes}
        return {name: capacity for name, capacity in self._slots.items() if name in used}
