"""Folders of the state folder, and ports that are chosen once and then remembered.

Agents know the director's ports from their settings, so a port that was chosen must be the same
after every restart.
"""

import errno
import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.wiring.settings import SettingsError

PORTS_FILE = "ports.json"

PORTS = range(20000, 32000)
"""Below the range from which Linux takes ports of outgoing connections (32768 on)."""

TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a director keeps what. All private to its user."""

    home: Path

    @property
    def tasks(self) -> Path:
        """Outputs of tasks."""
        return self.home / "tasks"

    @property
    def certificates(self) -> Path:
        """The CA and everything that it signed."""
        return self.home / "certs"

    @property
    def nats(self) -> Path:
        """Configuration, pid and log of our nats-server."""
        return self.home / "nats"

    @property
    def workspace(self) -> Path:
        """Uploads and archives being unpacked; cleaned at every start."""
        return self.home / "workspace"

    @property
    def stemcells(self) -> Path:
        """Stemcells that the director builds itself."""
        return self.home / "stemcells"

    def make(self) -> None:
        """Make every folder, 0700."""
        for folder in (
            self.home,
            self.tasks,
            self.certificates,
            self.nats,
            self.workspace,
            self.stemcells,
        ):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


class RememberedPorts:
    """Free ports on one address, chosen at the first start."""

    def __init__(self, home: Path, address: str) -> None:
        self._file = home / PORTS_FILE
        self._address = address

    def port(self, name: str, configured: int | None) -> int:
        """Return the configured port, or the remembered one, or a free one that is remembered."""
        if configured is not None:
            return configured
        known = self._read()
        if name not in known:
            known[name] = _free_port(self._address, frozenset(known.values()))
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps(known))
            fresh.replace(self._file)
        return known[name]

    def _read(self) -> dict[str, int]:
        try:
            known: dict[str, int] = json.loads(self._file.read_text())
        except FileNotFoundError:
            return {}
        return known


def _free_port(address: str, taken: frozenset[int]) -> int:
    """Return a port that nobody has now and that no outgoing connection will be given later."""
    for _ in range(TRIES):
        port = secrets.choice(PORTS)
        if port in taken:
            continue
        try:
            socket.create_server((address, port)).close()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SettingsError(
                    f"The director cannot listen on {address}: {error.strerror}.",
                    hint="set `host.address` in director.yml to an address of this machine",
                ) from error
            continue
        return port
    raise SettingsError(
        f"No free port was found on {address} between {PORTS[0]} and {PORTS[-1]}.",
        hint="set `nats.port` and `agents.blobs_port` in director.yml",
    )
