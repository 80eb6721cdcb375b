"""Who comes in, and how failures are told."""

import base64
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paasta_deploy.api.app import create_app
from paasta_deploy.model.secret import Secret
from tests.unit.director.director_world import World

USERS = {"admin": Secret("pässword")}


def over_https(world: World) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(world.director, USERS), raise_app_exceptions=False)
    # Without a port the request looks exactly like one over a unix socket.
    return httpx.AsyncClient(transport=transport, base_url="https://director")


def basic(user: str, password: str) -> dict[str, str]:
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


async def test_over_https_nothing_but_info_is_told_without_a_password(world: World) -> None:
    async with over_https(world) as client:
        info = await client.get("/info")
        refused = await client.get("/deployments")
    assert (info.status_code, info.json()["user"]) == (200, None)
    assert refused.status_code == 401
    assert refused.text == "Not authorized: '/deployments'\n"
    assert refused.headers["WWW-Authenticate"] == 'Basic realm="BOSH Director"'


async def test_over_https_the_right_password_opens(world: World) -> None:
    async with over_https(world) as client:
        client.headers.update(basic("admin", "pässword"))
        assert (await client.get("/info")).json()["user"] == "admin"
        assert (await client.get("/deployments")).json() == []


@pytest.mark.parametrize(
    "header",
    [
        basic("admin", "wrong"),
        basic("admin", ""),
        basic("nobody", "pässword"),
        {"Authorization": "Basic ###"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic"},
        {"Host": "director.sock"},
    ],
)
async def test_over_https_anything_else_stays_out(world: World, header: dict[str, str]) -> None:
    async with over_https(world) as client:
        assert (await client.get("/deployments", headers=header)).status_code == 401
        assert (await client.get("/info", headers=header)).json()["user"] is None


async def test_tasks_carry_the_name_of_who_asked(world: World) -> None:
    async with over_https(world) as client:
        client.headers.update(basic("admin", "pässword"))
        answer = await client.delete("/releases/shop", params={"version": "9"})
        task = (await client.get(answer.headers["location"])).json()
    assert task["user"] == "admin"


async def test_over_the_socket_everybody_is_the_local_user(api: httpx.AsyncClient) -> None:
    assert (await api.get("/info")).json()["user"] == "local"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nosuch"),
        ("GET", "/a/b/c/d/e/f"),
        ("POST", "/nosuch"),
        ("POST", "/nosuch/diff"),
        ("DELETE", "/info"),
        ("PATCH", "/tasks"),
        ("GET", "/"),
    ],
)
async def test_an_unknown_path_is_answered_as_bosh_answers(
    api: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await api.request(method, path)
    assert answer.status_code == 404
    assert answer.text == f"Endpoint '{path}' not found.\n"


TAKERS = (
    ("POST", "/configs"),
    ("POST", "/configs/diff"),
    ("PUT", "/resurrection"),
    ("POST", "/stemcell_uploads"),
    ("POST", "/releases"),
    ("POST", "/stemcells"),
    ("POST", "/tasks/cancel"),
    ("PUT", "/deployments/shop/scan_and_fix"),
    ("POST", "/deployments/shop/ssh"),
)
NONSENSE = (
    b"{",
    b"[]",
    b"1",
    b"null",
    b"\xff\xfe",
    b'"\\ud800"',
    b'{"name": "\\ud800"}',
    b"[" * 100_000,
    b'{"type": 1, "name": [], "content": {}}',
    b'{"target": [], "command": "setup", "jobs": [], "states": 7, "stemcell": "x"}',
    b'{"target": {"ids": {}}, "command": "setup", "jobs": {"web": [true]}, "types": [[]]}',
    b'{"location": {}, "resurrection_paused": "yes", "jobs": {"web": 3}, "command": "x"}',
    b'{"type": "cloud", "name": "", "content": "x", "states": ["nosuch"]}',
)


async def test_a_body_that_makes_no_sense_is_a_clean_refusal(
    world: World, api: httpx.AsyncClient
) -> None:
    await world.deploy_well()
    headers = {"Content-Type": "application/json"}
    for method, path in TAKERS:
        for body in NONSENSE:
            answer = await api.request(method, path, content=body, headers=headers)
            what = f"{method} {path} {body[:40]!r}: {answer.status_code} {answer.text}"
            if answer.status_code in (204, 302):
                continue  # it made sense to this one
            assert 400 <= answer.status_code < 500, what
            assert set(answer.json()) >= {"code", "description"}, what


@pytest.mark.parametrize(
    "path",
    [
        "/tasks?limit=many",
        "/tasks?limit=-1",
        "/tasks?limit=99999999999999999999999",
        "/tasks?state=asleep",
        "/tasks/x",
        "/tasks/-1",
        "/tasks/99999999999999999999999",
        "/tasks/1/output?type=nosuch",
        "/configs?limit=-3",
        "/configs?latest=perhaps",
        "/configs/x",
        "/configs/99999999999999999999999",
        "/cloud_configs?limit=-1",
    ],
)
async def test_a_query_that_makes_no_sense_is_a_clean_refusal(
    api: httpx.AsyncClient, path: str
) -> None:
    answer = await api.get(path)
    assert 400 <= answer.status_code < 500, answer.text
    assert set(answer.json()) == {"code", "description"}


async def test_a_huge_body_is_refused_without_being_kept(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paasta_deploy.api.access.BODY_BYTES_MAX", 1 << 20)
    answer = await api.post("/deployments", content=b"#" * (1 << 21))
    assert answer.status_code == 413
    assert answer.json()["description"] == "The body is larger than 1 MiB."


async def test_a_bug_is_told_without_its_insides(
    world: World, api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip() -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(world.store, "deployments", trip)
    answer = await api.get("/deployments")
    assert answer.status_code == 500
    assert answer.json()["code"] == 500000
    assert "ZeroDivisionError" in answer.json()["description"]
    assert "a secret" not in answer.text


PATHS = (
    "/tasks/{}",
    "/tasks/{}/output",
    "/task/{}",
    "/deployments/{}",
    "/deployments/{}/vms",
    "/deployments/shop/jobs/{}",
    "/deployments/shop/jobs/web/{}/logs",
    "/deployments/shop/diff",
    "/configs/{}",
    "/releases/{}",
    "/resources/{}",
    "/disks/{}",
    "/stemcells/{}/{}",
    "/{}",
    "/{}/diff",
)
WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip("./") != "")


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.sampled_from(PATHS),
    word=WORDS,
    query=st.dictionaries(
        st.sampled_from(
            ["type", "name", "limit", "state", "format", "version", "force", "fix", "context"]
        ),
        WORDS,
        max_size=3,
    ),
    body=st.binary(max_size=40) | st.sampled_from([b"{}", b"[]", b"name: x\n", b"- 1"]),
)
async def test_whatever_is_asked_the_director_meets_no_bug(
    world: World,
    api: httpx.AsyncClient,
    *,
    method: str,
    path: str,
    word: str,
    query: dict[str, str],
    body: bytes,
) -> None:
    if world.store.recorded_deployment("shop") is None:  # type: ignore[arg-type]  # its name
        await world.deploy_well()
    answer = await api.request(
        method, path.replace("{}", quote(word, safe="")), params=query, content=body
    )
    assert answer.status_code < 500, (answer.text, answer.request.url)
