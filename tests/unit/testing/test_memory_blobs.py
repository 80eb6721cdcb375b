"""Blobs in memory are immutable, shared when equal, and put through links by agents."""

from pathlib import Path

import pytest

from paasta_deploy.model.digests import bytes_mismatch
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.memory_blobs import MemoryBlobs


def test_what_is_put_is_read_again_with_its_digest(tmp_path: Path) -> None:
    blobs = MemoryBlobs(FakeIds(), tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"hello")

    first, second = blobs.put_bytes(b"hello"), blobs.put_file(source)

    assert first == second
    assert blobs.read(first.blob_id) == b"hello"
    assert blobs.path(first.blob_id).read_bytes() == b"hello"
    assert bytes_mismatch(first.digest, b"hello") is None
    assert first.size == 5


def test_a_blob_that_is_not_there_is_an_error() -> None:
    blobs = MemoryBlobs(FakeIds())

    with pytest.raises(BlobError, match="no blob 'x'"):
        blobs.read(BlobId("x"))


def test_a_deleted_blob_is_gone_and_deleting_again_is_fine() -> None:
    blobs = MemoryBlobs(FakeIds())
    blob = blobs.put_bytes(b"x")

    blobs.delete(blob.blob_id)
    blobs.delete(blob.blob_id)

    assert not blobs.has(blob.blob_id)


def test_an_agent_puts_through_an_upload_link_only() -> None:
    blobs = MemoryBlobs(FakeIds())
    target = blobs.fresh_id()

    digest = blobs.upload(blobs.upload_url(target, valid_s=60), b"compiled")

    assert bytes_mismatch(digest, b"compiled") is None
    assert blobs.read(target) == b"compiled"
    with pytest.raises(AssertionError, match="does not allow to put"):
        blobs.upload(blobs.download_url(target, valid_s=60), b"x")
