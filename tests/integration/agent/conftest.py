"""A nats-server, a blob server and a director's side; agents are made by the tests."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.certificates import DirectorCertificates
from tests.claims import own_port
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.director import AgentProcess, Director, NatsProcess, open_certificates

MakeAgent = Callable[..., AgentProcess]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> DirectorCertificates:
    return open_certificates(tmp_path_factory.mktemp("certs"))


@pytest.fixture
def nats(tmp_path: Path, certificates: DirectorCertificates) -> Iterator[NatsProcess]:
    process = NatsProcess(tmp_path, certificates, own_port())
    process.start()
    yield process
    process.stop()


@pytest.fixture
def blobs(certificates: DirectorCertificates) -> Iterator[BlobServer]:
    server = BlobServer(certificates)
    yield server
    server.close()


@pytest.fixture
async def director(
    nats: NatsProcess, certificates: DirectorCertificates
) -> AsyncIterator[Director]:
    director = Director(certificates, nats.port)
    await director.connect()
    yield director
    await director.close()


@pytest.fixture
def make_agent(
    tmp_path: Path, nats: NatsProcess, certificates: DirectorCertificates
) -> Iterator[MakeAgent]:
    made: list[AgentProcess] = []

    def make(**options: object) -> AgentProcess:
        folder = tmp_path / f"agent{len(made)}"
        folder.mkdir()
        agent = AgentProcess(folder, certificates, **{"port": nats.port, **options})  # type: ignore[arg-type] # by name
        made.append(agent)
        return agent

    yield make
    for agent in made:
        agent.end()


@pytest.fixture
async def agent(make_agent: MakeAgent, director: Director) -> AgentProcess:
    """Return an agent that is up."""
    agent = make_agent()
    await director.up(agent)
    return agent
