"""Releases and stemcells made up from a manifest that names them. Pure.

A simulation needs no uploads: every job that the manifest runs exists, with one package to compile
unless the release comes compiled. What links are of is not known without the real job specs, so
two ends of a link fit when the manifest connects them by name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from paasta_deploy.model.deployment import Addon, DeploymentManifest, JobUse, StemcellRef
from paasta_deploy.model.ids import StemcellCid, StemcellName, StemcellVersion
from paasta_deploy.model.recorded import ReleaseRecord, StemcellRecord
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.desired import DISK_LINK
from paasta_deploy.testing.made_releases import made_release

NEWEST = "1"
"""What ``latest`` means where nothing is uploaded."""


def made_up_releases(
    manifest: DeploymentManifest, addons: Iterable[Addon] = ()
) -> tuple[ReleaseRecord, ...]:
    """Return every release of the manifest, with every job that is run from it."""
    uses = [use for group in manifest.instance_groups for use in group.jobs]
    uses += [use for addon in (*manifest.addons, *addons) for use in addon.jobs]
    jobs = _jobs(uses, _disks_by_job(manifest))
    found = []
    for release in manifest.releases:
        known = jobs.get(release.name, {})
        words: dict[str, JsonValue] = {
            "name": release.name,
            "version": _version(release.version),
            "jobs": known,
            "packages": {name: [] for name in known},
        }
        if release.stemcell is not None:
            words["compiled_for"] = f"{release.stemcell.os}/{release.stemcell.version}"
        found.append(made_release(words))
    return tuple(found)


def made_up_stemcells(manifest: DeploymentManifest) -> tuple[StemcellRecord, ...]:
    """Return every stemcell of the manifest, once; its image is still to be made."""
    found = {}
    for reference in manifest.stemcells:
        record = _stemcell(reference)
        found[record.name, record.version] = record
    return tuple(found.values())


def _stemcell(reference: StemcellRef) -> StemcellRecord:
    return StemcellRecord(
        name=StemcellName(reference.name or f"made-up-{reference.os}"),
        version=StemcellVersion(_version(reference.version)),
        os=reference.os or reference.name,
        cid=StemcellCid(""),
    )


def _version(asked: str) -> str:
    if asked == "latest":
        return NEWEST
    return asked.removesuffix(".latest") + ".0" if asked.endswith(".latest") else asked


_Disks = Mapping[tuple[str, str], Collection[str]]
"""The names of disks by release and job."""


class _Ties:
    """Which ends of links belong together: a name is tied to every name that it is called by."""

    def __init__(self, uses: Iterable[JobUse], disks: _Disks) -> None:
        self._parents: dict[str, str] = {}
        for use in uses:
            for name, provided in use.provides.items():
                self._tie(_provider(use, name), provided.alias or name)
            for name, consumed in use.consumes.items():
                if consumed.from_alias in disks.get((use.release, use.name), ()):
                    self._tie(_consumer(use, name), DISK_LINK)
                elif consumed.from_alias:
                    self._tie(_consumer(use, name), consumed.from_alias)

    def type_of(self, end: str) -> str:
        """Return the one name of all that is tied to ``end``."""
        while end in self._parents:
            end = self._parents[end]
        return end

    def _tie(self, one: str, other: str) -> None:
        root, other_root = self.type_of(one), self.type_of(other)
        if root != other_root:
            self._parents[root] = other_root


def _provider(use: JobUse, name: str) -> str:
    return f"{use.release}/{use.name}/provides/{name}"


def _consumer(use: JobUse, name: str) -> str:
    return f"{use.release}/{use.name}/consumes/{name}"


def _disks_by_job(manifest: DeploymentManifest) -> _Disks:
    """Return the names of the disks that the groups of a job have."""
    found: dict[tuple[str, str], set[str]] = {}
    for group in manifest.instance_groups:
        for use in group.jobs:
            names = {disk.name for disk in group.persistent_disks}
            found.setdefault((use.release, use.name), set()).update(names)
    return found


def _jobs(uses: Sequence[JobUse], disks: _Disks) -> dict[str, dict[str, JsonValue]]:
    """Return the words of every job by release and name."""
    ties = _Ties(uses, disks)
    provides: dict[tuple[str, str], dict[str, JsonValue]] = {}
    consumes: dict[tuple[str, str], dict[str, JsonValue]] = {}
    for use in uses:
        key = use.release, use.name
        provides.setdefault(key, {}).update(
            {name: {"type": ties.type_of(_provider(use, name))} for name in use.provides}
        )
        consumes.setdefault(key, {}).update(
            {
                name: {"type": ties.type_of(_consumer(use, name)), "optional": True}
                for name in use.consumes
            }
        )
    jobs: dict[str, dict[str, JsonValue]] = {}
    for (release, name), offered in provides.items():
        jobs.setdefault(release, {})[name] = {
            "packages": [name],
            "provides": offered,
            "consumes": consumes[release, name],
        }
    return jobs
