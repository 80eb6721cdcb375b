"""`/deployments`: what BOSH's CLI sends and what it gets."""

import json

import httpx
import pytest

from paasta_deploy.director.requests import (
    DeployRequest,
    FetchLogsRequest,
    HealRequest,
    SshRequest,
    StatesRequest,
    TaskRequest,
    decode,
)
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.recorded import TaskRecord
from tests.unit.director.director_world import World, manifest


async def ended(world: World, answer: httpx.Response) -> TaskRecord:
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith("/tasks/")
    return await world.tasks.wait(TaskId(int(location.removeprefix("/tasks/"))))


async def asked_for(world: World, answer: httpx.Response) -> TaskRequest:
    task = await ended(world, answer)
    return decode(task.kind, task.request)


async def test_a_deploy_is_a_task_that_one_is_sent_to(
    world: World, api: httpx.AsyncClient
) -> None:
    task = await ended(world, await api.post("/deployments", content=manifest()))
    assert (task.state.value, task.description) == ("done", "create deployment")
    assert task.deployment == "shop"


async def test_every_option_of_a_deploy_arrives(world: World, api: httpx.AsyncClient) -> None:
    query = {
        "canaries": "2",
        "context": json.dumps({"cloud_config_ids": [1], "runtime_config_ids": []}),
        "dry_run": "true",
        "fix": "true",
        "max_in_flight": "50%",
        "recreate": "true",
        "skip_drain": "web,db/0",
        "force_latest_variables": "true",
        "max_destroy": "20%",
        "only": "web,db/0",
        "exclude": "web/1",
        "deadline_s": "3300",
    }
    answer = await api.post("/deployments", content=manifest(), params=query)
    assert await asked_for(world, answer) == DeployRequest(
        manifest=manifest(),
        cloud_config_ids=(1,),
        runtime_config_ids=(),
        recreate=True,
        fix=True,
        dry_run=True,
        skip_drain=("web", "db/0"),
        canaries="2",
        max_in_flight="50%",
        force_latest_variables=True,
        max_destroy="20%",
        only=("web", "db/0"),
        exclude=("web/1",),
        deadline_s=3300,
    )


async def test_the_context_that_older_directors_gave_is_passed_over(
    world: World, api: httpx.AsyncClient
) -> None:
    query = {"context": '{"cloud_config_id":1,"runtime_config_ids":[]}'}
    answer = await api.post("/deployments", content=manifest(), params=query)
    assert (await ended(world, answer)).state.value == "done"


async def test_a_manifest_with_mistakes_is_refused_at_once_with_places(
    world: World, api: httpx.AsyncClient
) -> None:
    wrong = manifest().replace("vm_type", "vm_tpye").replace("azs: [z1]", "azs: [z9]")
    answer = await api.post("/deployments?manifest_name=prod.yml", content=wrong)
    assert answer.status_code == 400
    told = answer.json()
    assert isinstance(told["code"], int)
    assert "prod.yml:" in told["description"]
    assert len(told["diagnostics"]) >= 3, "all mistakes at once"
    assert [task.kind for task in world.store.tasks()] == ["update_release"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"canaries": "some"}, "'canaries'"),
        ({"max_in_flight": "1.5"}, "'max_in_flight'"),
        ({"max_in_flight": "0"}, "at least 1"),
        ({"max_destroy": "few"}, "'max_destroy'"),
        ({"deadline_s": "-1"}, "'deadline_s'"),
        ({"context": "{"}, "'context'"),
        ({"context": '{"cloud_config_ids": ["x"]}'}, "cloud_config_ids"),
        ({"context": '{"cloud_config_ids": 5}'}, "cloud_config_ids"),
        ({"recreate": "perhaps"}, "'recreate'"),
        ({"recreate_persistent_disks": "true"}, "not supported"),
        ({"recreate_vms_created_before": "2026-01-01T00:00:00Z"}, "not supported"),
    ],
)
async def test_an_option_that_cannot_be_followed_is_refused_and_not_passed_over(
    world: World, api: httpx.AsyncClient, query: dict[str, str], told: str
) -> None:
    answer = await api.post("/deployments", content=manifest(), params=query)
    assert answer.status_code == 400
    assert told in answer.json()["description"]
    assert world.calls == []


