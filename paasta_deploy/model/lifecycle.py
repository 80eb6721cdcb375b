"""States of things, and the only ways from one state to the next.

Each table maps ``(state, event)`` to the next state; :func:`advance` is the only way to move. A
state that is not *stable* says which stable state it heads for, so that whoever finds it after a
crash knows what to finish.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar


class VmState(Enum):
    """A VM as recorded; a VM that is proven gone has no record."""

    CREATING = "creating"  # heads for RUNNING: the intent is journalled, the answer is not
    RUNNING = "running"
    DELETING = "deleting"  # heads for "no record"


class VmEvent(Enum):
    """What can happen to a recorded VM."""

    CREATED = "created"
    DELETE_INTENDED = "delete intended"


class DiskState(Enum):
    """A persistent disk as recorded."""

    CREATING = "creating"  # heads for DETACHED
    DETACHED = "detached"
    ATTACHING = "attaching"  # heads for ATTACHED
    ATTACHED = "attached"
    DETACHING = "detaching"  # heads for DETACHED
    ORPHANED = "orphaned"  # kept for its retention; only an explicit command deletes it earlier
    DELETING = "deleting"  # heads for "no record"


class DiskEvent(Enum):
    """What can happen to a recorded disk."""

    CREATED = "created"
    ATTACH_INTENDED = "attach intended"
    ATTACHED = "attached"
    DETACH_INTENDED = "detach intended"
    DETACHED = "detached"
    ORPHANED = "orphaned"
    DELETE_INTENDED = "delete intended"


class RunState(Enum):
    """What the operator wants of an instance; kept over deploys."""

    STARTED = "started"
    STOPPED = "stopped"  # VM stays, jobs are stopped
    DETACHED = "detached"  # VM is deleted, disk and addresses stay


class JobState(Enum):
    """How the jobs of one instance are, as its agent (or the lack of one) says."""

    RUNNING = "running"
    STARTING = "starting"
    FAILING = "failing"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    UNRESPONSIVE = "unresponsive agent"


class TaskState(Enum):
    """A director task. Values are BOSH's, as its CLI knows them."""

    QUEUED = "queued"
    PROCESSING = "processing"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    DONE = "done"
    ERROR = "error"
    TIMEOUT = "timeout"

    @property
    def is_final(self) -> bool:
        """Whether the task will not move any more."""
        return self in _FINAL_TASK_STATES


_FINAL_TASK_STATES = frozenset(
    {TaskState.CANCELLED, TaskState.DONE, TaskState.ERROR, TaskState.TIMEOUT}
)


class TaskEvent(Enum):
    """What can happen to a task."""

    STARTED = "started"
    CANCEL_REQUESTED = "cancel requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


class RotationPhase(Enum):
    """How far the rotation of a variable has come; one that is finished has no record."""

    REPLACING = "replacing"  # no authority: the new value goes to every instance, and that is all
    TRUSTING = "trusting"  # the old authority signs, the new one is trusted beside it
    SIGNING = "signing"  # the new authority signs, the old one is still trusted
    DROPPING = "dropping"  # the new authority signs and is the only one that is trusted


class RotationEvent(Enum):
    """What can happen to a rotation."""

    ROLLED_OUT = "rolled out"  # every instance that uses the value has that of the phase


VM_TRANSITIONS: Mapping[tuple[VmState, VmEvent], VmState] = {
    (VmState.CREATING, VmEvent.CREATED): VmState.RUNNING,
    (VmState.CREATING, VmEvent.DELETE_INTENDED): VmState.DELETING,
    (VmState.RUNNING, VmEvent.DELETE_INTENDED): VmState.DELETING,
    (VmState.DELETING, VmEvent.DELETE_INTENDED): VmState.DELETING,
}

DISK_TRANSITIONS: Mapping[tuple[DiskState, DiskEvent], DiskState] = {
    (DiskState.CREATING, DiskEvent.CREATED): DiskState.DETACHED,
    (DiskState.CREATING, DiskEvent.DELETE_INTENDED): DiskState.DELETING,
    (DiskState.DETACHED, DiskEvent.ATTACH_INTENDED): DiskState.ATTACHING,
    (DiskState.DETACHED, DiskEvent.ORPHANED): DiskState.ORPHANED,
    (DiskState.DETACHED, DiskEvent.DETACHED): DiskState.DETACHED,
    (DiskState.ATTACHING, DiskEvent.ATTACHED): DiskState.ATTACHED,
    (DiskState.ATTACHING, DiskEvent.ATTACH_INTENDED): DiskState.ATTACHING,
    (DiskState.ATTACHING, DiskEvent.DETACH_INTENDED): DiskState.DETACHING,
    (DiskState.ATTACHING, DiskEvent.DETACHED): DiskState.DETACHED,
    (DiskState.ATTACHED, DiskEvent.DETACH_INTENDED): DiskState.DETACHING,
    (DiskState.ATTACHED, DiskEvent.DETACHED): DiskState.DETACHED,
    (DiskState.DETACHING, DiskEvent.DETACHED): DiskState.DETACHED,
    (DiskState.DETACHING, DiskEvent.DETACH_INTENDED): DiskState.DETACHING,
    (DiskState.ORPHANED, DiskEvent.ATTACH_INTENDED): DiskState.ATTACHING,
    (DiskState.ORPHANED, DiskEvent.ORPHANED): DiskState.ORPHANED,
    (DiskState.ORPHANED, DiskEvent.DELETE_INTENDED): DiskState.DELETING,
    (DiskState.DELETING, DiskEvent.DELETE_INTENDED): DiskState.DELETING,
}

TASK_TRANSITIONS: Mapping[tuple[TaskState, TaskEvent], TaskState] = {
    (TaskState.QUEUED, TaskEvent.STARTED): TaskState.PROCESSING,
    (TaskState.QUEUED, TaskEvent.CANCEL_REQUESTED): TaskState.CANCELLING,
    (TaskState.PROCESSING, TaskEvent.STARTED): TaskState.PROCESSING,  # resumed after a kill
    (TaskState.PROCESSING, TaskEvent.CANCEL_REQUESTED): TaskState.CANCELLING,
    (TaskState.PROCESSING, TaskEvent.SUCCEEDED): TaskState.DONE,
    (TaskState.PROCESSING, TaskEvent.FAILED): TaskState.ERROR,
    (TaskState.CANCELLING, TaskEvent.STARTED): TaskState.CANCELLING,
    (TaskState.CANCELLING, TaskEvent.CANCEL_REQUESTED): TaskState.CANCELLING,
    (TaskState.CANCELLING, TaskEvent.STOPPED): TaskState.CANCELLED,
    (TaskState.CANCELLING, TaskEvent.SUCCEEDED): TaskState.DONE,
    (TaskState.CANCELLING, TaskEvent.FAILED): TaskState.ERROR,
}

ROTATION_TRANSITIONS: Mapping[tuple[RotationPhase, RotationEvent], RotationPhase] = {
    (RotationPhase.TRUSTING, RotationEvent.ROLLED_OUT): RotationPhase.SIGNING,
    (RotationPhase.SIGNING, RotationEvent.ROLLED_OUT): RotationPhase.DROPPING,
}

_State = TypeVar("_State", bound=Enum)
_Event = TypeVar("_Event", bound=Enum)


def advance(table: Mapping[tuple[_State, _Event], _State], state: _State, event: _Event) -> _State:
    """Return the state after ``event``; a move that the table lacks is our bug."""
    following = table.get((state, event))
    assert following is not None, f"{state} does not take {event}"
    return following
