"""``addons:`` of a deployment or runtime config: jobs for many groups, and which groups those are.

Source: spec bosh.md 1.9; BOSH ``addon/parser``, ``addon/filter``.
"""

from collections.abc import Iterable
from enum import Enum

from paasta_deploy.diagnostics import codes, did_you_mean
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.jobs import parse_jobs
from paasta_deploy.manifest.parsing.wholeness import is_left_out, is_read_whole
from paasta_deploy.model.deployment import Addon, AddonFilter, JobFilter, Lifecycle, ReleaseRef
from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    JobName,
    NetworkName,
    ReleaseName,
)


class AddonLevel(Enum):
    """Whom addons are for: the deployment that they stand in, or all of a director."""

    DEPLOYMENT = "deployment"
    RUNTIME = "runtime config"


def parse_addons(
    top: Fields, releases: Iterable[ReleaseRef], level: AddonLevel = AddonLevel.DEPLOYMENT
) -> tuple[Addon, ...]:
    """Return the addons; their jobs must come from ``releases`` of the same file."""
    known = [release.name for release in releases]
    # A runtime config need not list any; that a deployment lists none has been told.
    lists_none = level is AddonLevel.RUNTIME and is_left_out(NodeSource(top.node), "releases")
    is_whole = "release" in top.node.entries or is_read_whole(top.node, "releases", known)
    found: list[Addon] = []
    for fields in top.objects("addons", "addon"):
        addon = _addon(fields, level)
        for number, job in enumerate(addon.jobs):
            if (lists_none or is_whole) and job.release and job.release not in known:
                top.report.error(
                    codes.ADDON_RELEASE,
                    f"unknown release `{job.release}`",
                    addon.source.span("jobs", number, "release"),
                    "the release of an addon's job must stand below `releases:`",
                    did_you_mean(job.release, known),
                )
        found.append(addon)
    return tuple(found)


def _addon(fields: Fields, level: AddonLevel) -> Addon:
    if "properties" in fields.node.entries:
        fields.report.warning(
            codes.numbered(codes.DEPRECATED_PROPERTIES, 140032),
            "`properties` of an addon are deprecated",
            fields.key_span("properties"),
            "only jobs without `properties` of their own see them",
            "move them into the `properties` of the jobs that need them",
        )
    addon = Addon(
        name=fields.text("name", need=True),
        jobs=parse_jobs(fields, need=False),
        include=_filter(fields, "include", level),
        exclude=_filter(fields, "exclude", level),
        properties=fields.free("properties"),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return addon


def _filter(addon: Fields, key: str, level: AddonLevel) -> AddonFilter | None:
    fields = addon.fields(key, "filter of an addon")
    if fields is None:
        return None
    deployments, teams = fields.texts("deployments"), fields.texts("teams")
    if deployments and level is AddonLevel.DEPLOYMENT:
        fields.report.error(
            codes.numbered(codes.BAD_ADDON_FILTER, 530006),
            "an addon of a deployment cannot filter by deployment",
            fields.key_span("deployments"),
            "it belongs to this deployment alone",
            "remove it, or move the addon into a runtime config",
        )
    lifecycle = None
    if "lifecycle" in fields.node.entries:
        lifecycle = fields.choice("lifecycle", Lifecycle, Lifecycle.SERVICE)
    # BOSH reads an empty list as if it were absent, and `teams` only in runtime configs.
    is_runtime = level is AddonLevel.RUNTIME
    result = AddonFilter(
        deployments=(tuple(map(DeploymentName, deployments)) or None) if is_runtime else None,
        teams=(teams or None) if is_runtime else None,
        jobs=_jobs(fields) or None,
        instance_groups=tuple(map(InstanceGroupName, fields.texts("instance_groups"))) or None,
        stemcell_os=_stemcells(fields) or None,
        networks=tuple(map(NetworkName, fields.texts("networks"))) or None,
        azs=tuple(map(AzName, fields.texts("azs"))) or None,
        lifecycle=lifecycle,
    )
    fields.finish()
    return result


def _jobs(fields: Fields) -> tuple[JobFilter, ...]:
    found: list[JobFilter] = []
    for item in fields.objects("jobs", "job of a filter"):
        for key in ("name", "release"):
            if not item.text(key):
                _incomplete(item, key, 530004)
        found.append(
            JobFilter(name=JobName(item.text("name")), release=ReleaseName(item.text("release")))
        )
        item.finish()
    return tuple(found)


def _stemcells(fields: Fields) -> tuple[str, ...]:
    found: list[str] = []
    for item in fields.objects("stemcell", "stemcell of a filter"):
        os = item.text("os")
        if not os:
            _incomplete(item, "os", 530005)
        found.append(os)
        item.finish()
    return tuple(found)


def _incomplete(item: Fields, key: str, number: int) -> None:
    item.missing(key, code=codes.numbered(codes.BAD_ADDON_FILTER, number))
