"""Fetching and storing blobs over real HTTPS, and in folders."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.certificates import DirectorCertificates
from paasta_deploy.agent.blobs import ATTEMPTS, Blobs, BlobTransferError
from paasta_deploy.wire.agent_settings import BlobstoreSettings
from paasta_deploy.wire.apply_spec import BlobSource
from tests.integration.agent.blob_server import BlobServer

CONTENT = b"content"
SHA256 = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
SHA1 = hashlib.sha1(CONTENT).hexdigest()  # noqa: S324 - BOSH's digest


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def here(certificates: DirectorCertificates, pauses: list[float]) -> Iterator[Blobs]:
    """Return the agent's side, which trusts the blob server's CA."""
    options = {"tls": {"cert": {"ca": certificates.ca_pem}}}
    blobs = Blobs([BlobstoreSettings(provider="dav", options=options)], pause=pauses.append)
    yield blobs
    blobs.close()


def source(blobs: BlobServer, digest: str = SHA256) -> BlobSource:
    link, _ = blobs.put(CONTENT)
    return BlobSource(digest=digest, signed_url=link)


@pytest.mark.parametrize("digest", [SHA256, SHA1, f"{'0' * 40};{SHA256}"])
def test_a_blob_is_fetched_and_checked_by_its_strongest_digest(
    here: Blobs, blobs: BlobServer, tmp_path: Path, digest: str
) -> None:
    here.fetch(source(blobs, digest), tmp_path / "blob")
    assert (tmp_path / "blob").read_bytes() == CONTENT


def test_one_connection_serves_many_blobs(here: Blobs, blobs: BlobServer, tmp_path: Path) -> None:
    for _ in range(3):
        here.fetch(source(blobs), tmp_path / "blob")
    assert len(blobs.connections) == 1


def test_a_fault_of_the_server_is_waited_for(
    here: Blobs, blobs: BlobServer, tmp_path: Path, pauses: list[float]
) -> None:
    blobs.statuses[:] = [500, 503]
    here.fetch(source(blobs), tmp_path / "blob")
    assert len(pauses) == 2
    assert all(pause > 0 for pause in pauses), "pauses are spread, so the second may be shorter"


def test_a_server_that_stays_at_fault_is_given_up(
    here: Blobs, blobs: BlobServer, tmp_path: Path, pauses: list[float]
) -> None:
    blobs.statuses[:] = [500] * ATTEMPTS
    with pytest.raises(BlobTransferError, match=rf"answered 500 .*\({ATTEMPTS} attempts\)"):
        here.fetch(source(blobs), tmp_path / "blob")
    assert len(pauses) == ATTEMPTS - 1


def test_a_refused_link_is_not_tried_again(
    here: Blobs, blobs: BlobServer, tmp_path: Path, pauses: list[float]
) -> None:
    blobs.statuses[:] = [403]
    with pytest.raises(BlobTransferError, match="answered 403 Forbidden"):
        here.fetch(source(blobs), tmp_path / "blob")
    assert pauses == []


def test_a_server_that_is_gone_is_told_without_the_links_secret(
    here: Blobs, blobs: BlobServer, tmp_path: Path
) -> None:
    wanted = source(blobs)
    blobs.close()
    with pytest.raises(BlobTransferError, match="ConnectionRefusedError") as caught:
        here.fetch(wanted, tmp_path / "blob")
    assert "secret" not in str(caught.value)


def test_a_server_of_another_ca_is_not_believed(blobs: BlobServer, tmp_path: Path) -> None:
    stranger = Blobs([], pause=lambda _: None)
    with pytest.raises(BlobTransferError, match="CERTIFICATE_VERIFY_FAILED"):
        stranger.fetch(source(blobs), tmp_path / "blob")


def test_a_blob_is_stored_by_a_link(here: Blobs, blobs: BlobServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(CONTENT)
    assert here.store(tmp_path / "file", blobs.url("new"), {}) == (SHA256, "")
    assert blobs.blobs["/new"] == CONTENT


@pytest.mark.parametrize("link", ["ftp://host/x?signature=secret", "https:///x", "file:///etc"])
def test_other_links_are_not_followed(here: Blobs, tmp_path: Path, link: str) -> None:
    with pytest.raises(BlobTransferError, match="only http and https"):
        here.fetch(BlobSource(digest=SHA256, signed_url=link), tmp_path / "blob")


class TestFolder:
    """Blobs in a folder of the host."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "blobs"
        folder.mkdir()
        return folder

    @pytest.fixture
    def local(self, folder: Path) -> Blobs:
        options = {"blobstore_path": str(folder)}
        return Blobs([BlobstoreSettings(provider="local", options=options)])

    def test_what_was_stored_is_fetched(self, local: Blobs, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(CONTENT)
        digest, blob_id = local.store(tmp_path / "file", "", {})
        local.fetch(BlobSource(digest=digest, blobstore_id=blob_id), tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == CONTENT

    def test_what_is_not_there_is_told(self, local: Blobs, tmp_path: Path) -> None:
        with pytest.raises(BlobTransferError, match="No such file"):
            local.fetch(BlobSource(digest=SHA256, blobstore_id="absent"), tmp_path / "x")

    def test_other_bytes_are_refused(self, local: Blobs, folder: Path, tmp_path: Path) -> None:
        (folder / "other").write_bytes(b"x")
        with pytest.raises(BlobTransferError, match="do not match"):
            local.fetch(BlobSource(digest=SHA256, blobstore_id="other"), tmp_path / "x")

    def test_a_full_or_missing_folder_is_told(
        self, local: Blobs, folder: Path, tmp_path: Path
    ) -> None:
        folder.rmdir()
        (tmp_path / "file").write_bytes(CONTENT)
        with pytest.raises(BlobTransferError, match="No such file"):
            local.store(tmp_path / "file", "", {})

    def test_without_link_and_folder_there_is_no_blob(self, tmp_path: Path) -> None:
        with pytest.raises(BlobTransferError, match="no local blobstore"):
            Blobs([]).fetch(BlobSource(digest=SHA256, blobstore_id="x"), tmp_path / "x")
