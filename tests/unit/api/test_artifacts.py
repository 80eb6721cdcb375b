"""`/releases`, `/stemcells`, `/packages`, `/resources`."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from paasta_deploy.api.access import TooLargeError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.recorded import TaskRecord
from tests.unit.director.director_world import World
from tests.unit.director.shop_release import build_shop


async def ended(world: World, answer: httpx.Response) -> TaskRecord:
    assert answer.status_code == 302, answer.text
    number = int(answer.headers["location"].rpartition("/")[2])
    return await world.tasks.wait(TaskId(number))


async def test_releases_are_listed_with_what_boshs_cli_reads(
    world: World, api: httpx.AsyncClient
) -> None:
    (listed,) = (await api.get("/releases")).json()
    assert listed["name"] == "shop"
    (version,) = listed["release_versions"]
    assert set(version) == {
        "version",
        "commit_hash",
        "uncommitted_changes",
        "currently_deployed",
        "job_names",
    }
    assert version["currently_deployed"] is False
    await world.deploy_well()
    (listed,) = (await api.get("/releases")).json()
    assert listed["release_versions"][0]["currently_deployed"] is True


async def test_one_release_is_shown_with_its_jobs_and_packages(api: httpx.AsyncClient) -> None:
    told = (await api.get("/releases/shop?version=1")).json()
    assert [job["name"] for job in told["jobs"]] == ["db", "strict", "web"]
    assert [package["name"] for package in told["packages"]] == ["app", "base"]
    assert told["versions"] == ["1"]
    missing = await api.get("/releases/shop?version=9")
    assert (missing.status_code, missing.json()["code"]) == (404, 30005)


async def test_a_release_comes_in_as_raw_bytes_and_leaves_no_upload_behind(
    world: World, api: httpx.AsyncClient, tmp_path: Path
) -> None:
    tarball = build_shop(tmp_path, version="2").read_bytes()
    answer = await api.post(
        "/releases?rebase=true",
        content=tarball,
        headers={"Content-Type": "application/x-compressed"},
    )
    task = await ended(world, answer)
    assert (task.state.value, task.result) == ("done", "Created release 'shop/2'")
    assert list((world.folder / "workspace").iterdir()) == []


async def test_a_broken_upload_is_explained_and_leaves_nothing_behind(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await ended(world, await api.post("/releases", content=b"no tarball"))
    assert task.state.value == "error"
    assert list((world.folder / "workspace").iterdir()) == []
    assert len(world.store.releases()) == 1


async def test_a_release_is_fetched_from_where_it_is_said_to_be(
    world: World, api: httpx.AsyncClient, tmp_path: Path
) -> None:
    tarball = build_shop(tmp_path, version="2")
    body = {"location": f"file://{tarball}", "sha1": ""}
    task = await ended(world, await api.post("/releases?", json=body))
    assert task.state.value == "done", task.result
    assert tarball.exists(), "what was not uploaded is not removed"

    wrong = {"location": str(tarball), "sha1": "0" * 40}
    task = await ended(world, await api.post("/releases?fix=true", json=wrong))
    assert task.state.value == "error"
    assert "not what was announced" in str(task.result)


async def test_an_endless_upload_is_cut_off_and_removed(
    world: World, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paasta_deploy.api.artifacts.UPLOAD_BYTES_MAX", 1 << 21)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * (1 << 20)

    answer = await api.post("/stemcells", content=endless())
    assert answer.status_code == TooLargeError.http_status
    assert list((world.folder / "workspace").iterdir()) == []


async def test_an_upload_without_a_place_to_put_it_says_where(
    world: World, api: httpx.AsyncClient
) -> None:
    (world.folder / "workspace").rmdir()
    answer = await api.post("/releases", content=b"x")
    (world.folder / "workspace").mkdir()
    assert answer.status_code == 400
    assert "workspace" in answer.json()["description"]
    assert "free some space" in answer.json()["hint"]


async def test_a_release_in_use_is_kept_and_another_deleted(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    refused = await ended(world, await api.delete("/releases/shop?version=1"))
    assert refused.state.value == "error"
    assert "in use by shop" in str(refused.result)
    await world.delete()
    deleted = await ended(world, await api.delete("/releases/shop?version=1"))
    assert deleted.state.value == "done"
    assert (await api.get("/releases")).json() == []
    no_version = await api.delete("/releases/shop")
    assert no_version.status_code == 400


async def test_no_package_is_called_known_so_that_all_are_sent(api: httpx.AsyncClient) -> None:
    for path in ("/packages/matches", "/packages/matches_compiled"):
        answer = await api.post(path, content="name: x\n", headers={"Content-Type": "text/yaml"})
        assert answer.json() == []


async def test_stemcells_are_listed_and_asked_about(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    (stemcell,) = (await api.get("/stemcells")).json()
    assert stemcell["deployments"] == [{"name": "shop"}]
    assert (stemcell["name"], stemcell["version"], stemcell["cpi"]) == ("made-up", "1.1", "")
    for version, needed in (("1.1", False), ("2", True)):
        body = {"stemcell": {"name": "made-up", "version": version}}
        assert (await api.post("/stemcell_uploads", json=body)).json() == {"needed": needed}


async def test_a_stemcell_in_use_is_kept_and_another_deleted(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    await world.add_stemcell("1.2")
    refused = await ended(world, await api.delete("/stemcells/made-up/1.1?"))
    assert "in use by shop" in str(refused.result)
    deleted = await ended(world, await api.delete("/stemcells/made-up/1.2?"))
    assert deleted.state.value == "done"
    assert [item["version"] for item in (await api.get("/stemcells")).json()] == ["1.1"]


async def test_a_blob_is_downloaded_whole(world: World, api: httpx.AsyncClient) -> None:
    blob = world.blobs.put_bytes(b"logs")
    answer = await api.get(f"/resources/{blob.blob_id}")
    assert (answer.status_code, answer.content) == (200, b"logs")
    assert answer.headers["content-type"] == "application/octet-stream"
    missing = await api.get("/resources/nosuch")
    assert (missing.status_code, missing.json()["code"]) == (404, 100002)
