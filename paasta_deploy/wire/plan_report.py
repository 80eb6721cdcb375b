"""A plan as people and programs are told of it: by group, instance by instance, with reasons.

The report is plain data. The director makes it, it travels as JSON (:mod:`plan_json`), and
whoever shows it decides how. It holds names, counts, reasons and places,
and never the content of a step, so no secret can be in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.changes import ChangeKind, Reason
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, InstanceId


class VmFate(Enum):
    """What becomes of a VM."""

    KEPT = "kept"
    CREATED = "created"
    REPLACED = "replaced"
    SWAPPED = "swapped"  # the new one is made first (create-swap-delete)
    DELETED = "deleted"
    NONE = "none"


class DiskFate(Enum):
    """What becomes of a persistent disk. What its CPI cannot grow is copied to a new one."""

    NONE = "none"
    KEPT = "kept"
    CREATED = "created"
    MOVED = "moved"  # the same disk, attached to another VM
    GROWN = "grown"  # by its CPI; the data stays where it is
    COPIED = "copied"  # to a larger one
    SHRUNK = "shrunk"  # copied to a smaller one
    EXCHANGED = "exchanged"  # copied to one of the same size, or of one that is not known
    EMPTIED = "emptied"  # an empty one takes the place of one whose data nothing can copy
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What becomes of one instance's machine and data. ``named_disks`` have name and fate."""

    vm: VmFate
    disk: DiskFate
    named_disks: tuple[tuple[str, DiskFate], ...] = ()

    @property
    def disks(self) -> frozenset[DiskFate]:
        """The fates of all its disks."""
        return frozenset((self.disk, *(fate for _, fate in self.named_disks)))


class Suspicion(Enum):
    """Kinds of changes that are called out on top, because a typo can make them."""

    DATA = "data"  # instances with persistent disks go away
    GROUP_GONE = "group gone"
    WHOLE_GROUP = "whole group"  # every VM of a group is replaced
    SMALLER_DISK = "smaller disk"
    EMPTY_DISK = "empty disk"  # in the place of one that has data


class Basis(Enum):
    """Where expected durations come from."""

    RECORDED = "former tasks"
    DEFAULTS = "defaults"
    BOTH = "former tasks, and defaults for what was never done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One thing that an operator should not overlook. ``instances`` are ``group/index``."""

    kind: Suspicion
    text: str
    group: InstanceGroupName
    instances: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceChange:
    """Everything that a plan does to one instance, as one thing.

    ``expected_s`` is the sum of its steps, None when nobody estimated.
    """

    group: InstanceGroupName
    index: int
    instance_id: InstanceId
    kind: ChangeKind
    fates: Fates
    canary: bool = False
    reasons: tuple[Reason, ...] = ()
    steps: tuple[str, ...] = ()
    expected_s: float | None = None

    @property
    def name(self) -> str:
        """The instance as people name it: ``db/0``."""
        return f"{self.group}/{self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """An instance that is not as wanted and that the operator left out, and what it lacks.

    ``kind`` is what a deploy of everything would do with it.
    """

    group: InstanceGroupName
    index: int
    instance_id: InstanceId
    kind: ChangeKind
    reasons: tuple[Reason, ...] = ()

    @property
    def name(self) -> str:
        """The instance as people name it: ``db/0``."""
        return f"{self.group}/{self.index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanges:
    """The changes of one group. ``in_flight`` has one number for each AZ that has changes.

    ``on_failure`` is ``stop`` (the default), ``rollback`` or ``continue``.
    """

    name: InstanceGroupName
    instances: tuple[InstanceChange, ...]
    canaries: int = 0
    in_flight: tuple[int, ...] = ()
    unchanged: int = 0
    on_failure: OnFailure = OnFailure.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChange:
    """A change that belongs to no instance: a package to compile, a leftover VM, a disk."""

    kind: ChangeKind
    label: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPart:
    """One change of the critical path and how long it is expected to take."""

    label: str
    expected_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How long the plan will probably take, and which chain of changes decides that."""

    total_s: float
    basis: Basis
    critical_path: tuple[PathPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """One plan, told. ``order`` has groups as they are updated; one item goes together.

    ``waits``: links decide about the order, and each group begins when these are done, whatever
    its place in ``order``.
    """

    deployment: DeploymentName
    groups: tuple[GroupChanges, ...] = ()
    packages: tuple[OtherChange, ...] = ()
    others: tuple[OtherChange, ...] = ()
    order: tuple[tuple[InstanceGroupName, ...], ...] = ()
    attention: tuple[Attention, ...] = ()
    unchanged: int = 0
    post_deploy: int = 0
    is_empty: bool = True
    expectation: Expectation | None = None
    counts: Mapping[ChangeKind, int] = field(default_factory=dict)
    held_back: tuple[HeldBack, ...] = ()
    waits: Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]] | None = None


def ranges(numbers: Iterable[int]) -> str:
    """Return ``0,2-4`` for the numbers 0, 2, 3, 4."""
    parts: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], number)
        else:
            parts.append((number, number))
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)
