"""Persistent disks as folders of the host: mounted, unmounted, moved; data never lost."""

import json
from pathlib import Path

import pytest

from paasta_deploy.model.values import JsonValue
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


async def test_a_second_disk_is_mounted_where_data_is_copied_to_and_a_third_is_not(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    for cid in ("d1", "d2", "d3"):
        await attach(director, agent, cid, folder(tmp_path, cid))
    await director.call(agent.id, "mount_disk", "d1")
    await director.call(agent.id, "mount_disk", "d2")

    assert await director.call(agent.id, "list_disk") == ["d1", "d2"]
    assert (agent.root / "store").samefile(tmp_path / "d1")
    assert (agent.root / "store_migration_target").samefile(tmp_path / "d2")
    with pytest.raises(ActionError, match="the disks d1 and d2 are mounted"):
        await director.call(agent.id, "mount_disk", "d3")
    await director.call(agent.id, "unmount_disk", "d2")
    assert await director.call(agent.id, "list_disk") == ["d1"]
    assert not (agent.root / "store_migration_target").exists()


async def test_an_exchange_in_the_order_of_the_director(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    old, new = folder(tmp_path, "old"), folder(tmp_path, "new")
    (old / "file").write_text("data")
    (new / "stale").write_text("of a copy that was cut off")
    await attach(director, agent, "old", old)
    await director.call(agent.id, "mount_disk", "old")

    await attach(director, agent, "new", new)
    await director.call(agent.id, "mount_disk", "new")
    await director.call(agent.id, "migrate_disk", "old", "new")

    assert await director.call(agent.id, "list_disk") == ["new"]
    assert (agent.root / "store").samefile(new)
    assert [path.name for path in new.iterdir()] == ["file"]
    assert (old / "file").read_text() == "data"
    answer = await director.call(agent.id, "unmount_disk", "old")
    assert answer == {"message": "Partition of old is not mounted"}


async def test_an_agent_killed_between_copy_and_swap_goes_on_without_copying(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    old, new = folder(tmp_path, "old"), folder(tmp_path, "new")
    for cid, path in (("old", old), ("new", new)):
        await attach(director, agent, cid, path)
    await director.call(agent.id, "mount_disk", "old")
    agent.kill()
    kept = agent.root / "bosh/disks.json"
    state = json.loads(kept.read_text())
    kept.write_text(json.dumps({**state, "mounted": None, "target": None, "copied": "new"}))
    (agent.root / "store").unlink()
    (new / "file").write_text("copied before the kill")
    await director.up(agent)

    await director.call(agent.id, "migrate_disk", "old", "new")

    assert (agent.root / "store/file").read_text() == "copied before the kill"
    assert await director.call(agent.id, "list_disk") == ["new"]


async def name_disks(director: Director, agent: AgentProcess, **named: str) -> str:
    listed: list[JsonValue] = [{"name": name, "cid": cid} for name, cid in named.items()]
    update = {"trusted_certs": "", "disk_associations": listed}
    answer: str = await director.call(agent.id, "update_settings", update)
    return answer


async def test_disks_with_names_are_linked_and_not_mounted(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    links = agent.root / "instance/disks"
    for cid in ("d1", "d2", "d3"):
        await attach(director, agent, cid, folder(tmp_path, cid))

    assert await name_disks(director, agent, wal="d1", log="d2") == "ok"
    assert await name_disks(director, agent, wal="d1", log="d2") == "ok"
    assert (links / "wal").samefile(tmp_path / "d1")
    assert (links / "log").samefile(tmp_path / "d2")
    assert await director.call(agent.id, "list_disk") == []

    certificates_alone = {"trusted_certs": ""}
    await director.call(agent.id, "update_settings", certificates_alone)
    assert (links / "wal").samefile(tmp_path / "d1")

    await name_disks(director, agent, wal="d3", log="d2")
    assert (links / "wal").samefile(tmp_path / "d3")
    await director.call(agent.id, "remove_persistent_disk", "d2")
    assert [link.name for link in links.iterdir()] == ["wal"]


async def test_a_disk_that_is_not_attached_or_has_a_bad_name_cannot_be_named(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    await attach(director, agent, "d1", folder(tmp_path, "d1"))
    await name_disks(director, agent, wal="d1")

    with pytest.raises(ActionError, match="the disk d9 is not attached"):
        await name_disks(director, agent, wal="d9")
    with pytest.raises(ActionError, match="no name of a disk"):
        await name_disks(director, agent, **{"../wal": "d1"})

    assert (agent.root / "instance/disks/wal").samefile(tmp_path / "d1")


async def test_a_restarted_agent_has_its_named_disks(
    director: Director, agent: AgentProcess, tmp_path: Path
) -> None:
    await attach(director, agent, "d1", folder(tmp_path, "d1"))
    await name_disks(director, agent, wal="d1")
    agent.kill()
    link = agent.root / "instance/disks/wal"
    link.unlink()

    await director.up(agent)

    assert link.samefile(tmp_path / "d1")


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
