"""Templates of release jobs out of the blobstore, unpacked once and remembered by fingerprint."""

import threading
from collections import OrderedDict

from paasta_deploy.adapters.archives.job_archive import read_job_archive
from paasta_deploy.model.digests import bytes_mismatch
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.release import ReleaseJob
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.templates import JobSource

REMEMBERED_BYTES_MAX = 16 << 20
"""All templates of cf-deployment together have about 5 MB; the director should stay below 150."""


class BlobJobSources:
    """Implements ``ports.templates.JobSources`` over a blobstore. Thread-safe."""

    def __init__(self, *, blobs: Blobs, remembered_bytes_max: int = REMEMBERED_BYTES_MAX) -> None:
        self._blobs = blobs
        self._bytes_max = remembered_bytes_max
        self._bytes = 0
        self._sources: OrderedDict[tuple[str, str], JobSource] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, job: ReleaseJob, archive: BlobRef) -> JobSource:
        """Return the job's templates; see the port."""
        # The name is part of the key because a job's archive names it, and errors do too.
        key = (str(job.name), job.fingerprint)
        with self._lock:
            known = self._sources.get(key)
            if known is not None:
                self._sources.move_to_end(key)
                return known
        content = self._blobs.read(archive.blob_id)
        mismatch = bytes_mismatch(archive.digest, content)
        if mismatch is not None:
            raise BlobError(
                f"The blob of job '{job.name}' is damaged: {mismatch}",
                hint="upload the release again with --fix",
            )
        _, source = read_job_archive(job.name, job.fingerprint, content)
        with self._lock:
            self._remember(key, source)
        return source

    def _remember(self, key: tuple[str, str], source: JobSource) -> None:
        if key in self._sources:
            return
        self._sources[key] = source
        self._bytes += _size(source)
        while self._bytes > self._bytes_max and self._sources:
            _, forgotten = self._sources.popitem(last=False)
            self._bytes -= _size(forgotten)


def _size(source: JobSource) -> int:
    return sum(len(template.content) for template in (source.monit, *source.templates))
