"""The desired deployment with every name looked up: what planning works from.

A manifest speaks of ``latest`` versions, stemcell aliases and addons; here they have become the
uploaded releases and stemcells and the jobs that really run. Whatever cannot be looked up is a
diagnostic that points at the line of the manifest.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import (
    Diagnostic,
    codes,
    did_you_mean,
    error,
    has_errors,
    warning,
)
from paasta_deploy.manifest.validation.runtime_configs import release_conflicts
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import (
    DeploymentManifest,
    InstanceGroup,
    JobUse,
    ReleaseRef,
    StemcellRef,
    VmResources,
)
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    CpiName,
    InstanceGroupName,
    ReleaseName,
    VariableId,
)
from paasta_deploy.model.recorded import ReleaseRecord, StemcellRecord
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfigs
from paasta_deploy.model.source import Source
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.versions import resolve_version
from paasta_deploy.planning.bindings import Bindings, bind_jobs
from paasta_deploy.planning.property_names import misspelt_properties
from paasta_deploy.planning.property_schemas import check_property_schema
from paasta_deploy.planning.runtime_configs import Extended, with_runtime_configs
from paasta_deploy.planning.swap_limits import swaps_in_vain

DISK_LINK = "disk"
"""The type of the links by which jobs learn the names of their group's disks (BOSH)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """One deployment as wanted, all names looked up.

    ``manifest`` has the jobs of all addons in its groups. ``stemcells`` is by alias;
    ``stemcells_at`` is by alias and CPI, since the same OS in the same version may be another
    stemcell at another IaaS. ``bindings`` has the release job and the bound properties of each
    job, by group. ``calculated`` holds the cloud properties for each ``vm_resources`` at each CPI
    (see :func:`resources_to_calculate`). ``director_name`` goes into ``env.bosh.groups``.
    ``names_resolve``: the machines can look up the DNS names that the director gives out.
    ``growing_cpis`` are the CPIs that can make a disk larger without copying it.
    ``tag_sources`` says of tags that come from a runtime config which one that is.
    ``variables`` are the versions of variables by the names that the manifest writes.
    """

    manifest: DeploymentManifest
    cloud_config: CloudConfig
    releases: Mapping[ReleaseName, ReleaseRecord]
    stemcells: Mapping[str, StemcellKey]
    stemcells_at: Mapping[tuple[str, CpiName], StemcellKey]
    bindings: Bindings
    director_name: str = "paasta"
    names_resolve: bool = True
    growing_cpis: frozenset[CpiName] = frozenset()
    calculated: Mapping[tuple[CpiName, VmResources], JsonObject] = field(default_factory=dict)
    tag_sources: Mapping[str, Source] = field(default_factory=dict, compare=False)
    variables: Mapping[str, VariableId] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The outcome of :func:`resolve`.

    ``draft`` is as much as could be looked up: good for looking for more mistakes, and for nothing
    else. ``has_all_jobs``: every job of every group is bound, those of addons, too.
    """

    draft: Desired
    diagnostics: tuple[Diagnostic, ...] = ()
    has_all_jobs: bool = True

    @property
    def desired(self) -> Desired | None:
        """What is desired, if nothing is wrong with it."""
        return None if has_errors(self.diagnostics) else self.draft


def resolve(
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    *,
    releases: Iterable[ReleaseRecord],
    stemcells: Iterable[StemcellRecord],
    runtime: RuntimeConfigs = NO_RUNTIME_CONFIGS,
    teams: Iterable[str] = (),
    director_name: str = "paasta",
    unplaceable: Collection[InstanceGroupName] = (),
) -> Resolution:
    """Look up releases, stemcells and jobs in what is uploaded, and lay addons into the groups.

    ``releases`` and ``stemcells`` are everything that the store has. Versions ``latest`` and
    ``N.latest`` take the newest. Everything that is wrong is told; what depends on something that
    is wrong is not looked at. ``unplaceable`` groups have mistakes of their own, told already.
    Source: BOSH 4.1 steps 4 and 5, 1.9.
    """
    diagnostics: list[Diagnostic] = []
    stemcells_at = _look_up_stemcells(manifest.stemcells, tuple(stemcells), diagnostics)
    used_stemcells = {alias: key for (alias, _), key in reversed(stemcells_at.items())}
    # Which addons apply is known only with all stemcells.
    is_laid = all(group.stemcell in used_stemcells for group in manifest.instance_groups)
    extended = Extended(manifest=manifest)
    if is_laid:
        extended = with_runtime_configs(manifest, runtime, used_stemcells, teams)
    whole = extended.manifest
    diagnostics += extended.diagnostics
    used_releases = _look_up_releases(whole.releases, tuple(releases), diagnostics)
    bindings = _bind(manifest, extended, runtime, used_releases, diagnostics)
    for group in whole.instance_groups:
        if group.name not in unplaceable:
            _check_cpis(group, cloud_config, stemcells_at, diagnostics)
            diagnostics += _in_vain(group, used_releases, cloud_config)
    bound = [len(bindings[group.name]) == len(group.jobs) for group in whole.instance_groups]
    return Resolution(
        draft=Desired(
            manifest=whole,
            cloud_config=cloud_config,
            releases=used_releases,
            stemcells=used_stemcells,
            stemcells_at=stemcells_at,
            bindings=bindings,
            director_name=director_name,
            tag_sources=extended.tag_sources,
        ),
        # A mistake in a runtime config is met again in every group that its addon applies to.
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        has_all_jobs=is_laid and all(bound),
    )


