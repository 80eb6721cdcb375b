"""The director itself, locks, resurrection, disks."""

import asyncio

import httpx

from paasta_deploy.director.service import RESURRECTION_PAUSED
from paasta_deploy.model.ids import TaskId
from tests.unit.director.director_world import World, manifest


async def test_info_has_what_boshs_cli_reads(api: httpx.AsyncClient) -> None:
    info = (await api.get("/info")).json()
    assert set(info) == {
        "name",
        "uuid",
        "version",
        "user",
        "cpi",
        "stemcell_os",
        "stemcell_version",
        "user_authentication",
        "features",
    }
    assert info["user_authentication"] == {"type": "basic", "options": {}}
    assert set(info["features"]) == {"local_dns", "snapshots", "config_server"}


async def test_the_status_is_what_wiring_gives(api: httpx.AsyncClient) -> None:
    assert (await api.get("/paasta/status")).json() == {"name": "paasta", "remarks": []}


async def test_a_lock_names_the_deployment_and_its_task(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    assert (await api.get("/locks")).json() == []
    drain = world.hold("drain")
    restarting = asyncio.create_task(world.change("restart", "web"))
    await drain.reached.wait()
    (lock,) = (await api.get("/locks")).json()
    (listed,) = (await api.get("/deployments")).json()
    drain.go.set()
    task = await restarting
    assert lock == {
        "type": "deployment",
        "resource": ["shop"],
        "timeout": None,
        "task_id": str(task.task_id),
    }
    assert listed["locked"] is True


async def test_resurrection_is_switched_for_the_whole_director(
    world: World, api: httpx.AsyncClient
) -> None:
    assert (await api.get("/resurrection")).json() == {"resurrection_paused": False}
    answer = await api.put("/resurrection", json={"resurrection_paused": True})
    assert answer.status_code == 200
    assert (await api.get("/resurrection")).json() == {"resurrection_paused": True}
    assert world.store.setting(RESURRECTION_PAUSED) == "true"
    await api.put("/resurrection", json={"resurrection_paused": False})
    assert (await api.get("/resurrection")).json() == {"resurrection_paused": False}


async def test_orphaned_disks_are_listed_and_deleted(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    await world.deploy_well(manifest(dbs=0))
    (disk,) = (await api.get("/disks")).json()
    assert (await api.get("/orphan_disks")).json() == [disk]
    assert (disk["size"], disk["az"], disk["deployment_name"]) == (64, "z1", "shop")
    assert disk["instance_name"].startswith("db/")

    answer = await api.delete(f"/disks/{disk['disk_cid']}")
    assert answer.status_code == 302
    number = int(answer.headers["location"].rpartition("/")[2])
    assert (await world.tasks.wait(TaskId(number))).state.value == "done"
    assert (await api.get("/disks")).json() == []
    assert world.provider.cloud.volumes.all() == ()


async def test_a_disk_in_use_or_unknown_is_not_deleted(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    (disk,) = world.recorded.disks
    for cid in (disk.cid, "nosuch"):
        answer = await api.delete(f"/disks/{cid}")
        assert (answer.status_code, answer.json()["code"]) == (404, 390002)
        assert "a disk in use is never deleted" in answer.json()["hint"]
    assert len(world.provider.cloud.volumes.all()) == 1


async def test_orphaning_a_disk_never_deletes_it(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    await world.deploy_well(manifest(dbs=0))
    (disk,) = world.store.disks(orphaned=True)
    answer = await api.delete(f"/disks/{disk.cid}?orphan=true")
    assert answer.status_code == 400
    assert list(world.store.disks(orphaned=True)) == [disk]


async def test_the_directors_own_certificates_are_listed_as_boshs_cli_reads_them(
    api: httpx.AsyncClient,
) -> None:
    (first, second) = (await api.get("/director/certificate_expiry")).json()
    full = (await api.get("/paasta/certificates")).json()

    assert set(first) == {"certificate_path", "expiry", "days_left"}
    assert (first["days_left"], second["certificate_path"]) == (397, "ca.pem")
    assert [one["use"] for one in full] == ["use of nats.pem", "use of ca.pem"]
