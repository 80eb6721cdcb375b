"""Makes a release tarball out of a release folder: same folder, same version, same bytes.

Source: BOSH 10.2. ``commit_hash`` and ``uncommitted_changes`` are given by the caller, because
only it knows the version control system.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from paasta_deploy.adapters.archives.fingerprint import SourceFile
from paasta_deploy.adapters.archives.release_folder import ReleaseFolder, read_release_folder
from paasta_deploy.adapters.archives.tar_writing import (
    FAST,
    STORED,
    TarEntry,
    file_mode,
    write_tar,
    write_tar_gz,
)
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.versions import Version

_VERSION_INVALID = 30010
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltRelease:
    """What was written: ``content_digest`` is equal for equal jobs, packages and licence."""

    path: Path
    name: str
    version: str
    content_digest: str


def content_digest(folder: ReleaseFolder) -> str:
    """Return ``sha256:<hex>`` over all fingerprints: it changes when the content does."""
    hasher = hashlib.sha256(folder.name.encode())
    parts = [
        *((f"job/{job.name}", job.fingerprint) for job in folder.jobs),
        *((f"package/{package.name}", package.fingerprint) for package in folder.packages),
        ("license", folder.license_fingerprint),
    ]
    for key, value in parts:
        hasher.update(f"\n{key}={value}".encode())
    return f"sha256:{hasher.hexdigest()}"


def build_release(
    source: Path,
    target: Path,
    *,
    version: str,
    commit_hash: str = "non-git",
    uncommitted_changes: bool = False,
) -> BuiltRelease:
    """Write the release at ``source`` as a tarball to ``target``, atomically.

    Raises ReleaseError when the folder is no usable release or the disk refuses.
    """
    try:
        Version(version)
    except ValueError as error:
        raise ReleaseError(str(error), code=_VERSION_INVALID) from error
    folder = read_release_folder(source)
    try:
        with TemporaryDirectory(prefix=".release-", dir=target.parent) as name:
            staging = Path(name)
            manifest = _stage(folder, staging)
            manifest |= {
                "name": folder.name,
                "version": version,
                "commit_hash": commit_hash,
                "uncommitted_changes": uncommitted_changes,
            }
            finished = staging / "release.tgz"
            with finished.open("wb") as output:
                write_tar_gz(output, _members(staging, manifest), level=STORED)
            finished.replace(target)
    except OSError as error:
        raise ReleaseError(f"Writing the release '{target}' failed: {error}") from error
    return BuiltRelease(
        path=target, name=folder.name, version=version, content_digest=content_digest(folder)
    )


def _stage(folder: ReleaseFolder, staging: Path) -> dict[str, object]:
    (staging / "jobs").mkdir()
    (staging / "packages").mkdir()
    jobs = []
    for job in folder.jobs:
        digest = _write_archive(staging / "jobs" / f"{job.name}.tgz", job.files)
        jobs.append(
            {
                "name": job.name,
                "version": job.fingerprint,
                "fingerprint": job.fingerprint,
                "sha1": digest,
                "packages": list(job.spec.packages),
            }
        )
    packages = []
    for package in folder.packages:
        digest = _write_archive(
            staging / "packages" / f"{package.name}.tgz",
            package.files,
            compressed=package.is_compressed,
        )
        packages.append(
            {
                "name": package.name,
                "version": package.fingerprint,
                "fingerprint": package.fingerprint,
                "sha1": digest,
                "dependencies": list(package.dependencies),
            }
        )
    manifest: dict[str, object] = {"jobs": jobs, "packages": packages}
    if folder.license_files:
        manifest["license"] = {
            "version": folder.license_fingerprint,
            "fingerprint": folder.license_fingerprint,
            "sha1": _write_archive(staging / "license.tgz", folder.license_files),
        }
    return manifest


def _members(staging: Path, manifest: dict[str, object]) -> list[TarEntry]:
    text = yaml.safe_dump(manifest, sort_keys=True, allow_unicode=True)
    archives = sorted(path for path in staging.rglob("*.tgz") if path.name != "release.tgz")
    return [
        TarEntry(name="release.MF", content=text.encode()),
        *(TarEntry(name=path.relative_to(staging).as_posix(), path=path) for path in archives),
    ]


def _write_archive(target: Path, files: Iterable[SourceFile], *, compressed: bool = True) -> str:
    entries = (_entry(file) for file in sorted(files, key=lambda file: file.archive_path))
    with target.open("wb") as output:
        if compressed:
            write_tar_gz(output, entries, level=FAST)
        else:
            write_tar(output, entries)
    hasher = hashlib.sha256()
    with target.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            hasher.update(chunk)
    return f"sha256:{hasher.hexdigest()}"


def _entry(file: SourceFile) -> TarEntry:
    if file.is_link:
        return TarEntry(name=file.archive_path, link_target=str(file.path.readlink()))
    return TarEntry(
        name=file.archive_path,
        path=file.path,
        mode=file_mode(executable=file.is_executable),
    )
