"""The store on SQLite: the common suite, and what a kill, a change or a wrong file does to it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.store_conformance import StoreConformance, StoreWithJournal

Opener = Callable[[], SqlStore]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tables once: migrating takes longer than most of the tests."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    open_store(path, clock=FakeClock()).close()
    return path


@pytest.fixture
def path(tmp_path: Path, empty_store: Path) -> Path:
    return Path(shutil.copy(empty_store, tmp_path / "store.db"))


class TestSqlStore(StoreConformance):
    @pytest.fixture
    def open_again(self, path: Path) -> Iterator[Opener]:
        opened: list[SqlStore] = []

        def open_it() -> SqlStore:
            opened.append(open_store(path, clock=FakeClock()))
            return opened[-1]

        yield open_it
        for store in opened:
            store.close()

    @pytest.fixture
    @override
    def store(self, open_again: Opener) -> StoreWithJournal:
        return open_again()

    @pytest.fixture
    @override
    def reopened(self, open_again: Opener) -> Callable[[], StoreWithJournal]:
        return open_again
