"""Stores of all former versions are upgraded: every record is what it was, tasks go on.

Who adds a migration or a state, or releases, adds a store to the corpus: scripts/drill old-store.
Law: an upgraded store differs from the old one only by fields that are new. Kills and full disks
are in tests/integration/adapters/store/test_upgrades.py.
"""

import dataclasses
import json
import sqlite3
import stat
from collections.abc import Collection, Iterator
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest

from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.adapters.store.copies import copy_of
from paasta_deploy.adapters.store.migrate import upgrade
from paasta_deploy.adapters.store.record_tables import TABLE_OF
from paasta_deploy.adapters.store.revision import known_revisions
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.testing.clock import FakeClock
from tests.unit.adapters.store.old_stores import (
    OLD_STORES,
    Rows,
    all_else,
    bodies,
    make_old_store,
    paths_of,
    revision_of,
)
from tests.unit.director.director_world import World

WRITE_ONE = "run `scripts/drill old-store` and commit what it writes"
UPGRADES = [dump for dump in OLD_STORES if revision_of(dump) != known_revisions()[-1]]
old_stores = pytest.mark.parametrize("dump", OLD_STORES, ids=lambda dump: dump.stem)


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    """Return the oldest store there is."""
    return make_old_store(OLD_STORES[0], tmp_path / "store.db")


