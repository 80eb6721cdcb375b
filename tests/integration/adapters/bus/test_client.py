"""One connection to a real nats-server, and what the server may do to it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from paasta_deploy.adapters.bus import BusError, NatsServer, NatsServerSettings
from paasta_deploy.adapters.bus.client import BusClient
from paasta_deploy.adapters.certificates import DirectorCertificates
from tests.integration.adapters.bus.bus_agent import DEADLINE_S


class Switches:
    """Counts interruptions."""

    def __init__(self) -> None:
        self.downs = 0
        self.up = asyncio.Event()

    def went_down(self) -> None:
        self.downs += 1


@pytest.fixture
def switches() -> Switches:
    return Switches()


@pytest.fixture
async def client(
    server: NatsServer,
    settings: NatsServerSettings,
    certificates: DirectorCertificates,
    switches: Switches,
) -> AsyncIterator[BusClient]:
    client = BusClient(
        server.url,
        name="director",
        tls=certificates.director_client.client_context(),
        key=settings.keys.director,
        on_down=switches.went_down,
        on_up=switches.up.set,
    )
    await client.connect(deadline_s=DEADLINE_S)
    yield client
    await client.close()
    await client.close()


async def test_what_is_published_is_heard(client: BusClient) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    await client.subscribe("a.*", lambda message: heard.put_nowait(message.data))
    await client.publish("a.b", b"1")

    assert await heard.get() == b"1"


async def test_a_request_is_served(client: BusClient) -> None:
    await client.serve("echo", lambda content: content * 2)

    assert await client.request("echo", b"ab", deadline_s=DEADLINE_S) == b"abab"
    await client.serve("mute", lambda _content: None)
    with pytest.raises(BusError, match="mute"):
        await client.request("mute", b"", deadline_s=0.1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_connection_that_the_server_closes_with_a_complaint_is_opened_anew(
    client: BusClient, switches: Switches
) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    await client.subscribe("a", lambda message: heard.put_nowait(message.data))
    transport = client._client._transport  # noqa: SLF001 - to say what no client says
    assert transport is not None
    transport.write(b"NONSENSE\r\n")
    async with asyncio.timeout(DEADLINE_S):
        await switches.up.wait()
    await client.publish("a", b"1")

    assert await heard.get() == b"1"
    assert switches.downs >= 1
    assert client.is_up


async def test_a_message_that_is_too_large_is_refused_and_the_connection_stays(
    client: BusClient,
) -> None:
    with pytest.raises(BusError):
        await client.publish("a", bytes(9 * 1024 * 1024))
    await client.flush(deadline_s=DEADLINE_S)

    assert client.is_up


async def test_nobody_there_is_told_in_time(
    settings: NatsServerSettings, certificates: DirectorCertificates
) -> None:
    client = BusClient(
        f"nats://127.0.0.1:{settings.port}",
        name="director",
        tls=certificates.director_client.client_context(),
        key=settings.keys.director,
    )

    with pytest.raises(BusError, match="did not let the director in within 0 s"):
        await client.connect(deadline_s=0.3)


async def test_a_connection_that_ends_right_after_the_handshake_is_one_failed_attempt(
    server: NatsServer,
    settings: NatsServerSettings,
    certificates: DirectorCertificates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What Python's `start_tls` then returns, `None`, is brought about by hand here."""
    loop = asyncio.get_running_loop()
    start_tls = loop.start_tls
    ended: list[object] = []

    async def start_and_lose(transport: asyncio.WriteTransport, *rest: Any, **more: Any) -> Any:
        started = await start_tls(transport, *rest, **more)
        if ended:
            return started
        ended.append(started)
        transport.abort()
        return None

    monkeypatch.setattr(loop, "start_tls", start_and_lose)
    client = BusClient(
        server.url,
        name="director",
        tls=certificates.director_client.client_context(),
        key=settings.keys.director,
    )
    await client.connect(deadline_s=DEADLINE_S)

    assert ended
    assert client.is_up
    await client.close()
