"""The archives port: reading uploads, and fetching them from where an operator says they are."""

import shutil
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from paasta_deploy.adapters.archives.release_archive import UnpackedRelease, read_release_archive
from paasta_deploy.adapters.archives.stemcell_archive import (
    UnpackedStemcell,
    read_stemcell_archive,
)
from paasta_deploy.model.errors import BlobError

FETCH_TIMEOUT_S = 60.0
"""Silence of a download server after which it is given up; a whole download may take longer."""

_COPY_CHUNK_BYTES = 1 << 20
_SCHEMES = ("http", "https", "file")


class ArchiveReader:
    """Implements ``ports.archives.Archives``. Every method blocks: call it from a thread."""

    def read_release(
        self, archive: Path, workspace: Path, *, known_fingerprints: frozenset[str]
    ) -> UnpackedRelease:
        """Read a release tarball. Raises ReleaseError."""
        return read_release_archive(archive, workspace, known_fingerprints=known_fingerprints)

    def read_stemcell(self, archive: Path, workspace: Path) -> UnpackedStemcell:
        """Read a stemcell tarball. Raises StemcellError."""
        return read_stemcell_archive(archive, workspace)

    def fetch(self, location: str, target: Path) -> None:
        """Copy what ``location`` names to ``target``. Raises BlobError (retryable by hand)."""
        scheme = urlsplit(location).scheme
        if scheme not in _SCHEMES:
            raise BlobError(
                f"'{location}' cannot be fetched: '{scheme}' is none of {', '.join(_SCHEMES)}.",
                hint="give a path or a URL",
            )
        try:
            with (
                urllib.request.urlopen(location, timeout=FETCH_TIMEOUT_S) as answer,  # noqa: S310 - schemes are checked above
                target.open("wb") as file,
            ):
                shutil.copyfileobj(answer, file, _COPY_CHUNK_BYTES)
        except (OSError, urllib.error.URLError) as error:
            raise BlobError(f"Fetching '{location}' failed: {error}") from error
