"""Jobs through their whole life: fetched, started, killed, drained, stopped, started again."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from paasta_deploy.model.lifecycle import JobState
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.director import ActionError, AgentProcess, Director, has_ended
from tests.integration.agent.releases import bpm_job, spec

# Ends on TERM at once; `wait` is interrupted by it, unlike a foreground `sleep`.
SERVE = 'trap "exit 0" TERM\necho "up $$"\nsleep 1000 & wait'


async def apply_and_start(
    director: Director, agent: AgentProcess, wanted: Any, state: JobState = JobState.RUNNING
) -> None:
    assert await director.call(agent.id, "apply", wanted) == "applied"
    assert await director.call(agent.id, "start") == "started"
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is state)


async def processes(director: Director, agent: AgentProcess) -> dict[str, Any]:
    state = await director.call(agent.id, "get_state", "full")
    return {process["name"]: process for process in state["processes"]}


def pid_of(agent: AgentProcess, name: str = "web") -> int:
    return int((agent.root / "sys/run/bpm" / name / f"{name}.pid").read_text())


async def test_a_job_runs_after_apply_and_start(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))

    assert (await processes(director, agent))["web"]["state"] == "running"
    log = (agent.root / "sys/log/web/web.stdout.log").read_text()
    assert log == f"up {pid_of(agent)}\n"


async def test_before_the_first_start_the_jobs_are_stopped(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    assert (await director.call(agent.id, "get_state"))["job_state"] == "running"
    await director.call(agent.id, "apply", spec(blobs, {"web": bpm_job(SERVE)}))
    assert (await director.call(agent.id, "get_state"))["job_state"] == "stopped"


async def test_the_state_holds_the_spec_and_the_vitals(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    wanted = spec(blobs, {"web": bpm_job(SERVE)}, persistent_disk=100)
    await apply_and_start(director, agent, wanted)

    state = await director.call(agent.id, "get_state", "full")
    assert state["job"]["name"] == "web"
    assert (state["deployment"], state["index"], state["id"]) == ("shop", 3, "7a3f")
    assert state["persistent_disk"] == 100
    assert state["agent_id"] == agent.id
    assert state["vm"] == {"name": "vm-test"}
    assert set(state["vitals"]) == {"cpu", "disk", "load", "mem", "swap", "uptime"}
    assert "signature" not in json.dumps(state)
    assert state["processes"][0]["mem"]["kb"] > 0


async def test_a_killed_process_is_back_at_once_and_told_about(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    before = pid_of(agent)

    os.kill(before, signal.SIGKILL)

    alert = await director.alerts.get()
    assert alert.title == "web (127.9.9.9) - does not exist - restart"
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.STARTING)
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.RUNNING)
    assert pid_of(agent) != before


async def test_what_a_dead_process_left_in_its_group_is_ended(
    director: Director, agent: AgentProcess, blobs: BlobServer, tmp_path: Path
) -> None:
    script = f"sleep 1000 &\necho $! > {tmp_path}/child\nwait"
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(script)}))
    left = int((tmp_path / "child").read_text())
    descriptor = os.pidfd_open(left)

    os.kill(pid_of(agent), signal.SIGKILL)
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.STARTING)

    assert has_ended(descriptor)


async def test_a_process_that_crashes_again_and_again_is_failing(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(
        director, agent, spec(blobs, {"web": bpm_job("exit 1")}), JobState.FAILING
    )
    assert (await processes(director, agent))["web"]["state"] == "failing"


async def test_a_program_that_does_not_exist_is_failing(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    job = bpm_job(SERVE)
    job["config/bpm.yml"] = "processes: [{name: web, executable: /no/such/program}]"
    await apply_and_start(director, agent, spec(blobs, {"web": job}), JobState.FAILING)
    assert "process web does not start: [Errno 2]" in agent.log


async def test_stop_ends_the_processes_and_they_stay_ended(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply_and_start(director, agent, spec(blobs, {"web": bpm_job(SERVE)}))
    descriptor = os.pidfd_open(pid_of(agent))

    assert await director.call(agent.id, "stop") == "stopped"

    assert has_ended(descriptor)
    state = await director.call(agent.id, "get_state")
    assert state["job_state"] == "stopped"
    assert state["processes"][0]["state"] == "stopped"
    assert await director.call(agent.id, "stop") == "stopped"


async def test_a_hook_runs_first_and_a_failing_one_keeps_the_process_down(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    job = bpm_job(SERVE) | {"bin/hook": "#!/bin/bash\necho hook\nexit 3\n"}
    job["config/bpm.yml"] += "  hooks: {pre_start: /var/vcap/jobs/web/bin/hook}\n"
    await apply_and_start(director, agent, spec(blobs, {"web": job}), JobState.FAILING)
    assert "pre_start hook ended with 3" in agent.log
    assert "up" not in (agent.root / "sys/log/web/web.stdout.log").read_text()


async def test_var_vcap_is_rewritten_in_templates_and_packages_are_found(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    job = bpm_job("exec /var/vcap/packages/tool/bin/tool /var/vcap/jobs/web/config/x")
    wanted = spec(
        blobs,
        {"web": job | {"config/x": "here is /var/vcap/data\n"}},
        {"tool": {"bin/tool": f"#!/bin/bash\ncat $1\n{SERVE}\n"}},
    )
    await apply_and_start(director, agent, wanted)
    log = (agent.root / "sys/log/web/web.stdout.log").read_text()
    assert log.startswith(f"here is {agent.root}/data\n")


async def test_a_second_apply_keeps_the_version_before_and_no_older_one(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    for number in range(3):
        job = bpm_job(SERVE) | {"config/number": str(number)}
        await director.call(agent.id, "apply", spec(blobs, {"web": job}))
    versions = list((agent.root / "data/jobs/web").iterdir())
    assert sorted((one / "config/number").read_text() for one in versions) == ["1", "2"]
    assert (agent.root / "jobs/web/config/number").read_text() == "2"
    assert (agent.root / "instance/deployment").read_text() == "shop"


async def test_a_prepared_spec_is_applied_without_fetching(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    wanted = spec(blobs, {"web": bpm_job(SERVE)}, {"tool": {"bin/tool": "x"}})
    assert await director.call(agent.id, "prepare", wanted) == "prepared"
    assert not (agent.root / "jobs/web").exists()
    fetched = len(blobs.requests)
    await director.call(agent.id, "apply", wanted)
    assert len(blobs.requests) == fetched == 2
    assert (agent.root / "packages/tool/bin/tool").read_text() == "x"


async def test_a_job_that_is_gone_is_stopped_by_the_next_start(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    both = {"web": bpm_job(SERVE), "old": bpm_job(SERVE, name="old")}
    await apply_and_start(director, agent, spec(blobs, both))
    kept, gone = pid_of(agent, "web"), os.pidfd_open(pid_of(agent, "old"))

    await director.call(agent.id, "apply", spec(blobs, {"web": both["web"]}))
    await director.call(agent.id, "start")

    assert has_ended(gone)
    assert pid_of(agent, "web") == kept
    assert not (agent.root / "jobs/old").exists()


async def test_a_wrong_digest_is_refused_and_the_link_not_told(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    wanted: Any = spec(blobs, {"web": bpm_job(SERVE)})
    wanted["rendered_templates_archive"]["sha1"] = f"sha256:{'0' * 64}"
    with pytest.raises(ActionError, match="do not match their digest") as caught:
        await director.call(agent.id, "apply", wanted)
    assert str(caught.value).startswith("Action Failed get_task: Task ")
    assert "signature" not in str(caught.value) + agent.log
    assert not (agent.root / "jobs/web").exists()


async def test_a_mistake_in_a_job_is_told_by_start(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    job = bpm_job(SERVE) | {"config/bpm.yml": "processes: {}"}
    await director.call(agent.id, "apply", spec(blobs, {"web": job}))
    with pytest.raises(
        ActionError, match=r"Action Failed start: job web: config/bpm\.yml, line 1"
    ):
        await director.call(agent.id, "start")
