"""A release as its archive describes it: jobs with their specs, packages, compiled packages.

Values only; ``adapters/archives`` reads them from tarballs and folders. A fingerprint stands for
content: equal content has an equal fingerprint, whatever the thing is called, so a fingerprint is
the key of every cache (templates, compiled packages). A digest stands for the bytes of one archive
and is what a download is checked against; the same fingerprint may come with other bytes.
Source: BOSH ``release.MF`` and ``job.MF`` (spec 10.2, 1.6.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.model.ids import JobName, PackageName, ReleaseName, ReleaseVersion
from paasta_deploy.model.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeclaration:
    """One template of a job: ``source`` below ``templates/``, ``destination`` below the job."""

    source: str
    destination: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyDeclaration:
    """One property that a job declares; only declared properties reach its templates.

    ``name`` is dotted (``nats.port``). A ``default`` of None means that there is none, as in BOSH,
    where ``default: null`` and no default behave the same.
    """

    name: str
    description: str = ""
    default: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkConsumption:
    """One link that a job reads. Optional ones may stay unresolved."""

    name: str
    type: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkProvision:
    """One link that a job offers, with the properties that its consumers may read."""

    name: str
    type: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """What ``job.MF`` declares. Order is the file's order. ``logs`` is kept by no one yet.

    ``properties_schema`` is the parsed ``properties_schema.json`` or None.
    """

    templates: tuple[TemplateDeclaration, ...] = ()
    packages: tuple[PackageName, ...] = ()
    properties: tuple[PropertyDeclaration, ...] = ()
    consumes: tuple[LinkConsumption, ...] = ()
    provides: tuple[LinkProvision, ...] = ()
    description: str = ""
    properties_schema: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseJob:
    """One job of a release. ``digest`` is the multi-digest of its archive, ``jobs/<name>.tgz``."""

    name: JobName
    version: str
    fingerprint: str
    digest: str
    spec: JobSpec

    @property
    def is_errand(self) -> bool:
        """Whether the job can be run as an errand: it has a ``bin/run``."""
        return any(template.destination == "bin/run" for template in self.spec.templates)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePackage:
    """One source package. ``dependencies`` are needed while compiling it, in the file's order."""

    name: PackageName
    version: str
    fingerprint: str
    digest: str
    dependencies: tuple[PackageName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPackage:
    """One package that was compiled for the stemcell ``stemcell_os``/``stemcell_version``."""

    name: PackageName
    version: str
    fingerprint: str
    digest: str
    stemcell_os: str
    stemcell_version: str
    dependencies: tuple[PackageName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseManifest:
    """A whole release: what ``release.MF`` and the ``job.MF`` of each job say, cross-checked.

    Invariants (kept by whoever reads it): names are unique per kind, every package that a job or a
    package names is present, and dependencies of packages have no cycle.
    """

    name: ReleaseName
    version: ReleaseVersion
    commit_hash: str
    uncommitted_changes: bool = False
    jobs: tuple[ReleaseJob, ...] = ()
    packages: tuple[ReleasePackage, ...] = ()
    compiled_packages: tuple[CompiledPackage, ...] = ()

    def job(self, name: JobName) -> ReleaseJob | None:
        """Return the job called ``name``, or None."""
        return next((job for job in self.jobs if job.name == name), None)

    @property
    def package_dependencies(self) -> Mapping[PackageName, tuple[PackageName, ...]]:
        """Direct dependencies of every package, source or compiled."""
        compiled = {package.name: package.dependencies for package in self.compiled_packages}
        return compiled | {package.name: package.dependencies for package in self.packages}

    def packages_for(self, job: ReleaseJob) -> tuple[PackageName, ...]:
        """Return the packages that an instance running ``job`` needs at run time.

        Only those that the job itself names: dependencies of packages are compile-time only, as in
        BOSH. Sorted by name.
        """
        return tuple(sorted(set(job.spec.packages)))
