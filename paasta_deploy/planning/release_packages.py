"""What is known of the packages of one release: dependency keys, compiled ones, sources.

Theory (BOSH 4.2). A compiled package is good for one stemcell and for one state of everything it
was compiled against. The latter is the *dependency key*: the names and versions of the direct
dependencies, each with its own dependencies inside. A package that came compiled fits its own
stemcell version, and newer or older ones of the same major version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.deployment import OsVersion
from paasta_deploy.model.ids import PackageName
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.release import CompiledPackage, ReleasePackage
from paasta_deploy.model.spec import BlobRef, StemcellKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageKey:
    """What a compiled package depends on: its own content, its dependencies', the stemcell."""

    fingerprint: str
    dependency_key: str
    stemcell_os: str
    stemcell_version: str


class ReleasePackages:
    """Answers questions about the packages of one release. Lives for one planning."""

    def __init__(self, release: ReleaseRecord, exported_from: Sequence[OsVersion] = ()) -> None:
        self.release = release
        self._exported_from = exported_from
        self._sources: Mapping[PackageName, ReleasePackage] = {
            package.name: package for package in release.manifest.packages
        }
        self._compiled: dict[PackageName, list[CompiledPackage]] = {}
        for package in release.manifest.compiled_packages:
            self._compiled.setdefault(package.name, []).append(package)
        self._keys: dict[PackageName, str] = {}

    def package(self, name: PackageName) -> ReleasePackage | CompiledPackage:
        """Return the package called ``name``; a release is complete, so it exists."""
        source = self._sources.get(name)
        return source if source is not None else self._compiled[name][0]

    def key(self, name: PackageName, stemcell: StemcellKey) -> PackageKey:
        """Return what ``name``, compiled for ``stemcell``, depends on."""
        return PackageKey(
            fingerprint=self.package(name).fingerprint,
            dependency_key=self.dependency_key(name),
            stemcell_os=stemcell.os,
            stemcell_version=stemcell.version,
        )

    def dependency_key(self, name: PackageName) -> str:
        """Return the JSON text ``[[name, version, [...]], ...]`` of what ``name`` depends on."""
        found = self._keys.get(name)
        if found is None:
            parts = [self._described(dependency) for dependency in self._dependencies(name)]
            found = self._keys[name] = f"[{','.join(parts)}]"
        return found

    def source(self, name: PackageName) -> BlobRef | None:
        """Return the archive from which ``name`` can be compiled, if the release has one."""
        return self.release.blobs.get(f"package/{name}") if name in self._sources else None

    def brought(self, name: PackageName, stemcell: StemcellKey) -> BlobRef | None:
        """Return the archive of ``name`` that came compiled and fits ``stemcell``, if any."""
        blob = self.release.blobs.get(f"compiled/{name}")
        fitting = any(self._fits(package, stemcell) for package in self._compiled.get(name, ()))
        return blob if fitting else None

    def _fits(self, package: CompiledPackage, stemcell: StemcellKey) -> bool:
        if self._exported_from:
            return any(
                (item.os, item.version) == (package.stemcell_os, package.stemcell_version)
                for item in self._exported_from
            )
        return package.stemcell_os == stemcell.os and (
            package.stemcell_version == stemcell.version
            or _major(package.stemcell_version) == _major(stemcell.version)
        )

    def _dependencies(self, name: PackageName) -> Sequence[PackageName]:
        return sorted(self.package(name).dependencies)

    def _described(self, name: PackageName) -> str:
        head = json.dumps([name, self.package(name).version], separators=(",", ":"))
        below = self.dependency_key(name)
        return head if below == "[]" else f"{head[:-1]},{below}]"


def _major(version: str) -> str:
    return version.partition(".")[0]
