"""Scripts of jobs: lifecycle scripts, drain, errands; what they get, tell, and how they fail."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from paasta_deploy.wire.agent_messages import running_task
from tests.integration.agent.blob_server import BlobServer
from tests.integration.agent.director import DEADLINE_S, ActionError, AgentProcess, Director
from tests.integration.agent.releases import spec

Jobs = dict[str, dict[str, str]]


async def apply(director: Director, agent: AgentProcess, blobs: BlobServer, jobs: Jobs) -> Any:
    wanted = spec(blobs, {name: {"monit": "", **files} for name, files in jobs.items()})
    await director.call(agent.id, "apply", wanted)
    return wanted


def bash(text: str) -> str:
    return f"#!/bin/bash\n{text}\n"


async def test_all_jobs_run_their_script_and_log_it(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    script = bash("echo out $BOSH_VM_NEXT_STATE; echo err >&2; echo $PATH $PAASTA_MACHINE")
    await apply(director, agent, blobs, {"a": {"bin/pre-stop": script}, "b": {"bin/x": ""}})
    env = {"env": {"BOSH_VM_NEXT_STATE": "keep"}}
    assert await director.call(agent.id, "run_script", "pre-stop", env) == {}
    logs = agent.root / "sys/log/a"
    assert (logs / "pre-stop.stdout.log").read_text() == (
        "out keep\n/opt/ours/bin:/usr/sbin:/usr/bin:/sbin:/bin vm-test\n"
    )
    assert (logs / "pre-stop.stderr.log").read_text() == "err\n"


async def test_scripts_of_all_jobs_run_at_the_same_time(
    director: Director, agent: AgentProcess, blobs: BlobServer, tmp_path: Path
) -> None:
    meet = "touch {tmp}/{me}; until test -e {tmp}/{other}; do sleep 0.01; done"
    jobs = {
        me: {"bin/pre-start": bash(meet.format(tmp=tmp_path, me=me, other=other))}
        for me, other in (("a", "b"), ("b", "a"))
    }
    await apply(director, agent, blobs, jobs)
    assert await director.call(agent.id, "run_script", "pre-start", {}) == {}


async def test_failed_scripts_are_told_in_boshs_words(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    jobs = {"a": {"bin/pre-start": bash("exit 4")}, "b": {"bin/pre-start": bash("exit 0")}}
    await apply(director, agent, blobs, jobs)
    with pytest.raises(
        ActionError,
        match=r"^Action Failed get_task: Task \S+ result: 1 of 2 pre-start scripts failed\."
        r" Failed Jobs: a\. Successful Jobs: b\."
        r" \(a: exit status 4, see sys/log/a/pre-start\.stderr\.log\)$",
    ):
        await director.call(agent.id, "run_script", "pre-start", {})


async def test_a_script_that_cannot_run_has_failed(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply(director, agent, blobs, {"a": {"bin/post-start": "no program at all"}})
    with pytest.raises(ActionError, match=r"1 of 1 post-start scripts failed"):
        await director.call(agent.id, "run_script", "post-start", {})


async def test_a_script_name_cannot_lead_elsewhere(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply(director, agent, blobs, {"a": {}})
    with pytest.raises(ActionError, match="is no name of a script"):
        await director.call(agent.id, "run_script", "../../bin/sh", {})


async def test_a_dynamic_drain_is_asked_until_it_is_done(
    director: Director, agent: AgentProcess, blobs: BlobServer, tmp_path: Path
) -> None:
    drain = bash(
        f'echo "$* $BOSH_JOB_STATE" >> {tmp_path}/calls\n'
        f"test $(wc -l < {tmp_path}/calls) = 1 && echo -1 || echo 0"
    )
    await apply(director, agent, blobs, {"a": {"bin/drain": drain}})
    assert await director.call(agent.id, "drain", "shutdown") == 0
    assert (tmp_path / "calls").read_text().splitlines() == [
        'job_shutdown hash_unchanged {"persistent_disk":0}',
        'job_check_status hash_unchanged {"persistent_disk":0}',
    ]


async def test_a_drain_before_an_update_knows_what_changes(
    director: Director, agent: AgentProcess, blobs: BlobServer, tmp_path: Path
) -> None:
    drain = bash(f'echo "$*" > {tmp_path}/call; echo 0')
    await apply(director, agent, blobs, {"a": {"bin/drain": drain}})
    following = spec(blobs, {"a": {"monit": "#"}}, {"tool": {"x": "y"}})
    assert await director.call(agent.id, "drain", "update", following) == 0
    assert (tmp_path / "call").read_text() == "job_changed hash_changed tool\n"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo soon", "Script did not return a signed integer: job a printed 'soon'"),
        ("echo 0; exit 3", "Running drain script of job a: it ended with 3"),
    ],
)
async def test_a_drain_that_breaks_the_protocol_fails(
    director: Director, agent: AgentProcess, blobs: BlobServer, script: str, message: str
) -> None:
    await apply(director, agent, blobs, {"a": {"bin/drain": bash(script)}, "b": {}})
    with pytest.raises(ActionError, match=message):
        await director.call(agent.id, "drain", "shutdown")


async def test_an_errand_returns_what_it_printed(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply(director, agent, blobs, {"a": {"bin/run": bash("echo o; echo e >&2; exit 2")}})
    result = {"stdout": "o\n", "stderr": "e\n", "exit_code": 2}
    assert await director.call(agent.id, "run_errand", "a") == result
    assert await director.call(agent.id, "run_errand") == result
    with pytest.raises(ActionError, match="Could not find errand z"):
        await director.call(agent.id, "run_errand", "z")


async def test_a_talkative_errand_is_cut_at_the_front(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply(director, agent, blobs, {"a": {"bin/run": bash("seq 1 300000")}})
    result = await director.call(agent.id, "run_errand", "a")
    assert result["stdout"].startswith("[")
    assert result["stdout"].endswith("\n300000\n")
    assert len(result["stdout"]) < 500_000


async def test_a_cancelled_errand_is_ended_and_still_has_a_result(
    director: Director, agent: AgentProcess, blobs: BlobServer, tmp_path: Path
) -> None:
    script = bash(f"trap 'echo bye; exit 9' TERM; touch {tmp_path}/on; sleep 1000 & wait")
    await apply(director, agent, blobs, {"a": {"bin/run": script}})
    task_id = running_task(await director.send(agent.id, "run_errand", "a"))
    assert task_id is not None
    async with asyncio.timeout(DEADLINE_S):
        while not (tmp_path / "on").exists():
            await director.send(agent.id, "ping")
    assert await director.send(agent.id, "get_task", task_id) == {
        "agent_task_id": task_id,
        "state": "running",
    }
    assert await director.send(agent.id, "cancel_task", task_id) == "canceled"
    result = {"stdout": "bye\n", "stderr": "", "exit_code": 9}
    assert await director.task(task_id) == result
    assert await director.send(agent.id, "get_task", task_id) == result


async def test_a_cancelled_script_says_so(
    director: Director, agent: AgentProcess, blobs: BlobServer
) -> None:
    await apply(director, agent, blobs, {"a": {"bin/pre-start": bash("sleep 1000")}})
    task_id = running_task(await director.send(agent.id, "run_script", "pre-start", {}))
    assert task_id is not None
    await director.send(agent.id, "cancel_task", task_id)
    with pytest.raises(ActionError, match="Script was cancelled by user request"):
        await director.task(task_id)
    assert await director.send(agent.id, "ping") == "pong"


async def test_an_unknown_task_is_an_exception(director: Director, agent: AgentProcess) -> None:
    with pytest.raises(ActionError, match="Task with id nobody could not be found"):
        await director.send(agent.id, "get_task", "nobody")
    with pytest.raises(ActionError, match="could not be found"):
        await director.send(agent.id, "cancel_task", "nobody")
