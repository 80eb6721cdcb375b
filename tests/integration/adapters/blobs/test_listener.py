"""Getting and putting blobs over real TLS: our agent's client, a plain one, and rude ones."""

import asyncio
import http.client
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from paasta_deploy.adapters.blobs import BlobFolder, BlobLinks, BlobListener
from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.adapters.clock import SystemClock, SystemIdSource
from paasta_deploy.agent.blobs import Blobs as AgentBlobs
from paasta_deploy.agent.blobs import BlobTransferError
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.wire.agent_settings import BlobstoreSettings
from paasta_deploy.wire.apply_spec import BlobSource
from tests.claims import own_port

_T = TypeVar("_T")
MINUTE_S = 60.0
DEADLINE_S = 90.0


@dataclass(frozen=True, kw_only=True)
class Site:
    """A listener and what belongs to it."""

    blobs: BlobFolder
    listener: BlobListener
    port: int
    ca: str

    def agent(self) -> AgentBlobs:
        """Return our agent's client."""
        options = {"tls": {"cert": {"ca": self.ca}}}
        return AgentBlobs([BlobstoreSettings(provider="dav", options=options)])

    def connection(self) -> http.client.HTTPSConnection:
        """Return a plain client."""
        context = ssl.create_default_context(cadata=self.ca)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=DEADLINE_S, context=context
        )

    def source(self, reference: BlobRef) -> BlobSource:
        """Return what an apply spec says of a blob."""
        url = self.blobs.download_url(reference.blob_id, valid_s=MINUTE_S)
        return BlobSource(blobstore_id=reference.blob_id, digest=reference.digest, signed_url=url)


