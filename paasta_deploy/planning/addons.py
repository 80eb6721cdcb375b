"""Addons: jobs that are laid into the instance groups which their filters choose.

Theory (BOSH 1.9). An addon applies where ``include`` does and ``exclude`` does not. In a filter
every part that is given must match, and any item of a part will do. No ``include`` means
everywhere, no ``exclude`` nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from paasta_deploy.model.deployment import (
    Addon,
    AddonFilter,
    DeploymentManifest,
    InstanceGroup,
    JobUse,
)
from paasta_deploy.model.spec import StemcellKey


def with_addons(
    manifest: DeploymentManifest,
    stemcells: Mapping[str, StemcellKey],
    runtime_addons: Iterable[Addon] = (),
    teams: Iterable[str] = (),
) -> DeploymentManifest:
    """Return ``manifest`` with the jobs of its own addons and ``runtime_addons`` in its groups.

    Jobs of addons stand after the group's own. A job that the group has already is left alone.
    """
    addons = (*runtime_addons, *manifest.addons)
    if not addons:
        return manifest
    belongs_to = frozenset(teams)
    return replace(
        manifest,
        instance_groups=tuple(
            _extended(manifest, group, addons, stemcells, belongs_to)
            for group in manifest.instance_groups
        ),
    )


def _extended(
    manifest: DeploymentManifest,
    group: InstanceGroup,
    addons: Iterable[Addon],
    stemcells: Mapping[str, StemcellKey],
    teams: frozenset[str],
) -> InstanceGroup:
    stemcell = stemcells[group.stemcell]
    jobs = {(job.name, job.release): job for job in group.jobs}
    own = len(jobs)
    for addon in addons:
        included = addon.include is None or _applies(
            addon.include, manifest, group, stemcell, teams
        )
        # An empty `include` takes everything, an empty `exclude` nothing.
        excluded = (
            addon.exclude is not None
            and addon.exclude != AddonFilter()
            and _applies(addon.exclude, manifest, group, stemcell, teams)
        )
        if included and not excluded:
            for job in addon.jobs:
                jobs.setdefault((job.name, job.release), _with_properties(job, addon))
    return group if len(jobs) == own else replace(group, jobs=tuple(jobs.values()))


def _with_properties(job: JobUse, addon: Addon) -> JobUse:
    # An addon's job never sees the properties of the group that it lands in.
    return job if job.properties is not None else replace(job, properties=addon.properties)


def _applies(
    chosen: AddonFilter,
    manifest: DeploymentManifest,
    group: InstanceGroup,
    stemcell: StemcellKey,
    teams: frozenset[str],
) -> bool:
    jobs = frozenset((job.name, job.release) for job in group.jobs)
    return (
        (chosen.deployments is None or manifest.name in chosen.deployments)
        and (chosen.instance_groups is None or group.name in chosen.instance_groups)
        and (chosen.jobs is None or any((job.name, job.release) in jobs for job in chosen.jobs))
        and (chosen.stemcell_os is None or stemcell.os in chosen.stemcell_os)
        and (chosen.networks is None or any(use.name in chosen.networks for use in group.networks))
        and (chosen.teams is None or not teams.isdisjoint(chosen.teams))
        and (chosen.azs is None or any(az in chosen.azs for az in group.azs))
        and (chosen.lifecycle is None or group.lifecycle is chosen.lifecycle)
    )
