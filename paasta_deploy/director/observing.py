"""Looking at the world before a plan: which recorded VMs answer, are silent, or are gone.

A VM whose agent has an open connection is fine and costs no call; only the others are asked about.
"""

import asyncio
from collections.abc import Iterable, Mapping

from paasta_deploy.execution.admission import Urgency
from paasta_deploy.execution.clouds import Caller, CloudCall, Clouds
from paasta_deploy.model.errors import AgentError, PaastaError
from paasta_deploy.model.ids import AgentId, CpiName
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.observed import Observed, ObservedVm, VmPresence
from paasta_deploy.model.recorded import InstanceRecord, VmRecord
from paasta_deploy.planning.problems import Problem
from paasta_deploy.ports.agents import AgentChannel

HAS_VM_DEADLINE_S = 30.0
"""Who asks whether a VM lives wants to heal it: a call that hangs must not hold that up for ten
minutes. Such a cloud proves nothing, and is asked again."""

PING_DEADLINE_S = 3.0
"""A machine that comes back from a short cut of the network reconnects within this time."""


class Observation:
    """Observes VMs through their agents and, where those do not answer, their cloud."""

    def __init__(self, *, agents: AgentChannel, clouds: Clouds) -> None:
        self._agents = agents
        self._clouds = clouds
        self._caller = Caller(party="observation", urgency=Urgency.HEALING)

    async def observe(self, vms: Iterable[VmRecord]) -> Observed:
        """Return the presence of every VM that should be running."""
        running = [vm for vm in vms if vm.state is VmState.RUNNING]
        presences = await asyncio.gather(*(self._presence(vm) for vm in running))
        return Observed(
            vms={
                vm.agent_id: ObservedVm(agent_id=vm.agent_id, presence=presence)
                for vm, presence in zip(running, presences, strict=True)
            }
        )

    def expected_s(self, cpi: CpiName) -> Mapping[str, float]:
        """Return how long calls to a cloud usually take, by method; nothing for an unknown one."""
        try:
            return self._clouds.calls(cpi).provider.capabilities().expected_s
        except PaastaError:
            return {}

    async def vm_exists(self, vm: VmRecord) -> bool:
        """Ask the cloud. Raises CloudError."""
        if vm.cid is None:
            return False
        cid = vm.cid
        calls = self._clouds.calls(vm.cpi)
        return await calls.run(
            CloudCall(method="has_vm", subject=cid, deadline_s=HAS_VM_DEADLINE_S),
            lambda: calls.provider.has_vm(cid),
            caller=self._caller,
        )

    async def agent_answers(self, agent_id: AgentId) -> bool:
        """Ask the agent itself."""
        try:
            await self._agents.wait_until_ready(agent_id, deadline_s=PING_DEADLINE_S)
        except AgentError:
            return False
        return True

    async def _presence(self, vm: VmRecord) -> VmPresence:
        if self._agents.is_connected(vm.agent_id):
            return VmPresence.ANSWERING
        try:
            if not await self.vm_exists(vm):
                return VmPresence.MISSING
        except PaastaError:
            return VmPresence.SILENT  # a cloud that does not answer proves nothing
        if await self.agent_answers(vm.agent_id):
            return VmPresence.ANSWERING
        return VmPresence.SILENT


def problem_of(
    instance: InstanceRecord, vm: VmRecord | None, observed: Observed
) -> Problem | None:
    """Return what is wrong with an instance, if anything is."""
    if vm is None:
        return Problem(instance_id=instance.instance_id, text="it has no VM")
    seen = observed.vms.get(vm.agent_id)
    if seen is None or seen.presence is not VmPresence.ANSWERING:
        return Problem(
            instance_id=instance.instance_id,
            agent_id=vm.agent_id,
            text=f"VM {vm.cid or vm.agent_id} does not answer",
        )
    # No text: the VM is well and is kept, what is missing in it is done.
    return None if instance.converged else Problem(instance_id=instance.instance_id, text="")
