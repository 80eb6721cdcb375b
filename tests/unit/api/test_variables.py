"""Variables over HTTP: BOSH's two listings, our fuller one, and no value in any of them."""

import httpx

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World
from tests.unit.director.test_variables import CERTIFICATES, with_token


async def test_variables_are_listed_as_boshs_cli_reads_them(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well(with_token("((tls.private_key))", CERTIFICATES))
    answer = await api.get("/deployments/shop/variables")

    assert [item["name"] for item in answer.json()] == ["/paasta/shop/ca", "/paasta/shop/tls"]
    assert all(set(item) == {"id", "name"} for item in answer.json())


async def test_certificates_are_listed_by_when_they_end(
    world: World, api: httpx.AsyncClient
) -> None:
    short = CERTIFICATES.replace("common_name: web}", "common_name: web, duration: 12}")
    await world.deploy_well(with_token("((tls.ca))", short))
    first, second = (await api.get("/deployments/shop/certificate_expiry")).json()

    assert (first["name"], first["days_left"]) == ("/paasta/shop/tls", 12)
    assert first["expiry_date"] == "2026-01-13T00:00:00Z"
    assert (second["name"], second["days_left"]) == ("/paasta/shop/ca", 365)


async def test_the_fuller_listing_tells_who_signed_and_hides_values(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well(with_token("((tls.private_key))", CERTIFICATES))
    answer = await api.get("/paasta/deployments/shop/variables")
    ca, tls = answer.json()

    assert tls["signed_by"] == "/paasta/shop/ca"
    assert (ca["signed_by"], ca["certificate"]["is_ca"]) == (None, True)
    assert (tls["version"], tls["newest"], tls["rotation"]) == (1, 1, None)
    assert "private" not in answer.text
    assert "BEGIN" not in answer.text


async def test_a_deployment_without_variables_has_none_and_an_unknown_one_is_told(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    for path in ("/deployments/{}/variables", "/deployments/{}/certificate_expiry"):
        assert (await api.get(path.format("shop"))).json() == []
        unknown = await api.get(path.format("unknown"))
        assert (unknown.status_code, unknown.json()["code"]) == (404, 70000)


async def test_remarks_of_the_director_tell_what_ends_soon(world: World) -> None:
    short = CERTIFICATES.replace("common_name: web}", "common_name: web, duration: 1}")
    await world.deploy_well(with_token("((tls.ca))", short))
    listing = world.director.variables

    assert listing.remarks() == []
    world.clock.advance(17 * 3600)
    assert listing.remarks() == ["the certificate `/paasta/shop/tls` expires within a day"]


async def test_a_rotation_is_planned_started_and_listed_while_it_runs(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well(with_token("((tls.ca))", CERTIFICATES))
    body = {"names": ["ca"]}
    path = "/paasta/deployments/shop/rotations"
    plan = (await api.post(f"{path}/plan", json=body)).json()
    assert plan["rotations"][0]["phases"] == ["trusting", "signing", "dropping"]
    assert (await api.get("/paasta/rotations")).json() == []

    hold = world.hold("apply")
    answer = await api.post(path, json=body)
    assert answer.status_code == 302
    await hold.reached.wait()
    (under_way,) = (await api.get("/paasta/rotations")).json()
    assert (under_way["name"], under_way["phase"]) == ("/paasta/shop/ca", "trusting")
    listed = (await api.get("/paasta/deployments/shop/variables")).json()
    assert listed[0]["rotation"] == "trusting"
    assert listed[0]["newest"] > listed[0]["version"]
    refused = await api.post(path, json=body)
    assert "one rotation runs at a time" in refused.json()["description"]
    hold.go.set()
    task_id = TaskId(int(answer.headers["location"].rpartition("/")[2]))
    assert (await world.tasks.wait(task_id)).state is TaskState.DONE
    assert task_id in [task["id"] for task in (await api.get("/tasks")).json()]


async def test_a_rotation_of_nothing_or_of_the_unknown_is_refused(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well(with_token())
    path = "/paasta/deployments/shop/rotations"

    assert (await api.post(path, json={})).status_code == 400
    unknown = await api.post(path, json={"names": ["nothing"]})
    assert (unknown.status_code, "no variable" in unknown.json()["description"]) == (404, True)
