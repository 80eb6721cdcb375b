"""The agent's connection to NATS: mutual TLS, for ever, quiet.

Each connection is a client of its own, made with what is in force at that moment: address,
certificate and the name that the server must prove. That way a new certificate is used on the next
connection, and reconnecting follows our own pace: 50 ms at first, as a director that restarts
is back within a second, then slower, spread, and never given up.

What agents trust: the CA of their settings, and a server certificate for
``default.nats.bosh-internal`` (BOSH's ``*.nats.bosh-internal`` covers it) or for the address in
the URL. A server that offers no TLS is not talked to.
"""

import asyncio
import contextlib
import logging
import random
import ssl
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from nats import errors as nats_errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from paasta_deploy.agent.backoff import Backoff
from paasta_deploy.agent.settings_store import SettingsStore
from paasta_deploy.agent.stored_files import write_whole
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.wire.agent_settings import MbusCertificate
from paasta_deploy.wire.subjects import DEFAULT_SERVER_NAME, agent_subject

log = logging.getLogger(__name__)

RECONNECT = Backoff(first_s=0.05, limit_s=2.0)
"""At most 3 s are waited: a try costs a millisecond, and a machine out of reach costs more."""

CONNECT_TIMEOUT_S = 15.0
"""A host that starts three hundred machines at once is slow to shake hands."""

PING_INTERVAL_S = 30.0
"""How often a silent connection is tried. Two unanswered pings close it."""

CLOSE_S = 0.3
"""How long a connection may take to close; beyond that it is left to the kernel."""

UNSENT_MAX = 1000
"""Answers that wait for a connection; beyond that the oldest are dropped, and asked for again."""