def _conflicts(
    manifest: DeploymentManifest,
    runtime: RuntimeConfigs,
    extended: Extended,
    used: Mapping[ReleaseName, ReleaseRecord],
) -> Mapping[ReleaseName, tuple[Diagnostic, ...]]:
    """Return where manifest and runtime configs want one release in two versions."""
    versions = {name: record.version for name, record in used.items()}
    found = {
        release.name: release_conflicts(manifest.releases, [release], versions)
        for release in runtime.releases
        if release.name in extended.shared
    }
    return {name: told for name, told in found.items() if told}


def resources_to_calculate(desired: Desired) -> tuple[tuple[CpiName, VmResources], ...]:
    """Return which ``vm_resources`` a CPI must turn into cloud properties, each pair once."""
    azs = desired.cloud_config.azs
    found: dict[tuple[CpiName, VmResources], None] = {}
    for group in desired.manifest.instance_groups:
        if group.vm_resources is not None:
            for cpi in {azs[az].cpi for az in group.azs} or {DEFAULT_CPI}:
                found[cpi, group.vm_resources] = None
    compilation = desired.cloud_config.compilation
    if compilation is not None and compilation.vm_resources is not None:
        cpi = DEFAULT_CPI if compilation.az is None else azs[compilation.az].cpi
        found[cpi, compilation.vm_resources] = None
    return tuple(sorted(found, key=lambda pair: (pair[0], str(pair[1]))))


def with_calculated(
    desired: Desired, calculated: Mapping[tuple[CpiName, VmResources], JsonObject]
) -> Desired:
    """Return ``desired`` with what CPIs answered for :func:`resources_to_calculate`."""
    return replace(desired, calculated=calculated)


def _look_up_releases(
    references: Sequence[ReleaseRef],
    uploaded: Sequence[ReleaseRecord],
    diagnostics: list[Diagnostic],
) -> dict[ReleaseName, ReleaseRecord]:
    by_name: dict[ReleaseName, dict[str, ReleaseRecord]] = {}
    for record in uploaded:
        by_name.setdefault(record.name, {})[record.version] = record
    found: dict[ReleaseName, ReleaseRecord] = {}
    for reference in references:
        versions = by_name.get(reference.name)
        if versions is None:
            diagnostics.append(
                error(
                    codes.RELEASE_NOT_UPLOADED,
                    f"release `{reference.name}` is not uploaded",
                    span=reference.source.span("name"),
                    detail=did_you_mean(reference.name, by_name),
                    hint="upload it with `upload-release`, or give its `url`",
                )
            )
            continue
        version = resolve_version(reference.version, versions)
        if version is None:
            diagnostics.append(
                error(
                    codes.numbered(codes.RELEASE_NOT_UPLOADED, 30006),
                    f"release `{reference.name}` is not uploaded in version `{reference.version}`",
                    span=reference.source.span("version"),
                    detail=f"uploaded: {_listed(versions)}",
                    hint="upload that version with `upload-release`, or write `version: latest`",
                )
            )
            continue
        found[reference.name] = versions[version]
    return found


def _look_up_stemcells(
    references: Sequence[StemcellRef],
    uploaded: Sequence[StemcellRecord],
    diagnostics: list[Diagnostic],
) -> dict[tuple[str, CpiName], StemcellKey]:
    """Return each stemcell by alias and CPI; of one alias the default CPI comes first."""
    found: dict[tuple[str, CpiName], StemcellKey] = {}
    for reference in references:
        fitting = [
            record
            for record in uploaded
            if (record.os == reference.os if reference.os else record.name == reference.name)
        ]
        versions = sorted({record.version for record in fitting})
        version = resolve_version(reference.version, versions)
        if version is not None:
            for record in sorted(fitting, key=lambda record: (record.cpi, record.name)):
                if record.version == version:
                    stemcell = StemcellKey(name=record.name, version=record.version, os=record.os)
                    found.setdefault((reference.alias, record.cpi), stemcell)
            continue
        wanted = reference.os or reference.name
        key = "os" if reference.os else "name"
        known = {record.os if reference.os else record.name for record in uploaded}
        diagnostics.append(
            error(
                codes.STEMCELL_NOT_UPLOADED,
                f"no stemcell `{wanted}` in version `{reference.version}` is uploaded",
                span=reference.source.span("version" if fitting else key),
                detail=f"uploaded: {_listed(versions)}"
                if fitting
                else did_you_mean(wanted, sorted(known)),
                hint="upload it with `upload-stemcell`",
            )
        )
    return found


