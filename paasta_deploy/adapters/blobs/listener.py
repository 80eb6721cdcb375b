"""Serves signed links to agents: GET and PUT of blobs over HTTPS, on the director's event loop.

A web framework would cost more for each of ten thousand agents than the transfer itself, and needs
nothing that this protocol does not have: one request line, a few headers, a body of known length.
Connections are kept alive, since an agent fetches several blobs in a row.
"""

import asyncio
import contextlib
import logging
import ssl
from dataclasses import dataclass
from typing import IO

from paasta_deploy.adapters.blobs.folder import BlobFolder
from paasta_deploy.adapters.blobs.links import GET, PUT, BlobLinks, LinkProblem
from paasta_deploy.model.errors import BlobError, StoreError
from paasta_deploy.model.ids import BlobId

log = logging.getLogger(__name__)

HEAD_BYTES_MAX = 16384
CHUNK_BYTES = 256 * 1024
BACKLOG = 4096
"""A whole rollout may connect in the same second."""

IDLE_DEADLINE_S = 60.0
"""A connection on which nothing moves for so long belongs to a dead machine."""

BLOB_BYTES_MAX = 64 << 30
_REASONS = {
    200: "OK",
    201: "Created",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    411: "Length Required",
    413: "Content Too Large",
    507: "Insufficient Storage",
}


class _BadRequestError(Exception):
    """The peer does not speak HTTP as agents do; the connection is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str
    target: str
    length: int | None
    keep_alive: bool


class BlobListener:
    """Listens on one address. Start it, and close it with the director."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        context: ssl.SSLContext,
        links: BlobLinks,
        blobs: BlobFolder,
    ) -> None:
        self._host = host
        self._port = port
        self._context = context
        self._links = links
        self._blobs = blobs
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises StoreError when the address cannot be had."""
        try:
            self._server = await asyncio.start_server(
                self._serve,
                self._host,
                self._port,
                ssl=self._context,
                backlog=BACKLOG,
                limit=HEAD_BYTES_MAX,
            )
        except OSError as error:
            raise StoreError(
                f"Blobs cannot be served on {self._host}:{self._port}: {error.strerror or error}.",
                hint="set `agents.blobs_port` or `host.address` in director.yml",
            ) from error

    async def close(self) -> None:
        """Stop listening and drop connections; agents try again."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while True:
                async with asyncio.timeout(IDLE_DEADLINE_S):
                    request = await _read_request(reader)
                if request is None or not await self._answer(request, reader, writer):
                    return
        except (OSError, EOFError, TimeoutError, _BadRequestError, asyncio.LimitOverrunError):
            return  # a dying machine or no agent at all: nothing to tell anybody
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()

    async def _answer(
        self, request: _Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; return whether the connection may go on."""
        blob_id = self._links.check(request.method, request.target)
        if isinstance(blob_id, LinkProblem):
            await _refuse(writer, blob_id.status, blob_id.text)
            return False
        match request.method:
            case "GET":
                return await self._send(blob_id, request, writer)
            case "PUT":
                return await self._receive(blob_id, request, reader, writer)
            case _:
                await _refuse(writer, 405, f"Only {GET} and {PUT} work here.")
                return False

    async def _send(
        self, blob_id: BlobId, request: _Request, writer: asyncio.StreamWriter
    ) -> bool:
        try:
            stream = self._blobs.path(blob_id).open("rb")
        except (BlobError, OSError) as error:
            await _refuse(writer, 404, str(error))
            return request.keep_alive
        with stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            writer.write(_head(200, size))
            while chunk := stream.read(CHUNK_BYTES):
                writer.write(chunk)
                async with asyncio.timeout(IDLE_DEADLINE_S):
                    await writer.drain()
        return request.keep_alive

    async def _receive(
        self,
        blob_id: BlobId,
        request: _Request,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        if request.length is None:
            await _refuse(writer, 411, "Content-Length is missing.")
            return False
        if request.length > BLOB_BYTES_MAX:
            await _refuse(writer, 413, f"A blob has at most {BLOB_BYTES_MAX} bytes.")
            return False
        try:
            with self._blobs.incoming(blob_id) as stream:
                await _copy(reader, stream, request.length)
        except BlobError as error:
            await _refuse(writer, 507, str(error))
            return False
        writer.write(_head(201, 0))
        await writer.drain()
        return request.keep_alive


async def _read_request(reader: asyncio.StreamReader) -> _Request | None:
    """Read a request's head; None when the peer closed the connection between two requests."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise _BadRequestError from error
        return None
    lines = head.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise _BadRequestError
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers:
        raise _BadRequestError
    return _Request(
        method=parts[0],
        target=parts[1],
        length=int(length) if length.isdecimal() else None,
        keep_alive=headers.get("connection", "").lower() != "close",
    )


async def _copy(reader: asyncio.StreamReader, target: IO[bytes], length: int) -> None:
    left = length
    while left:
        async with asyncio.timeout(IDLE_DEADLINE_S):
            chunk = await reader.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise _BadRequestError
        target.write(chunk)
        left -= len(chunk)


async def _refuse(writer: asyncio.StreamWriter, status: int, text: str) -> None:
    body = f"{text}\n".encode()
    writer.write(_head(status, len(body)) + body)
    await writer.drain()


def _head(status: int, length: int) -> bytes:
    lines = (
        f"HTTP/1.1 {status} {_REASONS[status]}",
        f"Content-Length: {length}",
        "Content-Type: application/octet-stream",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
