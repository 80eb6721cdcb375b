"""How the agent is entered: as a zipapp with nothing but Python, forked, as pid 1 of a machine."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paasta_deploy.agent.zipapp import build_zipapp
from paasta_deploy.wire.agent_work import LogsRequest, encode_logs_with_links
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import DEADLINE_S, Director
from tests.integration.agent.releases import bpm_job, spec
from tests.integration.agent.test_jobs import SERVE, apply_and_start, pid_of

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root for a pid namespace: run `sudo scripts/test`"
)

# Imports the agent as a launcher does, forks, and notes whatever is imported from then on.
FORKED = """
import os, sys, threading
from pathlib import Path
from paasta_deploy.agent.main import run
assert threading.active_count() == 1
notes, settings, root = sys.argv[1], Path(sys.argv[3]), Path(sys.argv[5])
child = os.fork()
if child:
    signalled = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.exit(signalled)
class Note:
    def find_spec(self, name, path=None, target=None):
        with open(notes, "a") as stream:
            stream.write(name + "\\n")
sys.meta_path.insert(0, Note())
Path(notes).write_text("")
os._exit(run(settings, root))
"""


async def test_the_zipapp_needs_nothing_but_pythons_own_library(
    director: Director, make_agent: MakeAgent, tmp_path: Path
) -> None:
    agent = make_agent()
    zipapp = build_zipapp(tmp_path / "zipapps")
    # Without site packages, user folders and the current folder nothing else can be imported.
    agent.program = [sys.executable, "-I", "-S", str(zipapp)]
    await director.up(agent)
    assert await director.send(agent.id, "ping") == "pong"
    assert await agent.terminate() == 0


async def test_nothing_is_imported_after_the_fork(
    director: Director, make_agent: MakeAgent, blobs: BlobServer, tmp_path: Path
) -> None:
    notes = tmp_path / "imported"
    agent = make_agent()
    agent.program = [sys.executable, "-c", FORKED, str(notes)]
    await director.up(agent)
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    await director.call(agent.id, "get_state", "full")
    request = LogsRequest(kind="job", upload_url=blobs.url("logs"))
    await director.call(agent.id, "fetch_logs_with_signed_url", encode_logs_with_links(request))
    await director.call(agent.id, "stop")
    await director.send(agent.id, "shutdown")
    await asyncio.wait_for(director.shutdowns.get(), DEADLINE_S)
    assert agent.process is not None
    assert agent.process.wait(DEADLINE_S) == 0
    assert notes.read_text() == ""


@needs_root
async def test_as_pid_1_the_agent_reaps_orphans_and_ends_when_it_is_told_to(
    director: Director, make_agent: MakeAgent, blobs: BlobServer, tmp_path: Path
) -> None:
    agent = make_agent()
    agent.program = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", *agent.program]
    await director.up(agent)
    orphan = f"#!/bin/bash\n(setsid sh -c 'echo $$ > {tmp_path}/orphan' &)\n"
    jobs = {"web": bpm_job(SERVE) | {"bin/run": orphan}}
    await apply_and_start(director, agent, spec(blobs, jobs))
    assert pid_of(agent) < 100, "the process has a pid of the machine's own"
    for _ in range(3):
        result = await director.call(agent.id, "run_errand", "web")
        assert result["exit_code"] == 0

    assert agent.process is not None
    machine = child_of(agent.process.pid)
    async with asyncio.timeout(DEADLINE_S):
        while zombies_of(machine):
            await director.send(agent.id, "ping")
    state = await director.call(agent.id, "get_state")
    assert state["job_state"] == "running"

    os.kill(machine, signal.SIGTERM)
    assert await asyncio.wait_for(director.shutdowns.get(), DEADLINE_S) == agent.id
    assert agent.process.wait(DEADLINE_S) == 0


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())


def zombies_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if is_zombie(child)]


def is_zombie(child: str) -> bool:
    try:
        return " Z " in Path(f"/proc/{child}/stat").read_text()
    except FileNotFoundError:
        return False  # reaped since it was listed


def test_the_command_line_explains_itself() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "paasta_deploy.agent", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--settings FILE" in shown.stdout
    assert "/var/vcap" in shown.stdout
