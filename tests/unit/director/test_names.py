"""Names are served to every machine, from the first deploy on that uses one."""

import json
from pathlib import Path
from typing import cast

import pytest

from paasta_deploy.director.requests import ListVmsRequest
from paasta_deploy.model.ids import BlobId, DeploymentName, VmCid
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.simulated_agent import SimulatedAgent
from tests.unit.director.director_world import World
from tests.unit.director.linked_shop import deployment, upload_linked

NAMES = "use_dns_addresses: true"
JOBS = ("db", "web consumes: {db: {from: db}}")


@pytest.fixture
async def linked(world: World, tmp_path: Path) -> World:
    """The world with the release that has links."""
    await upload_linked(world, tmp_path)
    return world


def agents_of(world: World) -> list[SimulatedAgent]:
    """Return the agents of all machines."""
    agents = [world.agents.agent(vm.agent_id) for vm in world.store.vms()]
    return [agent for agent in agents if agent is not None]


def told(world: World) -> list[JsonObject]:
    """Return the newest document that each machine's agent was told."""
    found = []
    for agent in agents_of(world):
        if agent.names:
            blob_id = str(agent.names["signed_url"]).rpartition("/")[2]
            document = json.loads(world.blobs.read(BlobId(blob_id)))
            assert document["version"] == agent.names["version"]
            found.append(document)
    return found


async def test_who_uses_no_names_is_not_told_any(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS))

    assert "sync_dns_with_signed_url" not in " ".join(linked.questions)
    assert told(linked) == []


async def test_new_machines_know_all_names_before_their_jobs_start(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))

    asked = [line.split()[0] for line in linked.questions]
    assert asked.index("sync_dns_with_signed_url") < asked.index("start")
    documents = told(linked)
    assert len(documents) == 2
    names = {name for _, name in documents[0]["records"]}  # type: ignore[union-attr,misc]  # pairs
    assert {"0.db.default.shop.bosh", "0.web.default.shop.bosh"} <= names


async def test_a_deploy_that_moves_nobody_says_nothing(linked: World) -> None:
    text = deployment("shop", *JOBS, features=NAMES)
    await linked.deploy_well(text)

    await linked.deploy_well(text)

    assert linked.questions == []


async def test_machines_of_other_deployments_are_told_of_new_ones(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))
    await linked.deploy_well(deployment("other", "db"))

    documents = told(linked)

    assert len(documents) == 3
    assert len({json.dumps(one) for one in documents}) == 1
    assert "0.db.default.other.bosh" in json.dumps(documents[0])


async def test_what_is_gone_has_no_name(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))
    await linked.deploy_well(deployment("shop", "db", features=NAMES))

    (document,) = told(linked)

    assert "web" not in json.dumps(document)


async def test_an_agent_that_is_away_does_not_hold_up_a_deploy(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))
    recorded = linked.store.recorded_deployment(DeploymentName("shop"))
    assert recorded is not None
    linked.agents.cut_off(recorded.vms[0].agent_id)

    await linked.deploy_well(deployment("other", "db"))

    versions = [agent.names["version"] for agent in agents_of(linked)]
    assert sorted(map(str, versions)) == ["1", "2", "2"]


async def test_names_are_listed_and_told_of_once_they_are_served(linked: World) -> None:
    def status() -> object:
        features = cast("dict[str, dict[str, object]]", linked.director.info(None)["features"])
        return features["local_dns"]["status"]

    assert status() is False
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))

    task = await linked.do(ListVmsRequest(instances=True), deployment=DeploymentName("shop"))

    assert status() is True
    lines = linked.log.lines(task.task_id, TaskOutput.RESULT)
    listed = [name for line in lines for name in cast("list[str]", line["dns"])]
    assert "0.db.default.shop.bosh" in listed
    assert len(listed) == 4


async def test_a_machine_that_is_made_again_is_told_the_names(linked: World) -> None:
    await linked.deploy_well(deployment("shop", *JOBS, features=NAMES))
    web = linked.instance("web/0")
    dead = next(vm for vm in linked.recorded.vms if vm.instance_id == web.instance_id)
    linked.provider.delete_vm(VmCid(str(dead.cid)))

    task = await linked.heal(web)

    assert task.state is TaskState.DONE, task.result
    documents = told(linked)
    assert len(documents) == 2
    new = next(vm for vm in linked.recorded.vms if vm.instance_id == web.instance_id)
    assert new.agent_id != dead.agent_id
    assert new.agent_id in json.dumps(documents)
    assert dead.agent_id not in json.dumps(documents)


def addresses_told(document: JsonObject) -> set[str]:
    """Return the addresses that a document of names has."""
    records = cast("list[list[str]]", document["records"])
    return {address for address, _ in records}


async def test_a_swapped_machine_has_names_as_soon_as_it_serves(linked: World) -> None:
    text = deployment("shop", *JOBS, features=NAMES)
    text = text.replace("update: {", "update: {vm_strategy: create-swap-delete, ")
    await linked.deploy_well(text)
    before = {str(item.ip) for one in linked.recorded.instances for item in one.addresses}

    await linked.deploy_well(text, recreate=True)

    after = {str(item.ip) for one in linked.recorded.instances for item in one.addresses}
    assert not after & before
    assert all(addresses_told(document) == after for document in told(linked))
    asked = [line.split()[0] for line in linked.questions]
    stops, starts = asked.index("stop"), asked.index("start")
    assert "sync_dns_with_signed_url" in asked[stops:starts]
    assert "sync_dns_with_signed_url" not in asked[:stops]
