"""The one way to make, change, stop, replace and remove an instance.

Every planner puts its chains together from these parts, so a VM that a deploy makes and one that
a resurrection makes are made alike. The order of calls is BOSH's (4.5, 4.11) without its quirks: a
brand-new VM is not prepared and stopped before it is used, and nothing is applied twice.

Each part looks at the situation and leaves out what is done already, so a chain built after a
kill goes on where the former one was cut.
"""

from dataclasses import dataclass, replace

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.planning.actions import (
    ApplyInstance,
    CreateVm,
    DeleteVm,
    FinishInstance,
    NextState,
    PrepareInstance,
    RemoveInstance,
    StartInstance,
    StopInstance,
    UpdateMetadata,
)
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.differences import Differences
from paasta_deploy.planning.disk_steps import detach_all, orphan_all, settle_disks
from paasta_deploy.planning.effects import settled
from paasta_deploy.planning.plan import ChangeKind
from paasta_deploy.planning.situation import Situation
from paasta_deploy.planning.wanted import Target
from paasta_deploy.ports.clock import IdSource

_DRAIN_SHUTDOWN = "shutdown"
_DRAIN_UPDATE = "update"
"""BOSH's words for the agent's ``drain`` (4.5): jobs go away, or come back with a new spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWish:
    """How jobs are stopped, and what their scripts are told about the time after."""

    vm_next: NextState = NextState.KEEP
    instance_next: NextState = NextState.KEEP
    deployment_next: NextState = NextState.KEEP
    skip_drain: bool = False
    ignore_failure: bool = False
    drain_reason: str = _DRAIN_SHUTDOWN

    @classmethod
    def of_removal(cls, *, with_deployment: bool = False, force: bool = False) -> "StopWish":
        """Return the wish for an instance that goes away, alone or with its deployment."""
        return cls(
            vm_next=NextState.DELETE,
            instance_next=NextState.DELETE,
            deployment_next=NextState.DELETE if with_deployment else NextState.KEEP,
            ignore_failure=force,
        )


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
    ) -> None:
        """``matching_vm``: the recorded VM is (being) made from what the target wants."""
        self._situation = situation
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
            self._create_vm(chain, vm.agent_id)
            return
        self._fence(chain)
        self._create_vm(chain, AgentId(self._ids.new_uuid()))

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
            self._replace_vm(chain)
            self._settle_new_vm(chain, canary=canary)
        elif found.only_tags:
            self._update_metadata(chain)
            self._finish(chain)
        else:
            self._update_in_place(chain, canary=canary)

    def _update_in_place(self, chain: StepChain, *, canary: bool) -> None:
        situation, target, found = self._situation, self._target, self._differences
        assert self.agent_id is not None
        applies = bool(found.software or found.disk or found.tags)
        is_fresh = situation.record.spec is None
        if not is_fresh:
            if found.software and self._jobs_may_run():
                chain.add(
                    "prepare",
                    PrepareInstance(
                        instance_id=situation.record.instance_id,
                        agent_id=self.agent_id,
                        spec=target.spec,
                    ),
                )
            comes_back = target.run_state is RunState.STARTED
            self._stop(chain, drain_reason=_DRAIN_UPDATE if comes_back else _DRAIN_SHUTDOWN)
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
        self._stop(chain, vm_next=NextState.DELETE)
        detach_all(chain, self._situation, agent_answers=True)
        self._delete_vm(chain)
        self._create_vm(chain, AgentId(self._ids.new_uuid()))

    def _detach(self, chain: StepChain) -> None:
        if self.has_usable_vm:
            self._fence_leftovers(chain)
            self._stop(chain, vm_next=NextState.DELETE)
            detach_all(chain, self._situation, agent_answers=True)
            self._delete_vm(chain)
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

    def _create_vm(self, chain: StepChain, agent_id: AgentId) -> None:
        record, spec = self._situation.record, self._target.spec
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
        drain_reason: str = _DRAIN_SHUTDOWN,
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
        record = settled(self._situation.record, target.spec, target.run_state, target.task_id)
        if self.kind is ChangeKind.METADATA:
            # Nothing ran, so nothing is to be done after it either.
            record = replace(record, post_deployed_by=target.task_id)
        chain.add("finish", FinishInstance(record=record))


_KIND_OF_STATE = {
    RunState.STARTED: ChangeKind.START,
    RunState.STOPPED: ChangeKind.STOP,
    RunState.DETACHED: ChangeKind.DETACH,
}


def fence(chain: StepChain, situation: Situation) -> None:
    """Prove every VM of the instance gone, then free its disks without asking any agent."""
    for vm in situation.leftovers:
        delete_vm(chain, vm.agent_id, situation)
    if situation.vm is not None:
        delete_vm(chain, situation.vm.agent_id, situation)
    detach_all(chain, situation, agent_answers=False)


def delete_vm(chain: StepChain, agent_id: AgentId, situation: Situation) -> None:
    """Delete one recorded VM of the instance, half made or whole."""
    vms = (*situation.leftovers, *(() if situation.vm is None else (situation.vm,)))
    cid = next(vm.cid for vm in vms if vm.agent_id == agent_id)
    chain.add(f"delete_vm/{agent_id}", DeleteVm(agent_id=agent_id, cid=cid))


def stop(chain: StepChain, situation: Situation, wish: StopWish) -> None:
    """Stop the jobs of an instance that has a VM."""
    assert situation.vm is not None
    chain.add(
        "stop",
        StopInstance(
            instance_id=situation.record.instance_id,
            agent_id=situation.vm.agent_id,
            vm_next=wish.vm_next,
            instance_next=wish.instance_next,
            deployment_next=wish.deployment_next,
            skip_drain=wish.skip_drain,
            drain_reason=wish.drain_reason,
            ignore_failure=wish.ignore_failure,
        ),
    )


def remove(chain: StepChain, situation: Situation, wish: StopWish, *, is_silent: bool) -> None:
    """Remove the instance for good: its disks become orphans, its addresses free.

    ``is_silent``: its agent is known not to answer, so nothing is asked of it.
    """
    record = situation.record
    if situation.has_running_vm() and not is_silent:
        assert situation.vm is not None
        for vm in situation.leftovers:
            delete_vm(chain, vm.agent_id, situation)
        if record.spec is not None and not (
            record.run_state is RunState.STOPPED and record.converged
        ):
            stop(chain, situation, wish)
        detach_all(chain, situation, agent_answers=True)
        delete_vm(chain, situation.vm.agent_id, situation)
    else:
        fence(chain, situation)
    orphan_all(chain, situation)
    chain.add("remove", RemoveInstance(record=record))
