"""``instance_groups:`` of a deployment. Source: spec bosh.md 1.6."""

import re
from collections.abc import Mapping, Sequence

from paasta_deploy.diagnostics import Label, codes
from paasta_deploy.manifest.document.node import ListNode, NodeSource, Scalar
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.group_networks import parse_networks
from paasta_deploy.manifest.parsing.jobs import parse_jobs
from paasta_deploy.manifest.parsing.names import Unique, canonical_name, check_name
from paasta_deploy.manifest.parsing.update import parse_update
from paasta_deploy.manifest.parsing.values import report_wrong_type, text_of
from paasta_deploy.model.deployment import (
    InstanceGroup,
    Lifecycle,
    MigratedFrom,
    NamedDisk,
    UpdatePolicy,
    VmResources,
)
from paasta_deploy.model.ids import AzName, InstanceGroupName

# Keys of older BOSH versions: the director's number for each, and what to write today.
_OLD_KEYS: Mapping[str, tuple[int, str]] = {
    "template": (140024, "use `jobs:`"),
    "templates": (140024, "use `jobs:`"),
    "resource_pool": (140025, "use `vm_type:` or `vm_resources:`"),
    "persistent_disk_pool": (140027, "use `persistent_disk_type:`"),
}
INSTANCES_MAX = 100_000
"""Instances of one group: ten times what a whole deployment was measured with. More is a typo, and
would be planned one by one before anybody noticed."""

_STATE_KEYS = ("state", "instance_states")


def parse_groups(top: Fields, update: UpdatePolicy) -> tuple[InstanceGroup, ...]:
    """Return the groups; two with the same DNS name are an error."""
    unique = Unique(top.report, codes.DUPLICATE_GROUP, "the instance group", canonical_name)
    found: list[InstanceGroup] = []
    for fields in top.objects("instance_groups", "instance group"):
        group = _group(fields, update)
        if unique.add(group.name, fields.source_of("name")):
            found.append(group)
    _check_migrations(top, found)
    return tuple(found)


def _group(fields: Fields, update: UpdatePolicy) -> InstanceGroup:
    refuse_old_keys(fields, _OLD_KEYS)
    _refuse_states(fields)
    name = fields.text("name", need=True)
    check_name(fields, name)
    azs = _azs(fields)
    disks = _persistent_disks(fields)
    vm_resources = _one_vm_description(fields)
    instances = fields.integer("instances", need=True, low=0, high=INSTANCES_MAX)
    _warn_of_properties(fields, "instance group")
    group = InstanceGroup(
        name=InstanceGroupName(name),
        instances=instances,
        stemcell=fields.text("stemcell", need=True),
        jobs=parse_jobs(fields, need=True),
        networks=parse_networks(fields, instances),
        update=parse_update(fields.fields("update", "update block"), update),
        azs=azs,
        vm_type=fields.text("vm_type"),
        vm_resources=vm_resources,
        vm_extensions=fields.texts("vm_extensions"),
        persistent_disk_mib=fields.integer(
            "persistent_disk", low=0, low_code=codes.BAD_PERSISTENT_DISK
        ),
        persistent_disk_type=fields.text("persistent_disk_type"),
        persistent_disks=disks,
        lifecycle=fields.choice("lifecycle", Lifecycle, Lifecycle.SERVICE, codes.BAD_LIFECYCLE),
        env=fields.free("env"),
        properties=fields.free("properties"),
        tags=parse_tags(fields),
        migrated_from=_migrated_from(fields, azs),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return group


def refuse_old_keys(fields: Fields, old: Mapping[str, tuple[int, str]]) -> None:
    """Complain of keys that BOSH has given up, with what replaces them."""
    for key, (number, hint) in old.items():
        if fields.raw(key) is not None:
            fields.report.error(
                codes.numbered(codes.OLD_KEY, number),
                f"`{key}` is no longer supported",
                fields.key_span(key),
                f"{fields.what}s of BOSH's first manifest format had it",
                hint,
            )


def _refuse_states(fields: Fields) -> None:
    for key in _STATE_KEYS:
        if fields.raw(key) is not None:
            fields.report.error(
                codes.STATE_IN_MANIFEST,
                f"`{key}` cannot be set in a manifest",
                fields.key_span(key),
                "whether instances run is said by commands, and kept over deploys",
                "use `paasta-deploy stop`, `start`, `restart` or `recreate`",
            )


def _warn_of_properties(fields: Fields, what: str) -> None:
    if "properties" in fields.node.entries:
        fields.report.warning(
            codes.DEPRECATED_PROPERTIES,
            f"`properties` of an {what} are deprecated",
            fields.key_span("properties"),
            "only jobs without `properties` of their own see them",
            "move them into the `properties` of the jobs that need them",
        )


def _azs(fields: Fields) -> tuple[AzName, ...]:
    node = fields.node.get("azs")
    names: list[str] = []
    for item in fields.items("azs"):
        # Here, and only here, BOSH does not take a number for a text.
        if isinstance(item, Scalar) and isinstance(item.value, str):
            names.append(item.value)
        else:
            report_wrong_type(fields.report, "the name of an AZ", item, "a text", codes.BAD_AZ)
    if isinstance(node, ListNode) and not node.items:
        fields.report.error(
            codes.NO_AZS,
            "the list of AZs is empty",
            node.span,
            "an instance group with `azs` needs at least one",
            "name an AZ, or remove the key if the networks have no AZs",
        )
    return tuple(AzName(name) for name in dict.fromkeys(names))


def _one_vm_description(fields: Fields) -> VmResources | None:
    resources = parse_vm_resources(fields)
    present = [key for key in ("vm_type", "vm_resources") if key in fields.node.entries]
    if not present and "resource_pool" not in fields.node.entries:
        fields.missing(
            "vm_type",
            "add `vm_type:` with a name from the cloud config, or `vm_resources:`",
            codes.VM_NOT_DESCRIBED,
        )
    if len(present) == 2:
        fields.report.error(
            codes.VM_NOT_DESCRIBED,
            "`vm_type` and `vm_resources` contradict each other",
            fields.key_span("vm_resources"),
            "only one of them can say what the VMs are like",
            "remove one of them",
            related=(Label(span=fields.key_span("vm_type"), text="the other one"),),
        )
    return resources


def parse_vm_resources(parent: Fields) -> VmResources | None:
    """Return the ``vm_resources`` of a group or of the compilation block."""
    fields = parent.fields("vm_resources", "vm_resources block")
    if fields is None:
        return None
    resources = VmResources(
        cpu=fields.integer("cpu", need=True, low=1, default=1),
        ram_mib=fields.integer("ram", need=True, low=1, default=1),
        ephemeral_disk_mib=fields.integer("ephemeral_disk_size", need=True, low=0),
    )
    fields.finish()
    return resources


_DISK_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9_.+-]+")
"""What agents take for the name of a file."""

