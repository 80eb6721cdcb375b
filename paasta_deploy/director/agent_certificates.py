"""Giving every agent a new certificate, and whom to trust, over the connection that it has.

An agent uses what it got with its next connection, so nothing is interrupted.
"""

import asyncio
import logging

from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.model.errors import AgentError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.ports.agents import AgentSettingsSource
from paasta_deploy.ports.store import Store
from paasta_deploy.wire.agent_messages import AgentMethod

log = logging.getLogger(__name__)

AT_ONCE = 16
"""Agents that are told at one time: a thousand take seconds, and nobody notices."""


class AgentCertificates:
    """Renews them. Use from one event loop."""

    def __init__(
        self, *, store: Store, agents: AgentCalls, credentials: AgentSettingsSource
    ) -> None:
        self._store = store
        self._agents = agents
        self._credentials = credentials

    async def renew(self) -> tuple[tuple[AgentId, ...], int]:
        """Tell all agents; return those that did not take it, and how many there are."""
        gate = asyncio.Semaphore(AT_ONCE)
        running = [vm.agent_id for vm in self._store.vms() if vm.state is VmState.RUNNING]
        done = await asyncio.gather(*(self._renew(agent_id, gate) for agent_id in running))
        pairs = zip(running, done, strict=True)
        return tuple(agent_id for agent_id, taken in pairs if not taken), len(running)

    async def _renew(self, agent_id: AgentId, gate: asyncio.Semaphore) -> bool:
        async with gate:
            settings = dict(self._credentials.update_settings_for(agent_id))
            try:
                await self._agents.call(agent_id, AgentMethod.UPDATE_SETTINGS, settings)
            except AgentError as error:
                log.warning(
                    "an agent has no new certificate",
                    extra={"agent_id": agent_id, "error": str(error)},
                )
                return False
            return True
