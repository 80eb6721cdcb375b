"""A director in memory behind a real unix socket, in a thread, and the CLI in this process."""

import asyncio
import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from paasta_deploy.api.app import create_app
from paasta_deploy.cli.main import run
from paasta_deploy.wiring.process import PID_FILE, start_time
from tests.unit.director.director_world import World

_Value = TypeVar("_Value")
DEADLINE_S = 60.0


class ServedWorld:
    """A world on an event loop of its own, and the CLI as its client.

    ``home`` lies directly below /tmp because the path of a unix socket may not be long.
    """

    def __init__(self, tarball: Path) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="paasta-cli-"))
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.world = self.do(self._make, tarball)
        self._server, self._serving = self.do(self._serve)

    def do(self, make: Callable[..., Coroutine[Any, Any, _Value]], *arguments: Any) -> _Value:
        """Run something on the director's loop and return what it returns."""
        future = asyncio.run_coroutine_threadsafe(make(*arguments), self.loop)
        return future.result(DEADLINE_S)

    def cli(self, *arguments: str) -> int:
        """Run one command of the CLI in this process and return its exit code."""
        return run(["--home", str(self.home), *arguments])

    def write(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.home / name
        path.write_text(text)
        return str(path)

    def pretend_to_run(self) -> None:
        """Say that this process is the director, for commands that start none."""
        named = {"pid": os.getpid(), "start_time": start_time(os.getpid())}
        (self.home / PID_FILE).write_text(json.dumps(named))

    def close(self) -> None:
        """End the director and remove its folder."""
        self.do(self._end)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(DEADLINE_S)
        self.loop.close()
        shutil.rmtree(self.home)

    async def _make(self, tarball: Path) -> World:
        (self.home / "world").mkdir()
        world = World(self.home / "world")
        await world.prepare(tarball)
        return world

    async def _serve(self) -> tuple[uvicorn.Server, "asyncio.Task[None]"]:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self.home / "director.sock"))
        config = uvicorn.Config(
            create_app(self.world.director, None), log_config=None, lifespan="off"
        )
        server = uvicorn.Server(config)
        server.config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        return server, asyncio.create_task(server.main_loop())

    async def _end(self) -> None:
        self._serving.cancel()
        await asyncio.gather(self._serving, return_exceptions=True)
        self._server.force_exit = True
        await self._server.shutdown()
        await self.world.close()
