"""Blobs as files of a folder, named by their content.

A blob is written beside, synced, and renamed into place: it is whole or absent, also after a power
cut. Equal bytes are one file. Blobs that agents upload get the id that was promised to them.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from paasta_deploy.adapters.blobs.links import GET, PUT, BlobLinks
from paasta_deploy.adapters.private_files import PRIVATE_FOLDER
from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.ports.clock import IdSource

_ID = re.compile(r"[0-9a-f][0-9a-f-]{15,127}")
"""SHA-256 in hex, or a UUID: nothing that could lead out of the folder."""

_COPY_CHUNK_BYTES = 1 << 20
_SHARD_CHARACTERS = 2
"""256 sub-folders keep each one small with a million blobs."""


class BlobFolder:
    """Implements ``ports.blobs.Blobs``. Safe from several threads; survives kills."""

    def __init__(self, folder: Path, *, links: BlobLinks, ids: IdSource) -> None:
        self._folder = folder
        self._links = links
        self._ids = ids
        self._fresh = folder / "incoming"
        self._fresh.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)

    def put_bytes(self, content: bytes) -> BlobRef:
        """Store ``content``. Raises BlobError when the disk refuses."""
        digest = hashlib.sha256(content).hexdigest()
        blob_id = BlobId(digest)
        if not self.has(blob_id):
            with self.incoming(blob_id) as stream:
                stream.write(content)
        return BlobRef(blob_id=blob_id, digest=f"sha256:{digest}", size=len(content))

    def put_file(self, source: Path) -> BlobRef:
        """Store the file's bytes. Raises BlobError."""
        try:
            with source.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
                size = stream.tell()
                blob_id = BlobId(digest)
                if not self.has(blob_id):
                    stream.seek(0)
                    with self.incoming(blob_id) as target:
                        shutil.copyfileobj(stream, target, _COPY_CHUNK_BYTES)
        except OSError as error:
            raise BlobError(f"'{source}' cannot be stored as a blob: {error}") from error
        return BlobRef(blob_id=blob_id, digest=f"sha256:{digest}", size=size)

    def read(self, blob_id: BlobId) -> bytes:
        """Return the bytes. Raises BlobError."""
        try:
            return self.path(blob_id).read_bytes()
        except OSError as error:
            raise BlobError(f"Blob {blob_id} cannot be read: {error.strerror}.") from error

    def path(self, blob_id: BlobId) -> Path:
        """Return the blob's file. Raises BlobError when there is none."""
        path = self._place(blob_id)
        if path is None or not path.is_file():
            raise BlobError(f"There is no blob {blob_id}.", code=70000)
        return path

    def has(self, blob_id: BlobId) -> bool:
        """Return whether the blob exists."""
        path = self._place(blob_id)
        return path is not None and path.is_file()

    def delete(self, blob_id: BlobId) -> None:
        """Remove the blob; absent is success."""
        path = self._place(blob_id)
        if path is not None:
            path.unlink(missing_ok=True)

    def download_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link for GET."""
        return self._links.link(GET, blob_id, valid_s=valid_s)

    def upload_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link for PUT."""
        return self._links.link(PUT, blob_id, valid_s=valid_s)

    def fresh_id(self) -> BlobId:
        """Return an id for a blob that an agent will upload."""
        return BlobId(self._ids.new_uuid())

    @contextmanager
    def incoming(self, blob_id: BlobId) -> Iterator[IO[bytes]]:
        """Give a file to write to; it becomes the blob when the block ends without an error.

        Raises BlobError when the disk refuses or the id is none of ours; then nothing is left.
        """
        path = self._place(blob_id)
        if path is None:
            raise BlobError(f"'{blob_id}' is no blob id.")
        handle, name = tempfile.mkstemp(dir=self._fresh)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            path.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            fresh.replace(path)
            _sync(path.parent)
        except OSError as error:
            raise BlobError(
                f"Blob {blob_id} cannot be written: {error.strerror or error}.",
                hint=f"look at the disk of {self._folder}",
            ) from error
        finally:
            fresh.unlink(missing_ok=True)

    def clean(self) -> None:
        """Remove what a killed director was still writing. Only while nobody writes."""
        for leftover in self._fresh.iterdir():
            leftover.unlink(missing_ok=True)

    def _place(self, blob_id: BlobId) -> Path | None:
        if not _ID.fullmatch(blob_id):
            return None
        return self._folder / blob_id[:_SHARD_CHARACTERS] / blob_id


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