_NAME_MISMATCHES = frozenset({62, 64})
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH."""

_UNSENDABLE = (nats_errors.BadSubjectError, nats_errors.MaxPayloadError)
"""What is wrong with the message and not with the connection; another try would fail as well."""

_FAULTS = (OSError, nats_errors.Error, TimeoutError)


class MbusSettingsError(PaastaError):
    """The settings do not say how to reach NATS, or with which certificate."""


class Bus:
    """One agent's place on the bus.

    ``on_request`` gets the bytes of each request; ``on_connected`` is called whenever a new
    connection is ready.
    """

    def __init__(
        self,
        *,
        settings: SettingsStore,
        on_request: Callable[[bytes], None],
        on_connected: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._on_request = on_request
        self._on_connected = on_connected
        self._unsent: deque[tuple[str, bytes]] = deque(maxlen=UNSENT_MAX)
        self._wake = asyncio.Event()
        self._turns = {"url": 0, "certificate": 0, "name": 0}
        self._is_open = False
        self._is_closing = False

    def publish(self, subject: str, data: bytes, *, is_kept: bool) -> None:
        """Send soon. Without a connection the message is dropped unless ``is_kept``."""
        if self._is_open or is_kept:
            self._unsent.append((subject, data))
            self._wake.set()

    async def run(self) -> None:
        """Stay connected until :meth:`close`."""
        attempt = 0
        while not self._is_closing:
            try:
                client = await self._connected()
            except (PaastaError, *_FAULTS) as cause:
                delay_s = RECONNECT.delay_s(attempt, random.random())  # noqa: S311 - no secret
                log.info("no connection to NATS (%s); trying again in %.2f s", cause, delay_s)
                attempt += 1
                await self._pause(delay_s)
                continue
            attempt = 0
            await self._serve(client)

    def close(self) -> None:
        """Send what is unsent, as far as that goes, and let :meth:`run` return."""
        self._is_closing = True
        self._wake.set()

    async def _pause(self, delay_s: float) -> None:
        """Wait, but not when closing."""
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                while not self._is_closing:
                    await self._wake.wait()
                    self._wake.clear()

    async def _connected(self) -> Client:
        """Return a fresh connection. Raises one of _FAULTS, MbusSettingsError."""
        settings = self._settings
        if not settings.mbus_urls or not settings.certificates:
            raise MbusSettingsError(
                "the settings name no NATS server or no certificate for it",
                hint="see mbus and env.bosh.mbus.cert",
            )
        url = self._turn("url", settings.mbus_urls)
        certificate = self._turn("certificate", settings.certificates)
        host = urlsplit(url).hostname or ""
        context = self._context(certificate)
        client = Client()
        try:
            await client.connect(
                servers=url,
                name=settings.agent_id,
                tls=context,
                tls_hostname=self._turn("name", (DEFAULT_SERVER_NAME, host)),
                allow_reconnect=False,
                connect_timeout=CONNECT_TIMEOUT_S,  # type: ignore[arg-type] # seconds, any number
                ping_interval=PING_INTERVAL_S,  # type: ignore[arg-type] # seconds, any number
                error_cb=self._on_error,
                closed_cb=self._on_closed,
            )
            # nats-py also talks to servers that offer no TLS.
            if not context.session_stats()["connect_good"]:
                raise nats_errors.Error("nats: the server offers no TLS")
            if not client.is_connected:
                raise nats_errors.Error("nats: the server closed the connection at once")
        except _FAULTS as cause:
            self._next_turn(cause)
            await _closed(client)
            raise
        return client

    def _turn(self, kind: str, choices: tuple[Any, ...]) -> Any:  # noqa: ANN401 - one of them
        return choices[self._turns[kind] % len(choices)]

    def _next_turn(self, cause: Exception) -> None:
        """Choose what to try differently next time."""
        if (
            isinstance(cause, ssl.SSLCertVerificationError)
            and cause.verify_code in _NAME_MISMATCHES
        ):
            self._turns["name"] += 1
        elif isinstance(cause, ssl.SSLError | nats_errors.Error | ConnectionResetError):
            # With TLS 1.3 a refused client certificate shows as a closed connection.
            self._turns["certificate"] += 1
        else:
            self._turns["url"] += 1

    def _context(self, certificate: MbusCertificate) -> ssl.SSLContext:
        """Return TLS with this certificate. Raises OSError when the PEM texts are broken."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=certificate.ca)
        pem = self._settings.layout.mbus / "client.pem"
        text = f"{certificate.certificate.rstrip()}\n{certificate.private_key}"
        write_whole(pem, text.encode())
        context.load_cert_chain(pem)
        return context

    async def _serve(self, client: Client) -> None:
        """Listen and send until the connection is gone or the bus closes."""
        try:
            subject = agent_subject(self._settings.agent_id)
            await client.subscribe(subject, cb=self._on_message)
            await client.flush(timeout=CONNECT_TIMEOUT_S)  # type: ignore[arg-type] # seconds
            log.info("connected to NATS as %s", subject)
            self._is_open = True
            self._on_connected()
            while client.is_connected and not (self._is_closing and not self._unsent):
                await self._send(client)
                if not self._is_closing:
                    await self._wake.wait()
                    self._wake.clear()
            if client.is_connected:
                await client.flush(timeout=2)
        except _FAULTS as cause:
            log.info("the connection to NATS broke: %s", cause)
        finally:
            self._is_open = False
            await _closed(client)

    async def _send(self, client: Client) -> None:
        """Send what waits; a message leaves the queue only when it was handed over."""
        while self._unsent:
            subject, data = self._unsent[0]
            try:
                await client.publish(subject, data)
            except _UNSENDABLE as cause:
                log.warning("a message to %r cannot be sent: %r", subject, cause)
            self._unsent.popleft()

    async def _on_message(self, message: Msg) -> None:
        self._on_request(message.data)

    async def _on_error(self, cause: Exception) -> None:
        """Raise while connecting, so that nats-py does not try for itself; else take note."""
        if not self._is_open:
            raise cause
        log.info("NATS: %s", cause)

    async def _on_closed(self) -> None:
        self._wake.set()


async def _closed(client: Client) -> None:
    """Close whatever state the client is in."""
    with contextlib.suppress(*_FAULTS):
        # After a failed handshake asyncio never tells nats-py that the connection is closed.
        async with asyncio.timeout(CLOSE_S):
            await client.close()


def silence_nats() -> None:
    """Let nats-py log nothing by itself: what matters is logged here, once."""
    quiet = logging.getLogger("nats")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
