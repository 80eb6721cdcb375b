"""A trial of the upgrade tells what the real one would do, and changes nothing."""

import shutil
from pathlib import Path

import pytest

from paasta_deploy.adapters.store.copies import copy_of
from paasta_deploy.adapters.store.rehearsal import rehearse
from paasta_deploy.adapters.store.revision import known_revisions
from paasta_deploy.model.errors import StoreError
from tests.unit.adapters.store.old_stores import OLD_STORES, bodies, make_old_store, revision_of

OLD = next(dump for dump in OLD_STORES if "update_deployment" in dump.read_text())


def test_a_trial_counts_what_is_there_and_leaves_the_store_and_its_folder_alone(
    tmp_path: Path,
) -> None:
    path = make_old_store(OLD, tmp_path / "store.db")
    before = bodies(path)
    tried = rehearse(path)

    assert (tried.revision, tried.revision_new) == (revision_of(OLD), known_revisions()[-1])
    assert sum(tried.records.values()) == len(before)
    assert tried.tasks == (1,)
    assert tried.copy == copy_of(path, revision_of(OLD))
    assert bodies(path) == before
    assert {one.name.partition("-")[0] for one in tmp_path.iterdir()} == {"store.db"}


def test_a_current_store_has_nothing_to_upgrade(store_path: Path) -> None:
    assert rehearse(store_path).is_current


def test_what_would_stop_the_upgrade_stops_the_trial(tmp_path: Path) -> None:
    path = make_old_store(OLD, tmp_path / "store.db")
    shutil.copy(path, tmp_path / "before.db")
    path.write_bytes(path.read_bytes()[:8192])

    with pytest.raises(StoreError):
        rehearse(path)


def test_a_place_without_a_store_is_told_and_gets_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store"):
        rehearse(tmp_path / "store.db")
    assert not list(tmp_path.iterdir())


def test_a_file_without_tables_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "store.db").touch()
    with pytest.raises(StoreError, match="holds no store"):
        rehearse(tmp_path / "store.db")


def test_a_server_cannot_be_tried() -> None:
    with pytest.raises(StoreError, match="is a file") as refusal:
        rehearse("postgresql+psycopg://me@host/paasta")
    assert "createdb" in refusal.value.hint
