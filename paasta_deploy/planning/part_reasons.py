"""Reasons for single parts of a recipe: jobs, packages, templates, networks, disks.

Texts name things and never show values of properties or cloud properties: those may be secrets.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from paasta_deploy.model.ids import CpiName, JobName, NetworkName
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.model.source import Span
from paasta_deploy.model.spec import DiskSpec, InstanceSpec, NetworkSpec
from paasta_deploy.planning.bindings import LINK_PREFIX
from paasta_deploy.planning.plan import Reason
from paasta_deploy.planning.spans import Spans

_NAMES_MAX = 6
"""Names listed in one reason; the rest is counted."""

_NETWORK_PARTS = (
    "kind",
    "netmask",
    "prefix",
    "gateway",
    "dns",
    "default",
    "nic_group",
    "cloud_properties",
)
"""What beside its address a network of an instance is compared by."""


def software_reasons(
    recorded: InstanceSpec, wanted: InstanceSpec, spans: Spans
) -> Iterable[Reason]:
    """Yield why jobs must be stopped, applied and started: jobs, packages, templates."""
    yield from _job_reasons(recorded, wanted, spans)
    before = {item.name: (item.fingerprint, item.dependency_key) for item in recorded.packages}
    after = {item.name: (item.fingerprint, item.dependency_key) for item in wanted.packages}
    if before != after:
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        span = _release_of_packages(recorded, wanted, spans)
        yield Reason(aspect="packages", text=f"packages: {listed(names)}", span=span)
    old, new = recorded.templates, wanted.templates
    if old.configuration_hash != new.configuration_hash:
        jobs = sorted(
            name
            for name in {*old.template_hashes, *new.template_hashes}
            if old.template_hashes.get(name) != new.template_hashes.get(name)
        )
        yield from _configuration_reasons(recorded, wanted, jobs, spans)


def _release_of_packages(
    recorded: InstanceSpec, wanted: InstanceSpec, spans: Spans
) -> Span | None:
    """Return the release that most likely brought other packages: that of a job that changed."""
    before = {(job.name, job.release, job.release_version) for job in recorded.jobs}
    moved = [j for j in wanted.jobs if (j.name, j.release, j.release_version) not in before]
    jobs = (*moved, *wanted.jobs)
    return spans.release(jobs[0]) if jobs else None


def _job_reasons(recorded: InstanceSpec, wanted: InstanceSpec, spans: Spans) -> Iterable[Reason]:
    before = {job.name: job for job in recorded.jobs}
    after = {job.name: job for job in wanted.jobs}
    for name, job in after.items():
        old = before.get(name)
        if old is None:
            span = spans.job(wanted.group, name)
            yield Reason(aspect="job", text=f"job `{name}` is new", span=span)
        elif (old.release, old.fingerprint) != (job.release, job.fingerprint):
            yield Reason(
                aspect="job",
                text=f"job `{name}`",
                before=f"{old.release}/{old.release_version}",
                after=f"{job.release}/{job.release_version}",
                span=spans.release(job),
            )
    gone = sorted(before.keys() - after.keys())
    if gone:
        span = spans.group(wanted.group, "jobs")
        yield Reason(aspect="job", text=f"no longer here: {listed(gone)}", span=span)
    if recorded.group != wanted.group:
        yield Reason(
            aspect="job",
            text="instance group",
            before=recorded.group,
            after=wanted.group,
            span=spans.group(wanted.group, "migrated_from"),
        )


def _configuration_reasons(
    recorded: InstanceSpec, wanted: InstanceSpec, jobs: Sequence[str], spans: Spans
) -> Iterable[Reason]:
    fingerprints = {job.name: job.fingerprint for job in recorded.jobs}
    told = False
    for job in wanted.jobs:
        old = recorded.properties.get(job.name)
        new = wanted.properties.get(job.name)
        if job.name not in jobs or not isinstance(old, Mapping) or not isinstance(new, Mapping):
            continue
        names = changed_keys(old, new)
        for name in names[:_NAMES_MAX]:
            told = True
            yield _configuration_reason(wanted, job.name, name, spans)
        if len(names) > _NAMES_MAX:
            more = len(names) - _NAMES_MAX
            text = f"{more} more properties or links of job `{job.name}`"
            yield Reason(aspect="configuration", text=text)
        if not names and fingerprints.get(job.name) == job.fingerprint:
            told = True
            yield Reason(
                aspect="configuration",
                text=f"templates of job `{job.name}`: its address, index or AZ changed",
                span=spans.job(wanted.group, job.name),
            )
    if not told:
        yield Reason(aspect="configuration", text=f"templates of {listed(jobs)}")


def _configuration_reason(wanted: InstanceSpec, job: JobName, name: str, spans: Spans) -> Reason:
    if name.startswith(LINK_PREFIX):
        link = name.removeprefix(LINK_PREFIX)
        taken = spans.taken_link(wanted.group, job, link)
        text = f"link `{link}` of job `{job}`"
        if taken is not None and taken.provider is not None:
            text = f"{text}, provided by {taken.provided_by}"
        return Reason(
            aspect="configuration",
            text=text,
            span=(None if taken is None else taken.span)
            or spans.job(wanted.group, job, "consumes", link)
            or spans.job(wanted.group, job),
        )
    return Reason(
        aspect="configuration",
        text=f"property `{name}` of job `{job}`",
        span=spans.property(wanted.group, job, name),
    )


def network_reasons(
    before: Sequence[NetworkSpec],
    after: Sequence[NetworkSpec],
    span: Callable[[NetworkName], Span | None],
) -> Iterable[Reason]:
    """Yield what is different between two sets of networks of a VM."""
    old = {network.name: network for network in before}
    new = {network.name: network for network in after}
    for name in dict.fromkeys(chain(new, old)):
        had, wanted = old.get(name), new.get(name)
        if had == wanted:
            continue
        if had is None or wanted is None:
            verb = "leaves" if wanted is None else "joins"
            yield Reason(aspect="network", text=f"it {verb} network `{name}`", span=span(name))
        elif had.ip != wanted.ip:
            yield Reason(
                aspect="network",
                text=f"address in network `{name}`",
                before=str(had.ip or "given by the cloud"),
                after=str(wanted.ip or "given by the cloud"),
                span=span(name),
            )
        else:
            parts = [
                part for part in _NETWORK_PARTS if getattr(had, part) != getattr(wanted, part)
            ]
            yield Reason(
                aspect="network",
                text=f"settings of network `{name}`: {listed(parts)}",
                span=span(name),
            )
    if list(old) != list(new) and old == new:
        yield Reason(aspect="network", text="order of its networks")


def disk_matches(disk: DiskRecord, wanted: DiskSpec) -> bool:
    """Return whether ``disk`` is what ``wanted`` says, beyond doubt."""
    return (
        disk.size_mib == wanted.size_mib
        and disk.growing_to_mib is None
        and disk.cloud_properties == wanted.cloud_properties
        and disk.variables == wanted.variables
    )


def is_same_disk(disk: DiskRecord | None, wanted: DiskSpec | None) -> bool:
    """Return whether the disk that is there is the wanted one, or none is and none is wanted."""
    if disk is None or wanted is None:
        return disk is None and wanted is None
    return disk_matches(disk, wanted)


def grows_into(disk: DiskRecord, wanted: DiskSpec, growing_cpis: Collection[CpiName]) -> bool:
    """Return whether its CPI can make ``disk`` the wanted one, which must differ in size only.

    A growth whose outcome is not known counts as done, so that no disk is asked to shrink.
    """
    return (
        disk.cpi in growing_cpis
        and not disk.growth_refused
        and disk.cloud_properties == wanted.cloud_properties
        and disk.variables == wanted.variables
        and max(disk.size_mib, disk.growing_to_mib or 0) <= wanted.size_mib
    )


def disk_change(disk: DiskRecord | None, wanted: DiskSpec | None, name: str = "") -> str:
    """Return what of the disk of that name is different, where size and type cannot tell it."""
    noun = disk_noun(name)
    if disk is None or wanted is None:
        return noun
    renewed = changed_keys(disk.variables, wanted.variables)
    if renewed and disk_matches(replace(disk, variables=wanted.variables), wanted):
        return f"{noun}: new values of {listed(renewed)}"
    return noun


def disk_noun(name: str) -> str:
    """Return how to speak of the disk of that name; the empty one is mounted at ``store``."""
    return f"persistent disk `{name}`" if name else "persistent disk"


def disk_text(disk: DiskRecord | DiskSpec) -> str:
    """Return size and type of ``disk`` for people."""
    kind = f" ({disk.disk_type})" if isinstance(disk, DiskSpec) and disk.disk_type else ""
    growing_to_mib = disk.growing_to_mib if isinstance(disk, DiskRecord) else None
    doubt = "" if growing_to_mib is None else f" or {growing_to_mib} MiB, growing it was cut off"
    return f"{disk.size_mib} MiB{kind}{doubt}"


def changed_keys(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the keys that only one has, or that have different values, sorted."""
    missing = object()
    return sorted(
        key for key in {*before, *after} if before.get(key, missing) != after.get(key, missing)
    )


def listed(names: Sequence[str]) -> str:
    """Return ```a`, `b``` with at most six names; the rest is counted."""
    shown = ", ".join(f"`{name}`" for name in names[:_NAMES_MAX])
    more = len(names) - _NAMES_MAX
    return f"{shown} and {more} more" if more > 0 else shown
