"""The blobstore as a folder: one file per blob, named by its id, never changed once it is there.

What the director stores is named by its SHA-256, so equal bytes are one blob. What an agent
uploads has an id that was chosen before. A blob is written beside, synced, and renamed into its
place: who sees it sees all of it, also after a power cut. Files lie in 256 folders by the
beginning of their names, since some file systems grow slow with too many in one.
"""

import errno
import filecmp
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from paasta_deploy.model.errors import BlobError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.spec import BlobRef
from paasta_deploy.ports.clock import IdSource

CHUNK_BYTES = 256 * 1024
_PRIVATE_FOLDER = 0o700
_INCOMING = ".incoming"
# Ids come out of URLs, too: no path, nothing hidden.
_BLOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,127}")
_SHARD_CHARACTERS = 2
Sign = Callable[[str, BlobId, float], str]
"""Makes the link for a method and a blob which is valid for so many seconds."""


class BlobFolder:
    """Immutable blobs below one folder (port ``Blobs``). Blocks; safe from any thread."""

    def __init__(self, folder: Path, *, sign: Sign, ids: IdSource) -> None:
        self._folder = folder
        self._sign = sign
        self._ids = ids
        self._incoming = folder / _INCOMING
        try:
            self._incoming.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
            for left_over in self._incoming.iterdir():
                left_over.unlink()
        except OSError as error:
            raise _failure(f"The blob folder {folder} cannot be used", error) from error

    def put_bytes(self, content: bytes) -> BlobRef:
        """Store ``content`` durably. Raises BlobError (disk full)."""

        def write(target: BinaryIO) -> str:
            target.write(content)
            return hashlib.sha256(content).hexdigest()

        return self._put(write)

    def put_file(self, source: Path) -> BlobRef:
        """Store the file's bytes durably; ``source`` stays. Raises BlobError."""

        def write(target: BinaryIO) -> str:
            digest = hashlib.sha256()
            with source.open("rb") as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    target.write(chunk)
            return digest.hexdigest()

        return self._put(write)

    def put_upload(self, blob_id: BlobId, write: Callable[[BinaryIO], None]) -> bool:
        """Store what ``write`` writes as a new blob; what it raises leaves nothing behind.

        An upload may be repeated, since its answer may have been lost: the same bytes again are
        fine and return False, other bytes are refused. Raises BlobError.
        """
        place = self._place(blob_id)
        with self._beside() as (target, beside):
            write(target)
            if not place.exists():
                self._keep(target, beside, place)
                return True
            target.flush()
            if filecmp.cmp(place, beside, shallow=False):
                return False
        raise BlobError(f"The blob '{blob_id}' exists with other bytes; blobs never change.")

    def read(self, blob_id: BlobId) -> bytes:
        """Return the bytes. Raises BlobError."""
        try:
            return self.path(blob_id).read_bytes()
        except OSError as error:
            raise _failure(f"The blob '{blob_id}' cannot be read", error) from error

    def path(self, blob_id: BlobId) -> Path:
        """Return the blob's file, never to be written to. Raises BlobError."""
        place = self._place(blob_id)
        if not place.is_file():
            raise BlobError(
                f"There is no blob '{blob_id}' in {self._folder}.",
                hint="If files were removed by hand, upload the release or stemcell again "
                "(`upload-release --fix`).",
            )
        return place

    def has(self, blob_id: BlobId) -> bool:
        """Return whether the blob exists."""
        return _BLOB_ID.fullmatch(blob_id) is not None and self._place(blob_id).is_file()

    def delete(self, blob_id: BlobId) -> None:
        """Remove it; absent is success. Raises BlobError."""
        try:
            self._place(blob_id).unlink(missing_ok=True)
        except OSError as error:
            raise _failure(f"The blob '{blob_id}' cannot be removed", error) from error

    def download_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link from which an agent can GET the blob until it expires."""
        return self._sign("GET", blob_id, valid_s)

    def upload_url(self, blob_id: BlobId, *, valid_s: float) -> str:
        """Return a link to which an agent can PUT the new blob until it expires."""
        return self._sign("PUT", blob_id, valid_s)

    def fresh_id(self) -> BlobId:
        """Return an id for a blob that an agent will upload."""
        return BlobId(self._ids.new_uuid())

    def _place(self, blob_id: BlobId) -> Path:
        if not _BLOB_ID.fullmatch(blob_id):
            raise BlobError(f"'{blob_id}' is no blob id.")
        return self._folder / blob_id[:_SHARD_CHARACTERS] / blob_id

    def _put(self, write: Callable[[BinaryIO], str]) -> BlobRef:
        """Write beside, under the name that ``write`` returns: the digest of what it wrote."""
        with self._beside() as (target, beside):
            digest = write(target)
            place = self._place(BlobId(digest))
            size = target.tell()
            # Equal bytes that are there already are as good, and synced.
            if not (place.is_file() and place.stat().st_size == size):
                self._keep(target, beside, place)
        return BlobRef(blob_id=BlobId(digest), digest=f"sha256:{digest}", size=size)

    @contextmanager
    def _beside(self) -> Iterator[tuple[BinaryIO, Path]]:
        """Give a new file and its path; whoever does not move it away loses it."""
        try:
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
            try:
                with open(descriptor, "wb") as target:  # noqa: PTH123 - a descriptor, not a path
                    yield target, Path(name)
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise _failure(f"A blob cannot be stored in {self._folder}", error) from error

    def _keep(self, target: BinaryIO, beside: Path, place: Path) -> None:
        """Put a whole file durably into its place."""
        target.flush()
        os.fsync(target.fileno())
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True, mode=_PRIVATE_FOLDER)
            _sync_folder(self._folder)
        beside.replace(place)
        _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(what: str, error: OSError) -> BlobError:
    hint = (
        "Free some space on that disk; the director keeps running."
        if error.errno in (errno.ENOSPC, errno.EDQUOT)
        else "The state folder must belong to the user who runs the director."
    )
    return BlobError(f"{what}: {error.strerror or error}.", hint=hint)
