"""A release tarball, source or compiled: unpacked into a workspace and verified to the last byte.

Nothing of an archive is believed before its digest matches ``release.MF``, and nothing is written
outside the workspace. The caller owns the workspace and removes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.adapters.archives.job_archive import read_job_archive
from paasta_deploy.adapters.archives.release_manifest import (
    DIGEST_MISMATCH,
    JobEntry,
    ReleaseEntries,
    parse_release_manifest,
)
from paasta_deploy.adapters.archives.tar_reading import (
    COPY_CHUNK_BYTES,
    BrokenArchiveError,
    read_members,
)
from paasta_deploy.model.digests import Digester, digest_mismatch, parse_digest
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.release import (
    CompiledPackage,
    ReleaseJob,
    ReleaseManifest,
    ReleasePackage,
)

_INVALID_ARCHIVE = 30002
_MANIFEST_NOT_FOUND = 30003
_PACKAGE_ARCHIVE_MISSING = 60000
_JOB_ARCHIVE_MISSING = 80000
_MISSING_PACKAGE = 80003

_RELEASE_BYTES_MAX = 32 << 30
"""Ten times the largest public release; a bound against bombs, not against users."""

_RELEASE_MEMBERS_MAX = 100_000
_MANIFEST_BYTES_MAX = 16 << 20
_JOB_ARCHIVE_BYTES_MAX = 64 << 20

_FOLDERS = {"jobs": "job", "packages": "package", "compiled_packages": "compiled"}
"""Folder in the tarball -> kind in the keys of ``files`` (and of ``ReleaseRecord.blobs``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpackedRelease:
    """A verified release and where its archives lie.

    ``files`` has ``job/<name>``, ``package/<name>`` and ``compiled/<name>``. A package that the
    director already had (``known_fingerprints``) may be absent from it.
    """

    manifest: ReleaseManifest
    files: Mapping[str, Path]


def read_release_archive(
    archive: Path, workspace: Path, *, known_fingerprints: frozenset[str] = frozenset()
) -> UnpackedRelease:
    """Unpack ``archive`` into the empty folder ``workspace`` and verify it.

    ``known_fingerprints`` are packages that the uploader may have left out, because the director
    told it that it has them. Raises ReleaseError with BOSH's code; the workspace may then hold
    leftovers.
    """
    try:
        manifest_text, files = _unpack(archive, workspace)
    except BrokenArchiveError as error:
        raise ReleaseError(
            f"Extracting release archive '{archive.name}' failed: {error}", code=_INVALID_ARCHIVE
        ) from error
    except OSError as error:
        raise ReleaseError(
            f"Extracting release archive '{archive}' into '{workspace}' failed: {error}",
            code=_INVALID_ARCHIVE,
        ) from error
    if manifest_text is None:
        raise ReleaseError(
            f"Release manifest not found: '{archive.name}' has no release.MF",
            code=_MANIFEST_NOT_FOUND,
            hint="upload what `create-release --tarball` wrote",
        )
    entries = parse_release_manifest(manifest_text)
    kept = _verify_packages(entries, files, known_fingerprints)
    jobs = []
    for entry in entries.jobs:
        key = f"job/{entry.name}"
        jobs.append(_read_job(entry, files.get(key)))
        kept[key] = files[key]
    manifest = ReleaseManifest(
        name=entries.name,
        version=entries.version,
        commit_hash=entries.commit_hash,
        uncommitted_changes=entries.uncommitted_changes,
        jobs=tuple(jobs),
        packages=entries.packages,
        compiled_packages=entries.compiled_packages,
    )
    _check_job_packages(manifest)
    return UnpackedRelease(manifest=manifest, files=kept)


def _unpack(archive: Path, workspace: Path) -> tuple[bytes | None, dict[str, Path]]:
    manifest: bytes | None = None
    files: dict[str, Path] = {}
    with archive.open("rb") as stream:
        members = read_members(
            stream, limit_bytes=_RELEASE_BYTES_MAX, limit_members=_RELEASE_MEMBERS_MAX
        )
        for member in members:
            folder, _, file_name = member.name.partition("/")
            if member.name == "release.MF":
                manifest = member.read(_MANIFEST_BYTES_MAX)
            elif folder in _FOLDERS and file_name.endswith(".tgz") and "/" not in file_name:
                target = workspace / folder / file_name
                target.parent.mkdir(exist_ok=True)
                with target.open("xb") as output:
                    for chunk in member.chunks():
                        output.write(chunk)
                files[f"{_FOLDERS[folder]}/{file_name.removesuffix('.tgz')}"] = target
    return manifest, files


def _verify_packages(
    entries: ReleaseEntries, files: Mapping[str, Path], known_fingerprints: frozenset[str]
) -> dict[str, Path]:
    verified: dict[str, Path] = {}
    packages: list[tuple[str, ReleasePackage | CompiledPackage]] = [
        *(("package", package) for package in entries.packages),
        *(("compiled", package) for package in entries.compiled_packages),
    ]
    for kind, package in packages:
        path = files.get(f"{kind}/{package.name}")
        if path is None and package.fingerprint in known_fingerprints:
            continue
        if path is None:
            raise ReleaseError(
                f"Release '{entries.name}/{entries.version}' lacks the archive of its package "
                f"'{package.name}/{package.version}'",
                code=_PACKAGE_ARCHIVE_MISSING,
            )
        _verify_digest(f"package '{package.name}'", path, package.digest)
        verified[f"{kind}/{package.name}"] = path
    return verified


def _read_job(entry: JobEntry, path: Path | None) -> ReleaseJob:
    if path is None:
        raise ReleaseError(
            f"The release lacks the archive of its job '{entry.name}'", code=_JOB_ARCHIVE_MISSING
        )
    _verify_digest(f"job '{entry.name}'", path, entry.digest)
    if path.stat().st_size > _JOB_ARCHIVE_BYTES_MAX:
        raise ReleaseError(
            f"The archive of job '{entry.name}' is larger than {_JOB_ARCHIVE_BYTES_MAX} bytes",
            code=_JOB_ARCHIVE_MISSING,
        )
    spec, _ = read_job_archive(entry.name, entry.fingerprint, path.read_bytes())
    return ReleaseJob(
        name=entry.name,
        version=entry.version,
        fingerprint=entry.fingerprint,
        digest=entry.digest,
        spec=spec,
    )


def _verify_digest(what: str, path: Path, digest: str) -> None:
    digester = Digester(parse_digest(digest))
    with path.open("rb") as stream:
        while chunk := stream.read(COPY_CHUNK_BYTES):
            digester.update(chunk)
    mismatch = digest_mismatch(digest, digester.hexdigests())
    if mismatch is not None:
        raise ReleaseError(
            f"The archive of {what} does not match release.MF: {mismatch}",
            code=DIGEST_MISMATCH,
            hint="the file was damaged or changed after the release was made; fetch it again",
        )


def _check_job_packages(manifest: ReleaseManifest) -> None:
    present = manifest.package_dependencies
    for job in manifest.jobs:
        for package in job.spec.packages:
            if package not in present:
                raise ReleaseError(
                    f"Job '{job.name}' needs the package '{package}', which release "
                    f"'{manifest.name}/{manifest.version}' does not have",
                    code=_MISSING_PACKAGE,
                )
