"""Reading links over the API, in BOSH's shapes."""

from pathlib import Path

import httpx
import pytest

from tests.unit.director.director_world import World
from tests.unit.director.linked_shop import deployment, upload_linked

NAMES = "use_dns_addresses: true"


@pytest.fixture
async def linked(world: World, tmp_path: Path) -> World:
    """A deployment that shares a link, and one that takes it."""
    await upload_linked(world, tmp_path)
    shares = "db provides: {db: {as: big, shared: true}}"
    takes = "web consumes: {db: {from: big, deployment: data}}"
    await world.deploy_well(deployment("data", shares, features=NAMES))
    await world.deploy_well(deployment("shop", takes))
    return world


async def found(api: httpx.AsyncClient, path: str) -> list[dict[str, object]]:
    answer = await api.get(path)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, object]] = answer.json()
    return rows


@pytest.mark.usefixtures("linked")
async def test_providers_consumers_and_links_fit_together(api: httpx.AsyncClient) -> None:
    (provider,) = await found(api, "/link_providers?deployment=data")
    (consumer,) = await found(api, "/link_consumers?deployment=shop")
    (link,) = await found(api, "/links?deployment=shop")

    assert provider == {
        "id": link["link_provider_id"],
        "name": "big",
        "shared": True,
        "deployment": "data",
        "link_provider_definition": {"type": "sql", "name": "db"},
        "owner_object": {"type": "job", "name": "db", "info": {"instance_group": "db"}},
    }
    assert consumer == {
        "id": link["link_consumer_id"],
        "name": "db",
        "optional": True,
        "deployment": "shop",
        "owner_object": {"type": "job", "name": "web", "info": {"instance_group": "web"}},
        "link_consumer_definition": {"type": "sql", "name": "db"},
    }
    assert await found(api, "/links?deployment=data") == []


@pytest.mark.usefixtures("linked")
async def test_the_address_of_a_link_is_what_templates_get(api: httpx.AsyncClient) -> None:
    (link,) = await found(api, "/links?deployment=shop")

    plain = await api.get(f"/link_address?link_id={link['id']}")
    one = await api.get(f"/link_address?link_id={link['id']}&azs[]=z2&azs[]=z1&status=healthy")

    assert plain.json() == {"address": "q-s0.db.default.data.bosh"}
    assert one.json() == {"address": "q-a1a2s3.db.default.data.bosh"}


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/links", 400, 190024),
        ("/link_providers", 400, 190024),
        ("/link_consumers?deployment=", 400, 190024),
        ("/links?deployment=nope", 404, 70000),
        ("/link_address", 400, 810006),
        ("/link_address?link_id=1", 404, 810000),
        ("/link_address?link_id=1&status=well", 400, 810007),
    ],
)
async def test_what_is_asked_wrongly_is_told_in_boshs_numbers(
    api: httpx.AsyncClient, path: str, status: int, code: int
) -> None:
    answer = await api.get(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.usefixtures("linked")
async def test_an_az_that_nobody_knows_has_no_address(api: httpx.AsyncClient) -> None:
    (link,) = await found(api, "/links?deployment=shop")

    answer = await api.get(f"/link_address?link_id={link['id']}&azs[]=z9")

    assert (answer.status_code, answer.json()["code"]) == (400, 810008)
    assert "z9" in answer.json()["description"]
