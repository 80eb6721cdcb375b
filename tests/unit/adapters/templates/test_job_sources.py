"""Templates out of the blobstore: verified, unpacked once, forgotten when there are too many."""

import hashlib
import io
from pathlib import Path

import pytest

from paasta_deploy.adapters.archives.tar_writing import FAST, TarEntry, write_tar_gz
from paasta_deploy.adapters.templates.job_sources import BlobJobSources
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId, JobName
from paasta_deploy.model.release import JobSpec, ReleaseJob
from paasta_deploy.model.spec import BlobRef


class CountingBlobs:
    """A blobstore in memory that counts reads."""

    def __init__(self) -> None:
        self.blobs: dict[BlobId, bytes] = {}
        self.reads = 0

    def put_bytes(self, content: bytes) -> BlobRef:
        blob_id = BlobId(str(len(self.blobs)))
        self.blobs[blob_id] = content
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return BlobRef(blob_id=blob_id, digest=digest, size=len(content))

    def put_file(self, source: Path) -> BlobRef:
        return self.put_bytes(source.read_bytes())

    def read(self, blob_id: BlobId) -> bytes:
        self.reads += 1
        return self.blobs[blob_id]

    def path(self, blob_id: BlobId) -> Path:
        raise BlobError(f"blob {blob_id} lies in memory")

    def has(self, blob_id: BlobId) -> bool:
        return blob_id in self.blobs

    def delete(self, blob_id: BlobId) -> None:
        self.blobs.pop(blob_id, None)

    def download_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        return f"memory:{blob_id}?{valid_s}"

    def upload_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        return f"memory:{blob_id}?{valid_s}"

    def fresh_id(self) -> BlobId:
        return BlobId(f"fresh-{len(self.blobs)}")


def store_job(blobs: CountingBlobs, name: str) -> tuple[ReleaseJob, BlobRef]:
    output = io.BytesIO()
    files = {
        "job.MF": f"name: {name}\ntemplates: {{a: b}}\n",
        "monit": "",
        "templates/a": "x" * 100,
    }
    entries = [TarEntry(name=n, content=text.encode()) for n, text in files.items()]
    write_tar_gz(output, entries, level=FAST)
    job = ReleaseJob(
        name=JobName(name), version="1", fingerprint=f"fp-{name}", digest="", spec=JobSpec()
    )
    return job, blobs.put_bytes(output.getvalue())


def test_a_job_is_read_once() -> None:
    blobs = CountingBlobs()
    job, blob = store_job(blobs, "web")
    sources = BlobJobSources(blobs=blobs)
    assert sources.load(job, blob) is sources.load(job, blob)
    assert blobs.reads == 1


def test_a_damaged_blob_is_told() -> None:
    blobs = CountingBlobs()
    job, blob = store_job(blobs, "web")
    blobs.blobs[blob.blob_id] += b"x"
    with pytest.raises(BlobError, match="'web' is damaged"):
        BlobJobSources(blobs=blobs).load(job, blob)


def test_what_was_not_used_for_longest_is_forgotten_first() -> None:
    blobs = CountingBlobs()
    sources = BlobJobSources(blobs=blobs, remembered_bytes_max=250)
    stored = [store_job(blobs, name) for name in ("a", "b", "c")]
    for number in (0, 1, 0, 2, 0):
        sources.load(*stored[number])
    assert blobs.reads == 3
    sources.load(*stored[1])
    assert blobs.reads == 4
