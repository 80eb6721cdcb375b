"""An sshd for machines that run none: started when somebody first asks for a session.

A stemcell's VM runs sshd from boot, and then it is used. A local machine is made in milliseconds
and runs nothing that nobody asked for; its programs are its host's, sshd among them if it is
installed there. The server is told to know keys only, listens on the machine's own address, and
ends with the machine. Where the agent is no root, sshd cannot become anybody else: sessions are
the agent's own user's.
"""

import asyncio
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.accounts import is_root
from paasta_deploy.agent.children import Child, Children
from paasta_deploy.agent.environment import PROGRAM_PATH, search_path
from paasta_deploy.agent.launching import Command
from paasta_deploy.agent.layout import Layout
from paasta_deploy.agent.tools import Tools
from paasta_deploy.model.errors import PaastaError

SSH_PORT = 22
USER_PORT = 2222
"""Where an sshd without privileges listens: ports below 1024 are root's."""

START_DEADLINE_S = 10.0
LOOK_AGAIN_S = 0.01
"""sshd listens some ten milliseconds after its start."""

_HOST_KEYS = ("ssh_host_ed25519_key.pub", "ssh_host_ecdsa_key.pub", "ssh_host_rsa_key.pub")
_SEPARATION_USER = "sshd"
_SEPARATION_FOLDER = Path("/run/sshd")
_SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin"

_CONFIG = """\
ListenAddress {address}
Port {port}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {keys}
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes {strict}
PermitRootLogin prohibit-password
X11Forwarding no
PrintMotd no
Subsystem sftp internal-sftp
"""


class SshNotPossibleError(PaastaError):
    """Nobody can log in to this machine; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SshServer:
    """A server that listens: its public key, its port."""

    host_public_key: str
    port: int


class OwnSshd:
    """Finds the machine's sshd or starts one."""

    def __init__(self, *, tools: Tools, children: Children, layout: Layout) -> None:
        self._tools = tools
        self._children = children
        self._layout = layout
        self._server: Child | None = None
        self._folder = layout.data / "sshd"

    @property
    def user_keys(self) -> Path:
        """Who may log in as the agent's own user, where the agent is no root."""
        return self._folder / "authorized_keys"

    async def ensure(self, address: str) -> SshServer:
        """Return a server that listens on the machine. Raises SshNotPossibleError."""
        present = _machine_host_key() if self._layout.owns_machine else ""
        if present:
            return SshServer(host_public_key=present, port=SSH_PORT)
        port = SSH_PORT if self._layout.owns_machine and is_root() else USER_PORT
        if self._server is None or self._server.status is not None:
            self._server = await self._start(address, port)
        key = (self._folder / "host_key.pub").read_text(encoding="utf-8").strip()
        return SshServer(host_public_key=key, port=port)

    async def _start(self, address: str, port: int) -> Child:
        program = shutil.which("sshd", path=f"{search_path(PROGRAM_PATH)}:{_SYSTEM_FOLDERS}")
        if program is None:
            raise SshNotPossibleError(
                "this machine runs no sshd and has none to start",
                hint="install openssh-server: for local machines on the director's host",
            )
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self._folder / "host_key").exists():
            await self._do(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{self._folder}/host_key"
            )
        if is_root():
            await self._prepare_separation()
        config = self._folder / "sshd_config"
        config.write_text(self._config(address, port), encoding="utf-8")
        # In the foreground: as a child of pid 1, sshd takes itself for a daemon already and would
        # never return from going into the background.
        log = os.open(self._folder / "sshd.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            server = self._children.spawn(
                Command(
                    argv=(program, "-D", "-e", "-f", str(config)),
                    env={"PATH": search_path(PROGRAM_PATH)},
                    cwd=Path("/"),
                    stdout=log,
                    stderr=log,
                )
            )
        finally:
            os.close(log)
        await self._until_it_listens(server, address, port)
        return server

    async def _until_it_listens(self, server: Child, address: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + START_DEADLINE_S
        while server.status is None and loop.time() < end_s:
            try:
                _, writer = await asyncio.open_connection(address, port)
            except OSError:
                await asyncio.sleep(LOOK_AGAIN_S)
                continue
            writer.close()
            return
        said = (self._folder / "sshd.log").read_text(encoding="utf-8", errors="replace")
        raise SshNotPossibleError(f"sshd did not start: {said[-500:].strip()}")

    def _config(self, address: str, port: int) -> str:
        owns = self._layout.owns_machine and is_root()
        return _CONFIG.format(
            address=address or "0.0.0.0",  # noqa: S104 - a machine without an address hears nobody
            port=port,
            folder=self._folder,
            keys=".ssh/authorized_keys" if owns else self.user_keys,
            strict="yes" if owns else "no",
        )

    async def _prepare_separation(self) -> None:
        """Have what sshd wants before it handles strangers: a user and an empty folder."""
        _SEPARATION_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            pwd.getpwnam(_SEPARATION_USER)
        except KeyError:
            await self._do(
                "useradd",
                "-r",
                "-M",
                "-d",
                str(_SEPARATION_FOLDER),
                "-s",
                "/usr/sbin/nologin",
                _SEPARATION_USER,
            )

    async def _do(self, *argv: str) -> None:
        ran = await self._tools.run(*argv)
        if ran.status != 0:
            raise SshNotPossibleError(f"{argv[0]} ended with {ran.status}: {ran.text}")


def _machine_host_key() -> str:
    """Return the public key of the sshd that the machine itself runs; empty if there is none."""
    for name in _HOST_KEYS:
        path = Path("/etc/ssh") / name
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
    return ""
