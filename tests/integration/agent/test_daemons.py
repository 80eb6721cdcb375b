"""Daemons of monit files: started and stopped by programs, watched by their pid files."""

import os
import signal
from typing import Any

from paasta_deploy.model.lifecycle import JobState
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.conftest import MakeAgent
from tests.integration.agent.director import AgentProcess, Director, has_ended
from tests.integration.agent.releases import spec

MONIT = """check process db with pidfile /var/vcap/sys/run/db/db.pid
  start program "/var/vcap/jobs/db/bin/ctl start" with timeout 20 seconds
  stop program "/var/vcap/jobs/db/bin/ctl stop"
  group vcap
"""
CTL = """#!/bin/bash
run=/var/vcap/sys/run/db
case $1 in
start)
  echo start >> $run/calls
  setsid sleep 1000 < /dev/null > /dev/null 2>&1 &
  echo $! > $run/db.pid
  ;;
stop)
  echo stop >> $run/calls
  kill $(cat $run/db.pid)
  rm $run/db.pid
  ;;
esac
"""


def job(ctl: str = CTL, monit: str = MONIT) -> dict[str, str]:
    return {"monit": monit, "bin/ctl": ctl}


async def start(
    director: Director, agent: AgentProcess, wanted: Any, state: JobState = JobState.RUNNING
) -> None:
    await director.call(agent.id, "apply", wanted)
    await director.call(agent.id, "start")
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is state)


def pid_of(agent: AgentProcess) -> int:
    return int((agent.root / "sys/run/db/db.pid").read_text())


def calls(agent: AgentProcess) -> list[str]:
    return (agent.root / "sys/run/db/calls").read_text().split()


async def test_a_daemon_is_started_watched_and_stopped(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await start(director, agent, spec(blobs, {"db": job()}))
    descriptor = os.pidfd_open(pid_of(agent))
    state = await director.call(agent.id, "get_state", "full")
    assert state["processes"][0]["mem"]["kb"] > 0

    assert await director.call(agent.id, "stop") == "stopped"

    assert calls(agent) == ["start", "stop"]
    assert has_ended(descriptor)


async def test_a_daemon_that_dies_is_started_again(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await start(director, agent, spec(blobs, {"db": job()}))
    before = pid_of(agent)
    os.kill(before, signal.SIGKILL)
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.STARTING)
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.RUNNING)
    assert pid_of(agent) != before
    assert calls(agent) == ["start", "start"]
    await director.call(agent.id, "stop")


async def test_a_start_program_that_fails_is_failing(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    broken = job(ctl="#!/bin/bash\necho broken >&2\nexit 7\n")
    await start(director, agent, spec(blobs, {"db": broken}), JobState.FAILING)
    assert "its start program ended with 7" in agent.log
    assert (agent.root / "sys/log/db/db.monit.stderr.log").read_text().startswith("broken\n")
    await director.call(agent.id, "stop")


async def test_a_daemon_that_never_comes_is_given_up_and_tried_again(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    monit = MONIT.replace("20 seconds", "0 seconds")
    absent = job(ctl="#!/bin/bash\nexec sleep 1000\n", monit=monit)
    await start(director, agent, spec(blobs, {"db": absent}), JobState.FAILING)
    assert "process db is not there after 0 seconds" in agent.log
    await director.call(agent.id, "stop")


async def test_a_daemon_outlives_its_agent_and_is_taken_over(
    director: Director, make_agent: MakeAgent, blobs: BlobServer
) -> None:
    agent = make_agent()
    await director.up(agent)
    await start(director, agent, spec(blobs, {"db": job()}))
    before = pid_of(agent)
    agent.kill()
    await director.up(agent)
    assert pid_of(agent) == before
    assert calls(agent) == ["start"]
    await director.call(agent.id, "stop")


async def test_a_pid_file_of_another_process_is_not_believed(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await director.call(agent.id, "apply", spec(blobs, {"db": job()}))
    pid_file = agent.root / "sys/run/db/db.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    os.utime(pid_file, (0, 0))  # older than this process, so its pid was given away
    await director.call(agent.id, "start")
    await director.heartbeat(lambda heartbeat: heartbeat.job_state is JobState.RUNNING)
    assert calls(agent) == ["start"]
    await director.call(agent.id, "stop")


async def test_a_process_starts_behind_those_it_depends_on(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    last = job(ctl=CTL.replace("/db", "/app"), monit=MONIT.replace("db", "app"))
    last["monit"] += "  depends on db\n"
    slow = job(ctl=CTL.replace("start)", "start)\n  sleep 0.2"))
    wanted = spec(blobs, {"app": last, "db": slow})
    await start(director, agent, wanted)
    first = (agent.root / "sys/run/db/db.pid").stat().st_mtime_ns
    second = (agent.root / "sys/run/app/app.pid").stat().st_mtime_ns
    assert first < second
    await director.call(agent.id, "stop")
