"""Which failures and losses a run bears, and what it leaves out because of them.

Pure; the scheduler asks for every change that failed and before it begins one. What is borne is
left where it stands: the instance gets nothing more in this run, and the rest goes on.

Losses (a VM died by itself) are borne within :class:`LossLimits`, but for canaries. Failures are
borne where the group says ``on_failure: continue``. Of one group never more instances than its
``max_in_flight`` are left so, and no canary: whoever does not come up does not serve, and a group
in which one after another fails would be gone in the end. Then the group stops, which means that
nothing more of it begins, and the other groups go on.
"""

from enum import Enum

from paasta_deploy.execution.run_events import LossLimits
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import InstanceGroupName, InstanceId
from paasta_deploy.planning.plan import Change, Plan


class Verdict(Enum):
    """What a failure means for the rest of a run."""

    STOP = "stop"
    GO_ON = "go on"


class Tolerance:
    """The memory and the rules of one run."""

    def __init__(self, plan: Plan, losses: LossLimits | None) -> None:
        """``losses`` None: a loss is a failure like any other."""
        self._plan = plan
        self._limits = losses
        self._lost: set[InstanceId] = set()
        self._left: dict[InstanceId, InstanceGroupName] = {}
        self._stopped: set[InstanceGroupName] = set()
        self.has_failures = False
        """Whether a failure was borne."""

    @property
    def has_losses(self) -> bool:
        """Whether a loss was borne."""
        return bool(self._lost)

    @property
    def bears_losses(self) -> bool:
        """Whether losses are looked at in another way than failures."""
        return self._limits is not None

    def leaves_out(self, change: Change) -> bool:
        """Return whether ``change`` shall not begin because of what was borne."""
        if not self._left:
            return False
        return change.instance_id in self._left or change.group in self._stopped

    def bears_loss(self, change: Change) -> bool:
        """Return whether the run goes on without the instance of ``change``, whose VM died."""
        instance, limits = change.instance_id, self._limits
        if instance is None or change.group is None or limits is None:
            return False
        if instance not in self._lost:
            if change.canary and not limits.canaries:
                return False
            if self._is_too_much(change, limits):
                return False
            self._lost.add(instance)
        self._left[instance] = change.group
        return True

    def on_failure(self, change: Change) -> Verdict:
        """Return what it means that ``change`` failed."""
        instance, group = change.instance_id, change.group
        if self._plan.on_failure.of(change) is not OnFailure.CONTINUE:
            return Verdict.STOP
        assert instance is not None, "a run goes on without instances, and without nothing else"
        assert group is not None, "instances have a group"
        self.has_failures = True
        self._left[instance] = group
        if change.canary or self._of_group(change) > self._capacity(change):
            self._stopped.add(group)
        return Verdict.GO_ON

    def _is_too_much(self, change: Change, limits: LossLimits) -> bool:
        if self._of_group(change) + 1 > self._capacity(change):
            return True
        lost = len(self._lost) + 1
        if lost < limits.count:
            return False
        changes = self._plan.changes
        everyone = {other.instance_id for other in changes if other.instance_id is not None}
        return 100 * lost >= limits.percent * len(everyone)

    def _of_group(self, change: Change) -> int:
        return sum(group == change.group for group in self._left.values())

    def _capacity(self, change: Change) -> int:
        if change.slot is None:
            return len(self._plan.changes)
        return self._plan.slots[change.slot]
