"""The one way to make, change, stop, replace and remove an instance.

Every planner puts its chains together from these parts, so a VM that a deploy makes and one that
a resurrection makes are made alike. The order of calls is BOSH's (4.5, 4.11) without its quirks: a
brand-new VM is not prepared and stopped before it is used, and nothing is applied twice.

Each part looks at the situation and leaves out what is done already, so a chain built after a
kill goes on where the former one was cut.
"""

from dataclasses import replace

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.planning.actions import (
    ApplyInstance,
    ConfirmVm,
    CreateVm,
    ElectVm,
    FinishInstance,
    NextState,
    PrepareInstance,
    StartInstance,
    UpdateMetadata,
)
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.differences import Differences
from paasta_deploy.planning.disk_steps import detach_all, settle_disks
from paasta_deploy.planning.effects import settled
from paasta_deploy.planning.parting_steps import (
    DRAIN_SHUTDOWN,
    DRAIN_UPDATE,
    StopWish,
    delete_inactive,
    delete_vm,
    fence,
    fence_active,
    stop,
)
from paasta_deploy.planning.plan import ChangeKind
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.swapping import is_swapped
from paasta_deploy.planning.wanted import Target
from paasta_deploy.ports.clock import IdSource


class InstanceSteps:
    """Builds the steps of one instance. Lives for one planning."""

    def __init__(
        self,
        situation: Situation,
        target: Target,
        differences: Differences,
        *,
        matching_vm: bool,
        ids: IdSource,
        standby: VmRecord | None = None,
    ) -> None:
        """``matching_vm``: the recorded VM is (being) made from what the target wants.

        ``standby``: an inactive one is, and can take over.
        """
        self._situation = situation
        self._standby = standby
        self._standby_agent: AgentId | None = None
        self._target = target
        self._differences = differences
        self._matching_vm = matching_vm
        self._ids = ids
        self._is_new_vm = False
        self.agent_id = None if situation.vm is None else situation.vm.agent_id

    @property
    def has_usable_vm(self) -> bool:
        """Whether there is a VM that can be asked to stop its jobs."""
        return self._situation.has_running_vm() and not self._target.dead_because

    @property
    def swaps(self) -> bool:
        """Whether the VM is replaced by one that stands by: create, swap, delete."""
        return bool(self._differences.vm) and is_swapped(self._situation, self._target)

    @property
    def replaced(self) -> tuple[VmRecord, ...]:
        """The VMs that are to be deleted once the instance is as wanted: none of them serves."""
        if self.swaps:
            return () if self._situation.vm is None else (self._situation.vm,)
        if self._target.is_detached or not self.has_usable_vm:
            return ()  # everything was fenced
        return self._situation.inactive

    @property
    def kind(self) -> ChangeKind:
        """What the change is, for people."""
        record, target, found = self._situation.record, self._target, self._differences
        if record.run_state is not target.run_state or (found.vm and target.is_detached):
            return _KIND_OF_STATE[target.run_state]
        if found.only_tags or target.is_detached:
            return ChangeKind.METADATA
        never_made = record.spec is None
        if found.vm or not self.has_usable_vm:
            return ChangeKind.CREATE if never_made else ChangeKind.RECREATE
        if found.disk or found.software:
            return ChangeKind.CREATE if never_made else ChangeKind.UPDATE
        return ChangeKind.RESTART

    def add_missing_vm(self, chain: StepChain) -> None:
        """Fence what is left of a former VM and make the new one. For instances without a VM."""
        vm = self._situation.vm
        if (
            vm is not None
            and vm.state is VmState.CREATING
            and self._matching_vm
            and not self._target.dead_because
        ):
            self._fence_leftovers(chain)
            delete_inactive(chain, self._situation)
            self._create_vm(chain, vm.agent_id)
            return
        if self._standby is not None:
            self._take_over_from_dead(chain, self._standby)
            return
        self._fence(chain)
        self._create_vm(chain, AgentId(self._ids.new_uuid()))

    def _take_over_from_dead(self, chain: StepChain, standby: VmRecord) -> None:
        """Fence all other VMs; the one that stands by already takes over."""
        for vm in self._situation.inactive:
            if vm is not standby:
                delete_vm(chain, vm.agent_id, self._situation)
        fence_active(chain, self._situation)
        if standby.state is VmState.CREATING:
            self._create_vm(chain, standby.agent_id, standby=True)
        self._elect(chain, standby.agent_id)

    def add_standby(self, chain: StepChain) -> None:
        """Make the VM that will take over, unless it is there, and let it fetch what it needs.

        Never more than one VM stands beside the one that serves.
        """
        standby = self._standby
        for vm in self._situation.inactive:
            if vm is not standby:
                delete_vm(chain, vm.agent_id, self._situation)
        if standby is None or standby.state is VmState.CREATING:
            agent_id = AgentId(self._ids.new_uuid()) if standby is None else standby.agent_id
            self._create_vm(chain, agent_id, standby=True)
        else:
            agent_id = standby.agent_id
        self._standby_agent = agent_id
        self._prepare(chain, agent_id)

    def add_update(self, chain: StepChain, *, canary: bool) -> None:
        """Bring an instance whose VM exists (or was just made) to its target."""
        target, found = self._target, self._differences
        if target.is_detached:
            self._detach(chain)
            return
        if self._is_new_vm:
            self._settle_new_vm(chain, canary=canary)
            return
        self._fence_leftovers(chain)
        if found.vm:
            if self.swaps:
                self._swap_vm(chain)
            else:
                self._replace_vm(chain)
            self._settle_new_vm(chain, canary=canary)
        elif found.only_tags:
            self._update_metadata(chain)
            self._finish(chain)
        else:
            self._update_in_place(chain, canary=canary)

    def _update_in_place(self, chain: StepChain, *, canary: bool) -> None:
        target, found = self._target, self._differences
        assert self.agent_id is not None
        applies = bool(found.software or found.disk or found.tags)
        is_fresh = self._situation.record.spec is None
        if not is_fresh:
            if found.software and self._jobs_may_run():
                self._prepare(chain, self.agent_id)
            comes_back = target.run_state is RunState.STARTED
            self._stop(chain, drain_reason=DRAIN_UPDATE if comes_back else DRAIN_SHUTDOWN)
        self._settle_disks(chain)
        if found.tags:
            self._update_metadata(chain)
        if applies or is_fresh:
            self._apply(chain)
        self._start_or_finish(chain, canary=canary)

    def _settle_new_vm(self, chain: StepChain, *, canary: bool) -> None:
        self._settle_disks(chain)
        self._apply(chain)
        self._start_or_finish(chain, canary=canary)

    def _replace_vm(self, chain: StepChain) -> None:
        self._part_with_vm(chain)
        self._create_vm(chain, AgentId(self._ids.new_uuid()))

    def _part_with_vm(self, chain: StepChain) -> None:
        has_disks = bool(self._situation.attached_disks())
        self._stop(chain, vm_next=NextState.DELETE, must_answer=has_disks)
        detach_all(chain, self._situation, agent_answers=True)
        self._delete_vm(chain)

    def _swap_vm(self, chain: StepChain) -> None:
        """Nothing that serves is stopped before its successor has answered once more."""
        assert self._standby_agent is not None, "its VM was made up front"
        chain.add("confirm_vm", ConfirmVm(agent_id=self._standby_agent))
        self._stop(chain, vm_next=NextState.DELETE, must_answer=True)
        detach_all(chain, self._situation, agent_answers=True)
        self._elect(chain, self._standby_agent)

    def _elect(self, chain: StepChain, agent_id: AgentId) -> None:
        instance_id = self._situation.record.instance_id
        chain.add("elect_vm", ElectVm(instance_id=instance_id, agent_id=agent_id))
        self.agent_id = agent_id
        self._is_new_vm = True

    def _prepare(self, chain: StepChain, agent_id: AgentId) -> None:
        chain.add(
            "prepare",
            PrepareInstance(
                instance_id=self._situation.record.instance_id,
                agent_id=agent_id,
                spec=self._target.spec,
            ),
        )

    def _detach(self, chain: StepChain) -> None:
        if self.has_usable_vm:
            self._fence_leftovers(chain)
            delete_inactive(chain, self._situation)
            self._part_with_vm(chain)
        else:
            self._fence(chain)
        self._finish(chain)

    def _fence(self, chain: StepChain) -> None:
        fence(chain, self._situation)

    def _fence_leftovers(self, chain: StepChain) -> None:
        for vm in self._situation.leftovers:
            delete_vm(chain, vm.agent_id, self._situation)

    def _delete_vm(self, chain: StepChain) -> None:
        assert self.agent_id is not None
        delete_vm(chain, self.agent_id, self._situation)

    def _create_vm(self, chain: StepChain, agent_id: AgentId, *, standby: bool = False) -> None:
        record, spec = self._situation.record, self._target.spec
        if not standby:
            self.agent_id = agent_id
            self._is_new_vm = True
        chain.add(
            "create_vm",
            CreateVm(
                agent_id=agent_id,
                deployment=record.deployment,
                group=record.group,
                index=record.index,
                instance_id=record.instance_id,
                az=record.az,
                vm=spec.vm,
                standby=standby,
                disks_near=tuple(
                    disk.disk_id for disk in self._situation.disks if disk.cid is not None
                ),
                tags=spec.tags,
            ),
        )

    def _settle_disks(self, chain: StepChain) -> None:
        assert self.agent_id is not None
        settle_disks(
            chain,
            self._situation,
            self._target,
            self.agent_id,
            is_new_vm=self._is_new_vm,
            ids=self._ids,
        )

    def _jobs_may_run(self) -> bool:
        record = self._situation.record
        return record.run_state is RunState.STARTED or not record.converged

    def _stop(
        self,
        chain: StepChain,
        *,
        vm_next: NextState = NextState.KEEP,
        must_answer: bool = False,
        drain_reason: str = DRAIN_SHUTDOWN,
    ) -> None:
        record = self._situation.record
        if record.spec is None or not self._jobs_may_run():
            return
        stop(
            chain,
            self._situation,
            StopWish(
                vm_next=vm_next,
                skip_drain=self._target.skip_drain,
                # What never came up has nothing to drain; its stop scripts may know no better.
                ignore_failure=self._target.ignore_stop_failure or record.converged_by is None,
                must_answer=must_answer,
                drain_reason=drain_reason,
            ),
        )

    def _update_metadata(self, chain: StepChain) -> None:
        assert self.agent_id is not None
        chain.add(
            "update_metadata", UpdateMetadata(agent_id=self.agent_id, spec=self._target.spec)
        )

    def _apply(self, chain: StepChain) -> None:
        assert self.agent_id is not None
        chain.add(
            "apply",
            ApplyInstance(
                instance_id=self._situation.record.instance_id,
                agent_id=self.agent_id,
                spec=self._target.spec,
            ),
        )

    def _start_or_finish(self, chain: StepChain, *, canary: bool) -> None:
        if self._target.run_state is not RunState.STARTED:
            self._finish(chain)
            return
        assert self.agent_id is not None
        chain.add(
            "start",
            StartInstance(
                instance_id=self._situation.record.instance_id,
                agent_id=self.agent_id,
                spec=self._target.spec,
                canary=canary,
            ),
        )

    def _finish(self, chain: StepChain) -> None:
        target = self._target
        record = settled(
            self._situation.record,
            target.spec,
            target.run_state,
            target.task_id,
            vms=self._situation.inactive,
        )
        if self.kind is ChangeKind.METADATA:
            # Nothing ran, so nothing is to be done after it either.
            record = replace(record, post_deployed_by=target.task_id)
        chain.add("finish", FinishInstance(record=record))


_KIND_OF_STATE = {
    RunState.STARTED: ChangeKind.START,
    RunState.STOPPED: ChangeKind.STOP,
    RunState.DETACHED: ChangeKind.DETACH,
}
