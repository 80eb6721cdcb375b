"""An operator with a terminal: runs the CLI as processes against a director of their own.

Machines are processes on addresses of 127/8, so nothing here needs root and nothing leaves the
host. The state folder lies directly below /tmp, because the path of a unix socket may not be long.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from paasta_providers.local import process_table, processes
from paasta_providers.local.leftovers import Leftover, find_leftovers

from paasta_deploy.wiring.process import running_pid
from tests.claims import own_network
from tests.deadlines import run_to_end, started, unmeasured

ROOT = Path(__file__).resolve().parents[3]
LOOK_AGAIN_S = 0.02
"""A page tells nobody when it comes back, so it is looked at again."""

PAGE_PORT = 8080
_pause = threading.Event()
_Value = TypeVar("_Value")


class Operator:
    """One state folder, one director, one subnet of the host's own addresses."""

    def __init__(self, settings: str = "", *, bytecode: Path) -> None:
        """``settings`` are added to director.yml; ``bytecode`` is where Python keeps its own."""
        self.home = Path(tempfile.mkdtemp(prefix="paasta-e2e-", dir="/tmp"))
        # Several directors may work on this host at once; each takes addresses of its own.
        self.subnet = own_network("127.78")
        local = 'cpis: [{name: "", type: local, properties: {isolation: processes}}]\n'
        (self.home / "director.yml").write_text(local + settings)
        self.environment = {
            **{name: value for name, value in unmeasured().items() if not _is_foreign(name)},
            "PAASTA_HOME": str(self.home),
            "PYTHONPYCACHEPREFIX": str(bytecode),
        }

    def run(self, *arguments: str, text: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end, whatever comes of it. Nobody is at its terminal."""
        return run_to_end(self._program(arguments), env=self.environment, text=text)

    def do(self, *arguments: str) -> str:
        """Run one command that must succeed and return what it printed."""
        ended = self.run(*arguments)
        assert ended.returncode == 0, f"{arguments}: {ended.stdout}{ended.stderr}"
        return ended.stdout

    def start(self, *arguments: str) -> "AbstractContextManager[subprocess.Popen[str]]":
        """Start one command whose messages are read while it runs, in a ``with`` block."""
        return started(self._program(arguments), env=self.environment)

    def rows(self, *arguments: str) -> list[dict[str, str]]:
        """Return the rows of a command's table."""
        document = json.loads(self.do("--json", *arguments))
        rows: list[dict[str, str]] = document["Tables"][0]["Rows"]
        return rows

    def write(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.home / name
        path.write_text(text)
        return str(path)

    # The director

    @property
    def director_pid(self) -> int | None:
        """The pid of the living director."""
        return running_pid(self.home)

    def kill_director(self) -> None:
        """Kill -9 the director and wait until it is gone."""
        pid = self.director_pid
        assert pid is not None, "there is a director to kill"
        handle = os.pidfd_open(pid)
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.director_pid is None, within_s=60, what="the director is gone")
        os.close(handle)

    # Its machines

    @property
    def provider_state(self) -> Path:
        """The folder of the local provider."""
        return self.home / "cpis" / "local"

    def kill_machine(self, cid: str) -> None:
        """Kill -9 a machine: what the power cut does to its first process."""
        os.kill(int((self.provider_state / "machines" / cid / "pid").read_text()), signal.SIGKILL)

    def processes(self) -> dict[str, frozenset[tuple[int, int]]]:
        """Return the processes of every machine, each as its pid and when it began."""
        found: dict[str, set[tuple[int, int]]] = {}
        for pid in process_table.numbers():
            machine = processes.machine_of(pid)
            began = processes.started(pid) if machine else None
            is_ours = machine and (self.provider_state / "machines" / machine).is_dir()
            if machine and is_ours and began is not None:
                found.setdefault(machine, set()).add((pid, began))
        return {machine: frozenset(ones) for machine, ones in found.items()}

    def leftovers(self) -> tuple[Leftover, ...]:
        """Return everything of this director that is on the host."""
        return find_leftovers(self.provider_state)

    def close(self) -> None:
        """End everything and forget it."""
        self.run("-n", "-d", "minimal", "delete-deployment", "--force")
        self.run("director", "stop")
        left = self.leftovers()
        shutil.rmtree(self.home)
        assert left == (), "something of ours is still on this host"

    def _program(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "paasta_deploy", *arguments]


def _is_foreign(name: str) -> bool:
    """Whether a variable of our own environment would change what commands do."""
    return name.startswith("BOSH_") or name in {"PYTHONDONTWRITEBYTECODE", "NO_COLOR"}


def until(check: Callable[[], _Value], *, within_s: float, what: str) -> _Value:
    """Look again and again until ``check`` finds something; return it."""
    for _ in range(round(within_s / LOOK_AGAIN_S)):
        found = check()
        if found:
            return found
        _pause.wait(LOOK_AGAIN_S)
    raise AssertionError(f"not within {within_s} s: {what}")


def page(address: str) -> str:
    """Return what an instance says; its process may run already and not listen yet."""
    return until(lambda: _page_now(address), within_s=120, what=f"{address} answers")


def _page_now(address: str) -> str:
    try:
        with urllib.request.urlopen(f"http://{address}:{PAGE_PORT}/", timeout=60) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""
