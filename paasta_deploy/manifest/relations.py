"""What depends on what in a manifest: groups, their links, networks, disks and variables.

Everything here is read off the manifest, so it needs no director. Of links only those are known
whose both ends the manifest writes down: a consumer with ``from``, and a job whose ``provides``
(or a custom provider) has that name. A director that has the releases knows the others, and its
links can be put in (:func:`with_links`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.manifest.document.node import ListNode, MapNode, Node
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars
from paasta_deploy.manifest.link_order import Reading, link_order
from paasta_deploy.model.deployment import (
    ConsumedLink,
    DeploymentManifest,
    InstanceGroup,
    JobUse,
    Lifecycle,
    RolloutOrder,
    UpdatePolicy,
)
from paasta_deploy.model.ids import AzName, DeploymentName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.wire.deployment_graph import LinkKnowledge, LinkUse


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNode:
    """One instance group. ``position`` counts rollout positions from 1; errands have 0."""

    name: InstanceGroupName
    instances: int
    position: int
    policy: UpdatePolicy
    azs: tuple[AzName, ...]
    networks: tuple[NetworkName, ...]
    disk: str
    jobs: tuple[tuple[JobName, str], ...]
    """Names with their releases."""
    variables: tuple[str, ...] = ()

    @property
    def is_errand(self) -> bool:
        """Whether it only runs when somebody runs it."""
        return self.position == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableNode:
    """One variable that the manifest defines; ``authority`` is the CA that signs it, if any."""

    name: str
    variable_type: str
    authority: str
    used_by: tuple[InstanceGroupName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """A whole deployment as a graph. ``order``: groups that start together are in one item.

    ``waits``: links decide about the order (``update.order: graph``), and each group begins when
    these are up; positions then count how many go one after another. Errands wait for nobody.
    """

    deployment: DeploymentName
    groups: tuple[GroupNode, ...]
    links: tuple[LinkUse, ...]
    variables: tuple[VariableNode, ...]
    waits: Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]] | None = None

    @property
    def order(self) -> tuple[tuple[GroupNode, ...], ...]:
        """Groups in the order in which they are updated, without errands."""
        found: dict[int, list[GroupNode]] = {}
        for group in self.groups:
            if not group.is_errand:
                found.setdefault(group.position, []).append(group)
        return tuple(tuple(found[position]) for position in sorted(found))

    @property
    def networks(self) -> Mapping[NetworkName, tuple[InstanceGroupName, ...]]:
        """Which groups are on which network."""
        found: dict[NetworkName, list[InstanceGroupName]] = {}
        for group in self.groups:
            for name in group.networks:
                found.setdefault(name, []).append(group.name)
        return {name: tuple(groups) for name, groups in found.items()}


def relations_of(manifest: DeploymentManifest, document: Node) -> Relations:
    """Return the graph of ``manifest``, which was parsed from ``document``."""
    positions = _positions(manifest.instance_groups)
    used = _used_variables(document)
    groups = tuple(
        GroupNode(
            name=group.name,
            instances=group.instances,
            position=positions[group.name],
            policy=group.update,
            azs=group.azs,
            networks=tuple(use.name for use in group.networks),
            disk=_disk(group),
            jobs=tuple((job.name, str(job.release)) for job in group.jobs),
            variables=used.get(number, ()),
        )
        for number, group in enumerate(manifest.instance_groups)
    )
    relations = Relations(
        deployment=manifest.name,
        groups=groups,
        links=tuple(_written_links(manifest)),
        variables=_variables(manifest, groups),
    )
    if manifest.update.order is RolloutOrder.GRAPH:
        return _ordered_by_links(relations)
    return relations


def with_links(relations: Relations, resolved: Iterable[LinkUse]) -> Relations:
    """Return the graph with the links that a director has resolved instead of those written."""
    changed = replace(relations, links=tuple(resolved))
    return changed if relations.waits is None else _ordered_by_links(changed)


def _ordered_by_links(relations: Relations) -> Relations:
    """Return the graph with groups at the positions that their links give them."""
    readings = (
        Reading(consumer=link.group, provider=link.provider_group, is_optional=link.is_optional)
        for link in relations.links
        if link.provider_group and not link.deployment
    )
    names = [group.name for group in relations.groups if not group.is_errand]
    order = link_order(names, readings)
    levels = order.levels
    groups = (replace(one, position=levels.get(one.name, 0)) for one in relations.groups)
    return replace(relations, groups=tuple(groups), waits=order.waits)


def _positions(groups: Sequence[InstanceGroup]) -> Mapping[InstanceGroupName, int]:
    """Number the runs of groups that are updated at the same time (bosh.md 4.5)."""
    positions: dict[InstanceGroupName, int] = {}
    position, is_parallel = 0, False
    for group in groups:
        if group.lifecycle is Lifecycle.ERRAND:
            positions[group.name] = 0
            continue
        if group.update.serial or not is_parallel:
            position += 1
        is_parallel = not group.update.serial
        positions[group.name] = position
    return positions


def _disk(group: InstanceGroup) -> str:
    if group.persistent_disk_type:
        return group.persistent_disk_type
    if group.persistent_disks:
        return ", ".join(disk.name for disk in group.persistent_disks)
    return f"{group.persistent_disk_mib} MiB" if group.persistent_disk_mib else ""


def _written_links(manifest: DeploymentManifest) -> Iterator[LinkUse]:
    providers = _providers(manifest)
    for group in manifest.instance_groups:
        for job in group.jobs:
            for link in job.consumes.values():
                if not link.blocked:
                    yield _written(group, job, link, providers)


def _written(
    group: InstanceGroup,
    job: JobUse,
    link: ConsumedLink,
    providers: Mapping[str, tuple[InstanceGroupName, JobName] | None],
) -> LinkUse:
    use = LinkUse(
        group=group.name,
        job=job.name,
        link=link.name,
        knowledge=LinkKnowledge.UNKNOWN,
        provider_link=link.from_alias,
        deployment=link.deployment,
    )
    if link.manual is not None:
        return replace(use, knowledge=LinkKnowledge.MANUAL)
    provider = None if link.deployment else providers.get(link.from_alias)
    if provider is None:
        return use
    return replace(
        use,
        knowledge=LinkKnowledge.WRITTEN,
        provider_group=provider[0],
        provider_job=provider[1],
    )


def _providers(
    manifest: DeploymentManifest,
) -> Mapping[str, tuple[InstanceGroupName, JobName] | None]:
    """Return who offers a link under each name; None for a name that two offer."""
    found: dict[str, tuple[InstanceGroupName, JobName] | None] = {}
    for group in manifest.instance_groups:
        for job in group.jobs:
            names = [link.alias or link.name for link in job.provides.values() if not link.hidden]
            names += [
                custom.name for custom in job.custom_providers if custom.name not in job.provides
            ]
            for name in names:
                found[name] = None if name in found else (group.name, job.name)
    return found


def _used_variables(document: Node) -> Mapping[int, tuple[str, ...]]:
    """Return the variables below each group, by the group's number in the manifest."""
    groups = document.get("instance_groups") if isinstance(document, MapNode) else None
    if not isinstance(groups, ListNode):
        return {}
    return {number: tuple(sorted(_names(node))) for number, node in enumerate(groups.items)}


def _names(node: Node) -> set[str]:
    return {item.name for _, found in placeholder_scalars(node) for item in found}


def _variables(
    manifest: DeploymentManifest, groups: Sequence[GroupNode]
) -> tuple[VariableNode, ...]:
    return tuple(
        VariableNode(
            name=definition.name,
            variable_type=definition.variable_type,
            authority=str(definition.options.get("ca", "")),
            used_by=tuple(group.name for group in groups if definition.name in group.variables),
        )
        for definition in manifest.variables
    )
