"""A real nats-server in a temporary state folder, and what it needs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.bus import (
    BusAccess,
    BusKeys,
    NatsAgentChannel,
    NatsServer,
    NatsServerSettings,
)
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.model.ids import AgentId, DirectorUuid
from tests.claims import own_port
from tests.integration.adapters.bus.bus_agent import BusAgent, client_context


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody uses."""
    return own_port()


@pytest.fixture
def certificates(tmp_path: Path) -> DirectorCertificates:
    return DirectorCertificates.open(tmp_path / "certs", clock=SystemClock(), hosts=())


@pytest.fixture
def settings(
    tmp_path: Path, certificates: DirectorCertificates, free_port: int
) -> NatsServerSettings:
    return NatsServerSettings(
        folder=tmp_path / "nats",
        host="127.0.0.1",
        port=free_port,
        certificates=certificates.nats_server,
        keys=BusKeys.open(tmp_path / "nats" / "keys.json"),
    )


@pytest.fixture
async def server(settings: NatsServerSettings) -> AsyncIterator[NatsServer]:
    """Start a server, and stop whatever runs in its folder afterwards."""
    server = NatsServer(settings, clock=SystemClock())
    await server.start()
    yield server
    await server.stop()


class Bus:
    """A server, the director's channel on it, and agents that a test makes."""

    def __init__(
        self, server: NatsServer, certificates: DirectorCertificates, keys: BusKeys, folder: Path
    ) -> None:
        self.server = server
        self.certificates = certificates
        self.known: set[AgentId] = set()
        self.access = BusAccess(
            url=server.url,
            certificates=certificates.director_client,
            keys=keys,
            director=DirectorUuid("d1"),
        )
        self._folder = folder
        self._channels: list[NatsAgentChannel] = []
        self._agents: list[BusAgent] = []

    async def channel(self, *, grace_s: float = 60.0, settle_s: float = 0.5) -> NatsAgentChannel:
        """Connect as a director does, and give agents all the time that a busy machine needs."""
        channel = NatsAgentChannel(
            self.access,
            clock=SystemClock(),
            ids=SystemIdSource(),
            is_known=self.known.__contains__,
            grace_s=grace_s,
            settle_s=settle_s,
        )
        await channel.connect()
        self._channels.append(channel)
        return channel

    def agent(self, name: str, *, known: bool = True) -> BusAgent:
        """Return an agent that is not connected yet."""
        agent_id = AgentId(name)
        if known:
            self.known.add(agent_id)
        context = client_context(self.certificates, agent_id, self._folder)
        self._agents.append(BusAgent(self.server.url, agent_id, context))
        return self._agents[-1]

    async def close(self) -> None:
        """Close all connections."""
        for agent in self._agents:
            await agent.close()
        for channel in self._channels:
            await channel.close()


@pytest.fixture
async def bus(
    server: NatsServer,
    settings: NatsServerSettings,
    certificates: DirectorCertificates,
    tmp_path: Path,
) -> AsyncIterator[Bus]:
    bus = Bus(server, certificates, settings.keys, tmp_path)
    yield bus
    await bus.close()
