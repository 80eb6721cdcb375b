"""What one plan wants of one instance."""

from dataclasses import dataclass

from paasta_deploy.model.ids import CpiName, TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.wants import Renewal, Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an instance shall become.

    ``renewal`` is only set while this task has not done it yet. ``disk_follows_spec`` is False
    where the recorded spec is the source: then the disk that exists is the right one, whatever
    its size. ``growing_cpis`` can make a disk larger; others' disks are copied to larger ones.
    ``dead_because`` says why the VM must be fenced before anything else, or is empty.
    """

    spec: InstanceSpec
    run_state: RunState
    task_id: TaskId
    renewal: Renewal | None = None
    disk_follows_spec: bool = True
    growing_cpis: frozenset[CpiName] = frozenset()
    dead_because: str = ""
    skip_drain: bool = False
    ignore_stop_failure: bool = False

    @property
    def is_detached(self) -> bool:
        """Whether the instance shall have no VM."""
        return self.run_state is RunState.DETACHED


def renewal_left(situation: Situation, wants: Wants) -> Renewal | None:
    """Return what ``wants`` still has to renew: nothing that this task has done already.

    A VM that this task made needs no second recreation, even if the instance is not settled yet.
    """
    record = situation.record
    if wants.renewal is None or not wants.selects(record):
        return None
    if record.converged_by == wants.task_id:
        return None
    made_by = None if situation.vm is None else situation.vm.created_by
    if wants.renewal is Renewal.RECREATE and made_by == wants.task_id:
        return None
    return wants.renewal


def dead_because(situation: Situation, *, fix: bool) -> str:
    """Return why the VM must be fenced, judging from what was observed; empty: it must not.

    A VM that is silent but there is only given up when the operator said so (``--fix``).
    """
    if situation.presence is VmPresence.MISSING:
        return "the cloud has its VM no more"
    if situation.presence is VmPresence.SILENT and fix:
        return "its agent does not answer"
    return ""
