"""The application over a whole director in memory; requests need no socket."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from paasta_deploy.api.app import create_app
from tests.unit.director.director_world import World
from tests.unit.director.shop_release import build_shop


@pytest.fixture(scope="session")
def shop_tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's release, built once."""
    return build_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
async def world(tmp_path: Path, shop_tarball: Path) -> AsyncIterator[World]:
    """A director with release, stemcell and cloud config."""
    made = World(tmp_path)
    await made.prepare(shop_tarball)
    yield made
    await made.close()


@pytest.fixture
async def api(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client over the unix socket, as it were: it is trusted."""
    transport = httpx.ASGITransport(create_app(world.director, None), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://director") as client:
        yield client
