"""A real nats-server in a temporary state folder, and what it needs."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.bus.keys import BusKeys
from paasta_deploy.adapters.bus.server import NatsServer
from paasta_deploy.adapters.bus.server_config import NatsServerSettings
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock


@pytest.fixture
def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


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
