"""What the CLI does without a director but not without adapters: building and reading releases."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from paasta_deploy.adapters.archives.release_archive import read_release_archive
from paasta_deploy.adapters.archives.release_builder import build_release, content_digest
from paasta_deploy.adapters.archives.release_folder import read_release_folder
from paasta_deploy.adapters.clock import SystemIdSource
from paasta_deploy.diagnostics import Diagnostic, in_file_order
from paasta_deploy.manifest import LoadedDeployment, with_origins
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.planning.given_releases import mistakes_beside_releases


def build_release_tarball(folder: Path, tarball: Path, *, version: str | None) -> tuple[str, str]:
    """Build a release and return its name and version. Raises ReleaseError.

    Without ``version`` the content decides: ``0+dev.<number>``, the same for the same content.
    """
    if version is None:
        number = int(content_digest(read_release_folder(folder)).removeprefix("sha256:")[:12], 16)
        version = f"0+dev.{number}"
    built = build_release(folder, tarball, version=version)
    return built.name, built.version


def read_release(path: Path) -> ReleaseManifest:
    """Return what a release tarball, or the folder of a release, has. Raises ReleaseError."""
    with tempfile.TemporaryDirectory(prefix="paasta-release-") as folder:
        workspace = Path(folder)
        if path.is_dir():
            tarball = workspace / "release.tgz"
            build_release_tarball(path, tarball, version=None)
            path, workspace = tarball, workspace / "unpacked"
            workspace.mkdir()
        return read_release_archive(path, workspace).manifest


def with_releases(
    loaded: LoadedDeployment, given: Sequence[ReleaseManifest]
) -> tuple[Diagnostic, ...]:
    """Return all that is wrong with a deployment beside releases, in file order."""
    if loaded.draft is None:
        return loaded.diagnostics
    found = mistakes_beside_releases(
        loaded.draft,
        loaded.cloud_config,
        loaded.runtime,
        told=loaded.diagnostics,
        given=given,
        ids=SystemIdSource(),
    )
    told = (*loaded.diagnostics, *with_origins(found, loaded.document.origins))
    return in_file_order(dict.fromkeys(told), loaded.files)
