"""Addons: jobs that are laid into the instance groups which their filters choose.

A deployment's own addons come first, then those of the runtime configs, one after another, so that
a filter by job sees what the addons before have added (BOSH ``planner_factory``). Which groups an
addon is for stands in :mod:`paasta_deploy.model.addon_scope`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from paasta_deploy.diagnostics import Diagnostic, Label, codes, error
from paasta_deploy.model.addon_scope import AddonPlace, applies
from paasta_deploy.model.deployment import (
    Addon,
    DeploymentManifest,
    InstanceGroup,
    JobUse,
)
from paasta_deploy.model.ids import JobName, ReleaseName
from paasta_deploy.model.spec import StemcellKey

_JobKey = tuple[JobName, ReleaseName]


def with_addons(
    manifest: DeploymentManifest,
    stemcells: Mapping[str, StemcellKey],
    runtime_addons: Iterable[Addon] = (),
    teams: Iterable[str] = (),
) -> DeploymentManifest:
    """Return ``manifest`` with the jobs of its own addons and ``runtime_addons`` in its groups.

    Jobs of addons stand after the group's own. A job that the group has already is left alone.
    """
    addons = (*manifest.addons, *runtime_addons)
    if not addons:
        return manifest
    belongs_to = frozenset(teams)
    return replace(
        manifest,
        instance_groups=tuple(
            _extended(manifest, group, addons, stemcells[group.stemcell], belongs_to)
            for group in manifest.instance_groups
        ),
    )


def check_job_names(manifest: DeploymentManifest) -> tuple[Diagnostic, ...]:
    """Return an error for each job that an addon adds beside another of the same name.

    An instance keeps its jobs by name, so the same name from another release cannot stand there.
    """
    found: list[Diagnostic] = []
    for group in manifest.instance_groups:
        seen: dict[JobName, JobUse] = {}
        for job in group.jobs:
            first = seen.setdefault(job.name, job)
            if first is job:
                continue
            there = first.source.span("release")
            found.append(
                error(
                    codes.DUPLICATE_JOB,
                    f"group `{group.name}` would have two jobs `{job.name}`",
                    span=job.source.span("release"),
                    detail=f"one of `{first.release}` and one of `{job.release}`",
                    hint=f"exclude the group from the addon: `exclude: {{instance_groups:"
                    f" [{group.name}]}}`",
                    related=() if there is None else (Label(span=there, text="the other one"),),
                )
            )
    return tuple(dict.fromkeys(found))


def _extended(
    manifest: DeploymentManifest,
    group: InstanceGroup,
    addons: Iterable[Addon],
    stemcell: StemcellKey,
    teams: frozenset[str],
) -> InstanceGroup:
    jobs: dict[_JobKey, JobUse] = {(job.name, job.release): job for job in group.jobs}
    own = len(jobs)
    for addon in addons:
        place = AddonPlace(
            deployment=manifest.name,
            group=group,
            jobs=jobs.keys(),
            stemcell_os=stemcell.os,
            teams=teams,
        )
        if applies(addon, place):
            for job in addon.jobs:
                jobs.setdefault((job.name, job.release), _with_properties(job, addon))
    return group if len(jobs) == own else replace(group, jobs=tuple(jobs.values()))


def _with_properties(job: JobUse, addon: Addon) -> JobUse:
    # An addon's job never sees the properties of the group that it lands in.
    return job if job.properties is not None else replace(job, properties=addon.properties)