_DISK_KEYS = ("persistent_disk", "persistent_disk_type", "persistent_disks")


def _persistent_disks(fields: Fields) -> tuple[NamedDisk, ...]:
    present = [key for key in _DISK_KEYS if key in fields.node.entries]
    if len(present) > 1:
        fields.report.error(
            codes.BAD_PERSISTENT_DISK,
            f"`{present[0]}` and `{present[1]}` contradict each other",
            fields.key_span(present[1]),
            "only one of the three ways to ask for persistent disks can be used",
            f"keep one of {', '.join(f'`{key}`' for key in present)}",
            related=(Label(span=fields.key_span(present[0]), text="the other one"),),
        )
    unique = Unique(fields.report, codes.BAD_PERSISTENT_DISK, "the persistent disk")
    found: list[NamedDisk] = []
    for item in fields.objects("persistent_disks", "persistent disk"):
        disk = NamedDisk(
            name=item.text("name", need=True, blank=codes.BAD_PERSISTENT_DISK),
            disk_type=item.text("type", need=True),
        )
        item.finish()
        if disk.name.strip() and not _DISK_NAME.fullmatch(disk.name):
            fields.report.error(
                codes.BAD_DISK_NAME,
                f"a disk cannot be named `{disk.name}`",
                item.source_of("name"),
                "jobs find it at /var/vcap/instance/disks/NAME",
                "use letters, digits and `_ . + -`",
            )
        if unique.add(disk.name, item.source_of("name")):
            found.append(disk)
    return tuple(found)


def parse_tags(fields: Fields) -> Mapping[str, str]:
    """Return the tags of a deployment or group: texts by name."""
    block = fields.fields("tags", "tags block")
    if block is None:
        return {}
    found: dict[str, str] = {}
    for key, (_, node) in block.node.entries.items():
        text = text_of(fields.report, "a tag", node)
        if text is not None:
            found[key if isinstance(key, str) else str(key.value)] = text
    return found


def _migrated_from(fields: Fields, azs: Sequence[AzName]) -> tuple[MigratedFrom, ...]:
    found: list[MigratedFrom] = []
    for item in fields.objects("migrated_from", "migrated_from entry"):
        az = item.text("az")
        if az and az not in azs:
            fields.report.error(
                codes.BAD_MIGRATED_FROM,
                f"the AZ `{az}` is not one of this group's",
                item.source_of("az"),
                "it must be in the `azs` of the group that takes over",
            )
        found.append(
            MigratedFrom(
                name=InstanceGroupName(item.text("name", need=True)),
                az=AzName(az) if az else None,
            )
        )
        item.finish()
    return tuple(found)


def _check_migrations(top: Fields, groups: Sequence[InstanceGroup]) -> None:
    """Check that no group is taken over that is still there, or twice."""
    present = {group.name for group in groups}
    taken: dict[InstanceGroupName, InstanceGroup] = {}
    for group in groups:
        for number, item in enumerate(group.migrated_from):
            span = group.source.span("migrated_from", number, "name")
            if item.name in present and item.name != group.name:
                top.report.error(
                    codes.BAD_MIGRATED_FROM,
                    f"the group `{item.name}` is still in the manifest",
                    span,
                    f"`{group.name}` can only take over a group that is gone",
                    f"remove the group `{item.name}`",
                )
            first = taken.setdefault(item.name, group)
            if first is not group:
                top.report.error(
                    codes.BAD_MIGRATED_FROM,
                    f"the group `{item.name}` is taken over twice",
                    span,
                    f"`{first.name}` takes it over, too",
                )
