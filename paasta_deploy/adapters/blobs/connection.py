"""One connection of an agent to the blob listener, served by one thread while there is work.

Everything has a deadline: the handshake, the request's head, and a body by its size, so that a
slow client holds a thread for a bounded time, and a dead one for half a minute.
"""

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import BinaryIO

from paasta_deploy.adapters.blobs.folder import CHUNK_BYTES, BlobFolder
from paasta_deploy.adapters.blobs.http import (
    CONTINUE,
    HEAD_BYTES_MAX,
    HttpError,
    RequestHead,
    parse_head,
    response_head,
)
from paasta_deploy.adapters.blobs.links import PATH_PREFIX, BlobLinks, LinkError
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId

log = logging.getLogger(__name__)

# A handshake or a head is some packets; a machine under load takes a second.
HEAD_DEADLINE_S = 10.0
# A client that takes or gives nothing for so long is gone.
STALL_DEADLINE_S = 30.0
# Slower than this is no network on which one could deploy.
BYTES_PER_S_MIN = 64 * 1024
# A client that is refused while it sends is listened to for so long, so that it reads the answer.
LINGER_S = 2.0
# Larger than any package or stemcell; a bound against filling the disk by mistake.
UPLOAD_BYTES_MAX = 64 * 1024**3


class BlobConnection:
    """A TLS connection. Its methods block and are called by one thread at a time."""

    def __init__(
        self, plain: socket.socket, tls: ssl.SSLContext, blobs: BlobFolder, links: BlobLinks
    ) -> None:
        self._socket: socket.socket = plain
        self._tls = tls
        self._blobs = blobs
        self._links = links
        self._received = bytearray()
        self._end_s = 0.0

    def fileno(self) -> int:
        """Return the descriptor to wait on for the next request."""
        return self._socket.fileno()

    def open(self) -> bool:
        """Shake hands. Returns whether the client is one of ours to talk to."""
        try:
            self._begin(HEAD_DEADLINE_S)
            self._socket.settimeout(HEAD_DEADLINE_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # In two steps, so that :meth:`shut` finds the socket that shakes hands.
            self._socket = secure = self._tls.wrap_socket(
                self._socket, server_side=True, do_handshake_on_connect=False
            )
            secure.do_handshake()
        except (OSError, ValueError) as error:
            log.info("an agent's handshake failed", extra={"reason": repr(error)})
            return False
        return True

    def serve(self) -> bool:
        """Serve the requests that are there. Returns whether to wait for more."""
        try:
            while self._serve_one():
                if not self._has_received():
                    return True
        except OSError as error:
            log.info("an agent's connection broke", extra={"reason": repr(error)})
        return False

    def shut(self) -> None:
        """Break it under the thread that serves it. From any thread."""
        with contextlib.suppress(OSError):
            # Not SSLSocket's own, which takes the TLS state away from the thread that uses it.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it, whatever its state."""
        self._socket.close()

    def _serve_one(self) -> bool:
        """Serve one request; returns whether the connection stays open."""
        keeps_alive = False
        self._begin(HEAD_DEADLINE_S)
        try:
            head = self._read_head()
            if head is None:
                return False
            status = self._answer(head)
            if status is None:
                return head.keeps_alive
            reason, keeps_alive = b"", head.keeps_alive
        except HttpError as error:
            status, reason = error.status, str(error).encode()
        self._begin(STALL_DEADLINE_S)
        self._send(response_head(status, size=len(reason), keeps_alive=keeps_alive) + reason)
        if not keeps_alive:
            self._linger()
        return keeps_alive

    def _answer(self, head: RequestHead) -> HTTPStatus | None:
        """Do what is asked; returns the status, or None when the answer was sent already."""
        blob_id = BlobId(head.path.removeprefix(PATH_PREFIX))
        if not head.path.startswith(PATH_PREFIX):
            raise HttpError(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if head.method not in ("GET", "HEAD", "PUT"):
            raise HttpError(HTTPStatus.METHOD_NOT_ALLOWED, "Blobs are got and put.")
        try:
            signed = "GET" if head.method == "HEAD" else head.method
            self._links.check(signed, blob_id, head.query)
            if head.method == "PUT":
                return self._receive(blob_id, head)
            self._send_blob(blob_id, head)
        except LinkError as error:
            raise HttpError(HTTPStatus.FORBIDDEN, str(error)) from error
        return None

    def _send_blob(self, blob_id: BlobId, head: RequestHead) -> None:
        if head.body_size:
            raise HttpError(HTTPStatus.BAD_REQUEST, "A GET has no body.")
        try:
            stream = self._blobs.path(blob_id).open("rb")
        except (BlobError, OSError) as error:
            raise HttpError(HTTPStatus.NOT_FOUND, str(error)) from error
        with stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            self._begin(STALL_DEADLINE_S + size / BYTES_PER_S_MIN)
            self._send(response_head(HTTPStatus.OK, size=size, keeps_alive=head.keeps_alive))
            while head.method == "GET" and (chunk := stream.read(CHUNK_BYTES)):
                self._send(chunk)

    def _receive(self, blob_id: BlobId, head: RequestHead) -> HTTPStatus:
        size = head.body_size
        if size > UPLOAD_BYTES_MAX:
            raise HttpError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The blob is too large.")
        self._begin(STALL_DEADLINE_S + size / BYTES_PER_S_MIN)
        if head.waits_for_permission:
            self._send(CONTINUE)
        try:
            is_new = self._blobs.put_upload(blob_id, self._body_writer(size))
        except BlobError as error:
            log.error("a blob was not stored", extra={"blob": blob_id, "reason": str(error)})  # noqa: TRY400 - the reason is whole
            full = isinstance(error.__cause__, OSError)
            status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.CONFLICT
            raise HttpError(status, str(error)) from error
        return HTTPStatus.CREATED if is_new else HTTPStatus.OK

    def _body_writer(self, size: int) -> Callable[[BinaryIO], None]:
        def write(target: BinaryIO) -> None:
            remaining = size
            while remaining:
                try:
                    chunk = self._take(remaining) or self._receive_some(remaining)
                except OSError as error:
                    reason = f"The body did not come: {error}."
                    raise HttpError(HTTPStatus.REQUEST_TIMEOUT, reason) from error
                if not chunk:
                    raise HttpError(HTTPStatus.BAD_REQUEST, "The body ended too early.")
                target.write(chunk)
                remaining -= len(chunk)

        return write

    def _read_head(self) -> RequestHead | None:
        """Read up to the empty line; None: the client closed the connection between requests."""
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            if len(self._received) > HEAD_BYTES_MAX:
                raise HttpError(
                    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The head is too long."
                )
            some = self._receive_some(HEAD_BYTES_MAX)
            if not some:
                return None
            self._received += some
        head = bytes(self._received[:end])
        del self._received[: end + 4]
        return parse_head(head)

    def _take(self, count: int) -> bytes:
        """Return what was received together with the head."""
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _has_received(self) -> bool:
        """Whether bytes of another request are here already, where no selector sees them."""
        pending = self._socket.pending() if isinstance(self._socket, ssl.SSLSocket) else 0
        return bool(self._received) or pending > 0

    def _begin(self, deadline_s: float) -> None:
        self._end_s = time.monotonic() + deadline_s

    def _receive_some(self, count: int) -> bytes:
        self._limit()
        return self._socket.recv(min(count, CHUNK_BYTES))

    def _linger(self) -> None:
        """Drop what still comes until the client closes: closing first could take our answer."""
        self._begin(LINGER_S)
        while self._receive_some(CHUNK_BYTES):
            pass

    def _send(self, content: bytes) -> None:
        self._limit()
        self._socket.sendall(content)

    def _limit(self) -> None:
        remaining_s = self._end_s - time.monotonic()
        if remaining_s <= 0:
            raise TimeoutError("the client is too slow")
        self._socket.settimeout(min(remaining_s, STALL_DEADLINE_S))
