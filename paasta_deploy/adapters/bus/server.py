"""Our own nats-server: started or adopted, kept running, left running, stopped.

Agents hold their connections to it while the director is restarted or upgraded, so the director
ends without it (:meth:`NatsServer.leave`) and the next one adopts it, when its configuration is
still the wanted one. A server with another configuration is replaced; agents connect again by
themselves. New certificates in the same files need a signal only.
"""

import asyncio
import hashlib
import logging
import signal
from pathlib import Path

from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.server_config import (
    NatsServerSettings,
    config_name,
    render_config,
)
from paasta_deploy.adapters.bus.server_process import NatsProcess, find_program
from paasta_deploy.adapters.private_files import write_private
from paasta_deploy.ports.clock import Clock

log = logging.getLogger(__name__)

# From exec to listening: 10 ms measured, and seconds on a machine that swaps.
START_DEADLINE_S = 20.0
STOP_DEADLINE_S = 5.0
# Between two looks whether it is ready: first often, then seldom.
_LOOK_AGAIN_S_MIN, _LOOK_AGAIN_S_MAX = 0.002, 0.1
# Between two starts of a server that ends by itself: at once, then less and less often.
_START_AGAIN_S_MIN, _START_AGAIN_S_MAX = 0.1, 10.0
# A server that ran this long had a reason of its own to end: begin again with short pauses.
_HEALTHY_AFTER_S = 60.0
_LOG_TAIL_CHARACTERS = 1500


class NatsServer:
    """The server of one state folder. Use from one event loop."""

    def __init__(self, settings: NatsServerSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._folder = settings.folder
        self._process: NatsProcess | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        host = self._settings.host
        shown = f"[{host}]" if ":" in host else host
        return f"nats://{shown}:{self._settings.port}"

    @property
    def pid(self) -> int | None:
        """The process, if there is one now."""
        process = self._process
        return process.pid if process is not None and process.is_running else None

    async def start(self, *, deadline_s: float = START_DEADLINE_S) -> None:
        """Adopt the running server or start one; return when it takes connections.

        From then on it is started again whenever it ends by itself. Raises BusError with the
        server's own words, for example when another program has the port.
        """
        text = render_config(self._settings)
        config = self._folder / config_name(text)
        running = NatsProcess.find(self._folder / "nats.pid")
        if running is not None and running.config != config:
            log.info("the configuration of nats-server changed", extra={"pid": running.pid})
            await running.stop(deadline_s=STOP_DEADLINE_S)
            running = None
        if running is None:
            self._write_config(config, text)
            running = await self._start_process(config, deadline_s)
        else:
            self._reload_certificates(running)
        self._process = running
        self._keeper = asyncio.create_task(self._keep(config), name="nats-server keeper")

    def show_certificates(self) -> None:
        """Let the running server show what is in its certificate's file now."""
        if self._process is not None:
            self._reload_certificates(self._process)

    async def stop(self, *, deadline_s: float = STOP_DEADLINE_S) -> None:
        """End the server. Agents keep trying to connect. Repeating it is fine."""
        await self._end_keeper()
        process = self._process or NatsProcess.find(self._folder / "nats.pid")
        if process is not None:
            await process.stop(deadline_s=deadline_s)
        self._process = None

    async def leave(self) -> None:
        """Let the server run on without us, for the next director to adopt."""
        await self._end_keeper()
        if self._process is not None:
            self._process.release()
        self._process = None

    async def _end_keeper(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait([keeper])

    async def _keep(self, config: Path) -> None:
        """Start the server again when it ended, for ever."""
        pause_s = 0.0
        while True:
            assert self._process is not None
            began_s = self._clock.monotonic_s()
            await self._process.wait()
            log.error("nats-server ended; starting it again", extra={"said": self._last_words()})
            if self._clock.monotonic_s() - began_s > _HEALTHY_AFTER_S:
                pause_s = 0.0
            await self._clock.wait(pause_s)
            pause_s = min(max(2 * pause_s, _START_AGAIN_S_MIN), _START_AGAIN_S_MAX)
            try:
                self._process = await self._start_process(config, START_DEADLINE_S)
            except BusError as error:
                log.error("nats-server cannot be started", extra={"reason": str(error)})  # noqa: TRY400 - the reason is whole

    async def _start_process(self, config: Path, deadline_s: float) -> NatsProcess:
        for old in self._folder.glob("*.ports"):
            old.unlink(missing_ok=True)
        process = NatsProcess.start(find_program(), config, self._folder / "nats.out")
        # The server writes this file once it listens.
        ready = self._folder / f"nats-server_{process.pid}.ports"
        end_s = self._clock.monotonic_s() + deadline_s
        pause_s = _LOOK_AGAIN_S_MIN
        while not ready.exists():
            if not process.is_running:
                raise self._failure("ended while starting")
            if self._clock.monotonic_s() > end_s:
                await process.stop(deadline_s=STOP_DEADLINE_S)
                raise self._failure(f"did not listen within {deadline_s:.0f} s")
            await self._clock.wait(pause_s)
            pause_s = min(2 * pause_s, _LOOK_AGAIN_S_MAX)
        self._remember_certificates()
        return process

    def _write_config(self, config: Path, text: str) -> None:
        try:
            write_private(config, text.encode())
            for old in self._folder.glob("nats-*.conf"):
                if old != config:
                    old.unlink(missing_ok=True)
        except OSError as error:
            raise BusError(
                f"The configuration of nats-server {config} cannot be written: {error.strerror}.",
                hint="The state folder must belong to the user who runs the director.",
            ) from error

    def _reload_certificates(self, process: NatsProcess) -> None:
        """Let an adopted server read its certificate again if the file has another one now."""
        known = self._certificates_file()
        if not known.exists() or known.read_text("ascii") != self._certificates_digest():
            process.signal(signal.SIGHUP)
            self._remember_certificates()

    def _remember_certificates(self) -> None:
        write_private(self._certificates_file(), self._certificates_digest().encode())

    def _certificates_file(self) -> Path:
        return self._folder / "certificates.sha256"

    def _certificates_digest(self) -> str:
        files = self._settings.certificates
        contents = (files.ca.read_bytes(), files.certificate.read_bytes())
        return hashlib.sha256(b"\n".join(contents)).hexdigest()

    def _failure(self, what: str) -> BusError:
        host, port = self._settings.host, self._settings.port
        return BusError(
            f"nats-server, the message bus for agents, {what}. It should listen on {host}:{port}; "
            f"it said:\n{self._last_words()}",
            hint=f"If another program uses the port, set `nats.port` in director.yml to a free one"
            f"; if {host} is no address of this machine, set `host.address`.",
        )

    def _last_words(self) -> str:
        """Return the end of what the server wrote, errors first of all."""
        words = ""
        for name in ("nats.out", "nats.log"):
            path = self._folder / name
            if path.exists():
                words += path.read_text("utf-8", "replace")[-_LOG_TAIL_CHARACTERS:]
        return words.strip()
