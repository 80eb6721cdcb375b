"""The full listing of instances and VMs."""

import json

from paasta_deploy.director.listing import ANSWER_DEADLINE_S, AWAY_DEADLINE_S, SETTLE_S
from paasta_deploy.director.requests import ListVmsRequest
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.ports.events import TaskOutput
from tests.unit.director.director_world import World, manifest

FIELDS = {
    "vm_cid",
    "active",
    "vm_created_at",
    "cloud_properties",
    "disk_cid",
    "disk_cids",
    "ips",
    "dns",
    "agent_id",
    "job_name",
    "index",
    "job_state",
    "state",
    "resource_pool",
    "vm_type",
    "vitals",
    "processes",
    "resurrection_paused",
    "az",
    "id",
    "bootstrap",
    "ignore",
    "deployment",
    "converged",
    "stemcell",
    "lifecycle",
}


async def listed(world: World, *, instances: bool = True) -> list[dict[str, object]]:
    task = await world.do(ListVmsRequest(instances=instances))
    assert task.state is TaskState.DONE, task.result
    text = world.output(task.task_id, TaskOutput.RESULT)
    return [json.loads(line) for line in text.splitlines()]


async def test_every_instance_is_a_line_with_boshs_fields(world: World) -> None:
    await world.deploy_well()
    lines = await listed(world)
    assert [f"{line['job_name']}/{line['index']}" for line in lines] == ["db/0", "web/0", "web/1"]
    assert all(set(line) == FIELDS for line in lines)
    database = lines[0]
    (disk,) = world.recorded.disks
    assert database["disk_cids"] == [disk.cid]
    assert database["job_state"] == "running"
    assert database["processes"] == [{"name": "db", "state": "running"}]
    assert database["stemcell"] == {"name": "made-up", "version": "1.1", "api_version": 3}
    assert str(database["vm_created_at"]).endswith("Z")


async def test_a_dead_machine_is_unresponsive_and_costs_no_more_than_a_moment(
    world: World,
) -> None:
    await world.deploy_well()
    world.crash("web/0")
    world.clock.advance(SETTLE_S + 1)
    began_s = world.clock.monotonic_s()
    lines = await listed(world)
    assert [line["job_state"] for line in lines] == ["running", "unresponsive agent", "running"]
    assert world.clock.monotonic_s() - began_s <= AWAY_DEADLINE_S < ANSWER_DEADLINE_S


async def test_after_its_own_start_the_director_waits_longer_for_agents_to_come_back(
    world: World,
) -> None:
    await world.deploy_well()
    world.crash("web/0")
    await world.close()
    world.start()
    began_s = world.clock.monotonic_s()
    lines = await listed(world)
    assert [line["job_state"] for line in lines] == ["running", "unresponsive agent", "running"]
    assert AWAY_DEADLINE_S < world.clock.monotonic_s() - began_s <= ANSWER_DEADLINE_S


async def test_an_agent_that_hangs_is_unresponsive_too(world: World) -> None:
    await world.deploy_well()
    world.deafen("get_state", slug="web/1")
    lines = await listed(world)
    assert [line["job_state"] for line in lines] == ["running", "running", "unresponsive agent"]


async def test_an_instance_without_a_machine_is_an_instance_but_no_vm(world: World) -> None:
    await world.deploy_well()
    await world.change("detached", "web/0")
    (line,) = [
        line
        for line in await listed(world)
        if line["index"] == 0 and line["az"] == "z1" and line["job_name"] == "web"
    ]
    assert (line["job_state"], line["vm_cid"], line["state"]) == (None, None, "detached")
    assert line["stemcell"] is None
    vms = await listed(world, instances=False)
    assert [f"{line['job_name']}/{line['index']}" for line in vms] == ["db/0", "web/1"]


async def test_stopped_jobs_are_shown_as_stopped(world: World) -> None:
    await world.deploy_well()
    await world.change("stopped", "web")
    states = {str(line["job_name"]): line["job_state"] for line in await listed(world)}
    assert states == {"db": "running", "web": "stopped"}


async def test_a_deployment_that_is_not_there_is_told(world: World) -> None:
    task = await world.do(ListVmsRequest(instances=True))
    assert task.result == "Deployment 'shop' doesn't exist"


async def test_a_deployment_without_instances_lists_nothing(world: World) -> None:
    await world.deploy_well(manifest(dbs=0, webs=0))
    assert await listed(world) == []
