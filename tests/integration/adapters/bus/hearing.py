"""What tests of the channel share: a listener that notes, and an agent that is ready."""

import asyncio

from typing_extensions import override

from paasta_deploy.adapters.bus import NatsAgentChannel
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener
from tests.integration.adapters.bus.bus_agent import DEADLINE_S, BusAgent
from tests.integration.adapters.bus.conftest import Bus


class Notes(AgentListener):
    """Writes down what a listener is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._news = asyncio.Event()

    @override
    def on_connected(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} connected")

    @override
    def on_disconnected(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} disconnected")

    @override
    def on_heartbeat(self, heartbeat: AgentHeartbeat) -> None:
        self._note(f"{heartbeat.agent_id} is {heartbeat.job_state}")

    @override
    def on_alert(self, agent_id: AgentId, alert: JsonObject) -> None:
        self._note(f"{agent_id} warns {alert['title']}")

    @override
    def on_shutdown(self, agent_id: AgentId) -> None:
        self._note(f"{agent_id} shuts down")

    async def told(self, line: str, times: int = 1) -> None:
        """Return when the line was told so many times."""
        async with asyncio.timeout(DEADLINE_S):
            while self.lines.count(line) < times:
                await self._news.wait()
                self._news.clear()

    def _note(self, line: str) -> None:
        self.lines.append(line)
        self._news.set()


async def ready_agent(bus: Bus, channel: NatsAgentChannel, name: str = "a") -> BusAgent:
    """Return an agent that is connected and answered."""
    agent = await bus.agent(name).connect()
    await channel.wait_until_ready(agent.agent_id, deadline_s=DEADLINE_S)
    return agent


def runs(task_id: str) -> dict[str, str]:
    """Return the answer that says: this takes long."""
    return {"agent_task_id": task_id, "state": "running"}
