"""Files are whole and folders vanish, whatever is in them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from paasta_providers.local.folders import discard, empty, read_file, remove_tree, write_file


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_is_replaced_and_closed_to_others(tmp_path: Path, durable: bool) -> None:
    file = tmp_path / "a.json"
    write_file(file, "old", durable=durable)
    write_file(file, "new", durable=durable)

    assert read_file(file) == "new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_missing_file_is_nothing(tmp_path: Path) -> None:
    assert read_file(tmp_path / "a") is None
    (tmp_path / "b").touch()
    assert read_file(tmp_path / "b" / "c") is None


def test_a_discarded_folder_is_gone_and_so_is_its_grave(tmp_path: Path) -> None:
    (tmp_path / "x/y").mkdir(parents=True)
    (tmp_path / "x/y/file").touch()

    discard(tmp_path / "x", tmp_path / "trash")
    discard(tmp_path / "x", tmp_path / "trash")

    assert list((tmp_path / "trash").iterdir()) == []
    assert not (tmp_path / "x").exists()


def test_what_an_interrupted_removal_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "trash/grave/x").mkdir(parents=True)

    empty(tmp_path / "trash")
    empty(tmp_path / "nowhere")

    assert list((tmp_path / "trash").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove anything; run it as somebody else")
def test_unwritable_folders_are_removed_as_well(tmp_path: Path) -> None:
    (tmp_path / "x/y").mkdir(parents=True)
    (tmp_path / "x/y/file").touch()
    (tmp_path / "x/y").chmod(0o500)

    remove_tree(tmp_path / "x")

    assert not (tmp_path / "x").exists()


def test_a_folder_that_several_remove_at_once_is_gone_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    for number in range(200):
        (folder / str(number)).mkdir(parents=True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(remove_tree, [folder] * 4))

    assert not folder.exists()
