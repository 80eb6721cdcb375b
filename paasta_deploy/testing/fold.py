"""Carrying a plan out on its records alone: a director and a cloud that never fail.

Every step does to the records what it does in production (``planning.effects``), in the order of
the plan, and may be cut off between intent and result, as a kill would. The laws that hold at
every instant are checked on the way: one living VM for each instance, no address on two VMs, no
disk on two VMs and none taken from a VM that may still write, and no data lost: every start of an
instance writes to its disk, and the next start must find what was written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from paasta_deploy.model.ids import AgentId, BlobId, DiskCid, DiskId, InstanceId, TaskId, VmCid
from paasta_deploy.model.lifecycle import DiskState, VmState
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    Record,
    RecordChange,
    RecordedDeployment,
    VmRecord,
)
from paasta_deploy.model.spec import BlobRef, InstanceSpec, IpAddress
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    CompilePackage,
    CreateDisk,
    CreateVm,
    DetachDisk,
    ElectVm,
    GrowDisk,
    MigrateDisk,
    OrphanDisk,
    RemoveInstance,
    ReplaceUngrown,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.disk_steps import replacement
from paasta_deploy.planning.effects import Made, at_intent, at_result
from paasta_deploy.planning.plan import Plan, Step
from paasta_deploy.testing.clock import EPOCH

_TICK = timedelta(seconds=1)
"""Every act takes a second, so that records tell which came first."""


class Fold:
    """The records of one deployment while plans are carried out on them."""

    def __init__(
        self,
        recorded: RecordedDeployment,
        *,
        now: datetime = EPOCH,
        refuses_growth: bool = False,
    ) -> None:
        """``refuses_growth``: the cloud claims to grow disks, and cannot."""
        self.refuses_growth = refuses_growth
        self.deployment = recorded.deployment
        self.instances: dict[InstanceId, InstanceRecord] = {}
        self.vms: dict[AgentId, VmRecord] = {}
        self.disks: dict[DiskId, DiskRecord] = {}
        self._agents: dict[InstanceId, set[AgentId]] = {}
        self._agent_at: dict[IpAddress, AgentId] = {}
        self._disks_of: dict[InstanceId, set[DiskId]] = {}
        self.running: set[InstanceId] = set()
        self._written: dict[tuple[InstanceId, str], int] = {}
        self._found_on: dict[DiskId, int] = {}
        self._growing: set[DiskId] = set()
        self.compiled: dict[tuple[str, str, str, str], CompiledPackageRecord] = {}
        self.now = now
        records: tuple[Record, ...] = (*recorded.instances, *recorded.vms, *recorded.disks)
        self.write(Put(record=record) for record in records)

    def copy(self) -> "Fold":
        """Return a fold that goes its own way from here."""
        twin = Fold(self.recorded, now=self.now, refuses_growth=self.refuses_growth)
        twin.compiled = dict(self.compiled)
        twin.running = set(self.running)
        twin._written = dict(self._written)
        twin._found_on = dict(self._found_on)
        return twin

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        return self.instances.get(instance_id)

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        return self.vms.get(agent_id)

    def vms_of(self, instance_id: InstanceId) -> list[VmRecord]:
        """Return all VMs of one instance, in no order."""
        return [self.vms[agent_id] for agent_id in self._agents.get(instance_id, ())]

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        return self.disks.get(disk_id)

    @property
    def recorded(self) -> RecordedDeployment:
        """All records as of now."""
        return RecordedDeployment(
            deployment=self.deployment,
            instances=tuple(self.instances.values()),
            vms=tuple(self.vms.values()),
            disks=tuple(self.disks.values()),
        )

    def write(self, changes: Iterable[RecordChange]) -> None:
        """Apply record changes as one entry of the journal does."""
        for change in changes:
            if isinstance(change, Put):
                self._put(change)
            else:
                self._remove(change)

    def run(self, plan: Plan, task_id: TaskId, *, half_steps: int | None = None) -> None:
        """Carry ``plan`` out, or only its first ``half_steps`` intents and results.

        ``2 * len(plan.steps)`` of them are the whole plan.
        """
        self.write(Put(record=record) for record in plan.refreshed)
        check_order(plan)
        self._growing.clear()  # a growth that was cut off keeps nobody from running meanwhile
        for number, half in enumerate(self._halves(plan, task_id)):
            if number == half_steps:
                return
            self.write(half())
            half.note()

    def _halves(self, plan: Plan, task_id: TaskId) -> Iterator["_Half"]:
        for step in plan.steps:
            action = self._with_blobs(step.action)
            if isinstance(action, ReplaceUngrown):
                # Its own steps are journalled like planned ones.
                for _, part in replacement(action, self.disks[action.disk_id]):
                    yield _Half(self, part, task_id, is_result=False)
                    yield _Half(self, part, task_id, is_result=True)
            yield _Half(self, action, task_id, is_result=False)
            yield _Half(self, action, task_id, is_result=True)

    def _with_blobs(self, action: Action) -> Action:
        """Fill in what was compiled meanwhile, as execution does before it applies."""
        if not isinstance(action, ApplyInstance):
            return action
        return replace(action, spec=self._filled(action.spec))

    def _filled(self, spec: InstanceSpec) -> InstanceSpec:
        stemcell = spec.vm.stemcell
        packages = []
        for package in spec.packages:
            key = (
                package.fingerprint,
                package.dependency_key,
                stemcell.os,
                str(stemcell.version),
            )
            if package.blob is None:
                assert key in self.compiled, f"package {package.name} was never compiled"
                package = replace(package, blob=self.compiled[key].blob)  # noqa: PLW2901 - a copy
            packages.append(package)
        return replace(spec, packages=tuple(packages))

    def tick(self) -> datetime:
        """Let a second pass and return the time."""
        self.now += _TICK
        return self.now

    def check_before(self, action: Action) -> None:
        """Check that ``action`` may be intended now."""
        match action:
            case CreateVm():
                self._check_new_vm(action)
            case AttachDisk(disk_id=disk_id, agent_id=agent_id):
                disk, vm = self.disks[disk_id], self.vms[agent_id]
                free = disk.state in {DiskState.DETACHED, DiskState.ORPHANED}
                assert free or disk.vm_cid == vm.cid, f"disk {disk_id} may be on another VM"
            case DetachDisk(disk_id=disk_id, agent_answers=agent_answers):
                disk = self.disks[disk_id]
                self._check_not_running(disk.instance_id)
                living = {vm.cid for vm in self.vms.values()}
                fenced = disk.vm_cid is None or disk.vm_cid not in living
                assert agent_answers or fenced, f"disk {disk_id} torn from a living VM"
            case MigrateDisk(old=old, new=new):
                self._check_not_running(self.disks[old].instance_id)
                ends = (self.disks[old], self.disks[new])
                attached = all(disk.state is DiskState.ATTACHED for disk in ends)
                assert attached, f"{old} cannot be copied to {new}: not both are attached"
            case ElectVm(instance_id=instance_id, agent_id=agent_id):
                self._check_not_running(instance_id)
                assert self.vms[agent_id].state is VmState.RUNNING, f"{agent_id} is not made yet"
                for disk_id in self._disks_of.get(instance_id, ()):
                    state = self.disks[disk_id].state
                    assert state in {DiskState.DETACHED, DiskState.CREATING}, "elected too early"
            case ApplyInstance(agent_id=agent_id) | StartInstance(agent_id=agent_id):
                assert self.vms[agent_id].active, f"jobs on {agent_id}, which does not serve"
            case GrowDisk(disk_id=disk_id, size_mib=size_mib):
                disk = self.disks[disk_id]
                assert disk.state is DiskState.DETACHED, f"{disk_id} is grown while attached"
                smallest_mib = max(disk.size_mib, disk.growing_to_mib or 0)
                assert size_mib >= smallest_mib, f"{disk_id} would shrink"
                self._growing.add(disk_id)
            case RemoveInstance(record=record):
                assert not self._agents.get(record.instance_id), "removed with a living VM"
                left = self._disks_of.get(record.instance_id)
                assert not left, "removed with a disk that nobody would find"
            case _:
                pass

    def note(self, action: Action) -> None:
        """Follow what ``action`` does to running jobs and to data."""
        match action:
            case StartInstance(instance_id=instance_id):
                self._start(instance_id)
            case StopInstance(instance_id=instance_id):
                self.running.discard(instance_id)
            case MigrateDisk(old=old, new=new):
                self._found_on[new] = self._found_on.get(old, 0)
            case GrowDisk(disk_id=disk_id):
                self._growing.discard(disk_id)
            case OrphanDisk():
                self._orphaned(action)
            case _:
                pass

    def _start(self, instance_id: InstanceId) -> None:
        self.running.add(instance_id)
        disks = [self.disks[disk_id] for disk_id in self._disks_of.get(instance_id, ())]
        names = [disk.name for disk in disks]
        assert len(names) == len(set(names)), f"{instance_id} starts with two disks of a name"
        for disk in disks:
            assert disk.state is DiskState.ATTACHED, f"{instance_id} starts without its disk"
            assert disk.disk_id not in self._growing, f"{instance_id} starts as its disk is grown"
            key = (instance_id, disk.name)
            expected = self._written.get(key, 0)
            assert self._found_on.get(disk.disk_id, 0) == expected, f"{instance_id} lost its data"
            self._written[key] = self._found_on[disk.disk_id] = expected + 1

    def _orphaned(self, action: OrphanDisk) -> None:
        found, name = self._found_on.pop(action.disk_id, None), self.disks[action.disk_id].name
        former = action.former_instance.rpartition("/")[2]
        for key, written in list(self._written.items()):
            instance_id, of_name = key
            kept = {self.disks[other].name for other in self._disks_of.get(instance_id, ())}
            if of_name not in kept or (name and key == (former, name) and found == written):
                # The operator took the disk away, or has another one in the place of one that
                # nobody can copy; the next one begins empty.
                del self._written[key]

    def _check_not_running(self, instance_id: InstanceId | None) -> None:
        assert instance_id not in self.running, f"{instance_id} loses its disk while it runs"

    def _check_new_vm(self, action: CreateVm) -> None:
        if action.instance_id is not None:
            living = [
                vm for vm in self.vms_of(action.instance_id) if vm.agent_id != action.agent_id
            ]
            if action.standby:
                assert len(living) < 2, f"{action.instance_id} would have three VMs"
            else:
                assert not any(vm.active for vm in living), f"{action.instance_id}: two VMs serve"
            disks = () if action.standby else self._disks_of.get(action.instance_id, ())
            for disk_id in disks:
                free = self.disks[disk_id].state in {DiskState.DETACHED, DiskState.CREATING}
                assert free, f"disk {disk_id} was not detached before the new VM"
        for network in action.vm.networks:
            if network.ip is not None:
                other = self._agent_at.get(network.ip, action.agent_id)
                assert other == action.agent_id, f"{network.ip} would be on two VMs"

    def _check_addresses_held(self, instance: InstanceRecord) -> None:
        held = {reservation.ip for reservation in instance.addresses}
        for agent_id in self._agents.get(instance.instance_id, ()):
            used = {network.ip for network in self.vms[agent_id].networks} - {None}
            assert used <= held, f"{instance.instance_id} gives {used - held} away in use"

    def _put(self, change: Put) -> None:
        match change.record:
            case InstanceRecord() as instance:
                self._check_addresses_held(instance)
                self.instances[instance.instance_id] = instance
            case VmRecord() as vm:
                self.vms[vm.agent_id] = vm
                if vm.instance_id is not None:
                    self._agents.setdefault(vm.instance_id, set()).add(vm.agent_id)
                for network in vm.networks:
                    if network.ip is not None:
                        self._agent_at[network.ip] = vm.agent_id
            case DiskRecord() as disk:
                self._forget_disk(disk.disk_id)
                self.disks[disk.disk_id] = disk
                if disk.instance_id is not None:
                    self._disks_of.setdefault(disk.instance_id, set()).add(disk.disk_id)
            case DeploymentRecord() as deployment:
                self.deployment = deployment
            case CompiledPackageRecord() as package:
                key = (
                    package.fingerprint,
                    package.dependency_key,
                    package.stemcell_os,
                    str(package.stemcell_version),
                )
                self.compiled[key] = package
            case other:
                raise AssertionError(f"a plan does not write {type(other).__name__}")

    def _remove(self, change: RecordChange) -> None:
        match change.record:
            case InstanceRecord(instance_id=instance_id):
                self.instances.pop(instance_id, None)
            case VmRecord() as vm:
                self.vms.pop(vm.agent_id, None)
                if vm.instance_id is not None:
                    if vm.active:
                        self.running.discard(vm.instance_id)
                    self._agents[vm.instance_id].discard(vm.agent_id)
                for network in vm.networks:
                    if network.ip is not None:
                        self._agent_at.pop(network.ip, None)
            case DiskRecord(disk_id=disk_id):
                self._forget_disk(disk_id)
            case other:
                raise AssertionError(f"a plan does not remove {type(other).__name__}")

    def _forget_disk(self, disk_id: DiskId) -> None:
        known = self.disks.pop(disk_id, None)
        if known is not None and known.instance_id is not None:
            self._disks_of[known.instance_id].discard(disk_id)


class _Half:
    """One half of a step: its intent or its result. Calling it gives the record changes."""

    def __init__(self, fold: Fold, action: Action, task_id: TaskId, *, is_result: bool) -> None:
        self._fold = fold
        self._action = action
        self._task_id = task_id
        self._is_result = is_result

    def __call__(self) -> tuple[RecordChange, ...]:
        now = self._fold.tick()
        if not self._is_result:
            self._fold.check_before(self._action)
            return at_intent(self._action, self._fold, now=now, task_id=self._task_id)
        return at_result(
            self._action, self._fold, now=now, task_id=self._task_id, made=self._made()
        )

    def _made(self) -> Made:
        if isinstance(self._action, GrowDisk) and self._fold.refuses_growth:
            return Made(growth_refused=True)
        return _made(self._action)

    def note(self) -> None:
        """Follow the act in the world once its result is recorded."""
        if self._is_result:
            self._fold.note(self._action)


def _made(action: Action) -> Made:
    match action:
        case CreateVm(agent_id=agent_id):
            return Made(vm=VmCid(f"vm-{agent_id}"))
        case CreateDisk(disk_id=disk_id):
            return Made(disk=DiskCid(f"disk-{disk_id}"))
        case AttachDisk():
            return Made(hint="/dev/sdc")
        case CompilePackage(fingerprint=fingerprint):
            return Made(
                package=BlobRef(blob_id=BlobId(f"compiled-{fingerprint}"), digest="sha256:00")
            )
        case _:
            return Made()


def check_order(plan: Plan) -> None:
    """Check that the steps could be done in their order: nothing waits for a later one."""
    done: set[str] = set()
    last_of: dict[str, Step] = {}
    known = {change.change_id for change in plan.changes}
    for step in plan.steps:
        assert step.change_id in known, f"{step.step_id} belongs to no change"
        assert step.step_id not in done, f"two steps are called {step.step_id}"
        waits_for_later = [item for item in step.after if item not in done]
        assert not waits_for_later, f"{step.step_id} waits for {waits_for_later}"
        done.add(step.step_id)
        last_of[step.change_id] = step
    assert known == set(last_of), "a change without steps"
    for change in plan.changes:
        assert change.slot is None or change.slot in plan.slots, f"no slot {change.slot}"
