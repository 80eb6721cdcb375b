"""A plan: changes with their reasons, and the steps that make them, as a graph.

A *change* is what people read: one instance is updated, because. A *step* is one act that is
journalled, retried and resumed by itself. Steps of one change run one after another; ``after``
adds the edges between changes (groups, canaries, compilation). A change holds one unit of its
*slot* from the start of its first step to the end of its last: that is ``max_in_flight``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

from paasta_deploy.model.changes import ChangeKind, Reason
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.actions import Action
from paasta_deploy.wire.plan_report import HeldBack

__all__ = [
    "Change",
    "ChangeId",
    "ChangeKind",
    "FailurePolicies",
    "Plan",
    "Reason",
    "SlotName",
    "Stage",
    "Step",
    "StepId",
]

StepId = NewType("StepId", str)
"""Unique in its plan, readable: ``web/3f2c.../create_vm``."""
ChangeId = NewType("ChangeId", str)
SlotName = NewType("SlotName", str)


class Stage(Enum):
    """The headings under which people see changes. Values are BOSH's stage names (8.4, 4.1)."""

    PREPARE = "Preparing deployment"
    COMPILE = "Compiling packages"
    DELETE_UNNEEDED = "Deleting unneeded instances"
    CREATE_VMS = "Creating missing vms"
    UPDATE = "Updating instance"
    DELETE_REPLACED = "Deleting replaced vms"
    POST_DEPLOY = "Running the post-deploy scripts"
    RESOLVE = "Applying problem resolutions"
    DELETE_INSTANCES = "Deleting instances"
    DELETE_DISKS = "Deleting orphaned disks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act. It may start when the step before it in its change and ``after`` have succeeded."""

    step_id: StepId
    change_id: ChangeId
    action: Action
    after: tuple[StepId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference that the plan removes."""

    change_id: ChangeId
    stage: Stage
    kind: ChangeKind
    label: str
    """The task in event lines, such as ``web/uuid (0) (canary)``."""
    group: InstanceGroupName | None = None
    instance_id: InstanceId | None = None
    reasons: tuple[Reason, ...] = ()
    slot: SlotName | None = None
    canary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FailurePolicies:
    """What a failed change means, by its group.

    ``otherwise`` is for changes of no group that is wanted: compiling, groups that go away.
    """

    groups: Mapping[InstanceGroupName, OnFailure] = field(default_factory=dict)
    otherwise: OnFailure = OnFailure.STOP

    def of(self, change: Change) -> OnFailure:
        """Return what it means that ``change`` failed.

        When instances are deleted it is too late to go back: some may be gone already. And without
        a package nothing goes on, since all that use it wait for it.
        """
        if change.group is None or change.instance_id is None:
            return OnFailure.STOP if self.otherwise is OnFailure.CONTINUE else self.otherwise
        found = self.groups.get(change.group, self.otherwise)
        is_deleted = change.stage is Stage.DELETE_UNNEEDED
        return OnFailure.STOP if is_deleted and found is OnFailure.ROLLBACK else found

    @property
    def may_roll_back(self) -> bool:
        """Whether some failure would be answered with a rollback."""
        return OnFailure.ROLLBACK in {self.otherwise, *self.groups.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that will be done, in an order in which it could be done one by one.

    ``unchanged`` counts instances that are as wanted, ``kept`` counts them by group. ``slots``
    gives each slot's capacity. ``waits`` says which changing groups each of them waits for, where
    links decide about the order.
    ``refreshed`` are records to put before the first step: their recipe changed in ways that touch
    no machine (a watch time, a release version whose jobs are the same). ``held_back`` are
    instances that are not as wanted and that the operator left out.
    """

    deployment: DeploymentName
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    slots: Mapping[SlotName, int]
    unchanged: int = 0
    refreshed: tuple[InstanceRecord, ...] = ()
    kept: Mapping[InstanceGroupName, int] = field(default_factory=dict)
    waits: Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]] | None = None
    held_back: tuple[HeldBack, ...] = ()
    on_failure: FailurePolicies = FailurePolicies()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.steps
