"""Reading uploaded archives, and getting them from where an operator says they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.model.stemcell import StemcellManifest


class ReadRelease(Protocol):
    """A verified release: its manifest, and its archives as files of a workspace.

    ``files`` has ``job/<name>``, ``package/<name>`` and ``compiled/<name>``.
    """

    @property
    def manifest(self) -> ReleaseManifest:
        """What the release holds."""
        ...

    @property
    def files(self) -> Mapping[str, Path]:
        """Where the archives lie."""
        ...


class ReadStemcell(Protocol):
    """A verified stemcell and its image as a file of a workspace."""

    @property
    def manifest(self) -> StemcellManifest:
        """What the stemcell is."""
        ...

    @property
    def image(self) -> Path:
        """What the CPI's ``create_stemcell`` takes."""
        ...


class Archives(Protocol):
    """Unpacks and verifies archives into a workspace that the caller removes."""

    def read_release(
        self, archive: Path, workspace: Path, *, known_fingerprints: frozenset[str]
    ) -> ReadRelease:
        """Read a release tarball. Raises ReleaseError with BOSH's code."""
        ...

    def read_stemcell(self, archive: Path, workspace: Path) -> ReadStemcell:
        """Read a stemcell tarball. Raises StemcellError with BOSH's code."""
        ...

    def fetch(self, location: str, target: Path) -> None:
        """Copy what ``location`` (a path, ``file://``, ``http(s)://``) names to ``target``.

        Raises BlobError.
        """
        ...