def _check_jobs(
    group: InstanceGroup,
    named: Iterable[ReleaseRef],
    releases: Mapping[ReleaseName, ReleaseRecord],
    diagnostics: list[Diagnostic],
) -> None:
    listed = {reference.name for reference in named}
    for job in group.jobs:
        release = releases.get(job.release)
        if release is not None:
            if release.manifest.job(job.name) is None:
                diagnostics.append(job_not_in_release(job, release))
        elif job.release not in listed:
            diagnostics.append(
                error(
                    codes.UNKNOWN_RELEASE,
                    f"job `{job.name}` of `{group.name}` is from release `{job.release}`, which "
                    "is not in `releases`",
                    span=job.source.span("release"),
                    detail=did_you_mean(job.release, listed),
                )
            )


def job_not_in_release(job: JobUse, release: ReleaseRecord) -> Diagnostic:
    """Return the error about a job that its release does not have."""
    return error(
        codes.JOB_NOT_IN_RELEASE,
        f"release `{job.release}/{release.version}` has no job `{job.name}`",
        span=job.source.span("name"),
        detail=did_you_mean(job.name, [item.name for item in release.manifest.jobs]),
    )


def _check_cpis(
    group: InstanceGroup,
    cloud_config: CloudConfig,
    stemcells_at: Mapping[tuple[str, CpiName], StemcellKey],
    diagnostics: list[Diagnostic],
) -> None:
    if all(alias != group.stemcell for alias, _ in stemcells_at):
        return  # it is nowhere, which has been told
    cpis = {cloud_config.azs[az].cpi for az in group.azs} or {DEFAULT_CPI}
    diagnostics.extend(
        error(
            codes.STEMCELL_NOT_UPLOADED,
            f"stemcell `{group.stemcell}` is not uploaded to "
            + (f"CPI `{cpi}`" if cpi else "the default CPI"),
            span=group.source.span("azs"),
            detail=f"group `{group.name}` has instances there",
            hint="upload it again with `upload-stemcell --fix`, which goes to every CPI",
        )
        for cpi in sorted(cpis)
        if (group.stemcell, cpi) not in stemcells_at
    )


def _bind(
    manifest: DeploymentManifest,
    extended: Extended,
    runtime: RuntimeConfigs,
    used: Mapping[ReleaseName, ReleaseRecord],
    diagnostics: list[Diagnostic],
) -> Bindings:
    """Bind the jobs of all groups, and hold their properties against the schemas of the jobs."""
    conflicts = _conflicts(manifest, runtime, extended, used)
    for found in conflicts.values():
        diagnostics += found
    # Which version of a release is meant must be known before its jobs can be looked up.
    releases = {name: record for name, record in used.items() if name not in conflicts}
    whole = extended.manifest
    for group in whole.instance_groups:
        _check_jobs(group, whole.releases, releases, diagnostics)
    bindings = bind_jobs(whole, releases, diagnostics)
    for group in whole.instance_groups:
        for bound in bindings[group.name]:
            diagnostics.extend(check_property_schema(group, bound))
            diagnostics.extend(misspelt_properties(group, bound))
    return bindings


def _in_vain(
    group: InstanceGroup, releases: Mapping[ReleaseName, ReleaseRecord], cloud_config: CloudConfig
) -> Iterator[Diagnostic]:
    """Yield what a group asks for and does not get, or that nobody uses."""
    if group.persistent_disks:
        yield from _unused_disks(group, releases)
    yield from swaps_in_vain(group, cloud_config)


def _unused_disks(
    group: InstanceGroup, releases: Mapping[ReleaseName, ReleaseRecord]
) -> Iterator[Diagnostic]:
    """Warn of disks with names that no job can have heard of."""
    for use in group.jobs:
        release = releases.get(use.release)
        job = None if release is None else release.manifest.job(use.name)
        if job is None or any(link.type == DISK_LINK for link in job.spec.consumes):
            return
    names = ", ".join(f"`{disk.name}`" for disk in group.persistent_disks)
    yield warning(
        codes.NAMED_DISKS,
        f"no job of `{group.name}` takes a link of type `{DISK_LINK}`",
        span=group.source.span("persistent_disks"),
        detail=f"{names}: attached for its jobs, which format and mount what they use themselves",
        hint="use `persistent_disk_type` for one disk that is formatted and mounted for them",
    )


def _listed(versions: Iterable[str]) -> str:
    return ", ".join(f"`{version}`" for version in sorted(versions))
