"""The blob listener, with real TLS and the client library that agents use."""

import asyncio
import http.client
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from paasta_deploy.adapters.blobs import BlobFolder, BlobListener, open_links
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.model.ids import BlobId

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    blobs: BlobFolder
    port: int
    context: ssl.SSLContext

    def ask(self, method: str, url: str, body: bytes | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPSConnection(HOST, self.port, context=self.context, timeout=10)
        try:
            connection.request(method, url.partition(str(self.port))[2], body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    clock = SystemClock()
    certificates = DirectorCertificates.open(tmp_path / "certs", clock=clock, hosts=(HOST,))
    links = open_links(tmp_path / "links.key", f"https://{HOST}:{port}", clock=clock)
    blobs = BlobFolder(tmp_path / "blobs", links=links, ids=SystemIdSource())
    listener = BlobListener(
        host=HOST,
        port=port,
        context=certificates.blobs_server.server_context(),
        links=links,
        blobs=blobs,
    )
    await listener.start()
    context = ssl.create_default_context(cadata=certificates.ca_pem)
    yield Served(blobs=blobs, port=port, context=context)
    await listener.close()


async def in_thread(work: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    return await asyncio.to_thread(work)


async def test_a_blob_is_fetched_through_its_link(served: Served) -> None:
    content = bytes(range(256)) * 20_000
    url = served.blobs.download_url(served.blobs.put_bytes(content).blob_id, valid_s=60)
    assert await in_thread(lambda: served.ask("GET", url)) == (200, content)


async def test_an_agent_stores_a_blob_through_its_link(served: Served) -> None:
    blob_id = served.blobs.fresh_id()
    url = served.blobs.upload_url(blob_id, valid_s=60)
    content = b"compiled" * 100_000
    status, _ = await in_thread(lambda: served.ask("PUT", url, content))
    assert status == 201
    assert served.blobs.read(blob_id) == content


async def test_a_link_without_signature_gives_nothing(served: Served) -> None:
    blob_id = served.blobs.put_bytes(b"x").blob_id
    url = f"https://{HOST}:{served.port}/blobs/{blob_id}"
    status, _ = await in_thread(lambda: served.ask("GET", url))
    assert status == 403


async def test_a_link_for_reading_cannot_write(served: Served) -> None:
    ref = served.blobs.put_bytes(b"x")
    url = served.blobs.download_url(ref.blob_id, valid_s=60)
    status, _ = await in_thread(lambda: served.ask("PUT", url, b"y"))
    assert status == 403
    assert served.blobs.read(ref.blob_id) == b"x"


async def test_a_blob_that_is_gone_is_not_found(served: Served) -> None:
    url = served.blobs.download_url(BlobId("0123456789abcdef"), valid_s=60)
    status, _ = await in_thread(lambda: served.ask("GET", url))
    assert status == 404


async def test_one_connection_serves_several_requests(served: Served) -> None:
    urls = [
        served.blobs.download_url(served.blobs.put_bytes(text).blob_id, valid_s=60)
        for text in (b"one", b"two")
    ]

    def both() -> tuple[int, bytes]:
        connection = http.client.HTTPSConnection(
            HOST, served.port, context=served.context, timeout=10
        )
        content = b""
        for url in urls:
            connection.request("GET", url.partition(str(served.port))[2])
            content += connection.getresponse().read()
        connection.close()
        return 200, content

    assert await in_thread(both) == (200, b"onetwo")


async def test_garbage_is_hung_up_on_and_harms_nobody(served: Served) -> None:
    def talk() -> tuple[int, bytes]:
        raw = socket.create_connection((HOST, served.port), timeout=10)
        with served.context.wrap_socket(raw, server_hostname=HOST) as wrapped:
            wrapped.sendall(b"\x00\x01 nonsense\r\n\r\n")
            return 0, wrapped.recv(100)

    assert await in_thread(talk) == (0, b"")
    url = served.blobs.download_url(served.blobs.put_bytes(b"x").blob_id, valid_s=60)
    assert await in_thread(lambda: served.ask("GET", url)) == (200, b"x")
