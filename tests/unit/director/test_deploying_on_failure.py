"""`on_failure: continue`: what failed is left as it is, the rest goes on, and all is told."""

from collections.abc import Sequence

import pytest

from paasta_deploy.model.errors import AgentActionError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonValue
from tests.unit.director.director_world import World, manifest
from tests.unit.director.test_rolling_back import fail_when_asked

GOES_ON = {"on_failure": "continue"}


async def test_one_failing_instance_stops_neither_its_group_nor_others(world: World) -> None:
    await world.deploy_well(manifest(dbs=2, webs=3))
    fail_when_asked(world, "start", "db/1")
    task = await world.deploy(manifest(dbs=2, webs=3, port=1, text="Bye"), **GOES_ON)

    assert task.state is TaskState.ERROR
    broken = [f"{one.group}/{one.index}" for one in world.recorded.instances if not one.converged]
    assert broken == ["db/1"]
    assert set(world.asked("apply")) >= {"db/0", "db/1", "web/0", "web/1", "web/2"}
    assert f"db/{world.instance('db/1').instance_id} (1): it does not want to" in str(task.result)


async def test_all_failures_are_told(world: World) -> None:
    await world.deploy_well(manifest(dbs=2, webs=3))
    both = {world.vm("db/1").agent_id, world.vm("web/1").agent_id}
    _fail_all(world, both)
    task = await world.deploy(manifest(dbs=2, webs=3, port=1, text="Bye"), **GOES_ON)
    told = str(task.result).splitlines()
    assert told[0] == "2 changes failed:"
    assert [line[:6] for line in told[1:3]] == ["- db/" + told[1][5], "- web/"]
    assert "The rest went on" in told[3]


async def test_a_canary_that_fails_stops_its_group_and_no_other(world: World) -> None:
    await world.deploy_well(manifest(dbs=3, webs=2))
    fail_when_asked(world, "start", "db/0")
    world.questions.clear()
    task = await world.deploy(manifest(dbs=3, webs=2, port=1, text="Bye"), **GOES_ON)
    assert set(world.asked("apply")) == {"db/0", "web/0", "web/1"}
    assert "Not begun, because their group failed too often: db/" in str(task.result)


async def test_a_group_never_has_more_failed_instances_than_it_has_in_flight(
    world: World,
) -> None:
    await world.deploy_well(manifest(dbs=5))
    _fail_all(world, {world.vm(f"db/{index}").agent_id for index in range(5)})
    world.questions.clear()
    await world.deploy(manifest(dbs=5, port=1), canaries="0", max_in_flight="1", **GOES_ON)
    assert set(world.asked("apply")) == {"db/0", "db/1"}


async def test_a_vm_that_cannot_be_made_is_left_out_of_the_rest(world: World) -> None:
    await world.deploy_well(manifest(webs=1))
    world.fail_calls("create_vm")
    task = await world.deploy(manifest(webs=2, port=1), **GOES_ON)
    assert task.state is TaskState.ERROR
    assert world.asked("apply").count("db/0") >= 1
    assert world.instance("db/0").converged


async def test_packages_that_do_not_compile_stop_everything(world: World) -> None:
    world.fail_calls("create_vm")
    task = await world.deploy(**GOES_ON)
    assert task.state is TaskState.ERROR
    assert "went on" not in str(task.result)


async def test_the_next_deploy_has_what_failed_and_no_more(world: World) -> None:
    await world.deploy_well(manifest(dbs=2, webs=3))
    fail_when_asked(world, "start", "web/2")
    await world.deploy(manifest(dbs=2, webs=3, text="Bye"), **GOES_ON)
    await world.deploy_well(manifest(dbs=2, webs=3, text="Bye"))
    assert world.asked("apply") == ["web/2"]


@pytest.mark.parametrize("policy", ["continue", "rollback"])
async def test_a_policy_in_the_manifest_is_overridden(world: World, policy: str) -> None:
    await world.deploy_well(manifest(webs=3))
    fail_when_asked(world, "start", "web/0")
    text = manifest(webs=3, text="Bye").replace("update:\n", f"update:\n  on_failure: {policy}\n")
    task = await world.deploy(text, on_failure="stop")
    assert "Rolled back" not in str(task.result)
    assert "went on" not in str(task.result)


def _fail_all(world: World, agents: set[AgentId]) -> None:
    """Let several agents refuse to start their jobs."""

    async def refuse(agent: AgentId, name: str, arguments: Sequence[JsonValue]) -> None:
        await world._before_agent(agent, name, arguments)  # noqa: SLF001 - the world's own
        if name == "start" and agent in agents:
            raise AgentActionError("it does not want to")

    world.agents.before_answer = refuse
