"""The archives port: reading uploads, and fetching them from where an operator says they are."""

import shutil
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from paasta_deploy.adapters.archives.release_archive import UnpackedRelease, read_release_archive
from paasta_deploy.adapters.archives.stemcell_archive import (
    UnpackedStemcell,
    read_stemcell_archive,
)
from paasta_deploy.model.errors import BlobError

FETCH_TIMEOUT_S = 60.0
"""Silence of a download server after which it is given up; a whole download may take longer."""

_FETCH_BYTES_MAX = 64 << 30
"""A stemcell of Windows has about 20 GiB; a server that never stops sending has more."""

_COPY_CHUNK_BYTES = 1 << 20


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
        """Copy what ``location`` names to ``target``. Raises BlobError (retryable by hand).

        The bytes are not trusted by this; whoever reads them checks digests.
        """
        parts = urlsplit(location)
        if parts.scheme in {"http", "https"}:
            _download(location, target)
            return
        if parts.scheme not in {"", "file"} or parts.netloc not in {"", "localhost"}:
            raise BlobError(
                f"'{location}' cannot be fetched: it is no path and no file or http(s) URL.",
                hint="give the path of a file that the director can read, or a URL",
            )
        source = Path(unquote(parts.path)) if parts.scheme else Path(location)
        try:
            shutil.copyfile(source, target)
        except OSError as error:
            raise BlobError(
                f"Fetching '{source}' failed: {error.strerror or error}",
                hint="the director reads it, on its own machine and as its own user",
            ) from error


def _download(location: str, target: Path) -> None:
    left = _FETCH_BYTES_MAX
    try:
        with (
            urllib.request.urlopen(location, timeout=FETCH_TIMEOUT_S) as answer,  # noqa: S310 - the caller checked the scheme
            target.open("wb") as file,
        ):
            while chunk := answer.read(_COPY_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    raise BlobError(f"'{location}' has more than {_FETCH_BYTES_MAX} bytes")
                file.write(chunk)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise BlobError(f"Fetching '{location}' failed: {error}") from error
