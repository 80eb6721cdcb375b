"""The steps that take something from an instance: its jobs, its VMs, itself.

Whatever has a VM that may live is asked before its disk is taken; whatever is dead is proven gone
first (fenced).
"""

from dataclasses import dataclass

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.actions import DeleteVm, NextState, RemoveInstance, StopInstance
from paasta_deploy.planning.chains import StepChain
from paasta_deploy.planning.disk_steps import detach_all, orphan_all
from paasta_deploy.planning.situation import Situation

DRAIN_SHUTDOWN = "shutdown"
DRAIN_UPDATE = "update"
"""BOSH's words for the agent's ``drain`` (4.5): jobs go away, or come back with a new spec."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWish:
    """How jobs are stopped, and what their scripts are told about the time after."""

    vm_next: NextState = NextState.KEEP
    instance_next: NextState = NextState.KEEP
    deployment_next: NextState = NextState.KEEP
    skip_drain: bool = False
    ignore_failure: bool = False
    must_answer: bool = False
    drain_reason: str = DRAIN_SHUTDOWN

    @classmethod
    def of_removal(cls, *, with_deployment: bool = False, force: bool = False) -> "StopWish":
        """Return the wish for an instance that goes away, alone or with its deployment."""
        return cls(
            vm_next=NextState.DELETE,
            instance_next=NextState.DELETE,
            deployment_next=NextState.DELETE if with_deployment else NextState.KEEP,
            ignore_failure=force,
        )


def fence(chain: StepChain, situation: Situation) -> None:
    """Prove every VM of the instance gone, then free its disks without asking any agent."""
    delete_inactive(chain, situation)
    fence_active(chain, situation)


def delete_inactive(chain: StepChain, situation: Situation) -> None:
    """Delete the VMs that do not serve: they stand by, or were replaced."""
    for vm in situation.inactive:
        delete_vm(chain, vm.agent_id, situation)


def fence_active(chain: StepChain, situation: Situation) -> None:
    """Prove gone what served the instance, or was about to, then free its disks."""
    for vm in situation.leftovers:
        delete_vm(chain, vm.agent_id, situation)
    if situation.vm is not None:
        delete_vm(chain, situation.vm.agent_id, situation)
    detach_all(chain, situation, agent_answers=False)


def delete_vm(chain: StepChain, agent_id: AgentId, situation: Situation) -> None:
    """Delete one recorded VM of the instance, half made or whole."""
    active = () if situation.vm is None else (situation.vm,)
    vms = (*situation.leftovers, *situation.inactive, *active)
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
            must_answer=wish.must_answer,
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
        delete_inactive(chain, situation)
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
