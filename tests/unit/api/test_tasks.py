"""`/tasks`: what BOSH's CLI polls."""

import asyncio
import json

import httpx

from paasta_deploy.director.requests import DeleteArtifactRequest, ListVmsRequest
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskOutput
from tests.unit.director.director_world import SHOP, World, manifest


async def test_a_task_has_exactly_the_fields_that_bosh_has(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy_well()
    told = (await api.get(f"/tasks/{task.task_id}")).json()
    assert set(told) == {
        "id",
        "state",
        "description",
        "timestamp",
        "started_at",
        "result",
        "user",
        "deployment",
        "context_id",
    }
    assert (told["id"], told["state"], told["result"]) == (
        task.task_id,
        "done",
        "/deployments/shop",
    )
    assert isinstance(told["timestamp"], int)


async def test_an_unknown_task_is_told_in_boshs_words(api: httpx.AsyncClient) -> None:
    answer = await api.get("/tasks/4711")
    assert answer.status_code == 404
    assert answer.json() == {"code": 10000, "description": "Task 4711 not found"}
    assert (await api.get("/tasks/4711/output?type=event")).status_code == 404
    assert (await api.delete("/task/4711")).status_code == 404


async def test_outputs_come_whole_by_range_and_never_twice(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy_well()
    url = f"/tasks/{task.task_id}/output?type=event"
    whole = await api.get(url)
    assert whole.status_code == 200
    assert json.loads(whole.text.splitlines()[0])["state"] == "started"

    half = len(whole.content) // 2
    rest = await api.get(url, headers={"Range": f"bytes={half}-"})
    size = len(whole.content)
    assert rest.status_code == 206
    assert rest.content == whole.content[half:]
    assert rest.headers["Content-Range"] == f"bytes {half}-{size - 1}/{size}"

    nothing = await api.get(url, headers={"Range": f"bytes={size}-"})
    assert (nothing.status_code, nothing.content) == (416, b"")


async def test_an_output_that_was_never_written_has_no_content(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy_well()
    for output in ("cpi", "result", "none"):
        answer = await api.get(f"/tasks/{task.task_id}/output?type={output}")
        assert (answer.status_code, answer.content) == (204, b"")


async def test_a_range_of_another_kind_is_answered_whole(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy_well()
    url = f"/tasks/{task.task_id}/output?type=event"
    for header in ("bytes=-5", "lines=1-", "bytes=x-", ""):
        answer = await api.get(url, headers={"Range": header})
        assert answer.status_code == 200


async def test_following_an_output_ends_with_the_task(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.submit(ListVmsRequest(instances=True), deployment=SHOP)
    answer = await api.get(f"/tasks/{task.task_id}/output?type=event&follow=true")
    ended = await api.get(f"/tasks/{task.task_id}")
    assert ended.json()["state"] == "error"
    assert "doesn't exist" in answer.text


async def test_a_follower_that_comes_back_gets_what_it_has_not_seen(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy_well()
    url = f"/tasks/{task.task_id}/output?type=event&follow=true"
    whole = (await api.get(url)).content
    rest = await api.get(url, headers={"Range": "bytes=100-"})
    assert rest.content == whole[100:]


async def test_a_follower_waits_for_news_and_gets_them_at_once(
    world: World, api: httpx.AsyncClient
) -> None:
    boot = world.hold("ping")
    deploying = asyncio.create_task(world.deploy())
    await boot.reached.wait()
    (task,) = world.store.tasks(limit=1)
    following = asyncio.create_task(
        api.get(f"/tasks/{task.task_id}/output?type=event&follow=true")
    )
    await asyncio.sleep(0)
    assert not following.done()
    boot.go.set()
    answer = await following
    await deploying
    assert '"state": "finished"' in answer.text


async def test_listings_show_what_bosh_shows(world: World, api: httpx.AsyncClient) -> None:
    deployed = await world.deploy_well()
    listed = await world.do(ListVmsRequest(instances=True))
    upload = 1

    async def ids(**query: object) -> list[int]:
        answer = await api.get("/tasks", params=query)  # type: ignore[arg-type]  # plain values
        return [task["id"] for task in answer.json()]

    assert await ids() == [deployed.task_id, upload]
    assert await ids(verbose=2) == [listed.task_id, deployed.task_id, upload]
    assert await ids(verbose=2, limit=1) == [listed.task_id]
    assert await ids(limit=1) == [deployed.task_id]
    assert await ids(deployment="shop") == [deployed.task_id]
    assert await ids(state="processing,queued", verbose=2) == []
    assert await ids(state="done,error", limit=1) == [deployed.task_id]


async def test_tasks_are_found_by_the_context_id_of_their_request(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    url = "/deployments/shop/jobs/web?state=restart"
    started = await api.put(url, headers={"X-Bosh-Context-Id": "mine"})
    number = int(started.headers["location"].rpartition("/")[2])
    found = await api.get("/tasks", params={"context_id": "mine"})
    assert [task["id"] for task in found.json()] == [number]

    too_long = await api.put(url, headers={"X-Bosh-Context-Id": "x" * 65})
    assert (too_long.status_code, too_long.json()["code"]) == (400, 70010)
    await world.tasks.wait(TaskId(number))


async def test_a_running_task_is_cancelled_and_an_ended_one_is_refused(
    world: World, api: httpx.AsyncClient
) -> None:
    first = await world.submit(DeleteArtifactRequest(kind="release", name="x", version="1"))
    second = await world.submit(DeleteArtifactRequest(kind="release", name="x", version="2"))
    assert (await api.delete(f"/task/{second.task_id}")).status_code == 204
    await world.tasks.wait(first.task_id)
    assert (await world.tasks.wait(second.task_id)).state.value == "cancelled"

    answer = await api.delete(f"/task/{second.task_id}")
    assert answer.status_code == 400
    assert answer.json()["code"] == 10002


async def test_queued_tasks_are_cancelled_together_by_kind_and_deployment(
    world: World, api: httpx.AsyncClient
) -> None:
    boot = world.hold("ping")
    deploying = asyncio.create_task(world.deploy())
    await boot.reached.wait()
    request = DeleteArtifactRequest(kind="release", name="x", version="1")
    tasks = [await world.submit(request) for _ in range(2)]

    for body in ({"types": ["update_deployment"]}, {"deployment": "other"}):
        assert (await api.post("/tasks/cancel", json=body)).status_code == 204
    queued = (await api.get("/tasks", params={"state": "queued", "verbose": 2})).json()
    assert len(queued) == 2, "none of them was meant"

    assert (await api.post("/tasks/cancel", json={"deployment": "shop"})).status_code == 204
    boot.go.set()
    assert (await deploying).state.value == "done", "it was not queued any more"
    states = [(await world.tasks.wait(task.task_id)).state.value for task in tasks]
    assert states == ["cancelled", "cancelled"]


async def test_an_error_of_a_task_stands_in_its_last_event(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await world.deploy(manifest().replace("os: made-up", "os: nosuch"))
    answer = await api.get(f"/tasks/{task.task_id}/output?type=event")
    last = json.loads(answer.text.splitlines()[-1])
    assert set(last) == {"time", "error"}
    assert "nosuch" in last["error"]["message"]
    assert world.output(task.task_id, TaskOutput.EVENT) == answer.text


async def test_a_paused_task_is_processing_with_a_condition(
    world: World, api: httpx.AsyncClient
) -> None:
    boot = world.hold("ping")
    task_id = await world.submit_deploy()
    await boot.reached.wait()
    assert "condition" not in (await api.get(f"/tasks/{task_id}")).json()
    assert (await api.put(f"/paasta/tasks/{task_id}/pause")).status_code == 204
    shown = (await api.get(f"/tasks/{task_id}")).json()
    assert (shown["state"], shown["condition"]) == ("processing", "pausing")
    boot.go.set()
    assert (await api.put(f"/paasta/tasks/{task_id}/resume")).status_code == 204
    assert (await world.tasks.wait(task_id)).state.value == "done"
    answer = await api.put(f"/paasta/tasks/{task_id}/resume")
    assert (answer.status_code, answer.json()["code"]) == (400, 10002)
    assert (await api.put("/paasta/tasks/99/pause")).status_code == 404
