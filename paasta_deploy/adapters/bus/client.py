"""One connection to the bus as one of our own users, kept open over restarts of the server."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.transport import TcpTransport
from nats.errors import Error as NatsError
from typing_extensions import override

from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.keys import BusKey

log = logging.getLogger(__name__)

# Our server is on this machine and back within some 50 ms after a crash. We must be back before
# the agents are, because it asks us whether to let them in; they pause for longer.
RECONNECT_PAUSE_S = 0.02
CONNECT_TRY_DEADLINE_S = 5
# A server on another machine that vanished without a word is noticed after two of these.
PING_INTERVAL_S = 10
CLOSE_DEADLINE_S = 2.0
_CANCELLATIONS_MAX = 10
_CANCELLATION_S = 0.2

REOPEN_PAUSE_S = 0.5

Handler = Callable[[Msg], None]
_Callback = Callable[[Msg], Coroutine[None, None, None]]


def _nobody() -> None:
    """Tell nobody."""


class Connection(Client):
    """nats-py's client, which does not know one way in which a connection ends.

    When the server closes it right after the TLS handshake (it was too busy to read what came
    next), Python hands over no transport at all, and nats-py fails like a program with a bug: for
    good, in the middle of its attempts. This is a failed attempt like others.
    """

    @override
    async def _process_connect_init(self) -> None:
        try:
            await super()._process_connect_init()
        except AttributeError as error:
            broken = self._transport
            if isinstance(broken, TcpTransport) and broken._bare_io_writer:  # noqa: SLF001 - nobody else can
                # So that whoever closes or collects the writer finds something to close.
                vars(broken._io_writer)["_transport"] = broken._bare_io_writer.transport  # noqa: SLF001 - as above
            raise ConnectionResetError("the server closed the connection at once") from error


class BusClient:
    """A connection. Callbacks run on the event loop and must not block.

    ``on_down`` and ``on_up`` tell of interruptions; subscriptions survive them, messages do not.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        tls: ssl.SSLContext,
        key: BusKey | None,
        on_down: Callable[[], None] = _nobody,
        on_up: Callable[[], None] = _nobody,
    ) -> None:
        self._url = url
        self._name = name
        self._tls = tls
        self._key = key
        self._on_down = on_down
        self._on_up = on_up
        self._client = Connection()
        self._last_error: Exception | None = None
        self._was_opened = False
        self._is_closing = False
        self._callbacks: dict[str, _Callback] = {}
        self._reopening: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        """Whether messages go through now."""
        return bool(self._client.is_connected)

    async def connect(self, *, deadline_s: float) -> None:
        """Open the connection; tries again until the deadline. Raises BusError."""
        try:
            await self._open(deadline_s)
        except (TimeoutError, OSError, NatsError) as error:
            await self.close()
            reason = self._last_error or error
            raise BusError(
                f"The message bus at {self._url} did not let the director in within "
                f"{deadline_s:.0f} s: {reason!r}.",
                hint="The log of nats-server (nats/nats.log in the state folder) has its view.",
            ) from error

    async def subscribe(self, subject: str, handler: Handler) -> None:
        """Call ``handler`` with every message to a subject. Raises BusError."""

        async def handle(message: Msg) -> None:
            handler(message)

        await self._subscribe(subject, handle)

    async def serve(self, subject: str, answer: Callable[[bytes], bytes | None]) -> None:
        """Answer every request to a subject; None: let it go unanswered. Raises BusError."""

        async def handle(message: Msg) -> None:
            content = answer(message.data)
            if content is not None:
                await self.publish(message.reply, content)

        await self._subscribe(subject, handle)

    async def publish(self, subject: str, content: bytes, *, reply: str = "") -> None:
        """Send one message. Raises BusError when the connection is down for good or too full."""
        try:
            await self._client.publish(subject, content, reply=reply)
        except NatsError as error:
            raise BusError(f"The message bus took no message: {error!r}.") from error

    async def request(self, subject: str, content: bytes, *, deadline_s: float) -> bytes:
        """Send one message and return the first answer. Raises BusError."""
        try:
            answer = await self._client.request(subject, content, timeout=deadline_s)
        except (NatsError, TimeoutError) as error:
            raise BusError(f"Nobody answered {subject} on the message bus: {error!r}.") from error
        return bytes(answer.data)

    async def flush(self, *, deadline_s: float) -> None:
        """Return when the server has taken everything so far. Raises BusError."""
        try:
            await self._client.flush(timeout=deadline_s)  # type: ignore[arg-type] # a float will do
        except (NatsError, TimeoutError) as error:
            raise BusError(f"The message bus does not take messages: {error!r}.") from error

    async def close(self) -> None:
        """Close the connection. Repeating it is fine."""
        self._on_down = self._on_up = _nobody
        self._is_closing = True
        if self._reopening is not None:
            self._reopening.cancel()
        if not self._was_opened:
            return
        try:
            await _within(self._client.close(), CLOSE_DEADLINE_S)
        except (TimeoutError, OSError, NatsError) as error:
            log.info("closing a connection to the bus", extra={"reason": repr(error)})

    async def _open(self, deadline_s: float) -> None:
        self._was_opened = True
        opening = self._client.connect(
            self._url.replace("nats://", "tls://", 1),
            name=self._name,
            tls=self._tls,
            nkeys_seed_str=None if self._key is None else self._key.seed,
            error_cb=self._note_error,
            disconnected_cb=self._note_down,
            reconnected_cb=self._note_up,
            closed_cb=self._note_closed,
            connect_timeout=CONNECT_TRY_DEADLINE_S,
            reconnect_time_wait=RECONNECT_PAUSE_S,  # type: ignore[arg-type] # slept, any number will do
            max_reconnect_attempts=-1,
            ping_interval=PING_INTERVAL_S,
            max_outstanding_pings=2,
        )
        await _within(opening, deadline_s)

    async def _subscribe(self, subject: str, handle: _Callback) -> None:
        try:
            await self._client.subscribe(subject, cb=handle)
        except NatsError as error:
            raise BusError(
                f"The message bus refused to listen to {subject}: {error!r}."
            ) from error
        self._callbacks[subject] = handle

    async def _reopen(self) -> None:
        """Begin anew with a fresh client: nats-py never opens again what the server closed."""
        while True:
            self._client = Connection()
            try:
                await self._open(CONNECT_TRY_DEADLINE_S)
                for subject, handle in self._callbacks.items():
                    await self._client.subscribe(subject, cb=handle)
            except (TimeoutError, OSError, NatsError) as error:
                extra = {"user": self._name, "reason": repr(error)}
                log.warning("the message bus cannot be reached", extra=extra)
                await asyncio.sleep(REOPEN_PAUSE_S)
            else:
                self._on_up()
                return

    async def _note_error(self, error: Exception) -> None:
        self._last_error = error
        if self._is_closing:
            return  # what was under way breaks, as it must
        if isinstance(error, NatsError | OSError):
            log.warning("message bus", extra={"user": self._name, "reason": repr(error)})
        else:
            log.error("message bus", extra={"user": self._name}, exc_info=error)

    async def _note_down(self) -> None:
        self._on_down()

    async def _note_up(self) -> None:
        self._on_up()

    async def _note_closed(self) -> None:
        """Take that nats-py gave up, as it does when the server complains of a client."""
        is_reopening = self._reopening is not None and not self._reopening.done()
        if not self._is_closing and self._callbacks and not is_reopening:
            self._on_down()
            self._reopening = asyncio.create_task(self._reopen(), name=f"bus {self._name}")


async def _within(work: Coroutine[None, None, None], deadline_s: float) -> None:
    """Do the work before the deadline, or raise TimeoutError.

    Not ``asyncio.timeout``: nats-py swallows a cancellation that meets it while it writes, and
    would then try for ever. So it is told more than once, and is not waited for without a limit.
    """
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait([task], timeout=deadline_s)
        if not done:
            raise TimeoutError
    finally:
        for _ in range(_CANCELLATIONS_MAX):
            if task.done():
                break
            task.cancel()
            await asyncio.wait([task], timeout=_CANCELLATION_S)
    task.result()
