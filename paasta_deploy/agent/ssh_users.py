"""Users for `ssh`: made for one session, removed after it. Only on a machine of our own.

Source: bosh.md 6.2 and the real agent's ssh action.
"""

import logging
import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.agent.accounts import is_root
from paasta_deploy.agent.layout import VCAP_USER, Layout
from paasta_deploy.agent.own_sshd import OwnSshd, SshNotPossibleError
from paasta_deploy.agent.stored_files import write_whole
from paasta_deploy.agent.tools import Tools

log = logging.getLogger(__name__)

_PREFIX = "bosh_"
"""Only users with BOSH's prefix are made and removed, whatever a request asks for."""

_NAME = re.compile(r"bosh_[a-z0-9_-]{1,27}")
_GROUPS = (VCAP_USER, "admin", "bosh_sudoers", "bosh_sshers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How to log in: as whom, where, and the key by which the host is known."""

    user: str
    port: int
    host_public_key: str


class SshUsers:
    """The users of this machine that sessions brought."""

    def __init__(self, *, tools: Tools, layout: Layout, sshd: OwnSshd) -> None:
        self._tools = tools
        self._layout = layout
        self._sshd = sshd

    async def setup(self, user: str, public_key: str, *, address: str) -> Login:
        """Let somebody log in with the key as ``user``; return how.

        Where no user can be made (the agent is no root, or shares its host), it is the agent's own
        user instead. Repeating it is success. Raises SshNotPossibleError.
        """
        if not _NAME.fullmatch(user):
            raise SshNotPossibleError(f"{user!r} is no name for a session's user: bosh_...")
        server = await self._sshd.ensure(address)
        if self._layout.owns_machine and is_root():
            await self._make_user(user, public_key)
        else:
            self._admit(user, public_key)
            user = pwd.getpwuid(os.geteuid()).pw_name
        return Login(user=user, port=server.port, host_public_key=server.host_public_key)

    def _admit(self, session: str, public_key: str) -> None:
        """Add the key of a session to those of the agent's own user."""
        kept = [line for line in self._own_keys() if not line.endswith(f" {session}")]
        kind, _, rest = public_key.strip().partition(" ")
        kept.append(f"{kind} {rest.split(' ')[0]} {session}")
        write_whole(self._sshd.user_keys, "".join(f"{line}\n" for line in kept).encode())

    def _own_keys(self) -> list[str]:
        try:
            return self._sshd.user_keys.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    async def _make_user(self, user: str, public_key: str) -> None:
        if not self._tools.has("useradd"):
            raise SshNotPossibleError("this machine has no useradd, so it can have no new users")
        homes = self._layout.root / "bosh_ssh"
        homes.mkdir(mode=0o755, exist_ok=True)
        try:
            entry = pwd.getpwnam(user)
        except KeyError:
            groups = ",".join(group for group in _GROUPS if _has_group(group))
            member = ("-G", groups) if groups else ()
            await self._do(
                "useradd", "-p", "*", "-m", "-b", str(homes), "-s", "/bin/bash", *member, user
            )
            entry = pwd.getpwnam(user)
        folder = Path(entry.pw_dir) / ".ssh"
        folder.mkdir(mode=0o700, exist_ok=True)
        keys = folder / "authorized_keys"
        keys.write_text(f"{public_key.strip()}\n", encoding="utf-8")
        keys.chmod(0o600)
        for path in (folder, keys):
            os.chown(path, entry.pw_uid, entry.pw_gid)

    async def cleanup(self, user_regex: str) -> None:
        """Remove the session users that match. Raises SshNotPossibleError."""
        try:
            pattern = re.compile(user_regex)
        except re.error as cause:
            raise SshNotPossibleError(f"{user_regex!r} is no regular expression") from cause
        if not (self._layout.owns_machine and is_root()):
            kept = [line for line in self._own_keys() if not pattern.search(line.split(" ")[-1])]
            if self._sshd.user_keys.exists():
                write_whole(self._sshd.user_keys, "".join(f"{x}\n" for x in kept).encode())
            return
        for entry in pwd.getpwall():
            if entry.pw_name.startswith(_PREFIX) and pattern.search(entry.pw_name):
                await self._do("userdel", "-f", entry.pw_name)
                shutil.rmtree(entry.pw_dir, ignore_errors=True)

    async def _do(self, *argv: str) -> None:
        ran = await self._tools.run(*argv)
        if ran.status != 0:
            raise SshNotPossibleError(f"{argv[0]} ended with {ran.status}: {ran.text}")


def _has_group(group: str) -> bool:
    lines = Path("/etc/group").read_text(encoding="utf-8").splitlines()
    return any(line.startswith(f"{group}:") for line in lines)
