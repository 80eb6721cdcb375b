"""The order of groups in a plan where links decide about it (``update.order: graph``).

What waits for what is ``manifest.link_order``'s; here it is read off what planning knows: the
resolved links of a manifest, or, where no manifest takes part, the recorded recipes.
"""

from collections.abc import Iterable, Mapping, Sequence

from paasta_deploy.manifest.link_order import LinkOrder, Reading, link_order, reversed_order
from paasta_deploy.model.deployment import DeploymentManifest, RolloutOrder
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.planning.links import ResolvedLinks


def order_by_links(manifest: DeploymentManifest, links: ResolvedLinks | None) -> LinkOrder | None:
    """Return the order of the groups of ``manifest``; None: it is that of the manifest."""
    if manifest.update.order is not RolloutOrder.GRAPH or links is None:
        return None
    readings = (
        Reading(consumer=edge.consumer, provider=edge.provider, is_optional=edge.is_optional)
        for edge in links.edges
    )
    return link_order([group.name for group in manifest.instance_groups], readings)


def recorded_order(records: Iterable[InstanceRecord], *, is_parting: bool) -> LinkOrder | None:
    """Return the order that the recipes of ``records`` tell of; None: they tell of none.

    ``is_parting``: something is taken away, so who reads goes before who provides. Recipes of
    several deploys may contradict each other, so rings are looked for again.
    """
    after: dict[InstanceGroupName, dict[InstanceGroupName, None]] = {}
    for record in records:
        known = after.setdefault(record.group, {})
        if record.spec is not None:
            known.update(dict.fromkeys(record.spec.update_after))
    if not any(after.values()):
        return None
    names = sorted(after)
    readings = (Reading(consumer=name, provider=other) for name in names for other in after[name])
    order = link_order(names, readings)
    return reversed_order(order) if is_parting else order


def waits_of_changed(
    order: LinkOrder, changed: Iterable[InstanceGroupName]
) -> Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]]:
    """Return for each changed group the changed ones that it waits for, also over others."""
    chosen = frozenset(changed)
    seen: dict[InstanceGroupName, tuple[InstanceGroupName, ...]] = {}
    for name in order.sequence:
        found: dict[InstanceGroupName, None] = {}
        for other in order.waits[name]:
            found.update(dict.fromkeys((other,) if other in chosen else seen[other]))
        seen[name] = tuple(found)
    return {name: seen[name] for name in order.sequence if name in chosen}


def in_levels(
    waits: Mapping[InstanceGroupName, Sequence[InstanceGroupName]],
) -> tuple[tuple[InstanceGroupName, ...], ...]:
    """Return groups by how many others go one after another before them."""
    order = LinkOrder(waits={name: tuple(others) for name, others in waits.items()})
    levels = order.levels
    found: dict[int, list[InstanceGroupName]] = {}
    for name in waits:
        found.setdefault(levels[name], []).append(name)
    return tuple(tuple(found[level]) for level in sorted(found))
