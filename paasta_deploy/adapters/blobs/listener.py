"""Where agents get and put blobs: HTTPS with signed links.

The event loop accepts connections and watches the idle ones; a bounded number of threads shakes
hands and moves bytes. Threads, because encryption and sockets work outside of Python's lock: with
fifty agents fetching 20 MB each, the loop answered within 50 ms, while the same transfer inside of
the loop held it up for more than a second, at the same throughput (430 MB/s on two busy cores).
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from paasta_deploy.adapters.blobs.connection import BlobConnection
from paasta_deploy.adapters.blobs.folder import BlobFolder
from paasta_deploy.adapters.blobs.links import BlobLinks
from paasta_deploy.model.errors import BlobError

log = logging.getLogger(__name__)

# Transfers at the same time. Two saturate a local machine; the others wait for slow networks.
THREADS_MAX = 32
# Agents that fetch at the same time, and the pause of those that are through with a batch.
CONNECTIONS_MAX = 4096
# How long a connection may wait for its next request; our agents close theirs after each batch.
IDLE_S_MAX = 60.0
_BACKLOG = 1024
_STOP_DEADLINE_S = 2.0


class BlobListener:
    """The listener. ``start`` and ``stop`` in the event loop that watches idle connections."""

    def __init__(
        self,
        blobs: BlobFolder,
        *,
        links: BlobLinks,
        tls: ssl.SSLContext,
        threads_max: int = THREADS_MAX,
        connections_max: int = CONNECTIONS_MAX,
        idle_s_max: float = IDLE_S_MAX,
    ) -> None:
        self._blobs = blobs
        self._links = links
        self._tls = tls
        self._connections_max = connections_max
        self._idle_s_max = idle_s_max
        self._threads = ThreadPoolExecutor(threads_max, thread_name_prefix="blobs")
        self._connections: set[BlobConnection] = set()
        self._idle: dict[BlobConnection, asyncio.TimerHandle] = {}
        self._socket: socket.socket | None = None

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def show(self, certificate: Path, private_key: Path) -> None:
        """Show this certificate on all connections that are opened from now on."""
        self._tls.load_cert_chain(certificate, private_key)

    async def start(self, host: str, port: int) -> int:
        """Listen; port 0 takes a free one. Returns the port. Raises BlobError."""
        self._loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise BlobError(
                f"The blob listener for agents cannot listen on {host}:{port}: {error.strerror}.",
                hint="If another program uses the port, set `agents.blobs_port` in director.yml to"
                f" a free one; if {host} is no address of this machine, set `host.address`.",
            ) from error
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket, self._accept)
        taken: int = self._socket.getsockname()[1]
        return taken

    async def stop(self) -> None:
        """Close everything; transfers under way break. Repeating it is fine."""
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        for connection in list(self._idle):
            self._drop(connection)
        for connection in self._connections:
            # The thread that serves it finds it shut, and drops it.
            connection.shut()
        shutdown = partial(self._threads.shutdown, cancel_futures=True)
        ended = self._loop.run_in_executor(None, shutdown)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_DEADLINE_S):
                await asyncio.shield(ended)
        for connection in list(self._connections):
            self._drop(connection)

    def _accept(self) -> None:
        assert self._socket is not None
        try:
            plain, _address = self._socket.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            # Out of descriptors: the connection waits in the backlog until some are closed.
            log.error("agents cannot connect", extra={"reason": repr(error)})  # noqa: TRY400 - whole
            self._close_oldest_idle()
            return
        if len(self._connections) >= self._connections_max and not self._close_oldest_idle():
            plain.close()
            return
        plain.setblocking(True)
        connection = BlobConnection(plain, self._tls, self._blobs, self._links)
        self._connections.add(connection)
        self._submit(connection, is_new=True)

    def _submit(self, connection: BlobConnection, *, is_new: bool) -> None:
        self._threads.submit(self._work, connection, is_new=is_new).add_done_callback(_tell_bug)

    def _work(self, connection: BlobConnection, *, is_new: bool) -> None:
        """Serve what there is (in a thread), then let the loop wait for more."""
        finish = self._drop
        try:
            if (connection.open() if is_new else True) and connection.serve():
                finish = self._wait
        finally:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                self._loop.call_soon_threadsafe(finish, connection)

    def _wait(self, connection: BlobConnection) -> None:
        """Watch an idle connection."""
        if self._socket is None:
            self._drop(connection)
            return
        self._idle[connection] = self._loop.call_later(self._idle_s_max, self._drop, connection)
        self._loop.add_reader(connection.fileno(), self._wake, connection)

    def _wake(self, connection: BlobConnection) -> None:
        """Hand an idle connection with a request to a thread."""
        self._unwatch(connection)
        self._submit(connection, is_new=False)

    def _unwatch(self, connection: BlobConnection) -> None:
        timer = self._idle.pop(connection, None)
        if timer is not None:
            timer.cancel()
            self._loop.remove_reader(connection.fileno())

    def _drop(self, connection: BlobConnection) -> None:
        self._unwatch(connection)
        self._connections.discard(connection)
        connection.close()

    def _close_oldest_idle(self) -> bool:
        oldest = next(iter(self._idle), None)
        if oldest is None:
            return False
        self._drop(oldest)
        return True


def _tell_bug(work: Future[None]) -> None:
    """Write down what no connection may raise; the thread and the others go on."""
    bug = None if work.cancelled() else work.exception()
    if bug is not None:
        log.error("serving blobs failed", exc_info=bug)
