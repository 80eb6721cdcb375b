"""Links between deployments: what is shared, as deployed then; who would miss it."""

from dataclasses import replace
from pathlib import Path

import pytest

from paasta_deploy.director.requests import DeleteDeploymentRequest
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put, TaskRecord
from tests.unit.director.director_world import World
from tests.unit.director.linked_shop import deployment, upload_linked

SHARES = "db provides: {db: {as: big, shared: true}}"
TAKES = "web consumes: {db: {from: big, deployment: data}}"


@pytest.fixture
async def linked(world: World, tmp_path: Path) -> World:
    """The world with the release that has links, and a deployment that shares one."""
    await upload_linked(world, tmp_path)
    await world.deploy_well(deployment("data", SHARES))
    return world


def configuration(world: World) -> str:
    """Return a digest of what the consumer's templates were rendered to."""
    recorded = world.store.recorded_deployment(DeploymentName("shop"))
    assert recorded is not None
    (instance,) = recorded.instances
    assert instance.spec is not None
    return instance.spec.templates.configuration_hash


def warnings(world: World, task: TaskRecord) -> list[str]:
    """Return what was warned about in a task."""
    lines = world.log.lines(task.task_id)
    return [str(line["message"]) for line in lines if line.get("type") == "warning"]


async def test_a_consumer_gets_a_new_content_at_its_own_next_deploy(linked: World) -> None:
    await linked.deploy_well(deployment("shop", TAKES))
    before = configuration(linked)
    await linked.deploy_well(deployment("data", f"{SHARES}, properties: {{port: 1}}"))

    assert configuration(linked) == before
    await linked.deploy_well(deployment("shop", TAKES))
    assert configuration(linked) != before


async def test_what_is_shared_is_what_was_deployed_not_what_was_uploaded_since(
    linked: World, tmp_path: Path
) -> None:
    await linked.deploy_well(deployment("shop", TAKES))
    before = configuration(linked)
    await upload_linked(linked, tmp_path, version="3")

    await linked.deploy_well(deployment("shop", TAKES))

    assert configuration(linked) == before


async def test_a_deployment_that_cannot_be_read_any_more_stops_only_who_asks_it(
    linked: World,
) -> None:
    broken = linked.store.recorded_deployment(DeploymentName("data"))
    assert broken is not None
    record = replace(broken.deployment, manifest="name: data\nshared: [")
    await linked.record(Put(record=record))

    unrelated = await linked.deploy(deployment("shop", "web"))
    asking = await linked.deploy(deployment("shop", TAKES))

    assert unrelated.state is TaskState.DONE
    assert asking.state is TaskState.ERROR


async def test_a_link_that_others_take_is_not_given_up_without_a_word(linked: World) -> None:
    await linked.deploy_well(deployment("shop", TAKES))

    kept = await linked.deploy(deployment("data", SHARES))
    lost = await linked.deploy(deployment("data", "db provides: {db: {as: big}}"))

    assert warnings(linked, kept) == []
    (told,) = warnings(linked, lost)
    assert "shares `big` no more" in told
    assert "of deployment `shop` takes it" in told


async def test_deleting_a_deployment_whose_links_others_take_is_told(linked: World) -> None:
    await linked.deploy_well(deployment("shop", TAKES))

    task = await linked.do(DeleteDeploymentRequest(), deployment=DeploymentName("data"))

    assert task.state is TaskState.DONE
    (told,) = warnings(linked, task)
    assert "link `db` of job `web` in group `web` of deployment `shop`" in told
