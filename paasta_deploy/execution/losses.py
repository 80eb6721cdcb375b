"""Telling a machine that died in the middle of a step from everything else that can go wrong.

Only failures that a dead machine would cause are looked into, and only the cloud's word counts: an
agent that is silent on a VM that exists, or jobs that do not come up, are failures of the rollout.
"""

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.execution.context import StepContext
from paasta_deploy.execution.presence import is_proven_gone
from paasta_deploy.model.errors import AgentNotRunningError, AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    AttachDisk,
    ConfirmVm,
    DetachDisk,
    MigrateDisk,
    PostDeploy,
    PrepareInstance,
    ReplaceUngrown,
    StartInstance,
    StopInstance,
    UpdateMetadata,
)

_SUSPICIOUS = (AgentUnreachableError, AgentNotRunningError, CloudError)


async def is_lost(error: Exception, context: StepContext) -> bool:
    """Return whether the step failed because the whole machine that it is about is gone."""
    if not isinstance(error, _SUSPICIOUS):
        return False
    agent_id = _agent_of(context.step.action)
    vm = None if agent_id is None else context.records.vm(agent_id)
    return vm is not None and vm.state is VmState.RUNNING and await is_proven_gone(vm, context)


def _agent_of(action: Action) -> AgentId | None:
    match action:
        case (
            ApplyInstance()
            | AttachDisk()
            | ConfirmVm()
            | DetachDisk()
            | MigrateDisk()
            | PostDeploy()
            | PrepareInstance()
            | ReplaceUngrown()
            | StartInstance()
            | StopInstance()
            | UpdateMetadata()
        ):
            return action.agent_id
        case _:
            return None