async def test_deployments_are_listed_with_what_they_use(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    expected = {
        "name": "shop",
        "releases": [{"name": "shop", "version": "1"}],
        "stemcells": [{"name": "made-up", "version": "1.1"}],
        "cloud_config": "latest",
        "teams": [],
        "locked": False,
    }
    assert (await api.get("/deployments?exclude_configs=true")).json() == [expected]

    content = world.configs.latest("cloud")[0].content
    changed = content.replace("disk_size: 128", "disk_size: 256")
    await world.configs.save("cloud", "default", changed)
    (listed,) = (await api.get("/deployments")).json()
    assert listed["cloud_config"] == "outdated"


async def test_a_manifest_comes_back_as_it_was_sent(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well("# mine\n" + manifest())
    answer = await api.get("/deployments/shop")
    assert answer.json() == {"manifest": "# mine\n" + manifest()}


UNKNOWN = {"code": 70000, "description": "Deployment 'nosuch' doesn't exist"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/vms"),
        ("GET", "/instances?format=full"),
        ("PUT", "/jobs/web?state=started"),
        ("PUT", "/scan_and_fix"),
        ("GET", "/jobs/*/*/logs"),
        ("POST", "/instance_groups/web/0/actions/stop"),
    ],
)
async def test_an_unknown_deployment_is_told_in_boshs_words(
    api: httpx.AsyncClient, method: str, path: str
) -> None:
    body = {"jobs": {"web": ["0"]}} if "scan" in path else None
    answer = await api.request(method, f"/deployments/nosuch{path}", json=body)
    assert (answer.status_code, answer.json()) == (404, UNKNOWN)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", "jobs/*?state=stopped", StatesRequest(state="stopped")),
        ("PUT", "jobs/web?state=restart", StatesRequest(state="restart", selector="web")),
        (
            "PUT",
            "jobs/web/0?skip_drain=true&state=detached",
            StatesRequest(state="detached", selector="web/0", skip_drain=("*",)),
        ),
        (
            "PUT",
            "jobs/web/0?dry_run=true&fix=true&state=recreate",
            StatesRequest(state="recreate", selector="web/0", fix=True, dry_run=True),
        ),
        (
            "PUT",
            "jobs/web?canaries=1&max_in_flight=2&state=stopped",
            StatesRequest(state="stopped", selector="web", canaries="1", max_in_flight="2"),
        ),
        (
            "POST",
            "instance_groups/web/0/actions/stop?hard=true&skip_drain=true",
            StatesRequest(state="detached", selector="web/0", skip_drain=("*",)),
        ),
        (
            "POST",
            "instance_groups/web/0/actions/start?",
            StatesRequest(state="started", selector="web/0"),
        ),
        (
            "POST",
            "instance_groups/web/0/actions/restart?",
            StatesRequest(state="restart", selector="web/0"),
        ),
        (
            "GET",
            "jobs/*/*/logs?type=agent",
            FetchLogsRequest(kind="agent"),
        ),
        (
            "GET",
            "jobs/web/*/logs?filters=nginx,x&type=job",
            FetchLogsRequest(selector="web", filters=("nginx", "x")),
        ),
        ("GET", "jobs/web/0/logs", FetchLogsRequest(selector="web/0")),
    ],
)
async def test_what_boshs_cli_sends_is_understood(
    world: World, api: httpx.AsyncClient, method: str, path: str, expected: TaskRequest
) -> None:
    await world.deploy_well()
    answer = await api.request(method, f"/deployments/shop/{path}")
    assert await asked_for(world, answer) == expected


