"""Blobs in memory: the fake of ``ports.blobs.Blobs`` for tests and the simulator.

Its links are texts that say what they allow; :meth:`MemoryBlobs.upload` is what a PUT would do.
"""

import hashlib
from pathlib import Path

from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.ports.clock import IdSource

_GET, _PUT = "memory:get/", "memory:put/"


class MemoryBlobs:
    """Immutable blobs by id. ``folder`` is where :meth:`path` writes a blob when it is asked."""

    def __init__(self, ids: IdSource, folder: Path | None = None) -> None:
        self._ids = ids
        self._folder = folder
        self._contents: dict[BlobId, bytes] = {}

    def put_bytes(self, content: bytes) -> BlobRef:
        """Keep ``content``; equal bytes share one blob."""
        digest = hashlib.sha256(content).hexdigest()
        blob_id = BlobId(digest[:32])
        self._contents[blob_id] = content
        return BlobRef(blob_id=blob_id, digest=f"sha256:{digest}", size=len(content))

    def put_file(self, source: Path) -> BlobRef:
        """Keep the file's bytes."""
        return self.put_bytes(source.read_bytes())

    def read(self, blob_id: BlobId) -> bytes:
        """Return the bytes. Raises BlobError."""
        content = self._contents.get(blob_id)
        if content is None:
            raise BlobError(f"There is no blob '{blob_id}'.")
        return content

    def path(self, blob_id: BlobId) -> Path:
        """Return a file with the bytes. Raises BlobError."""
        content = self.read(blob_id)
        assert self._folder is not None, "these blobs were given no folder"
        path = self._folder / blob_id
        path.write_bytes(content)
        return path

    def has(self, blob_id: BlobId) -> bool:
        """Return whether the blob exists."""
        return blob_id in self._contents

    def delete(self, blob_id: BlobId) -> None:
        """Remove it; absent is success."""
        self._contents.pop(blob_id, None)

    def download_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link that allows to get the blob; it never expires."""
        assert valid_s > 0, "a link must be valid for some time"
        return f"{_GET}{blob_id}"

    def upload_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link that allows to put the blob; it never expires."""
        assert valid_s > 0, "a link must be valid for some time"
        return f"{_PUT}{blob_id}"

    def fresh_id(self) -> BlobId:
        """Return an id for a blob that an agent will upload."""
        return BlobId(self._ids.new_uuid())

    def upload(self, link: str, content: bytes) -> str:
        """Put ``content`` through an upload link and return its digest, as an agent does."""
        assert link.startswith(_PUT), f"{link} does not allow to put"
        self._contents[BlobId(link.removeprefix(_PUT))] = content
        return f"sha256:{hashlib.sha256(content).hexdigest()}"
