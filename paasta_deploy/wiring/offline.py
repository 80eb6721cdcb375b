"""What the CLI does without a director but not without adapters: building a release tarball."""

from pathlib import Path

from paasta_deploy.adapters.archives.release_builder import build_release, content_digest
from paasta_deploy.adapters.archives.release_folder import read_release_folder


def build_release_tarball(folder: Path, tarball: Path, *, version: str | None) -> tuple[str, str]:
    """Build a release and return its name and version. Raises ReleaseError.

    Without ``version`` the content decides: ``0+dev.<number>``, the same for the same content.
    """
    if version is None:
        number = int(content_digest(read_release_folder(folder)).removeprefix("sha256:")[:12], 16)
        version = f"0+dev.{number}"
    built = build_release(folder, tarball, version=version)
    return built.name, built.version
