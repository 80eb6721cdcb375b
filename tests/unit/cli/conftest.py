"""A served director for each test, and a terminal that nobody looks at."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from paasta_deploy.cli import sources
from tests.unit.cli.served_world import ServedWorld
from tests.unit.director.shop_release import build_shop

_FOREIGN = (
    "BOSH_ENVIRONMENT",
    "BOSH_DEPLOYMENT",
    "BOSH_CA_CERT",
    "BOSH_CLIENT",
    "BOSH_CLIENT_SECRET",
    "BOSH_NON_INTERACTIVE",
    "PAASTA_HOME",
)


@pytest.fixture(scope="session")
def shop_tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's release, built once."""
    return build_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def served(shop_tarball: Path) -> Iterator[ServedWorld]:
    """A director with release, stemcell and cloud config."""
    made = ServedWorld(shop_tarball)
    yield made
    made.close()


class Keyboard(io.StringIO):
    """Somebody at a terminal who types what was given."""

    @override
    def isatty(self) -> bool:
        """Return that it is a terminal."""
        return True


@pytest.fixture(autouse=True)
def _plain_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test begin as a fresh process whose standard input is no terminal."""
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sources, "_TEXTS", {})