def is_kept_in(old: object, new: object) -> bool:
    """Whether ``new`` is ``old``, but for keys that are new."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and is_kept_in(below, new[key]) for key, below in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(is_kept_in, old, new))
    return old == new and type(old) is type(new)


def written_again(path: Path) -> Rows:
    """Read every record of a store as the program does, and return how it would write it."""
    connection = sqlite3.connect(path)
    found: Rows = {}
    for place in TABLE_OF.values():
        query = f"SELECT body, {', '.join(place.key_names)} FROM {place.name}"  # noqa: S608 - our own
        for body, *key in connection.execute(query):
            again = place.codec.encode(place.codec.decode(body))
            found[place.name, tuple(key)] = json.loads(again)
    connection.close()
    return found


# The corpus


def test_there_is_an_old_store_of_each_revision() -> None:
    missing = set(known_revisions()) - {revision_of(dump) for dump in OLD_STORES}

    assert not missing, f"no old store of {', '.join(sorted(missing))}: {WRITE_ONE}"


def unreadable(annotation: Any, path: str, known: Collection[str]) -> Iterator[str]:
    """Yield the fields that no old store has and that have no default."""
    origin = get_origin(annotation)
    kinds = get_args(annotation) if origin in (tuple, Union, UnionType) else (annotation,)
    path += "[]" if origin is tuple else ""
    for kind in filter(dataclasses.is_dataclass, kinds):
        for one in dataclasses.fields(kind):
            place = f"{path}.{one.name}"
            if place in known:
                yield from unreadable(one.type, place, known)
            elif one.default is one.default_factory is dataclasses.MISSING:
                yield place


def test_a_field_that_is_new_since_the_old_stores_has_a_default(tmp_path: Path) -> None:
    known: set[str] = set()
    for number, dump in enumerate(OLD_STORES):
        for (table, _), body in bodies(make_old_store(dump, tmp_path / f"{number}.db")).items():
            known.update(paths_of(body, table))
    found = [
        path for kind, place in TABLE_OF.items() for path in unreadable(kind, place.name, known)
    ]

    assert not found, f"old rows cannot be read without {found}: give them a default, or migrate"


def test_every_state_of_every_record_is_in_an_old_store(tmp_path: Path) -> None:
    found: dict[str, set[object]] = {}
    for number, dump in enumerate(OLD_STORES):
        for (table, _), body in bodies(make_old_store(dump, tmp_path / f"{number}.db")).items():
            assert isinstance(body, dict)
            for name, value in body.items():
                if isinstance(value, str):
                    found.setdefault(f"{table}.{name}", set()).add(value)
    missing = [
        f"{place.name}.{one.name}: {state.value}"
        for kind, place in TABLE_OF.items()
        for one in dataclasses.fields(kind)
        if isinstance(one.type, type) and issubclass(one.type, Enum)
        for state in one.type
        # These are tasks that somebody would have to carry out, whatever they are.
        if state not in (TaskState.QUEUED, TaskState.CANCELLING, TaskState.TIMEOUT)
        and state.value not in found[f"{place.name}.{one.name}"]
    ]

    assert not missing, f"states that no old store has: {missing}: {WRITE_ONE}"


# Upgrading


@old_stores
def test_an_old_store_keeps_every_record_and_all_else(dump: Path, tmp_path: Path) -> None:
    path = make_old_store(dump, tmp_path / "store.db")
    before, rest = bodies(path), all_else(path)
    upgrade(str(path))
    after = written_again(path)

    assert before.keys() == after.keys()
    assert [key for key, body in before.items() if not is_kept_in(body, after[key])] == []
    assert all_else(path) == rest


@pytest.mark.parametrize("dump", UPGRADES, ids=lambda dump: dump.stem)
def test_a_copy_of_the_old_store_is_kept_that_only_its_owner_reads(
    dump: Path, tmp_path: Path
) -> None:
    path = make_old_store(dump, tmp_path / "store.db")
    before, rest = bodies(path), all_else(path)
    copy = upgrade(str(path))

    assert copy == copy_of(path, revision_of(dump))
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (bodies(copy), all_else(copy)) == (before, rest)


def test_what_stands_in_the_write_ahead_log_only_is_in_the_copy(old_store: Path) -> None:
    writer = sqlite3.connect(old_store)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("INSERT INTO settings VALUES ('late', 'x')")
    writer.commit()
    copy = upgrade(str(old_store))
    writer.close()

    assert copy is not None
    assert ("late", "x") in all_else(copy)["settings"]


def test_a_record_that_cannot_be_read_after_an_upgrade_undoes_it(old_store: Path) -> None:
    connection = sqlite3.connect(old_store)
    connection.execute("UPDATE vms SET body = '{}' WHERE agent_id LIKE 'agent_id-%'")
    connection.commit()
    connection.close()
    before = (bodies(old_store), all_else(old_store))

    with pytest.raises(StoreError, match="table vms is damaged"):
        upgrade(str(old_store))
    assert (bodies(old_store), all_else(old_store)) == before


def test_a_field_from_the_future_is_told_as_such(tmp_path: Path) -> None:
    path = make_old_store(OLD_STORES[-1], tmp_path / "store.db")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE deployments SET body = json_set(body, '$.colour', 'red')")
    connection.commit()
    connection.close()
    upgrade(str(path))
    store = open_store(path, clock=FakeClock())
    with pytest.raises(StoreError, match=r"written by a newer paasta-deploy: .* its colour"):
        store.deployments()
    store.close()


class Upgraded:
    """The store and its journal in one, as the director's world wants them."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.write = store.journal.write
        self.entries = store.journal.entries

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize(
    "dump",
    [dump for dump in OLD_STORES if "update_deployment" in dump.read_text()],
    ids=lambda dump: dump.stem,
)
async def test_a_deploy_that_ran_at_the_upgrade_goes_on_under_its_number(
    dump: Path, tmp_path: Path
) -> None:
    path = make_old_store(dump, tmp_path / "store.db")
    world = World(tmp_path)
    await world.close()
    store = open_store(path, clock=world.clock)
    world.store = Upgraded(store)  # type: ignore[assignment]  # it reads and writes as any store
    world.start()
    await world.add_stemcell("1.1")  # what is made-up of the cloud does not outlive a process
    (task_id,) = await world.tasks.resume()
    task = await world.tasks.wait(task_id)
    recorded = store.recorded_deployment(DeploymentName("shop"))
    await world.close()
    store.close()

    assert task.state is TaskState.DONE, task.result
    assert recorded is not None
    assert [one.converged_by for one in recorded.instances] == [task_id] * 3
    assert world.machines() == frozenset(vm.cid for vm in recorded.vms)