async def test_a_slug_that_names_nothing_lists_what_there_is(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    for path in ("jobs/web/7?state=stopped", "jobs/nosuch?state=stopped"):
        answer = await api.put(f"/deployments/shop/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, 70001)
        assert answer.json()["hint"] == "there are: db/0, web/0, web/1"
    logs = await api.get("/deployments/shop/jobs/nosuch/*/logs")
    assert logs.status_code == 404


async def test_an_unknown_state_or_action_is_refused_with_those_that_exist(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    state = await api.put("/deployments/shop/jobs/web?state=asleep")
    assert state.json()["code"] == 140007
    assert "detached, recreate, restart, started, stopped" in state.json()["description"]
    action = await api.post("/deployments/shop/instance_groups/web/0/actions/dance")
    assert action.status_code == 400
    none = await api.put("/deployments/shop/jobs/web")
    assert none.status_code == 400
    assert "'state'" in none.json()["description"]
    cut_off = "recreate_vms_created_before=2026-01-01T00:00:00Z&state=recreate"
    answer = await api.put(f"/deployments/shop/jobs/*?{cut_off}")
    assert answer.status_code == 400
    assert world.asked("start") == ["db/0", "web/0", "web/1"], "as deployed"


async def test_deleting_is_a_task(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    task = await ended(world, await api.delete("/deployments/shop?force=true"))
    assert (task.state.value, task.result) == ("done", "/deployments/shop")
    assert (await api.get("/deployments")).json() == []


async def test_instances_are_listed_briefly_at_once(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    brief = (await api.get("/deployments/shop/instances")).json()
    assert [f"{item['job']}/{item['index']}" for item in brief] == ["db/0", "web/0", "web/1"]
    assert set(brief[0]) == {
        "agent_id",
        "cid",
        "job",
        "index",
        "id",
        "az",
        "ips",
        "expects_vm",
    }
    assert (await api.get("/deployments/shop/vms")).json() == brief


async def test_instances_are_listed_in_full_by_a_task(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    answer = await api.get("/deployments/shop/instances?format=full")
    task = await ended(world, answer)
    output = await api.get(f"/tasks/{task.task_id}/output?type=result")
    lines = [json.loads(line) for line in output.text.splitlines()]
    assert [line["job_state"] for line in lines] == ["running"] * 3
    vms = await ended(world, await api.get("/deployments/shop/vms?format=full"))
    assert vms.kind == "vms"


async def test_scan_and_fix_takes_ids_and_indexes(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    ids = [str(world.instance(slug).instance_id) for slug in ("web/0", "web/1")]
    jobs = {"web": [0, ids[1]]}
    answer = await api.put("/deployments/shop/scan_and_fix", json={"jobs": jobs})
    assert await asked_for(world, answer) == HealRequest(instance_ids=tuple(ids))
    unknown = await api.put("/deployments/shop/scan_and_fix", json={"jobs": {"web": [9]}})
    assert unknown.status_code == 404


async def test_a_login_is_asked_for_as_boshs_cli_does(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    params = {"user": "bosh_1", "public_key": "ssh-rsa x"}
    body = {
        "command": "setup",
        "deployment_name": "shop",
        "params": params,
        "target": {"ids": ["0"], "indexes": ["0"], "job": "web"},
    }
    answer = await api.post("/deployments/shop/ssh", json=body)
    assert await asked_for(world, answer) == SshRequest(
        command="setup", selector="web/0", params=params
    )
    body["target"] = {"ids": [], "indexes": []}
    answer = await api.post("/deployments/shop/ssh", json=body)
    assert await asked_for(world, answer) == SshRequest(
        command="setup", selector="*", params=params
    )
    body["target"] = {"ids": ["0", "1"], "job": "web"}
    assert (await api.post("/deployments/shop/ssh", json=body)).status_code == 400


async def test_a_plan_tells_changes_and_changes_nothing(
    world: World, api: httpx.AsyncClient
) -> None:
    answer = await api.post("/paasta/plan?manifest_name=prod.yml", content=manifest())
    assert answer.status_code == 200
    told = answer.json()
    assert told["summary"] == {"create": 3}
    assert told["groups"][0]["instances"][0]["instance"] == "db/0"
    assert told["is_empty"] is False
    assert world.calls == []
    assert (await api.get("/deployments")).json() == []

    await world.deploy_well()
    again = (await api.post("/paasta/plan", content=manifest())).json()
    assert again["is_empty"] is True


async def test_a_manifest_of_another_deployment_than_named_is_refused(
    api: httpx.AsyncClient,
) -> None:
    for path in ("/paasta/plan", "/deployments"):
        answer = await api.post(f"{path}?expected_name=other", content=manifest())
        assert answer.status_code == 400
        assert "'other'" in answer.json()["description"]
        assert "use -d shop" in answer.json()["hint"]


async def test_a_diff_hides_values_unless_asked(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well(manifest(text="old-secret"))
    changed = manifest(text="new-secret", webs=3)
    hidden = (await api.post("/deployments/shop/diff?redact=true", content=changed)).json()
    assert set(hidden) == {"context", "diff"}
    assert hidden["context"] == {"cloud_config_ids": [1], "runtime_config_ids": []}
    assert ["  instances: 3", "added"] in hidden["diff"]
    assert "secret" not in json.dumps(hidden)

    plain = (await api.post("/deployments/shop/diff?redact=false", content=changed)).json()
    assert "new-secret" in json.dumps(plain)
