"""`/configs` and its older typed variants."""

import httpx

from tests.unit.director.director_world import CLOUD_CONFIG, World

RUNTIME = "addons: []\n"


def tags(*values: int) -> str:
    """Return a runtime config that differs by its tags."""
    return "tags:\n" + "".join(f"  t{key}: v{value}\n" for key, value in enumerate(values))


async def save(api: httpx.AsyncClient, content: str, **more: str) -> httpx.Response:
    body = {"type": "runtime", "name": "dns", "content": content, **more}
    return await api.post("/configs", json=body)


async def test_a_config_is_saved_shown_listed_and_deleted(api: httpx.AsyncClient) -> None:
    saved = await save(api, RUNTIME)
    assert saved.status_code == 201
    config = saved.json()
    assert set(config) == {"id", "type", "name", "content", "created_at", "team", "current"}
    assert isinstance(config["id"], str)
    assert (await api.get(f"/configs/{config['id']}")).json() == config
    assert (await api.get("/configs", params={"type": "runtime"})).json() == [config]

    gone = await api.delete("/configs", params={"type": "runtime", "name": "dns"})
    assert gone.status_code == 204
    assert (await api.get("/configs", params={"type": "runtime"})).json() == []
    again = await api.delete("/configs", params={"type": "runtime", "name": "dns"})
    assert (again.status_code, again.json()["code"]) == (404, 440012)


async def test_the_history_is_kept_newest_first_and_limited_per_name(
    api: httpx.AsyncClient,
) -> None:
    for content in (tags(1), tags(2), tags(3)):
        await save(api, content)
    query = {"type": "runtime", "latest": "false"}
    contents = [item["content"] for item in (await api.get("/configs", params=query)).json()]
    assert contents == [tags(3), tags(2), tags(1)]
    current = [item["current"] for item in (await api.get("/configs", params=query)).json()]
    assert current == [True, False, False]
    assert (await api.get("/configs/2")).json()["current"] is False
    two = await api.get("/configs", params={**query, "limit": "2"})
    assert [item["content"] for item in two.json()] == [tags(3), tags(2)]


async def test_a_version_is_deleted_by_its_id(api: httpx.AsyncClient) -> None:
    config = (await save(api, RUNTIME)).json()
    assert (await api.delete(f"/configs/{config['id']}")).status_code == 204
    assert (await api.get("/configs", params={"type": "runtime"})).json() == []
    assert (await api.delete("/configs/4711")).status_code == 404
    assert (await api.get("/configs/4711")).json()["description"] == "Config 4711 not found"


async def test_whoever_saves_over_an_unseen_version_is_stopped(api: httpx.AsyncClient) -> None:
    first = (await save(api, tags(1), expected_latest_id="0")).json()
    stopped = await save(api, tags(2), expected_latest_id="0")
    assert stopped.status_code == 412
    assert stopped.json()["latest_id"] == first["id"]
    assert stopped.json()["expected_latest_id"] == "0"
    assert stopped.json()["code"] == 440013

    fine = await save(api, tags(2), expected_latest_id=first["id"])
    assert fine.status_code == 201


async def test_diffs_tell_lines_and_the_version_they_are_against(api: httpx.AsyncClient) -> None:
    none = await api.post("/configs/diff", json={"type": "x", "name": "y", "content": "a: 1\n"})
    assert none.json() == {"diff": [["a: 1", "added"]], "from": {"id": "0"}, "warnings": []}

    first = (await save(api, tags(1, 2))).json()
    body = {"type": "runtime", "name": "dns", "content": tags(1, 3)}
    diff = (await api.post("/configs/diff", json=body)).json()
    assert diff["from"] == {"id": first["id"]}
    assert diff["diff"] == [
        ["tags:", None],
        ["  t0: v1", None],
        ["  t1: v2", "removed"],
        ["  t1: v3", "added"],
    ]

    sides = {"from": {"id": first["id"], "content": ""}, "to": {"id": "", "content": tags(1)}}
    two = (await api.post("/configs/diff", json=sides)).json()
    assert two == {"diff": [["tags:", None], ["  t0: v1", None], ["  t1: v2", "removed"]]}


