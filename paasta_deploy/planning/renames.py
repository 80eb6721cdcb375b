"""Groups that look renamed: one is gone, and a new one runs what it ran.

Nobody who renames a group means to have its machines and data made anew, and that is just what a
new name asks for. So such a pair is warned of, with the lines that make it a renaming.

Theory: two groups are alike by the jobs that they share, out of all jobs of both; at least half of
them must be shared. Of several new groups that are alike the most alike one is meant, and then the
one with the same number of instances.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup
from paasta_deploy.model.ids import InstanceGroupName, InstanceId
from paasta_deploy.model.recorded import InstanceRecord

_ALIKE_MIN = 0.5
"""Less shared than that is another group; renamed groups rarely change half of their jobs too."""

_AZS_SHOWN_MAX = 3


def suspicious_renames(
    manifest: DeploymentManifest,
    gone: Mapping[InstanceGroupName, Sequence[InstanceRecord]],
    recorded: Iterable[InstanceRecord],
    with_disk: frozenset[InstanceId] = frozenset(),
) -> Iterator[Diagnostic]:
    """Yield a warning for each group that is gone and has a likely successor."""
    if not gone:
        return
    existing = {record.group for record in recorded}
    new = [group for group in manifest.instance_groups if group.name not in existing]
    for name, records in gone.items():
        likely = max(new, key=lambda group: _likeness(group, records), default=None)
        if likely is not None and _likeness(likely, records)[0] >= _ALIKE_MIN:
            new.remove(likely)
            yield _warning(likely, name, records, with_disk)


def _likeness(group: InstanceGroup, records: Sequence[InstanceRecord]) -> tuple[float, bool]:
    had = {job.name for record in records if record.spec for job in record.spec.jobs}
    wanted = {job.name for job in group.jobs}
    every = had | wanted
    shared = len(had & wanted) / len(every) if every else 0.0
    return (shared, group.instances == len(records))


def _warning(
    group: InstanceGroup,
    name: InstanceGroupName,
    records: Sequence[InstanceRecord],
    with_disk: frozenset[InstanceId],
) -> Diagnostic:
    count = len(records)
    losing = sum(record.instance_id in with_disk for record in records)
    detail = f"{_instances(count)} will be deleted"
    if losing:
        detail += f", {losing} of them with a persistent disk: `{group.name}` begins without data"
    lines = "\n".join(f"- {item}" for item in _entries(group, name, records))
    where = f"write into `{group.name}`:\nmigrated_from:"
    if group.migrated_from:
        where = f"add to `migrated_from` of `{group.name}`:"
    return warning(
        codes.SUSPICIOUS_RENAME,
        f"group `{group.name}` is new and `{name}`, with the same jobs, is gone",
        span=group.source.span("name"),
        detail=detail,
        hint=f"if it was renamed, {where}\n{lines}",
    )


def _entries(
    group: InstanceGroup, name: InstanceGroupName, records: Sequence[InstanceRecord]
) -> Iterable[str]:
    """Return the items of ``migrated_from`` that keep all instances."""
    if not group.azs or all(record.az is not None for record in records):
        return (f"{{name: {name}}}",)
    # An instance without AZ needs one said; which of the group's it is in only people know.
    return (f"{{name: {name}, az: {az}}}" for az in group.azs[:_AZS_SHOWN_MAX])


def _instances(count: int) -> str:
    return f"{count} instance{'s' if count != 1 else ''}"
