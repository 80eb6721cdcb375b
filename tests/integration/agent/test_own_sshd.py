"""Logging in to a machine that shares its host and runs no sshd: a real sshd, a real client."""

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.integration.agent.director import AgentProcess, Director

pytestmark = pytest.mark.skipif(
    shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin") is None
    or shutil.which("ssh-keygen") is None,
    reason="needs sshd: run `apt-get install openssh-server`, then scripts/test",
)

SESSION = "bosh_abc123"


async def run(*argv: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def log_in(folder: Path, login: dict[str, object], command: str) -> tuple[int, str]:
    known = folder / "known_hosts"
    known.write_text(f"[{login['ip']}]:{login['port']} {login['host_public_key']}\n")
    return await run(
        *("ssh", "-i", str(folder / "key"), "-p", str(login["port"]), "-o", "BatchMode=yes"),
        *("-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes"),
        *("-F", "/dev/null", f"{login['user']}@{login['ip']}", command),
    )


async def test_a_session_can_log_in_until_it_is_cleaned_up(
    tmp_path: Path, director: Director, agent: AgentProcess
) -> None:
    await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key"))
    public_key = (tmp_path / "key.pub").read_text()
    parameters = {"user": SESSION, "public_key": public_key}
    login = await director.call(agent.id, "ssh", "setup", parameters)
    assert await director.call(agent.id, "ssh", "setup", parameters) == login
    assert await log_in(tmp_path, login, "echo in") == (0, "in\n")

    await director.call(agent.id, "ssh", "cleanup", {"user_regex": f"^{SESSION}"})
    status, output = await log_in(tmp_path, login, "echo in")
    assert status == 255
    assert "Permission denied" in output
