"""What a provider offers when its cloud is made up: its machines can be heard and can be killed.

The simulator puts agents (``simulated_agents``) beside such a cloud. A provider of a real IaaS
has no such methods.
"""

from typing import Protocol, runtime_checkable

from paasta_deploy.model.ids import AgentId, VmCid


class MachineListener(Protocol):
    """Who plays the agents. Called after the cloud has changed, maybe from provider threads."""

    def machine_started(self, agent_id: AgentId) -> None:
        """A machine runs; its agent would boot now."""
        ...

    def machine_ended(self, agent_id: AgentId) -> None:
        """A machine runs no more."""
        ...


@runtime_checkable
class SimulatedCloud(Protocol):
    """The other side of a simulated provider: what happens in the cloud without a call."""

    def hear_machines(self, listener: MachineListener) -> None:
        """Tell ``listener`` of every machine from now on."""
        ...

    def crash_vm(self, cid: VmCid) -> None:
        """Let a machine die by itself. One that is gone or dead already stays as it is."""
        ...
