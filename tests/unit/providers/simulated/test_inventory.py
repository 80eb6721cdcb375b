"""What exists in the simulated cloud outlives its process, whole and file by file."""

from pathlib import Path

from paasta_providers.simulated.inventory import Machine, Shelf, Volume

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, StemcellCid, VmCid

MACHINE = Machine(
    cid=VmCid("vm-1"),
    agent_id=AgentId("a"),
    image=StemcellCid("s"),
    addresses=("default/10.0.0.1",),
    metadata={"k": "v"},
)
VOLUME = Volume(cid=DiskCid("disk-1"), disk_id=DiskId("d"), size_mib=5, attached_to=VmCid("vm-1"))


def machines(folder: Path | None) -> Shelf[Machine]:
    return Shelf(Machine, folder)


def test_things_are_found_again_by_the_next_process(tmp_path: Path) -> None:
    machines(tmp_path).put(MACHINE)

    assert machines(tmp_path).all() == (MACHINE,)


def test_a_volume_is_found_again_with_its_attachment(tmp_path: Path) -> None:
    Shelf(Volume, tmp_path).put(VOLUME)

    again: Shelf[Volume] = Shelf(Volume, tmp_path)
    assert again.get("disk-1") == VOLUME


def test_what_is_removed_is_gone_from_the_disk(tmp_path: Path) -> None:
    shelf = machines(tmp_path)
    shelf.put(MACHINE)
    shelf.remove("vm-1")
    shelf.remove("vm-1")

    assert len(machines(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_write_cut_off_by_a_kill_leaves_the_former_thing(tmp_path: Path) -> None:
    machines(tmp_path).put(MACHINE)
    (tmp_path / "vm-1.new").write_text('{"cid": "vm-1", "agen')

    assert machines(tmp_path).all() == (MACHINE,)


def test_without_a_folder_nothing_is_written() -> None:
    shelf = machines(None)
    shelf.put(MACHINE)

    assert shelf.get("vm-1") == MACHINE
    assert machines(None).get("vm-1") is None
