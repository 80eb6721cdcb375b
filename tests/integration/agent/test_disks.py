"""Persistent disks as folders of the host: mounted, unmounted, moved; data never lost."""

from pathlib import Path

import pytest

from tests.integration.agent.director import ActionError, AgentProcess, Director


def folder(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.mkdir()
    return path


async def attach(director: Director, agent: AgentProcess, cid: str, path: Path) -> None:
    hint = {"path": str(path), "kind": "bind"}
    assert await director.call(agent.id, "add_persistent_disk", cid, hint) == {}


async def test_a_mounted_disk_is_what_store_leads_to(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    disk = folder(tmp_path, "disk")
    await attach(director, agent, "d1", disk)
    assert await director.call(agent.id, "mount_disk", "d1") == {}
    assert await director.call(agent.id, "mount_disk", "d1") == {}
    assert await director.call(agent.id, "list_disk") == ["d1"]
    (agent.root / "store/file").write_text("data")
    assert (disk / "file").read_text() == "data"
    state = await director.call(agent.id, "get_state", "full")
    assert "persistent" in state["vitals"]["disk"]


async def test_an_unmounted_disk_keeps_its_data_and_store_is_empty(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    disk = folder(tmp_path, "disk")
    (disk / "file").write_text("data")
    await attach(director, agent, "d1", disk)
    await director.call(agent.id, "mount_disk", "d1")
    answer = await director.call(agent.id, "unmount_disk", "d1")
    assert answer == {"message": "Unmounted partition of d1"}
    assert list((agent.root / "store").iterdir()) == []
    assert (disk / "file").read_text() == "data"
    assert await director.call(agent.id, "list_disk") == []


async def test_unmounting_and_removing_what_is_not_there_is_success(
    director: Director, agent: AgentProcess
) -> None:
    answer = await director.call(agent.id, "unmount_disk", "nobody")
    assert answer == {"message": "Partition of nobody is not mounted"}
    assert await director.call(agent.id, "remove_persistent_disk", "nobody") == {}


async def test_a_disk_that_was_never_attached_is_an_error(
    director: Director, agent: AgentProcess
) -> None:
    with pytest.raises(ActionError, match="the disk d9 is not attached"):
        await director.call(agent.id, "mount_disk", "d9")
    with pytest.raises(ActionError, match="nothing says where"):
        await director.call(agent.id, "add_persistent_disk", "d9", {"lun": "0"})


async def test_files_in_an_unmounted_store_are_not_hidden(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    await attach(director, agent, "d1", folder(tmp_path, "disk"))
    (agent.root / "store/mine").write_text("written before the disk came")
    with pytest.raises(ActionError, match="holds files which are not on the disk"):
        await director.call(agent.id, "mount_disk", "d1")
    assert (agent.root / "store/mine").exists()


async def test_only_one_disk_is_mounted_at_a_time(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    for cid in ("d1", "d2"):
        await attach(director, agent, cid, folder(tmp_path, cid))
    await director.call(agent.id, "mount_disk", "d1")
    with pytest.raises(ActionError, match="the disk d1 is mounted"):
        await director.call(agent.id, "mount_disk", "d2")


async def test_migration_copies_everything_and_leaves_the_old_disk_as_it_was(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    old, new = folder(tmp_path, "old"), folder(tmp_path, "new")
    (old / "inner").mkdir()
    (old / "inner/file").write_text("data")
    (old / "link").symlink_to("inner/file")
    await attach(director, agent, "old", old)
    await attach(director, agent, "new", new)
    await director.call(agent.id, "mount_disk", "old")

    assert await director.call(agent.id, "migrate_disk", "old", "new") == {}
    assert await director.call(agent.id, "migrate_disk", "old", "new") == {}

    assert (new / "inner/file").read_text() == (old / "inner/file").read_text() == "data"
    assert (new / "link").is_symlink()
    assert (agent.root / "store").samefile(new)
    assert await director.call(agent.id, "list_disk") == ["new"]
    answer = await director.call(agent.id, "unmount_disk", "old")
    assert answer == {"message": "Partition of old is not mounted"}
