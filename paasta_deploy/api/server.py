"""Serving the API: the director's process from its first line to its last.

One asyncio loop carries the API (unix socket, and HTTPS if wanted), the tasks, the health monitor
and the connection to the message bus. SIGTERM ends it orderly: tasks are left where they are and
go on with the next start; machines are not touched.
"""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from typing_extensions import override

from paasta_deploy.api.app import create_app
from paasta_deploy.model.errors import DeposedError
from paasta_deploy.wiring.build import HeldStore, RunningDirector, build_director, hold_store
from paasta_deploy.wiring.logging import set_up_logging
from paasta_deploy.wiring.process import AnotherDirectorError, only_director, readiness
from paasta_deploy.wiring.settings import Settings, load_settings, state_folder

log = logging.getLogger(__name__)

OPEN_FILES = 65536
"""Two per machine of this host (pidfd, connection), and room for ten thousand agents."""

BACKLOG = 1024


def serve() -> None:
    """Be the director until SIGTERM. Raises PaastaError when it cannot start."""
    say_ready = readiness()
    home = state_folder()
    os.umask(0o077)  # everything in the state folder may hold secrets
    settings = load_settings(home)
    set_up_logging(settings.log.level)
    _raise_open_files()
    with only_director(home):
        asyncio.run(_serve(settings, say_ready))


async def _serve(settings: Settings, say_ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    deposed: list[DeposedError] = []

    def give_up(error: DeposedError) -> None:
        deposed.append(error)
        loop.call_soon_threadsafe(stop.set)

    held = await _held(settings, give_up, stop)
    if held is None:
        return
    running = await build_director(settings, held)
    try:
        servers = [_Server(_config(running, settings))]
        sockets = [_unix_socket(settings.socket)]
        if settings.api.https.enabled:
            servers.append(_Server(_config(running, settings, https=True)))
            sockets.append(_tcp_socket(settings.api.https.address, settings.api.https.port))
        serving = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(servers, sockets, strict=True)
        ]
        await asyncio.gather(*(server.started_event.wait() for server in servers))
        await running.start()
        say_ready()
        log.info("director ready", extra={"home": str(settings.home)})
        await stop.wait()
        log.info("director stops")
        for server in servers:
            server.should_exit = True
            server.force_exit = True
        await asyncio.gather(*serving)
    finally:
        await running.close()
        settings.socket.unlink(missing_ok=True)
    if deposed:
        raise AnotherDirectorError(str(deposed[0]), hint=deposed[0].hint)


async def _held(
    settings: Settings, give_up: Callable[[DeposedError], None], stop: asyncio.Event
) -> HeldStore | None:
    """Hold the store, once another director has ended that has it; None: told to stop before."""
    holding = asyncio.create_task(hold_store(settings, on_deposed=give_up))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((holding, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if holding.done():
        return holding.result()
    holding.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await holding
    return None


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers, and with an event for "now answering"."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.started_event = asyncio.Event()

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us."""
        yield

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        self.started_event.set()


def _config(
    running: RunningDirector, settings: Settings, *, https: bool = False
) -> uvicorn.Config:
    users = {user.name: user.password for user in settings.api.users} if https else None
    app = create_app(running.director, users)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        backlog=BACKLOG,
        timeout_graceful_shutdown=1,
    )
    if https:
        config.load()
        config.ssl = running.api_context()
    return config


def _unix_socket(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # only_director() has proven that nobody listens there
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    return listener


def _tcp_socket(address: str, port: int) -> socket.socket:
    listener = socket.create_server((address, port), backlog=BACKLOG, reuse_port=False)
    listener.setblocking(False)
    return listener


def _raise_open_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
