"""The ``Archives`` port: reads release and stemcell tarballs, and gets them from anywhere."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from paasta_deploy.adapters.archives.release_archive import UnpackedRelease, read_release_archive
from paasta_deploy.adapters.archives.stemcell_archive import (
    UnpackedStemcell,
    read_stemcell_archive,
)
from paasta_deploy.model.errors import BlobError

_FETCH_BYTES_MAX = 64 << 30
"""A stemcell of Windows has about 20 GiB; a server that never stops sending has more."""

_SILENCE_S = 60.0
"""How long a server may send nothing before it counts as gone."""


class TarArchives:
    """Implements ``ports.archives.Archives``. Has no state; every method blocks."""

    def read_release(
        self, archive: Path, workspace: Path, *, known_fingerprints: frozenset[str]
    ) -> UnpackedRelease:
        """Read a release tarball; see the port."""
        return read_release_archive(archive, workspace, known_fingerprints=known_fingerprints)

    def read_stemcell(self, archive: Path, workspace: Path) -> UnpackedStemcell:
        """Read a stemcell tarball; see the port."""
        return read_stemcell_archive(archive, workspace)

    def fetch(self, location: str, target: Path) -> None:
        """Copy what ``location`` names to ``target``; see the port.

        The bytes are not trusted by this: whoever reads them checks digests.
        """
        parts = urlsplit(location)
        if parts.scheme in {"http", "https"}:
            _download(location, target)
            return
        if parts.scheme not in {"", "file"} or parts.netloc not in {"", "localhost"}:
            raise BlobError(
                f"'{location}' cannot be fetched: only paths, file://, http:// and https:// can",
                hint="give the path of a file that the director can read",
            )
        source = Path(unquote(parts.path) if parts.scheme else location)
        try:
            shutil.copyfile(source, target)
        except OSError as error:
            raise BlobError(
                f"Reading '{source}' failed: {error.strerror or error}",
                hint="the director reads it, on its own machine and as its own user",
            ) from error


def _download(location: str, target: Path) -> None:
    left = _FETCH_BYTES_MAX
    try:
        with (
            httpx.stream("GET", location, timeout=_SILENCE_S, follow_redirects=True) as answer,
            target.open("wb") as output,
        ):
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                left -= len(chunk)
                if left < 0:
                    raise BlobError(f"'{location}' has more than {_FETCH_BYTES_MAX} bytes")
                output.write(chunk)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise BlobError(f"Fetching '{location}' failed: {error}") from error
