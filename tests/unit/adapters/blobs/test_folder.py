"""The folder of blobs.

Property: what was put is what is read, under the digest that was promised.
"""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.blobs.folder import BlobFolder
from paasta_deploy.adapters.blobs.links import BlobLinks
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.testing.clock import FakeClock, FakeIds


def make_folder(path: Path) -> BlobFolder:
    links = BlobLinks("https://localhost", key=b"k" * 32, clock=FakeClock())
    return BlobFolder(path, links=links, ids=FakeIds())


@given(content=st.binary(max_size=300))
def test_what_was_put_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    blobs = make_folder(tmp_path_factory.mktemp("blobs"))
    ref = blobs.put_bytes(content)
    assert blobs.read(ref.blob_id) == content
    assert ref.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert ref.size == len(content)


def test_a_file_and_its_bytes_are_one_blob(tmp_path: Path) -> None:
    blobs = make_folder(tmp_path / "blobs")
    source = tmp_path / "file"
    source.write_bytes(b"x" * 3_000_000)
    assert blobs.put_file(source) == blobs.put_bytes(b"x" * 3_000_000)
    assert source.exists()


def test_a_missing_blob_says_so(tmp_path: Path) -> None:
    with pytest.raises(BlobError, match="There is no blob 0123"):
        make_folder(tmp_path).read(BlobId("0123456789abcdef"))


@pytest.mark.parametrize(
    "blob_id", ["../../etc/passwd", "", "x", "..", "0" * 200, "0123/456789abcdef"]
)
def test_no_id_leads_out_of_the_folder(tmp_path: Path, blob_id: str) -> None:
    blobs = make_folder(tmp_path)
    assert not blobs.has(BlobId(blob_id))
    with pytest.raises(BlobError), blobs.incoming(BlobId(blob_id)):
        pass


def test_a_broken_upload_leaves_nothing(tmp_path: Path) -> None:
    blobs = make_folder(tmp_path)
    blob_id = blobs.fresh_id()

    def upload_half() -> None:
        with blobs.incoming(blob_id) as stream:
            stream.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        upload_half()
    assert not blobs.has(blob_id)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_deleting_an_absent_blob_is_success(tmp_path: Path) -> None:
    blobs = make_folder(tmp_path)
    ref = blobs.put_bytes(b"x")
    blobs.delete(ref.blob_id)
    blobs.delete(ref.blob_id)
    assert not blobs.has(ref.blob_id)


def test_what_a_killed_director_was_writing_is_cleaned_away(tmp_path: Path) -> None:
    blobs = make_folder(tmp_path)
    (tmp_path / "incoming" / "half").write_bytes(b"half")
    blobs.clean()
    assert list((tmp_path / "incoming").iterdir()) == []


def test_blobs_can_only_be_read_by_their_owner(tmp_path: Path) -> None:
    blobs = make_folder(tmp_path / "blobs")
    ref = blobs.put_bytes(b"secret")
    assert blobs.path(ref.blob_id).stat().st_mode & 0o077 == 0