def target(url: str) -> str:
    """Return path and query of a link."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def in_thread(function: Callable[[], _T]) -> _T:
    """Run a blocking client beside the loop."""
    return await asyncio.get_running_loop().run_in_executor(None, function)


@pytest.fixture
def free_port() -> int:
    return own_port()


@pytest.fixture
async def site(tmp_path: Path, free_port: int) -> AsyncIterator[Site]:
    clock = SystemClock()
    certificates = DirectorCertificates.open(tmp_path / "certs", clock=clock, hosts=())
    links = BlobLinks.open(f"https://127.0.0.1:{free_port}", tmp_path / "blobs.key", clock=clock)
    blobs = BlobFolder(tmp_path / "blobs", sign=links.sign, ids=SystemIdSource())
    tls = certificates.blobs_server.server_context()
    listener = BlobListener(blobs, links=links, tls=tls, threads_max=4, connections_max=20)
    port = await listener.start("127.0.0.1", free_port)
    yield Site(blobs=blobs, listener=listener, port=port, ca=certificates.ca_pem)
    await listener.stop()
    await listener.stop()


async def test_our_agent_fetches_many_blobs_over_one_connection(
    site: Site, tmp_path: Path
) -> None:
    references = [site.blobs.put_bytes(os.urandom(300_000)) for _ in range(10)]
    agent = site.agent()

    def fetch() -> int:
        for number, reference in enumerate(references):
            agent.fetch(site.source(reference), tmp_path / str(number))
        return site.listener.connections

    assert await in_thread(fetch) == 1
    await in_thread(agent.close)
    fetched = [(tmp_path / str(number)).read_bytes() for number in range(10)]
    assert fetched == [site.blobs.read(one.blob_id) for one in references]


async def test_our_agent_stores_a_blob_also_twice(site: Site, tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.write_bytes(os.urandom(2_000_000))
    blob_id = site.blobs.fresh_id()
    url = site.blobs.upload_url(blob_id, valid_s=MINUTE_S)
    agent = site.agent()
    for _ in range(2):
        await in_thread(lambda: agent.store(content, url, {}))
    await in_thread(agent.close)

    assert site.blobs.read(blob_id) == content.read_bytes()


async def test_many_agents_fetch_at_once_while_the_loop_goes_on(
    site: Site, tmp_path: Path
) -> None:
    reference = site.blobs.put_bytes(os.urandom(20_000_000))

    def fetch(number: int) -> None:
        agent = site.agent()
        agent.fetch(site.source(reference), tmp_path / str(number))
        agent.close()

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(8) as agents:
        transfers = [loop.run_in_executor(agents, fetch, number) for number in range(8)]
        turns = 0
        while not all(one.done() for one in transfers):
            await asyncio.sleep(0)
            turns += 1
        await asyncio.gather(*transfers)

    assert turns > 100


async def test_an_empty_blob_is_a_blob(site: Site, tmp_path: Path) -> None:
    reference = site.blobs.put_bytes(b"")
    agent = site.agent()
    await in_thread(lambda: agent.fetch(site.source(reference), tmp_path / "empty"))
    await in_thread(agent.close)

    assert (tmp_path / "empty").read_bytes() == b""


async def test_a_link_for_getting_does_not_put_and_the_client_reads_why(
    site: Site, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    content.write_bytes(b"x" * 5_000_000)
    url = site.blobs.download_url(BlobId("b1"), valid_s=MINUTE_S)
    agent = site.agent()

    with pytest.raises(BlobTransferError, match="403 Forbidden The link's signature is wrong"):
        await in_thread(lambda: agent.store(content, url, {}))
    assert not site.blobs.has(BlobId("b1"))


async def test_an_expired_link_is_refused(site: Site, tmp_path: Path) -> None:
    reference = site.blobs.put_bytes(b"x")
    url = site.blobs.download_url(reference.blob_id, valid_s=-10)
    source = BlobSource(blobstore_id=reference.blob_id, digest=reference.digest, signed_url=url)

    with pytest.raises(BlobTransferError, match="403 Forbidden The link has expired"):
        await in_thread(lambda: site.agent().fetch(source, tmp_path / "x"))


async def test_other_bytes_under_a_stored_id_are_refused(site: Site, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"first")
    second.write_bytes(b"second")
    url = site.blobs.upload_url(BlobId("upload"), valid_s=MINUTE_S)
    agent = site.agent()
    await in_thread(lambda: agent.store(first, url, {}))

    with pytest.raises(BlobTransferError, match="409 Conflict"):
        await in_thread(lambda: agent.store(second, url, {}))
    await in_thread(agent.close)
    assert site.blobs.read(BlobId("upload")) == b"first"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/blobs/b1", 403),
        ("GET", "/blobs/../../etc/passwd?expires=1&signature=x", 403),
        ("DELETE", "/blobs/b1", 405),
        ("PUT", "/blobs/b1", 403),
    ],
)
async def test_what_is_not_signed_is_refused(
    site: Site, method: str, path: str, status: int
) -> None:
    def ask() -> int:
        connection = site.connection()
        connection.request(method, path, body=b"x" if method == "PUT" else None)
        answer = connection.getresponse().status
        connection.close()
        return answer

    assert await in_thread(ask) == status


async def test_a_blob_that_is_gone_is_told(site: Site) -> None:
    def ask() -> tuple[int, bytes]:
        connection = site.connection()
        connection.request("GET", target(site.blobs.download_url(BlobId("b1"), valid_s=MINUTE_S)))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    status, content = await in_thread(ask)
    assert status == 404
    assert b"There is no blob 'b1'" in content


async def test_a_head_tells_the_size_only(site: Site) -> None:
    reference = site.blobs.put_bytes(b"12345")

    def ask() -> tuple[str | None, bytes]:
        connection = site.connection()
        connection.request(
            "HEAD", target(site.blobs.download_url(reference.blob_id, valid_s=MINUTE_S))
        )
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.getheader("Content-Length"), content

    assert await in_thread(ask) == ("5", b"")


async def test_a_client_that_asks_first_gets_its_permission(site: Site) -> None:
    def put() -> bytes:
        url = target(site.blobs.upload_url(BlobId("upload"), valid_s=MINUTE_S))
        context = ssl.create_default_context(cadata=site.ca)
        plain = socket.create_connection(("127.0.0.1", site.port), timeout=DEADLINE_S)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            head = f"PUT {url} HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            tls.sendall(head.encode())
            permission = tls.recv(100)
            tls.sendall(b"abc")
            return permission + tls.recv(1000)

    answers = await in_thread(put)
    assert answers.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created")
    assert site.blobs.read(BlobId("upload")) == b"abc"


async def test_rude_clients_hold_up_nobody(site: Site, tmp_path: Path) -> None:
    reference = site.blobs.put_bytes(b"x")

    def be_rude() -> None:
        for content in (b"", b"GET / HTTP/1.1\r\n\r\n", os.urandom(1000)):
            with socket.create_connection(("127.0.0.1", site.port)) as plain:
                plain.sendall(content)
        context = ssl.create_default_context(cadata=site.ca)
        for content in (b"", b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nA: " + b"x" * 20_000):
            plain = socket.create_connection(("127.0.0.1", site.port), timeout=DEADLINE_S)
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
                tls.sendall(content)

    await in_thread(be_rude)
    agent = site.agent()
    await in_thread(lambda: agent.fetch(site.source(reference), tmp_path / "x"))
    await in_thread(agent.close)

    assert (tmp_path / "x").read_bytes() == b"x"


async def test_an_upload_that_breaks_off_leaves_no_blob(site: Site) -> None:
    def break_off() -> None:
        url = target(site.blobs.upload_url(BlobId("upload"), valid_s=MINUTE_S))
        context = ssl.create_default_context(cadata=site.ca)
        plain = socket.create_connection(("127.0.0.1", site.port), timeout=DEADLINE_S)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
            tls.sendall(f"PUT {url} HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc".encode())

    await in_thread(break_off)
    async with asyncio.timeout(DEADLINE_S):
        while site.listener.connections:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.001)
    assert not site.blobs.has(BlobId("upload"))


async def test_of_too_many_connections_the_oldest_idle_ones_are_closed(
    site: Site, tmp_path: Path
) -> None:
    reference = site.blobs.put_bytes(b"x")
    agents = [site.agent() for _ in range(30)]
    for number, agent in enumerate(agents):
        await in_thread(
            lambda agent=agent, number=number: agent.fetch(  # type: ignore[misc] # bound now
                site.source(reference), tmp_path / str(number)
            )
        )

    assert site.listener.connections == 20
    for agent in agents:
        await in_thread(agent.close)


async def test_stopping_breaks_what_is_under_way_at_once(site: Site) -> None:
    reference = site.blobs.put_bytes(os.urandom(30_000_000))

    def stall() -> http.client.HTTPSConnection:
        connection = site.connection()
        connection.request(
            "GET", target(site.blobs.download_url(reference.blob_id, valid_s=MINUTE_S))
        )
        return connection

    connection = await in_thread(stall)
    async with asyncio.timeout(DEADLINE_S):
        await site.listener.stop()
    connection.close()


async def test_a_taken_port_is_told(site: Site) -> None:
    another = BlobListener(
        site.blobs,
        links=BlobLinks("https://x", bytes(32), clock=SystemClock()),
        tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    )

    with pytest.raises(BlobError, match="Address already in use") as refusal:
        await another.start("127.0.0.1", site.port)
    assert "agents.blobs_port" in refusal.value.hint
