"""A release as its authors keep it: config/final.yml, jobs/, packages/, src/ and blobs/.

Reads which files belong to which job and package, as BOSH's CLI does, and their fingerprints.
Nothing is copied or written here. Source: bosh-cli ``release/{job,pkg,license}/dir_reader.go``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from paasta_deploy.adapters.archives.fingerprint import SourceFile, fingerprint
from paasta_deploy.adapters.archives.job_spec import (
    INVALID_MANIFEST,
    INVALID_TEMPLATES,
    parse_job_spec,
)
from paasta_deploy.adapters.archives.release_yaml import ReleaseYamlError, parse_release_yaml
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.ids import JobName, PackageName, ReleaseName
from paasta_deploy.model.release import JobSpec
from paasta_deploy.model.values import JsonObject, JsonValue

_INVALID_PACKAGE = 30012
_INVALID_FOLDER = 30002
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFolder:
    """One job and the files of its archive."""

    name: JobName
    fingerprint: str
    spec: JobSpec
    files: tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFolder:
    """One source package and the files of its archive."""

    name: PackageName
    fingerprint: str
    dependencies: tuple[PackageName, ...]
    files: tuple[SourceFile, ...]
    is_compressed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFolder:
    """Everything that a release folder holds. Jobs and packages are sorted by name."""

    name: ReleaseName
    jobs: tuple[JobFolder, ...]
    packages: tuple[PackageFolder, ...]
    license_files: tuple[SourceFile, ...] = ()
    license_fingerprint: str = ""


def read_release_folder(folder: Path) -> ReleaseFolder:
    """Return what the release source at ``folder`` holds.

    Raises ReleaseError: no config/final.yml, a spec that cannot be used, a missing file.
    """
    final = _yaml(folder / "config" / "final.yml", _INVALID_FOLDER)
    name = final.get("name") or final.get("final_name")
    if not isinstance(name, str) or not name:
        raise ReleaseError(
            f"'{folder / 'config' / 'final.yml'}' has no 'name'",
            code=_INVALID_FOLDER,
            hint="write `name: <release name>` into it",
        )
    try:
        licenses = _license_files(folder)
        return ReleaseFolder(
            name=ReleaseName(name),
            jobs=tuple(_read_job(path) for path in _subfolders(folder / "jobs")),
            packages=tuple(
                _read_package(folder, path) for path in _subfolders(folder / "packages")
            ),
            license_files=licenses,
            license_fingerprint=fingerprint(licenses) if licenses else "",
        )
    except OSError as error:
        raise ReleaseError(
            f"Reading the release folder '{folder}' failed: {error}", code=_INVALID_FOLDER
        ) from error


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _yaml(path: Path, code: int) -> JsonObject:
    try:
        return parse_release_yaml(path.read_bytes())
    except OSError as error:
        raise ReleaseError(f"Cannot read '{path}': {error}", code=code) from error
    except ReleaseYamlError as error:
        raise ReleaseError(f"'{path}' is not usable: {error}", code=code) from error


def _license_files(folder: Path) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(path=path, archive_path=path.name, with_mode=False)
        for pattern in ("LICENSE*", "NOTICE*")
        for path in sorted(folder.glob(pattern))
        if path.is_file()
    )


def _read_job(path: Path) -> JobFolder:
    spec = parse_job_spec(path.name, _yaml(path / "spec", INVALID_MANIFEST))
    candidates = [
        ("spec", "job.MF"),
        ("monit", "monit"),
        ("properties_schema.json", "properties_schema.json"),
    ]
    files = [
        SourceFile(path=path / source, archive_path=target, follow_symlink=True)
        for source, target in candidates
        if (path / source).is_file()
    ]
    for template in spec.templates:
        source = path / "templates" / template.source
        if not source.is_file():
            raise ReleaseError(
                f"Job '{path.name}': the template '{template.source}' is missing at '{source}'",
                code=INVALID_TEMPLATES,
            )
        files.append(
            SourceFile(
                path=source, archive_path=f"templates/{template.source}", follow_symlink=True
            )
        )
    return JobFolder(
        name=JobName(path.name), fingerprint=fingerprint(files), spec=spec, files=tuple(files)
    )


def _read_package(release: Path, path: Path) -> PackageFolder:
    if (path / "spec.lock").exists():
        raise ReleaseError(
            f"Package '{path.name}' is vendored (spec.lock); its archive lies in another "
            "release's blobstore, which this command does not download from",
            code=_INVALID_PACKAGE,
            hint="upload a tarball made with `bosh create-release --tarball`",
        )
    spec = _yaml(path / "spec", _INVALID_PACKAGE)
    if spec.get("name") != path.name:
        raise ReleaseError(
            f"Package '{path.name}' calls itself '{spec.get('name')}' in its spec",
            code=_INVALID_PACKAGE,
        )
    if not (path / "packaging").is_file():
        raise ReleaseError(
            f"Package '{path.name}' has no packaging script at '{path / 'packaging'}'",
            code=_INVALID_PACKAGE,
        )
    if (path / "pre_packaging").exists():
        raise ReleaseError(
            f"Package '{path.name}' has a pre_packaging script, which would run on this machine",
            code=_INVALID_PACKAGE,
            hint="do that work in the packaging script; BOSH itself deprecates pre_packaging",
        )
    chosen = _chosen_files(release, path.name, spec)
    if "packaging" in chosen:
        raise ReleaseError(
            f"Package '{path.name}': 'files' takes in a file called packaging",
            code=_INVALID_PACKAGE,
        )
    files = (
        SourceFile(path=path / "packaging", archive_path="packaging", with_mode=False),
        *(SourceFile(path=chosen[name], archive_path=name) for name in sorted(chosen)),
    )
    dependencies = _texts(path.name, spec, "dependencies")
    return PackageFolder(
        name=PackageName(path.name),
        fingerprint=fingerprint(files, dependencies),
        dependencies=tuple(PackageName(name) for name in dependencies),
        files=files,
        is_compressed=spec.get("no_compression") is not True,
    )


def _chosen_files(release: Path, package: str, spec: JsonObject) -> dict[str, Path]:
    roots = (release / "src", release / "blobs")  # src wins where both have the same path
    chosen: dict[str, Path] = {}
    for pattern in _texts(package, spec, "files"):
        matches = [match for root in roots for match in _glob(package, root, pattern)]
        if not matches:
            raise ReleaseError(
                f"Package '{package}': missing files for pattern '{pattern}' in src/ and blobs/",
                code=_INVALID_PACKAGE,
            )
        for name, path in matches:
            chosen.setdefault(name, path)
    for pattern in _texts(package, spec, "excluded_files"):
        for root in roots:
            for name, _ in _glob(package, root, pattern):
                chosen.pop(name, None)
    return chosen


def _glob(package: str, root: Path, pattern: str) -> Iterator[tuple[str, Path]]:
    if pattern.startswith("/") or ".." in PurePosixPath(pattern).parts:
        raise ReleaseError(
            f"Package '{package}': the pattern '{pattern}' leads out of src/ and blobs/",
            code=_INVALID_PACKAGE,
        )
    if not root.is_dir():
        return
    real_root = root.resolve()
    for alternative in _expand_braces(pattern):
        for path in root.glob(alternative):
            relative = path.relative_to(root)
            # A file below a linked folder belongs to whatever the link leads to, not to us.
            if path.parent.resolve() != real_root / relative.parent:
                continue
            if path.is_symlink() or path.is_file():
                yield relative.as_posix(), path


def _expand_braces(pattern: str) -> Iterator[str]:
    match = _BRACES.search(pattern)
    if match is None:
        yield pattern
        return
    for choice in match[1].split(","):
        yield from _expand_braces(pattern[: match.start()] + choice + pattern[match.end() :])


def _texts(package: str, spec: JsonObject, key: str) -> tuple[str, ...]:
    value: JsonValue = spec.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ReleaseError(
            f"Package '{package}': '{key}' in its spec must be a list", code=_INVALID_PACKAGE
        )
    return tuple(str(item) for item in value)
