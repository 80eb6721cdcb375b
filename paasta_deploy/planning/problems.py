"""What the health monitor, or an operator, found wrong with a machine."""

from dataclasses import dataclass

from paasta_deploy.model.ids import AgentId, InstanceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The VM of an instance is dead.

    ``agent_id`` is the VM that was found dead: if the instance has another one by now, there is
    nothing left to replace. None: whatever VM is recorded, unless the very task made it.
    ``text`` says how it was noticed, for people.
    """

    instance_id: InstanceId
    agent_id: AgentId | None = None
    text: str = "its machine is dead"
