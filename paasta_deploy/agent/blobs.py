"""Fetches and stores blobs: by signed HTTP(S) links, or in a folder of this host.

Links are secrets while they are valid, so errors name host and path and never the query. Bytes
are hashed on their way and kept only if the digest is right. Everything here blocks; call it in
threads (`threads`), each of which may use the same :class:`Blobs`.
"""

import hashlib
import http.client
import logging
import random
import shutil
import ssl
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from urllib.parse import SplitResult, urlsplit

from paasta_deploy.agent.backoff import Backoff
from paasta_deploy.agent.layout import safe_name
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.agent_settings import BlobstoreSettings
from paasta_deploy.wire.apply_spec import BlobSource
from paasta_deploy.wire.digest import strongest

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0
"""How long one read or write of a connection may take."""

ATTEMPTS = 4
"""A restarting director is back within a few seconds; more than that is the caller's business."""

_PAUSE = Backoff(first_s=0.2, limit_s=3.0)
_CHUNK_BYTES = 256 * 1024
_SERVER_ERRORS = 500
_OK = frozenset({200, 201, 204})
_Talk = Callable[[http.client.HTTPConnection], http.client.HTTPResponse]
"""One request and its answer, on a connection that is lent."""
_FAULTS = (OSError, http.client.HTTPException)


class BlobTransferError(PaastaError):
    """A blob could not be fetched or stored. Retryable: links expire, servers restart."""

    retryable = True


class Blobs:
    """The blobs of one batch of work; connections are kept for it and closed with it."""

    def __init__(
        self,
        blobstores: Iterable[BlobstoreSettings],
        *,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        stores = tuple(blobstores)
        self._folder = next((Path(one.local_path) for one in stores if one.local_path), None)
        self._ca = "\n".join(one.ca for one in stores if one.ca)
        self._tls: ssl.SSLContext | None = None
        self._idle: dict[tuple[str, str], list[http.client.HTTPConnection]] = {}
        self._lock = Lock()
        self._pause = pause

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for connections in self._idle.values():
                for connection in connections:
                    connection.close()
            self._idle.clear()

    def fetch(self, source: BlobSource, target: Path) -> None:
        """Write the blob to ``target``. Raises BlobTransferError, WireError (bad digest text)."""
        digest = strongest(source.digest)
        if not source.signed_url:
            self._copy(source, target)
            self._check(target, source)
            return
        url = urlsplit(source.signed_url)
        hasher = hashlib.new(digest.algorithm)

        def receive(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
            nonlocal hasher
            connection.request("GET", _request_target(url), headers=dict(source.headers))
            response = connection.getresponse()
            if response.status in _OK:
                hasher = hashlib.new(digest.algorithm)
                with target.open("wb") as stream:
                    while chunk := response.read(_CHUNK_BYTES):
                        hasher.update(chunk)
                        stream.write(chunk)
            return response

        self._exchange(url, receive)
        if hasher.hexdigest() != digest.hexdigest:
            raise _mismatch(_shown(url), digest.text(), hasher.hexdigest())

    def store(self, content: Path, url_text: str, headers: Mapping[str, str]) -> tuple[str, str]:
        """Store a file; return its digest text and its blob id (empty with a link).

        With an empty ``url_text`` the blob goes to the local blobstore under a fresh id. Raises
        BlobTransferError.
        """
        digest = f"sha256:{_hexdigest(content, 'sha256')}"
        if not url_text:
            return digest, self._keep(content)
        url = urlsplit(url_text)
        size = str(content.stat().st_size)

        def send(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
            with content.open("rb") as stream:
                all_headers = {"Content-Length": size, **headers}
                connection.request("PUT", _request_target(url), body=stream, headers=all_headers)
                return connection.getresponse()

        self._exchange(url, send)
        return digest, ""

    def _exchange(self, url: SplitResult, talk: _Talk) -> None:
        """Talk to the server; try again when it is not there or says that it is its fault."""
        failure = ""
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(_PAUSE.delay_s(attempt - 1, random.random()))  # noqa: S311 - jitter
            connection = self._connection(url, fresh=attempt > 0)
            try:
                response = talk(connection)
                rest = response.read(_CHUNK_BYTES)
            except _FAULTS as cause:
                connection.close()
                failure = f"{type(cause).__name__}: {cause}"
                log.info("%s: %s", _shown(url), failure)
                continue
            if response.status in _OK:
                self._give_back(url, connection, response)
                return
            connection.close()
            failure = f"the server answered {response.status} {response.reason}"
            if response.status < _SERVER_ERRORS:
                text = rest[:200].decode("utf-8", "replace").strip()
                raise BlobTransferError(f"{_shown(url)}: {failure} {text}".rstrip())
        raise BlobTransferError(f"{_shown(url)}: {failure} ({ATTEMPTS} attempts)")

    def _connection(self, url: SplitResult, *, fresh: bool) -> http.client.HTTPConnection:
        """Return a connection; an idle one may have been closed meanwhile, a fresh one not."""
        with self._lock:
            idle = self._idle.get((url.scheme, url.netloc), [])
            if idle and not fresh:
                return idle.pop()
            if url.scheme == "https" and self._tls is None:
                self._tls = _trusting(self._ca)
        if not url.hostname or url.scheme not in {"http", "https"}:
            raise BlobTransferError(f"{_shown(url)}: only http and https links can be followed")
        if url.scheme == "https":
            return http.client.HTTPSConnection(
                url.hostname, url.port, timeout=TIMEOUT_S, context=self._tls
            )
        return http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT_S)

    def _give_back(
        self,
        url: SplitResult,
        connection: http.client.HTTPConnection,
        response: http.client.HTTPResponse,
    ) -> None:
        if response.will_close or not response.isclosed():
            connection.close()
            return
        with self._lock:
            self._idle.setdefault((url.scheme, url.netloc), []).append(connection)

    def _copy(self, source: BlobSource, target: Path) -> None:
        folder = self._local_folder()
        blob = folder / safe_name(source.blobstore_id, "blob")
        try:
            shutil.copyfile(blob, target)
        except OSError as cause:
            raise BlobTransferError(f"{blob}: {cause.strerror}") from cause

    def _keep(self, content: Path) -> str:
        folder = self._local_folder()
        blob_id = str(uuid.uuid4())
        beside = folder / f".{blob_id}.new"
        try:
            shutil.copyfile(content, beside)
            beside.replace(folder / blob_id)
        except OSError as cause:
            raise BlobTransferError(f"{folder}: {cause.strerror}") from cause
        return blob_id

    def _local_folder(self) -> Path:
        if self._folder is None:
            raise BlobTransferError(
                "the request names no link and this agent has no local blobstore",
                hint="let the director send signed URLs",
            )
        return self._folder

    @staticmethod
    def _check(target: Path, source: BlobSource) -> None:
        digest = strongest(source.digest)
        found = _hexdigest(target, digest.algorithm)
        if found != digest.hexdigest:
            raise _mismatch(source.blobstore_id, digest.text(), found)


def _trusting(ca: str) -> ssl.SSLContext:
    """Return a context that trusts the given CA alone, or without one the machine's."""
    if not ca:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=ca)
    return context


def _request_target(url: SplitResult) -> str:
    return f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"


def _shown(url: SplitResult) -> str:
    """Return the link without its secrets."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.hostname}{port}{url.path}"


def _hexdigest(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def _mismatch(name: str, wanted: str, found: str) -> BlobTransferError:
    return BlobTransferError(
        f"{name}: the bytes do not match their digest: expected {wanted}, found {found}"
    )
