"""A fresh store for each test, from a file whose tables were made once: migrating takes longer."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.testing.clock import FakeClock


@pytest.fixture(scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(path, clock=FakeClock()).close()
    return path


@pytest.fixture
def store_path(tmp_path: Path, _empty_store: Path) -> Path:
    """Return a store without records."""
    return Path(shutil.copy(_empty_store, tmp_path / "store.db"))


@pytest.fixture
def open_again(store_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Return how to open that store; every one opened is closed at the end."""
    opened: list[SqlStore] = []

    def open_it() -> SqlStore:
        opened.append(open_store(store_path, clock=FakeClock()))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()
