"""Blobs in a folder: whole or absent, never changed, no path but their own."""

import hashlib
import stat
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.blobs import BlobFolder
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.testing.clock import FakeIds


def link(method: str, blob_id: BlobId, valid_s: float) -> str:
    """Return a link as a test can read it."""
    return f"{method} {blob_id} {valid_s}"


def opened(folder: Path) -> BlobFolder:
    """Open the blobs of a folder."""
    return BlobFolder(folder, sign=link, ids=FakeIds())


def as_port(blobs: Blobs) -> Blobs:
    """Let mypy check that the adapter is what the port asks for."""
    return blobs


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return opened(tmp_path / "blobs")


def files(blobs_folder: Path) -> list[str]:
    """Return the names of all files below a folder."""
    return sorted(one.name for one in blobs_folder.rglob("*") if one.is_file())


@given(content=st.binary(max_size=100))
def test_what_is_stored_is_read_back_under_its_digest(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    blobs = as_port(opened(tmp_path_factory.getbasetemp() / "property"))
    reference = blobs.put_bytes(content)

    assert reference.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert reference.size == len(content)
    assert blobs.read(reference.blob_id) == content
    assert blobs.path(reference.blob_id).read_bytes() == content


def test_a_file_is_copied_and_stays(blobs: BlobFolder, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 1_000_000)
    reference = blobs.put_file(source)

    assert source.exists()
    assert reference == blobs.put_bytes(b"x" * 1_000_000)


def test_equal_bytes_are_one_blob_and_nothing_is_left_beside(
    blobs: BlobFolder, tmp_path: Path
) -> None:
    first, second = blobs.put_bytes(b"same"), blobs.put_bytes(b"same")

    assert first == second
    assert files(tmp_path / "blobs") == [first.blob_id]


def test_blobs_survive_a_start_and_what_a_kill_left_beside_does_not(tmp_path: Path) -> None:
    reference = opened(tmp_path).put_bytes(b"kept")
    (tmp_path / ".incoming" / "half").write_bytes(b"half")

    assert opened(tmp_path).read(reference.blob_id) == b"kept"
    assert files(tmp_path) == [reference.blob_id]


def test_only_the_owner_reads_blobs(blobs: BlobFolder) -> None:
    path = blobs.path(blobs.put_bytes(b"secret config").blob_id)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_blob_can_be_removed_and_removed_again(blobs: BlobFolder) -> None:
    reference = blobs.put_bytes(b"x")
    assert blobs.has(reference.blob_id)
    blobs.delete(reference.blob_id)
    blobs.delete(reference.blob_id)

    assert not blobs.has(reference.blob_id)
    with pytest.raises(BlobError, match="There is no blob"):
        blobs.read(reference.blob_id)


def test_an_upload_is_there_under_the_id_that_was_given(blobs: BlobFolder) -> None:
    blob_id = blobs.fresh_id()
    assert not blobs.has(blob_id)

    assert blobs.put_upload(blob_id, lambda target: target.writelines([b"a", b"b"]))
    assert blobs.read(blob_id) == b"ab"


def test_an_upload_may_be_repeated_but_not_changed(blobs: BlobFolder) -> None:
    blob_id = blobs.fresh_id()
    blobs.put_upload(blob_id, lambda target: target.writelines([b"same"]))

    assert not blobs.put_upload(blob_id, lambda target: target.writelines([b"same"]))
    with pytest.raises(BlobError, match="never change"):
        blobs.put_upload(blob_id, lambda target: target.writelines([b"other"]))
    assert blobs.read(blob_id) == b"same"


def test_an_upload_that_breaks_leaves_nothing(blobs: BlobFolder, tmp_path: Path) -> None:
    def break_off(target: BinaryIO) -> None:
        target.write(b"half")
        raise RuntimeError("the client is gone")

    with pytest.raises(RuntimeError):
        blobs.put_upload(BlobId("upload"), break_off)
    assert files(tmp_path / "blobs") == []


@pytest.mark.parametrize(
    "name", ["", "a", "../../etc/passwd", "a/b", ".hidden", "a\0b", "a b", "x" * 129]
)
def test_what_is_no_id_names_no_file(blobs: BlobFolder, name: str) -> None:
    assert not blobs.has(BlobId(name))
    with pytest.raises(BlobError, match="is no blob id"):
        blobs.path(BlobId(name))


def test_links_are_signed_for_what_they_allow(blobs: BlobFolder) -> None:
    assert blobs.download_url(BlobId("b1"), valid_s=60) == "GET b1 60"
    assert blobs.upload_url(BlobId("b1"), valid_s=5) == "PUT b1 5"


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(BlobError, match="cannot be used"):
        opened(tmp_path / "file")


def test_a_disk_without_space_is_told(blobs: BlobFolder) -> None:
    def fill(_target: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BlobError, match="No space left") as refusal:
        blobs.put_upload(BlobId("upload"), fill)
    assert "Free some space" in refusal.value.hint
