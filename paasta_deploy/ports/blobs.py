"""The blobstore: immutable bytes by id, and expiring links for agents."""

from pathlib import Path
from typing import Protocol

from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef


class Blobs(Protocol):
    """Immutable blobs. Writes are atomic and durable before the call returns."""

    def put_bytes(self, content: bytes) -> BlobRef:
        """Store ``content``; its digest is ``sha256:<hex>``. Equal bytes may share one blob."""
        ...

    def put_file(self, source: Path) -> BlobRef:
        """Store the file's bytes; ``source`` stays where it is."""
        ...

    def read(self, blob_id: BlobId) -> bytes:
        """Return the bytes. Raises BlobError."""
        ...

    def path(self, blob_id: BlobId) -> Path:
        """Return a readable local file with the bytes. Raises BlobError. Never write to it."""
        ...

    def has(self, blob_id: BlobId) -> bool:
        """Return whether the blob exists."""
        ...

    def delete(self, blob_id: BlobId) -> None:
        """Remove it; absent is success."""
        ...

    def download_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link from which an agent can GET the blob until it expires."""
        ...

    def upload_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link to which an agent can PUT the new blob ``blob_id`` until it expires."""
        ...

    def fresh_id(self) -> BlobId:
        """Return an id for a blob that an agent will upload."""
        ...
