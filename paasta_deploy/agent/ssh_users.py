"""Users for `ssh`: made for one session, removed after it. Only on a machine of our own.

Source: bosh.md 6.2 and the real agent's ssh action.
"""

import logging
import os
import pwd
import re
import shutil
from pathlib import Path

from paasta_deploy.agent.accounts import is_root
from paasta_deploy.agent.layout import VCAP_USER, Layout
from paasta_deploy.agent.tools import Tools
from paasta_deploy.model.errors import PaastaError

log = logging.getLogger(__name__)

_PREFIX = "bosh_"
"""Only users with BOSH's prefix are made and removed, whatever a request asks for."""

_NAME = re.compile(r"bosh_[a-z0-9_-]{1,27}")
_GROUPS = (VCAP_USER, "admin", "bosh_sudoers", "bosh_sshers")
_HOST_KEYS = ("ssh_host_ed25519_key.pub", "ssh_host_ecdsa_key.pub", "ssh_host_rsa_key.pub")


class SshNotPossibleError(PaastaError):
    """This machine cannot have users for a session; the message says why."""


class SshUsers:
    """The users of this machine that sessions brought."""

    def __init__(self, *, tools: Tools, layout: Layout) -> None:
        self._tools = tools
        self._layout = layout

    async def setup(self, user: str, public_key: str) -> str:
        """Make a user who may log in with the key; return the host's public key.

        Repeating it for the same user is success. Raises SshNotPossibleError.
        """
        self._check_possible()
        if not _NAME.fullmatch(user):
            raise SshNotPossibleError(f"{user!r} is no name for a session's user: bosh_...")
        host_key = _host_key()
        homes = self._layout.root / "bosh_ssh"
        homes.mkdir(mode=0o755, exist_ok=True)
        try:
            entry = pwd.getpwnam(user)
        except KeyError:
            groups = ",".join(group for group in _GROUPS if _has_group(group))
            member = ("-G", groups) if groups else ()
            await self._do("useradd", "-m", "-b", str(homes), "-s", "/bin/bash", *member, user)
            entry = pwd.getpwnam(user)
        folder = Path(entry.pw_dir) / ".ssh"
        folder.mkdir(mode=0o700, exist_ok=True)
        keys = folder / "authorized_keys"
        keys.write_text(f"{public_key.strip()}\n", encoding="utf-8")
        keys.chmod(0o600)
        for path in (folder, keys):
            os.chown(path, entry.pw_uid, entry.pw_gid)
        return host_key

    async def cleanup(self, user_regex: str) -> None:
        """Remove the session users that match. Raises SshNotPossibleError."""
        if not self._layout.owns_machine or not is_root():
            return  # where none can be made there is none to remove
        try:
            pattern = re.compile(user_regex)
        except re.error as cause:
            raise SshNotPossibleError(f"{user_regex!r} is no regular expression") from cause
        for entry in pwd.getpwall():
            if entry.pw_name.startswith(_PREFIX) and pattern.search(entry.pw_name):
                await self._do("userdel", "-f", entry.pw_name)
                shutil.rmtree(entry.pw_dir, ignore_errors=True)

    def _check_possible(self) -> None:
        if not self._layout.owns_machine or not is_root():
            raise SshNotPossibleError(
                "this machine shares its users with its host, so none can be made for a session",
                hint="log in to the host; the machine's files are in " + str(self._layout.root),
            )
        if not self._tools.has("useradd"):
            raise SshNotPossibleError("this machine has no useradd, so it can have no new users")

    async def _do(self, *argv: str) -> None:
        ran = await self._tools.run(*argv)
        if ran.status != 0:
            raise SshNotPossibleError(f"{argv[0]} ended with {ran.status}: {ran.text}")


def _host_key() -> str:
    for name in _HOST_KEYS:
        path = Path("/etc/ssh") / name
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
    raise SshNotPossibleError("this machine has no SSH host key in /etc/ssh: no sshd runs here")


def _has_group(group: str) -> bool:
    lines = Path("/etc/group").read_text(encoding="utf-8").splitlines()
    return any(line.startswith(f"{group}:") for line in lines)
