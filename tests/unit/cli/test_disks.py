"""`disks` and `delete-disk`."""

from dataclasses import replace

import pytest

from paasta_deploy.model.recorded import Put
from paasta_deploy.ports.store import JournalEntry, Phase
from tests.unit.cli.served_world import ServedWorld

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def orphans(served: ServedWorld) -> ServedWorld:
    """A disk without a deployment."""
    served.do(served.world.deploy_well)
    served.do(served.world.delete)
    return served


def test_orphaned_disks_are_listed_with_where_they_come_from(
    orphans: ServedWorld, capsys: Capture
) -> None:
    (disk,) = orphans.world.store.disks(orphaned=True)
    for arguments in (["disks"], ["disks", "--orphaned"]):
        assert orphans.cli(*arguments) == 0
        row = capsys.readouterr().out.split("\t")
        assert row[:3] == [disk.cid, "64 MiB", "shop"]
        assert row[3].startswith("db/")
        assert row[4] == "z1"
        assert row[6].strip() == "-", "the disk that is mounted has no name"


def test_an_orphan_tells_the_name_that_it_had(orphans: ServedWorld, capsys: Capture) -> None:
    store = orphans.world.store
    (disk,) = store.disks(orphaned=True)
    entry = JournalEntry(
        task_id=None,
        phase=Phase.NOTE,
        step="test",
        changes=(Put(record=replace(disk, name="wal")),),
    )
    orphans.do(store.write, entry)

    assert orphans.cli("disks") == 0

    assert capsys.readouterr().out.split("\t")[6].strip() == "wal"


def test_a_disk_is_deleted_after_a_yes(orphans: ServedWorld, capsys: Capture) -> None:
    (disk,) = orphans.world.store.disks(orphaned=True)
    cid = str(disk.cid)
    assert orphans.cli("delete-disk", cid) == 1
    assert f"Delete {cid} and the data on it?" in capsys.readouterr().err
    assert orphans.world.store.disks(orphaned=True) == [disk]
    assert orphans.cli("-n", "delete-disk", cid) == 0
    assert orphans.world.provider.cloud.volumes.all() == ()
    assert orphans.cli("-n", "delete-disk", cid) == 1
    err = capsys.readouterr().err
    assert f"There is no orphaned disk '{cid}'." in err
    assert "a disk in use is never deleted" in err


def test_a_disk_has_to_be_named(orphans: ServedWorld, capsys: Capture) -> None:
    assert orphans.cli("-n", "delete-disk") == 1
    assert "Missing argument 'CID...'." in capsys.readouterr().err
