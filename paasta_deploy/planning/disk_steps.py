"""Steps that leave an instance with the persistent disks that it should have, one of each name.

See ``situation`` for why two disks of a name can be there and which of them has the data. No step
here deletes a disk: whatever is not wanted any more becomes an orphan.

A disk that shall be larger is grown by its CPI if that can; otherwise, as for every other change,
it is exchanged: a new disk is made and attached, everything is copied, and only then the old disk
is detached and orphaned. What is on a disk with a name is unknown to the agent, so nothing can
copy it: its successor is empty.
"""

from collections.abc import Sequence

from paasta_deploy.model.ids import AgentId, DiskId
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.model.spec import DiskSpec
from paasta_deploy.planning.actions import (
    Action,
    AttachDisk,
    CreateDisk,
    DetachDisk,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    ReplaceUngrown,
)
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.part_reasons import disk_matches, grows_into
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
    """Attach the wanted disks to the VM of ``agent_id``; create, grow or exchange where needed.

    No job runs meanwhile. ``is_new_vm``: nothing is attached to it, all disks are detached. Disks
    that are as wanted are not touched, whatever becomes of others.
    """
    wanted = {disk.name: disk for disk in target.spec.disks}
    there = (disk.name for disk in situation.disks)
    for name in dict.fromkeys((*wanted, *there)):
        _DiskSettler(
            chain, situation, target, agent_id, name=name, is_new_vm=is_new_vm, ids=ids
        ).settle(wanted.get(name))


def replacement(action: ReplaceUngrown, disk: DiskRecord) -> tuple[tuple[str, Action], ...]:
    """Return what ``action`` comes to, by step name; nothing if ``disk`` was grown.

    Both disks are attached, as for any exchange.
    """
    if not disk.growth_refused:
        return ()
    agent_id, new = action.agent_id, action.new
    copy = ("migrate_disk", MigrateDisk(old=disk.disk_id, new=new, agent_id=agent_id))
    return (
        (
            f"create_disk/{new}",
            CreateDisk(
                disk_id=new, instance_id=action.instance_id, disk=action.disk, near=agent_id
            ),
        ),
        (
            f"attach_disk/{new}",
            AttachDisk(disk_id=new, instance_id=action.instance_id, agent_id=agent_id),
        ),
        *((copy,) if disk.is_managed else ()),
        (f"detach_disk/{disk.disk_id}", DetachDisk(disk_id=disk.disk_id, agent_id=agent_id)),
        (
            f"orphan_disk/{disk.disk_id}",
            OrphanDisk(disk_id=disk.disk_id, former_instance=action.former_instance),
        ),
    )


class _DiskSettler:
    """Settles the disk of one name of one instance. Lives for one chain."""

    def __init__(
        self,
        chain: StepChain,
        situation: Situation,
        target: Target,
        agent_id: AgentId,
        *,
        name: str,
        is_new_vm: bool,
        ids: IdSource,
    ) -> None:
        self._chain = chain
        self._situation = situation
        self._disks = situation.disks_named(name)
        self._follows_spec = target.disk_follows_spec
        self._growing_cpis = target.growing_cpis
        self._agent_id = agent_id
        self._is_new_vm = is_new_vm
        self._ids = ids

    def settle(self, wanted: DiskSpec | None) -> None:
        """Add the steps."""
        if wanted is None and self._follows_spec:
            self._drop(self._disks)
            return
        holder, spares = self._holder_and_spares(wanted)
        if holder is None:
            self._drop(spares)
            if wanted is not None:
                self._attach_new(wanted)
        elif wanted is None or not self._follows_spec or disk_matches(holder, wanted):
            self._drop(spares)
            self._finish_creation(holder)
            self._attach(holder)
        else:
            self._change(holder, spares, wanted)

    def _holder_and_spares(
        self, wanted: DiskSpec | None
    ) -> tuple[DiskRecord | None, Sequence[DiskRecord]]:
        """Return the disk with the data, if there is one, and the others."""
        disks = self._disks
        if len(disks) > 1 and not self._is_new_vm:
            oldest, newest = disks[0], disks[-1]
            if oldest.state in _LEAVING and self._situation.is_attached(newest):
                return newest, disks[:-1]
        if not disks:
            return None, ()
        if self._is_useless(disks[0], wanted):
            return None, disks
        return disks[0], disks[1:]

    def _is_useless(self, disk: DiskRecord, wanted: DiskSpec | None) -> bool:
        """Whether the disk was never attached, so is empty, and is not the wanted one either."""
        return (
            self._follows_spec
            and disk.state is DiskState.CREATING
            and (wanted is None or not disk_matches(disk, wanted))
        )

    def _change(self, holder: DiskRecord, spares: Sequence[DiskRecord], wanted: DiskSpec) -> None:
        """Make the holder the wanted disk, or put the wanted one in its place."""
        fitting = [disk for disk in spares if disk_matches(disk, wanted)][:1]
        self._drop([disk for disk in spares if disk not in fitting])
        if not fitting and grows_into(holder, wanted, self._growing_cpis):
            self._grow(holder, wanted)
        else:
            self._exchange(holder, fitting, wanted)

    def _grow(self, holder: DiskRecord, wanted: DiskSpec) -> None:
        """Let the CPI grow it (bosh.md 4.5): detach, grow, attach; the data stays where it is."""
        disk_id, record = holder.disk_id, self._situation.record
        self._take_off(holder)
        self._chain.add(
            f"grow_disk/{disk_id}", GrowDisk(disk_id=disk_id, size_mib=wanted.size_mib)
        )
        self._add_attach(disk_id)
        self._chain.add(
            f"replace_ungrown/{disk_id}",
            ReplaceUngrown(
                disk_id=disk_id,
                new=DiskId(self._ids.new_uuid()),
                disk=wanted,
                instance_id=record.instance_id,
                agent_id=self._agent_id,
                former_instance=f"{record.group}/{record.instance_id}",
            ),
        )

    def _exchange(
        self, holder: DiskRecord, fitting: Sequence[DiskRecord], wanted: DiskSpec
    ) -> None:
        """Put the wanted disk in the place of the holder, with all its data, and orphan that."""
        if holder.is_managed:
            self._attach(holder)
        if fitting:
            new = fitting[0].disk_id
            self._finish_creation(fitting[0])
            self._attach(fitting[0])
        else:
            new = self._attach_new(wanted)
        if holder.is_managed:
            self._chain.add(
                "migrate_disk",
                MigrateDisk(old=holder.disk_id, new=new, agent_id=self._agent_id),
            )
            _detach(self._chain, holder.disk_id, self._agent_id, agent_answers=True)
        else:
            self._take_off(holder)
        _orphan(self._chain, self._situation, holder)

    def _take_off(self, disk: DiskRecord) -> None:
        """Detach the disk from whatever VM may have it."""
        if self._is_new_vm or disk not in self._situation.attached_disks():
            return
        vm = self._situation.vm
        is_here = vm is not None and disk.vm_cid == vm.cid
        _detach(self._chain, disk.disk_id, self._agent_id, agent_answers=is_here)

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
        if not self._is_new_vm and self._situation.is_attached(disk):
            return
        if disk.state is not DiskState.ATTACHING:
            # Otherwise half detached, or attached to a VM that is not there any more.
            self._take_off(disk)
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
                name=disk.name,
            ),
            near=near,
        ),
    )