async def test_credentials_of_cpis_are_hidden_unless_they_are_asked_for(
    api: httpx.AsyncClient,
) -> None:
    content = """\
cpis:
- name: east
  type: simulated
  properties: {password: s3cr3t, user: me, limits: [1, 2]}
"""
    body = {"type": "cpi", "name": "default", "content": content}
    changed = {**body, "content": content.replace("s3cr3t", "0ther")}
    answers = [
        await api.post("/configs/diff", json=body),
        await api.post("/configs", json=body),
        await api.get("/configs/2"),
        await api.get("/configs?type=cpi"),
        await api.get("/cpi_configs?limit=1"),
        await api.post("/configs/diff", json=changed),
        await api.post("/cpi_configs/diff", content=changed["content"]),
    ]
    for answer in answers:
        assert answer.status_code in (200, 201)
        assert "s3cr3t" not in answer.text
        assert "0ther" not in answer.text
        assert "<redacted>" in answer.text
    states = [state for _, state in answers[5].json()["diff"] if state]
    assert states == ["removed", "added"], "that it changed is told"

    shown = (await api.get("/configs/2?redact=false")).json()
    assert shown["content"] == content
    refused = await save(api, answers[2].json()["content"], type="cpi", name="default")
    assert refused.status_code == 400
    assert refused.json()["diagnostics"][0]["code"] == "PD0812"


async def test_mistakes_are_told_under_the_name_of_the_senders_file(
    api: httpx.AsyncClient,
) -> None:
    answer = await save(api, "adons: []\n", content_name="configs/dns.yml")

    assert answer.json()["diagnostics"][0]["span"]["file"] == "configs/dns.yml"


async def test_who_would_be_hurt_is_told_before(world: World, api: httpx.AsyncClient) -> None:
    await world.deploy_well()
    without = CLOUD_CONFIG.replace("{name: small, cloud_properties: {ram: 1}}, ", "").replace(
        "vm_type: small", "vm_type: large"
    )
    body = {"type": "cloud", "name": "default", "content": without}

    (told,) = (await api.post("/configs/diff", json=body)).json()["warnings"]

    assert (told["code"], told["severity"]) == ("PD0813", "warning")
    assert told["summary"] == "`shop` could not be deployed any more"
    assert 'unknown VM type "small"' in told["detail"]


async def test_a_wrong_cloud_config_is_refused_with_all_its_mistakes(
    world: World, api: httpx.AsyncClient
) -> None:
    wrong = CLOUD_CONFIG.replace("vm_types", "vm_tpyes").replace("range:", "rnage:")
    body = {"type": "cloud", "name": "default", "content": wrong}
    answer = await api.post("/configs", json=body)
    assert answer.status_code == 400
    summaries = " ".join(item["summary"] for item in answer.json()["diagnostics"])
    assert "vm_tpyes" in summaries
    assert "rnage" in summaries
    (kept,) = world.store.configs(kind="cloud")
    assert kept.content == CLOUD_CONFIG


async def test_a_config_that_is_no_document_is_refused(api: httpx.AsyncClient) -> None:
    answer = await save(api, "tags: [\n")
    assert answer.status_code == 400
    assert "runtime config dns:2" in answer.json()["description"]


async def test_missing_fields_are_named_with_boshs_code(api: httpx.AsyncClient) -> None:
    for key in ("type", "name", "content"):
        body = {"type": "runtime", "name": "dns", "content": RUNTIME}
        del body[key]
        answer = await api.post("/configs", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, 440010)
        assert f"'{key}'" in answer.json()["description"]


async def test_the_older_typed_paths_save_list_and_diff(api: httpx.AsyncClient) -> None:
    new = CLOUD_CONFIG.replace("disk_size: 128", "disk_size: 256")
    saved = await api.post("/cloud_configs?name=", content=new)
    assert (saved.status_code, saved.content) == (201, b"")
    listed = (await api.get("/cloud_configs?limit=1&name=")).json()
    assert [item["properties"] for item in listed] == [new]
    both = (await api.get("/cloud_configs?limit=2")).json()
    assert len(both) == 2
    diff = (await api.post("/cloud_configs/diff?name=", content=CLOUD_CONFIG)).json()["diff"]
    assert ["- disk_size: 256", "removed"] in diff
    assert (await api.post("/runtime_configs?name=x", content=RUNTIME)).status_code == 201
    assert (await api.get("/runtime_configs?limit=1&name=x")).json()[0]["properties"] == RUNTIME
    assert (await api.get("/cpi_configs?limit=1")).json() == []


async def test_it_is_told_which_configs_a_deployment_uses(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    found = (await api.get("/deployment_configs", params={"deployment[]": "shop"})).json()
    assert found == [
        {
            "id": 1,
            "deployment": "shop",
            "config": {"id": 1, "type": "cloud", "name": "default"},
        }
    ]
    assert (await api.get("/deployment_configs", params={"deployment[]": "other"})).json() == []


async def test_who_would_be_hurt_by_a_deletion_is_told_before(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    body = {"type": "cloud", "name": "default"}

    (told,) = (await api.post("/paasta/configs/deletion/review", json=body)).json()["warnings"]

    assert told["summary"] == "`shop` could not be deployed any more"
    assert world.store.configs(kind="cloud"), "nothing was deleted"
