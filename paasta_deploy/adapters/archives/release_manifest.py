"""``release.MF``: what a release claims to hold. Parsed, checked against itself, not yet verified.

Source: BOSH 10.2 and its director's ``update_release``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.adapters.archives.release_yaml import ReleaseYamlError, parse_release_yaml
from paasta_deploy.model.digests import parse_digest
from paasta_deploy.model.errors import ReleaseError
from paasta_deploy.model.ids import JobName, PackageName, ReleaseName, ReleaseVersion
from paasta_deploy.model.release import CompiledPackage, ReleasePackage
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.model.versions import Version

_VALID_ID = re.compile(r"[-0-9A-Za-z_+.]+")

MANIFEST_NOT_FOUND = 30003
VERSION_INVALID = 30010
INVALID_PACKAGE = 30012
DIGEST_MISMATCH = 30015
_INVALID_VALUE = 40005


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEntry:
    """One job as ``release.MF`` lists it; its spec stands in its own archive."""

    name: JobName
    version: str
    fingerprint: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEntries:
    """The parsed ``release.MF``."""

    name: ReleaseName
    version: ReleaseVersion
    commit_hash: str
    uncommitted_changes: bool
    jobs: tuple[JobEntry, ...]
    packages: tuple[ReleasePackage, ...]
    compiled_packages: tuple[CompiledPackage, ...]


def parse_release_manifest(text: bytes) -> ReleaseEntries:
    """Return what ``text`` says.

    Raises ReleaseError: 30003 (unusable), 30010 (version), 30012 (a package that is missing or
    depends on itself), 40005 (a name with other characters than letters, digits and ``_.+-``).
    """
    try:
        manifest = parse_release_yaml(text)
    except ReleaseYamlError as error:
        raise ReleaseError(
            f"release.MF is not usable: {error}", code=MANIFEST_NOT_FOUND
        ) from error
    name = _identifier(manifest.get("name"), "release name")
    version = _identifier(manifest.get("version"), "release version")
    try:
        Version(version)
    except ValueError as error:
        raise ReleaseError(
            f"Release '{name}' has an invalid version: {error}", code=VERSION_INVALID
        ) from error
    entries = ReleaseEntries(
        name=ReleaseName(name),
        version=ReleaseVersion(version),
        commit_hash=str(manifest.get("commit_hash") or ""),
        uncommitted_changes=manifest.get("uncommitted_changes") is True,
        jobs=tuple(_job(item) for item in _items(manifest, "jobs")),
        packages=tuple(_package(item) for item in _items(manifest, "packages")),
        compiled_packages=tuple(
            _compiled_package(item) for item in _items(manifest, "compiled_packages")
        ),
    )
    _check_unique("job", (job.name for job in entries.jobs))
    _check_packages(entries.packages or entries.compiled_packages)
    return entries


def _items(manifest: JsonObject, key: str) -> list[JsonObject]:
    value = manifest.get(key) or []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ReleaseError(f"release.MF: '{key}' must be a list", code=MANIFEST_NOT_FOUND)
    items: list[JsonObject] = []
    for number, item in enumerate(value, start=1):
        if not isinstance(item, Mapping):
            raise ReleaseError(
                f"release.MF: item {number} of '{key}' must be a mapping", code=MANIFEST_NOT_FOUND
            )
        items.append(item)
    return items


def _identifier(value: JsonValue, label: str) -> str:
    # Versions and fingerprints that consist of digits arrive as numbers from YAML.
    text = str(value) if isinstance(value, str | int | float) else ""
    if isinstance(value, bool) or _VALID_ID.fullmatch(text) is None or text in {".", ".."}:
        raise ReleaseError(
            f"release.MF: invalid {label} {value!r}",
            code=_INVALID_VALUE,
            hint="use letters, digits and the characters _ . + -",
        )
    return text


def _entry_fields(item: JsonObject, kind: str) -> tuple[str, str, str, str]:
    name = _identifier(item.get("name"), f"{kind} name")
    version = _identifier(item.get("version"), f"version of {kind} '{name}'")
    fingerprint = _identifier(item.get("fingerprint", version), f"fingerprint of {kind} '{name}'")
    digest = str(item.get("sha1") or "")
    try:
        parse_digest(digest)
    except ValueError as error:
        raise ReleaseError(
            f"release.MF: {kind} '{name}' has an unusable digest: {error}", code=DIGEST_MISMATCH
        ) from error
    return name, version, fingerprint, digest


def _job(item: JsonObject) -> JobEntry:
    name, version, fingerprint, digest = _entry_fields(item, "job")
    return JobEntry(name=JobName(name), version=version, fingerprint=fingerprint, digest=digest)


def _package(item: JsonObject) -> ReleasePackage:
    name, version, fingerprint, digest = _entry_fields(item, "package")
    return ReleasePackage(
        name=PackageName(name),
        version=version,
        fingerprint=fingerprint,
        digest=digest,
        dependencies=_dependencies(item, name),
    )


def _compiled_package(item: JsonObject) -> CompiledPackage:
    name, version, fingerprint, digest = _entry_fields(item, "compiled package")
    os, separator, stemcell_version = str(item.get("stemcell") or "").partition("/")
    if not separator or not os or not stemcell_version:
        raise ReleaseError(
            f"release.MF: compiled package '{name}' does not say for which stemcell",
            code=INVALID_PACKAGE,
            hint="stemcell: <os>/<version>",
        )
    return CompiledPackage(
        name=PackageName(name),
        version=version,
        fingerprint=fingerprint,
        digest=digest,
        stemcell_os=os,
        stemcell_version=stemcell_version,
        dependencies=_dependencies(item, name),
    )


def _dependencies(item: JsonObject, package: str) -> tuple[PackageName, ...]:
    value = item.get("dependencies") or []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ReleaseError(
            f"release.MF: dependencies of package '{package}' must be a list", code=INVALID_PACKAGE
        )
    return tuple(PackageName(str(name)) for name in value)


def _check_unique(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ReleaseError(
                f"release.MF names the {kind} '{name}' twice", code=MANIFEST_NOT_FOUND
            )
        seen.add(name)


def _check_packages(packages: Sequence[ReleasePackage] | Sequence[CompiledPackage]) -> None:
    _check_unique("package", (package.name for package in packages))
    below = {package.name: package.dependencies for package in packages}
    for name, dependencies in below.items():
        for dependency in dependencies:
            if dependency not in below:
                raise ReleaseError(
                    f"Package '{name}' depends on missing package '{dependency}'",
                    code=INVALID_PACKAGE,
                )
    cycle = _find_cycle(below)
    if cycle:
        raise ReleaseError(
            f"Packages depend on each other in a circle: {' -> '.join(cycle)}",
            code=INVALID_PACKAGE,
        )


def _find_cycle(below: Mapping[PackageName, tuple[PackageName, ...]]) -> list[PackageName]:
    done: set[PackageName] = set()
    for root in below:
        path: list[PackageName] = []
        pending = [(root, iter(below[root]))] if root not in done else []
        path.extend(name for name, _ in pending)
        while pending:
            name, rest = pending[-1]
            dependency = next(rest, None)
            if dependency is None:
                pending.pop()
                path.pop()
                done.add(name)
            elif dependency in path:
                return [*path[path.index(dependency) :], dependency]
            elif dependency not in done:
                pending.append((dependency, iter(below[dependency])))
                path.append(dependency)
    return []
