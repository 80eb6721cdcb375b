"""An agent that dies and comes back: jobs, tasks, settings and disks are as they were."""

import os

import pytest

from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.agent_messages import running_task
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import ActionError, AgentProcess, Director, has_ended
from tests.integration.agent.releases import bpm_job, spec
from tests.integration.agent.test_jobs import SERVE, apply_and_start, pid_of


async def test_started_jobs_run_again_after_a_restart(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    before = pid_of(agent)
    fetched = len(blobs.requests)
    agent.kill()
    await director.up(agent)
    assert pid_of(agent) != before
    assert len(blobs.requests) == fetched


async def test_stopped_jobs_stay_stopped_after_a_restart(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    await director.call(agent.id, "stop")
    agent.kill()
    await director.up(agent, JobState.STOPPED)


async def test_processes_die_with_their_agent(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    descriptor = os.pidfd_open(pid_of(agent))
    agent.kill()
    assert has_ended(descriptor)


async def test_an_interrupted_apply_is_finished_after_the_restart(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    blobs.hold.clear()
    wanted = spec(blobs, {"web": bpm_job(SERVE)})
    task_id = running_task(await director.send(agent.id, "apply", wanted))
    assert task_id is not None
    agent.kill()
    blobs.hold.set()
    agent.start()
    assert await director.task(task_id) == "applied"
    assert await director.send(agent.id, "get_task", task_id) == "applied"
    assert (agent.root / "jobs/web/bin/serve").exists()


async def test_an_interrupted_script_is_answered_after_the_restart(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    job = {"monit": "", "bin/pre-start": "#!/bin/bash\nsleep 1000\n"}
    await director.call(agent.id, "apply", spec(blobs, {"a": job}))
    task_id = running_task(await director.send(agent.id, "run_script", "pre-start", {}))
    assert task_id is not None
    agent.kill()
    agent.start()
    with pytest.raises(ActionError, match="the agent was restarted during run_script"):
        await director.task(task_id)


async def test_a_finished_task_is_known_after_a_restart(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    wanted = spec(blobs, {"web": bpm_job(SERVE)})
    task_id = running_task(await director.send(agent.id, "prepare", wanted))
    assert task_id is not None
    await director.task(task_id)
    agent.kill()
    await director.up(agent)
    assert await director.send(agent.id, "get_task", task_id) == "prepared"


async def test_pid_files_of_another_boot_are_gone(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await director.call(agent.id, "apply", spec(blobs, {"web": bpm_job(SERVE)}))
    agent.kill()
    stale = agent.root / "sys/run/web/stale.pid"
    stale.write_text("1\n")
    await director.up(agent, JobState.STOPPED)
    assert stale.exists()
    agent.kill()
    (agent.root / "bosh/boot_id").write_text("another boot")
    await director.up(agent, JobState.STOPPED)
    assert not stale.exists()


async def test_a_machine_whose_disk_is_gone_is_failing_until_it_is_back(
    director: Director, make_agent: MakeAgent, blobs: BlobServer
) -> None:
    agent = make_agent()
    await director.up(agent)
    disk = agent.root.parent / "disk"
    disk.mkdir()
    hint = {"path": str(disk), "kind": "bind"}
    await director.call(agent.id, "add_persistent_disk", "disk-1", hint)
    await director.call(agent.id, "mount_disk", "disk-1")
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    agent.kill()
    disk.rename(disk.with_name("elsewhere"))
    await director.up(agent, JobState.FAILING)
    disk.with_name("elsewhere").rename(disk)
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.RUNNING)


async def test_a_term_stops_the_jobs_in_order_and_a_restart_starts_them(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    polite = 'trap "echo bye; exit 0" TERM\nsleep 1000 & wait'
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(polite)}))
    assert await agent.terminate() == 0
    assert (agent.root / "sys/log/web/web.stdout.log").read_text() == "bye\n"
    await director.up(agent)
