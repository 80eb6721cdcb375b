"""Talks to launchers: starts one per stemcell when needed, hands it orders, waits for answers.

The only module of the provider that knows how machines are started. Calls come from many threads;
an order is one datagram with two open files, so only the sending is serialised, never the waiting.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from paasta_providers.local.boot import (
    Answer,
    Isolation,
    Order,
    decode_answer,
    encode_order,
)
from paasta_providers.local.errors import PROVIDER

from paasta_deploy.cpi.errors import CloudError, CloudUnavailableError
from paasta_deploy.model.ids import StemcellCid

START_DEADLINE_S = 60.0
"""A launcher imports the agent: 0.2 s, more on a busy host with a cold disk."""

ANSWER_DEADLINE_S = 60.0
"""A machine is up in 10 ms; with hundreds at once on a busy host it waits for its turn."""

_ANSWER_BYTES_MAX = 1 << 16
_TITLE_ROOM = 240
"""Letters for a process title: it is written over the command line, which must be long enough."""


class LauncherDiedError(Exception):
    """The launcher or the child that it made for an order ended without an answer."""


class LauncherNotStartedError(LauncherDiedError):
    """The launcher ended, or did not get ready, before its first order."""


class Launcher:
    """One launcher process, which may still be loading the agent."""

    def __init__(self, process: subprocess.Popen[bytes], orders: socket.socket) -> None:
        self._process = process
        self._orders = orders
        self._orders.settimeout(START_DEADLINE_S)
        self._sending = Lock()
        self._is_ready = False
        self._is_closed = False

    def order(self, order: Order, lock_fd: int) -> Answer:
        """Have an order done and return how it ended.

        ``lock_fd`` is an open file with the machine's lock; the child shares it until it is done.
        Raises LauncherDiedError, TimeoutError.
        """
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with mine:
            with theirs, self._sending:
                if self._is_closed:
                    raise LauncherDiedError("The launcher was closed.")
                self._await_ready()
                try:
                    socket.send_fds(
                        self._orders, [encode_order(order)], [theirs.fileno(), lock_fd]
                    )
                except (BrokenPipeError, ConnectionResetError) as error:
                    raise LauncherDiedError("The launcher has ended.") from error
            mine.settimeout(ANSWER_DEADLINE_S)
            try:
                data = mine.recv(_ANSWER_BYTES_MAX)
            except ConnectionResetError as error:
                raise LauncherDiedError("The launcher ended.") from error
        if not data:
            raise LauncherDiedError("The machine ended while it was being set up.")
        return decode_answer(data)

    def _await_ready(self) -> None:
        if self._is_ready:
            return
        try:
            self._is_ready = bool(self._orders.recv(_ANSWER_BYTES_MAX))
        except (TimeoutError, ConnectionResetError) as error:
            raise LauncherNotStartedError("It is not ready in time.") from error
        if not self._is_ready:
            raise LauncherNotStartedError("It ended at once.")
        self._orders.settimeout(ANSWER_DEADLINE_S)

    def is_running(self) -> bool:
        """Return whether it can still take orders."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let it end; machines stay."""
        with self._sending:
            self._is_closed = True
            self._orders.close()
        try:
            self._process.wait(START_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Launchers:
    """The launchers of one director, by stemcell."""

    def __init__(self, state: Path, isolation: Isolation) -> None:
        self._work = state / "launchers"
        self._isolation = isolation
        self._launchers: dict[StemcellCid, Launcher] = {}
        self._starting = Lock()

    def start(self, stemcell: StemcellCid, image: Path) -> None:
        """Let the stemcell's launcher get ready, without waiting for it. Raises OSError."""
        self._running(stemcell, image)

    def order(self, stemcell: StemcellCid, image: Path, order: Order, lock_fd: int) -> Answer:
        """Have an order done by the stemcell's launcher, which is started when it does not run.

        Raises CloudUnavailableError when nobody answers, CloudError when no launcher starts.
        """
        launcher = self._running(stemcell, image)
        try:
            return launcher.order(order, lock_fd)
        except LauncherNotStartedError as error:
            self.close(stemcell)
            raise CloudError(
                f"No machine of stemcell {stemcell} can be started, since its launcher does not "
                f"start. {error} {self.last_words(stemcell)}".strip(),
                provider=PROVIDER,
                hint=f"the whole log is in {self._log(stemcell)}",
            ) from error
        except LauncherDiedError as error:
            raise CloudUnavailableError(
                f"{error} {self.last_words(stemcell)}".strip(), provider=PROVIDER
            ) from error
        except TimeoutError as error:
            raise CloudUnavailableError(
                f"The launcher of {stemcell} did not answer within {ANSWER_DEADLINE_S:.0f} s.",
                provider=PROVIDER,
                hint="the host is overloaded, or a filesystem that machines see hangs",
            ) from error

    def close(self, stemcell: StemcellCid | None = None) -> None:
        """Let the launcher of one stemcell, or all of them, end; machines stay."""
        with self._starting:
            names = list(self._launchers) if stemcell is None else [stemcell]
            for name in names:
                launcher = self._launchers.pop(name, None)
                if launcher is not None:
                    launcher.close()

    def last_words(self, stemcell: StemcellCid) -> str:
        """Return the end of what the launcher has printed, as a sentence, or nothing."""
        try:
            lines = self._log(stemcell).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return f"Its log ends with: {lines[-1]}" if lines else ""

    def _log(self, stemcell: StemcellCid) -> Path:
        return self._work / stemcell / "log"

    def _running(self, stemcell: StemcellCid, image: Path) -> Launcher:
        with self._starting:
            launcher = self._launchers.get(stemcell)
            if launcher is not None and not launcher.is_running():
                launcher.close()
                launcher = None
            if launcher is None:
                launcher = self._start(stemcell, image)
                self._launchers[stemcell] = launcher
            return launcher

    def _start(self, stemcell: StemcellCid, image: Path) -> Launcher:
        work = self._work / stemcell
        work.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, self._log(stemcell).open("wb") as log:
            process = subprocess.Popen(
                [
                    *(os.fspath(base_python()), "-I", "-S"),
                    os.fspath(Path(__file__).with_name("launcher_main.py")),
                    str(theirs.fileno()),
                    self._isolation.value,
                    os.fspath(image),
                    os.fspath(work),
                    sys.base_prefix,
                    os.fspath(base_python()),
                    " " * _TITLE_ROOM,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(theirs.fileno(),),
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        return Launcher(process, mine)


def base_python() -> Path:
    """Return the Python below the virtual environment, which every machine can see."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidate = Path(sys.base_prefix, "bin", version)
    return candidate if candidate.is_file() else Path(sys.executable).resolve()


def _environment() -> Mapping[str, str]:
    """Return nothing of the director's environment: machines would inherit its secrets."""
    return {"PATH": os.defpath, "LANG": "C.UTF-8"}
