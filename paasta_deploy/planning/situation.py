"""One instance as it stands: its record, its VMs, its disks, and what was observed of them.

Theory of disks. An instance has one persistent disk of each name (the one that is mounted at
``store`` has the empty name), and two of a name while that disk is exchanged. Jobs are stopped
during an exchange and are started only after the old disk was orphaned, so of two disks the older
one always has all data, and copying again is always right. One state needs no copying: the newer
one is attached and the older one is not. That is only reached by a finished copy, because disks
are attached oldest first and detached newest first. A disk that is grown is never one of two.
"""

from dataclasses import dataclass

from paasta_deploy.model.ids import AgentId, InstanceId
from paasta_deploy.model.lifecycle import DiskState, VmState
from paasta_deploy.model.observed import Observed, VmPresence
from paasta_deploy.model.recorded import DiskRecord, InstanceRecord, RecordedDeployment, VmRecord

_KEPT_DISKS = frozenset(
    {
        DiskState.CREATING,
        DiskState.DETACHED,
        DiskState.ATTACHING,
        DiskState.ATTACHED,
        DiskState.DETACHING,
    }
)
"""States of a disk that still belongs to its instance."""

_TOUCHING = frozenset({DiskState.ATTACHING, DiskState.ATTACHED, DiskState.DETACHING})
"""States in which a VM may have the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One instance. ``vm`` is the VM that serves it or is about to; ``leftovers`` must go.

    ``disks`` are its own, oldest first. ``presence`` is what was seen of ``vm``, if looked at.
    ``inactive`` are VMs beside ``vm``, newest last: made to take over from it, or replaced by it.
    None of them has a disk or runs jobs. Those in ``silent`` were seen not to answer.
    """

    record: InstanceRecord
    vm: VmRecord | None = None
    leftovers: tuple[VmRecord, ...] = ()
    disks: tuple[DiskRecord, ...] = ()
    presence: VmPresence | None = None
    inactive: tuple[VmRecord, ...] = ()
    silent: frozenset[AgentId] = frozenset()

    @property
    def label(self) -> str:
        """The instance as event lines show it."""
        return f"{self.record.group}/{self.record.instance_id} ({self.record.index})"

    def has_running_vm(self) -> bool:
        """Whether the VM was made and is not on its way out, as far as is known."""
        return (
            self.vm is not None
            and self.vm.state is VmState.RUNNING
            and self.presence is not VmPresence.MISSING
        )

    def attached_disks(self) -> tuple[DiskRecord, ...]:
        """Return the disks that a VM may have, newest first: the order to detach them in."""
        return tuple(disk for disk in reversed(self.disks) if disk.state in _TOUCHING)

    def disks_named(self, name: str) -> tuple[DiskRecord, ...]:
        """Return the disks of one name, oldest first."""
        return tuple(disk for disk in self.disks if disk.name == name)

    def is_attached(self, disk: DiskRecord) -> bool:
        """Return whether ``disk`` is attached to the VM, for certain."""
        return (
            disk.state is DiskState.ATTACHED and self.vm is not None and disk.vm_cid == self.vm.cid
        )


class Situations:
    """Gives the situation of each instance of one deployment. Build it once for a planning."""

    def __init__(self, recorded: RecordedDeployment, observed: Observed | None = None) -> None:
        self._seen = {} if observed is None else observed.vms
        self._vms: dict[InstanceId, list[VmRecord]] = {}
        self._disks: dict[InstanceId, list[DiskRecord]] = {}
        for vm in recorded.vms:
            if vm.instance_id is not None:
                self._vms.setdefault(vm.instance_id, []).append(vm)
        for disk in recorded.disks:
            if disk.instance_id is not None and disk.state in _KEPT_DISKS:
                self._disks.setdefault(disk.instance_id, []).append(disk)

    def of(self, record: InstanceRecord) -> Situation:
        """Return the situation of the instance of ``record``."""
        vms = self._vms.get(record.instance_id, [])
        inactive: tuple[VmRecord, ...] = ()
        if len(vms) > 1 or (vms and not vms[0].active):
            inactive = tuple(sorted((one for one in vms if not one.active), key=_fitness))
            vms = [one for one in vms if one.active]
        disks = self._disks.get(record.instance_id, [])
        if len(disks) > 1:
            disks = sorted(disks, key=lambda disk: (disk.created_at, disk.disk_id))
        if len(vms) > 1:
            vms = sorted(vms, key=_fitness)
        vm = vms[-1] if vms else None
        seen = None if vm is None else self._seen.get(vm.agent_id)
        return Situation(
            record=record,
            vm=vm,
            leftovers=tuple(vms[:-1]),
            disks=tuple(disks),
            presence=None if seen is None else seen.presence,
            inactive=inactive,
            silent=frozenset(one.agent_id for one in inactive if self._is_silent(one)),
        )

    def _is_silent(self, vm: VmRecord) -> bool:
        seen = self._seen.get(vm.agent_id)
        return seen is not None and seen.presence is not VmPresence.ANSWERING


def _fitness(vm: VmRecord) -> tuple[bool, str, str]:
    return (
        vm.state is not VmState.DELETING,
        vm.created_at.isoformat(),
        vm.agent_id,
    )
