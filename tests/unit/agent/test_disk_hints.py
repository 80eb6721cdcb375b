"""Properties: no hint crashes the reader; a disk is a folder or a device."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.disk_hints import (
    DeviceDisk,
    DiskHintError,
    FolderDisk,
    read_hint,
)
from paasta_deploy.model.ids import DiskCid
from paasta_deploy.model.values import JsonValue

CID = DiskCid("disk-1")


@pytest.mark.parametrize("hint", ["/dev/sdc", {"path": "/dev/sdc"}])
def test_a_device_path_is_a_device(hint: JsonValue) -> None:
    assert read_hint(CID, hint) == DeviceDisk(candidates=("/dev/sdc",))


def test_a_bound_folder_is_a_folder() -> None:
    hint = {"path": "/home/me/disks/1", "kind": "bind"}
    assert read_hint(CID, hint) == FolderDisk(folder=Path("/home/me/disks/1"))


def test_an_id_is_looked_for_where_udev_makes_links() -> None:
    serial = "3f2c9a1e-7a5f-4c1d-9d0e-000000000000"
    disk = read_hint(CID, {"id": serial})
    assert isinstance(disk, DeviceDisk)
    assert "/dev/disk/by-id/virtio-3f2c9a1e-7a5f-4c1d-9" in disk.candidates


@given(
    st.none()
    | st.text()
    | st.integers()
    | st.dictionaries(st.sampled_from(["path", "kind", "id", "lun"]), st.text() | st.integers())
)
def test_no_hint_crashes_the_reader(hint: JsonValue) -> None:
    try:
        disk = read_hint(CID, hint)
    except DiskHintError as error:
        assert "disk-1" in str(error)  # noqa: PT017 - most hints say nothing
    else:
        assert isinstance(disk, FolderDisk) or disk.candidates
