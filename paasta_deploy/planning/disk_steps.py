"""Steps that leave an instance with the one persistent disk that it should have.

See ``situation`` for why two disks can be there and which of them has the data. No step here
deletes a disk: whatever is not wanted any more becomes an orphan.
"""

from collections.abc import Sequence

from paasta_deploy.model.ids import AgentId, DiskId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateDisk,
    DetachDisk,
    MigrateDisk,
    OrphanDisk,
)
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.part_reasons import disk_matches
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.wanted import Target
from paasta_deploy.ports.clock import IdSource

_LEAVING = frozenset({DiskState.DETACHING, DiskState.DETACHED})


def detach_all(chain: StepChain, situation: Situation, *, agent_answers: bool) -> None:
    """Detach whatever a VM may have, newest first."""
    agent_id = None if situation.vm is None else situation.vm.agent_id
    for disk in situation.attached_disks():
        _detach(chain, disk.disk_id, agent_id, agent_answers=agent_answers)


def orphan_all(chain: StepChain, situation: Situation) -> None:
    """Orphan all disks of the instance, which are detached by now."""
    for disk in situation.disks:
        _orphan(chain, situation, disk)


def settle_disks(
    chain: StepChain,
    situation: Situation,
    target: Target,
    agent_id: AgentId,
    *,
    is_new_vm: bool,
    ids: IdSource,
) -> None:
    """Attach the wanted disk to the VM of ``agent_id``; create or exchange it where needed.

    No job runs meanwhile. ``is_new_vm``: nothing is attached to it, all disks are detached.
    """
    _DiskSettler(chain, situation, target, agent_id, is_new_vm=is_new_vm, ids=ids).settle()


class _DiskSettler:
    """Settles the disks of one instance. Lives for one chain."""

    def __init__(
        self,
        chain: StepChain,
        situation: Situation,
        target: Target,
        agent_id: AgentId,
        *,
        is_new_vm: bool,
        ids: IdSource,
    ) -> None:
        self._chain = chain
        self._situation = situation
        self._wanted = target.spec.disk
        self._follows_spec = target.disk_follows_spec
        self._agent_id = agent_id
        self._is_new_vm = is_new_vm
        self._ids = ids

    def settle(self) -> None:
        """Add the steps."""
        disks = self._situation.disks
        if self._wanted is None and self._follows_spec:
            self._drop(disks)
            return
        holder, spares = self._holder_and_spares(disks)
        if holder is None:
            self._drop(spares)
            if self._wanted is not None:
                self._attach_new(self._wanted)
        elif self._wanted is None or not self._follows_spec or disk_matches(holder, self._wanted):
            self._drop(spares)
            self._finish_creation(holder)
            self._attach(holder)
        else:
            self._exchange(holder, spares, self._wanted)

    def _holder_and_spares(
        self, disks: Sequence[DiskRecord]
    ) -> tuple[DiskRecord | None, Sequence[DiskRecord]]:
        """Return the disk with the data, if there is one, and the others."""
        if len(disks) > 1 and not self._is_new_vm:
            oldest, newest = disks[0], disks[-1]
            if oldest.state in _LEAVING and self._situation.is_attached(newest):
                return newest, disks[:-1]
        if not disks:
            return None, ()
        if self._is_useless(disks[0]):
            return None, disks
        return disks[0], disks[1:]

    def _is_useless(self, disk: DiskRecord) -> bool:
        """Whether the disk was never attached, so is empty, and is not the wanted one either."""
        return (
            self._follows_spec
            and disk.state is DiskState.CREATING
            and (self._wanted is None or not disk_matches(disk, self._wanted))
        )

    def _exchange(
        self, holder: DiskRecord, spares: Sequence[DiskRecord], wanted: DiskSpec
    ) -> None:
        fitting = [disk for disk in spares if disk_matches(disk, wanted)]
        self._drop([disk for disk in spares if disk not in fitting[:1]])
        self._attach(holder)
        if fitting:
            new = fitting[0].disk_id
            self._finish_creation(fitting[0])
            self._attach(fitting[0])
        else:
            new = self._attach_new(wanted)
        self._chain.add(
            "migrate_disk",
            MigrateDisk(old=holder.disk_id, new=new, agent_id=self._agent_id),
        )
        _detach(self._chain, holder.disk_id, self._agent_id, agent_answers=True)
        _orphan(self._chain, self._situation, holder)

    def _attach_new(self, wanted: DiskSpec) -> DiskId:
        disk_id = DiskId(self._ids.new_uuid())
        instance_id = self._situation.record.instance_id
        self._chain.add(
            f"create_disk/{disk_id}",
            CreateDisk(disk_id=disk_id, instance_id=instance_id, disk=wanted, near=self._agent_id),
        )
        self._add_attach(disk_id)
        return disk_id

    def _attach(self, disk: DiskRecord) -> None:
        if not self._is_new_vm:
            if self._situation.is_attached(disk):
                return
            if disk.state in {DiskState.ATTACHED, DiskState.DETACHING}:
                # Half detached, or attached to a VM that is not there any more.
                vm = self._situation.vm
                is_here = vm is not None and disk.vm_cid == vm.cid
                _detach(self._chain, disk.disk_id, self._agent_id, agent_answers=is_here)
        self._add_attach(disk.disk_id)

    def _add_attach(self, disk_id: DiskId) -> None:
        self._chain.add(
            f"attach_disk/{disk_id}",
            AttachDisk(
                disk_id=disk_id,
                instance_id=self._situation.record.instance_id,
                agent_id=self._agent_id,
            ),
        )

    def _finish_creation(self, disk: DiskRecord) -> None:
        if disk.state is DiskState.CREATING:
            _create_again(self._chain, self._situation, disk, self._agent_id)

    def _drop(self, disks: Sequence[DiskRecord]) -> None:
        touching = self._situation.attached_disks()
        for disk in reversed(disks):
            if disk in touching and not self._is_new_vm:
                _detach(self._chain, disk.disk_id, self._agent_id, agent_answers=True)
            _orphan(self._chain, self._situation, disk)


def _detach(
    chain: StepChain, disk_id: DiskId, agent_id: AgentId | None, *, agent_answers: bool
) -> None:
    chain.add(
        f"detach_disk/{disk_id}",
        DetachDisk(disk_id=disk_id, agent_id=agent_id, agent_answers=agent_answers),
    )


def _orphan(chain: StepChain, situation: Situation, disk: DiskRecord) -> None:
    if disk.state is DiskState.CREATING:
        # Only asking again tells its cloud id, and without one it would never be found.
        _create_again(chain, situation, disk, None)
    record = situation.record
    chain.add(
        f"orphan_disk/{disk.disk_id}",
        OrphanDisk(disk_id=disk.disk_id, former_instance=f"{record.group}/{record.instance_id}"),
    )


def _create_again(
    chain: StepChain, situation: Situation, disk: DiskRecord, near: AgentId | None
) -> None:
    chain.add(
        f"create_disk/{disk.disk_id}",
        CreateDisk(
            disk_id=disk.disk_id,
            instance_id=situation.record.instance_id,
            disk=DiskSpec(
                size_mib=disk.size_mib,
                cloud_properties=disk.cloud_properties,
                variables=disk.variables,
            ),
            near=near,
        ),
    )
