"""The world of each test; the release is built once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
