"""What the health monitor asks of the director, so that neither needs to know the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One instance, as the monitor needs to know it. ``agent_id`` is None when it has no VM.

    ``busy``: a task is changing its deployment now. ``healable``: wanted started, not ignored,
    resurrection not switched off. ``deployment_size`` counts the deployment's watched VMs.
    """

    agent_id: AgentId | None
    instance_id: InstanceId
    deployment: DeploymentName
    label: str
    busy: bool
    healable: bool
    deployment_size: int


class Ward(Protocol):
    """Where the monitor looks things up and hands over whom to heal."""

    def patient(self, agent_id: AgentId) -> Patient | None:
        """Return the instance whose active, running VM has this agent; None if there is none."""
        ...

    def all_patients(self) -> Sequence[Patient]:
        """Return every watched VM. Called at start-up and rarely after; may be slow."""
        ...

    def instance(self, instance_id: InstanceId) -> Patient | None:
        """Return an instance that should run and is not whole; None if it is whole, or gone."""
        ...

    def missing(self) -> Sequence[Patient]:
        """Return the instances that should run and have no VM. May be slow."""
        ...

    async def vm_exists(self, agent_id: AgentId) -> bool:
        """Ask the cloud whether the VM exists and can run."""
        ...

    async def agent_answers(self, agent_id: AgentId) -> bool:
        """Ask the agent itself, with a short deadline."""
        ...

    async def heal(self, deployment: DeploymentName, instances: Sequence[InstanceId]) -> bool:
        """Run a resurrection task to its end. Returns whether it succeeded."""
        ...
