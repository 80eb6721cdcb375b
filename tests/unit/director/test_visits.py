"""Collecting logs and setting up logins."""

import io
import json
import tarfile

from paasta_deploy.director.requests import FetchLogsRequest, SshRequest
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.ports.events import TaskOutput
from tests.unit.director.director_world import World


def collected(world: World, task: TaskRecord) -> bytes:
    assert task.state is TaskState.DONE, task.result
    return world.blobs.read(BlobId(str(task.result)))


async def test_the_logs_of_one_instance_are_its_own_archive(world: World) -> None:
    await world.deploy_well()
    task = await world.do(FetchLogsRequest(selector="web/0", kind="agent"))
    agent = world.vm("web/0").agent_id
    assert collected(world, task) == f"agent logs of {agent}".encode()


async def test_the_logs_of_many_are_one_archive_with_a_file_each(world: World) -> None:
    await world.deploy_well()
    task = await world.do(FetchLogsRequest())
    with tarfile.open(fileobj=io.BytesIO(collected(world, task))) as bundle:
        names = bundle.getnames()
    assert sorted(names) == sorted(
        f"{item.group}.{item.instance_id}.tgz" for item in world.recorded.instances
    )


async def test_a_silent_machine_does_not_cost_the_logs_of_the_others(world: World) -> None:
    await world.deploy_well()
    world.deafen("fetch_logs_with_signed_url", slug="web/0")
    task = await world.do(FetchLogsRequest())
    with tarfile.open(fileobj=io.BytesIO(collected(world, task))) as bundle:
        assert len(bundle.getnames()) == 2
    warnings = [line["message"] for line in world.events(task.task_id) if "type" in line]
    assert warnings == ["The logs of 1 of 3 instances are missing."]


async def test_when_nobody_gives_logs_the_task_fails_with_the_reason(world: World) -> None:
    await world.deploy_well()
    world.deafen("fetch_logs_with_signed_url")
    task = await world.do(FetchLogsRequest())
    assert task.state is TaskState.ERROR
    assert "Timed out" in str(task.result)


async def test_an_agent_that_says_it_sent_logs_and_did_not_is_not_believed(world: World) -> None:
    await world.deploy_well()
    agent = world.agents.agent(world.vm("web/0").agent_id)
    assert agent is not None
    agent._upload = lambda _link, _content: "sha256:00"  # noqa: SLF001 - the upload goes nowhere
    task = await world.do(FetchLogsRequest(selector="web/0"))
    assert task.state is TaskState.ERROR
    assert "none came" in str(task.result)


async def test_an_instance_without_a_machine_has_no_logs(world: World) -> None:
    await world.deploy_well()
    await world.change("detached", "web/0")
    task = await world.do(FetchLogsRequest(selector="web/0"))
    assert task.state is TaskState.ERROR
    assert task.result == "'web/0' has no VM now."


async def test_a_login_tells_where_to_go_and_whom_to_trust(world: World) -> None:
    await world.deploy_well()
    params = {"user": "u", "public_key": "k"}
    task = await world.do(SshRequest(command="setup", selector="web/0", params=params))
    (login,) = json.loads(world.output(task.task_id, TaskOutput.RESULT))
    assert login == {
        "command": "setup",
        "status": "success",
        "ip": "127.0.0.1",
        "host_public_key": "ssh-ed25519 simulated",
        "job": "web",
        "id": world.instance("web/0").instance_id,
        "index": 0,
        "agent_id": world.vm("web/0").agent_id,
        "gateway_host": None,
        "gateway_user": None,
    }


async def test_a_failed_login_names_the_instance_and_the_others_are_still_told(
    world: World,
) -> None:
    await world.deploy_well()
    world.deafen("ssh", slug="web/1")
    task = await world.do(SshRequest(command="cleanup", selector="web"))
    assert task.state is TaskState.ERROR
    assert str(task.result).startswith(f"web/{world.instance('web/1').instance_id} (1): ")
    logins = json.loads(world.output(task.task_id, TaskOutput.RESULT))
    assert [login["index"] for login in logins] == [0]
