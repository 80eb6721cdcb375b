"""Links that wait for each other: groups which can never be started one after the other.

A group is *serial* (the default) when the rollout waits for it before going on. If a job of a
serial group takes a link ``from:`` a job of a second serial group, and that one (over any number
of steps) takes one from the first, then whichever starts first starts without its provider.

Only links that the manifest itself names on both sides are seen here; planning, which knows what
the releases say, sees all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Label, Span, codes
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, RolloutOrder
from paasta_deploy.model.ids import InstanceGroupName


@dataclass(frozen=True, slots=True)
class _Edge:
    """One group takes a link from another."""

    provider: InstanceGroupName
    alias: str
    span: Span | None


def check_link_cycles(manifest: DeploymentManifest, report: Report) -> None:
    """Report each cycle of explicit links between serial groups once."""
    if manifest.update.order is RolloutOrder.GRAPH:
        return  # groups of a ring go together then; planning, which sees all links, names them
    serial = [group for group in manifest.instance_groups if group.update.serial]
    providers = _providers(serial)
    edges = {group.name: _edges(group, providers) for group in serial}
    for cycle in _cycles(edges):
        _report(cycle, report)


def _providers(groups: Sequence[InstanceGroup]) -> Mapping[str, InstanceGroupName]:
    """Return the group that offers a link under each alias; aliases offered twice are left out."""
    found: dict[str, InstanceGroupName | None] = {}
    for group in groups:
        for job in group.jobs:
            for link in job.provides.values():
                if not link.hidden:
                    alias = link.alias or link.name
                    found[alias] = None if alias in found else group.name
    return {alias: name for alias, name in found.items() if name is not None}


def _edges(group: InstanceGroup, providers: Mapping[str, InstanceGroupName]) -> tuple[_Edge, ...]:
    found: list[_Edge] = []
    for job in group.jobs:
        for link in job.consumes.values():
            provider = providers.get(link.from_alias)
            if provider is None or link.deployment or provider == group.name:
                continue
            span = job.source.span("consumes", link.name, "from")
            found.append(_Edge(provider, link.from_alias, span))
    return tuple(found)


def _cycles(
    edges: Mapping[InstanceGroupName, tuple[_Edge, ...]],
) -> list[list[tuple[InstanceGroupName, _Edge]]]:
    """Return one cycle for each group that leads back to a group on the path to it."""
    done: set[InstanceGroupName] = set()
    cycles: list[list[tuple[InstanceGroupName, _Edge]]] = []
    for start in edges:
        if start in done:
            continue
        path: list[tuple[InstanceGroupName, _Edge]] = []
        stack = [(start, iter(edges[start]))]
        on_path = {start: 0}
        while stack:
            name, rest = stack[-1]
            edge = next(rest, None)
            if edge is None:
                stack.pop()
                done.add(name)
                del on_path[name]
                del path[len(stack) - 1 :]
                continue
            del path[len(stack) - 1 :]
            path.append((name, edge))
            if edge.provider in on_path:
                cycles.append(path[on_path[edge.provider] :])
            elif edge.provider not in done:
                on_path[edge.provider] = len(stack)
                stack.append((edge.provider, iter(edges[edge.provider])))
    return cycles


def _report(cycle: Sequence[tuple[InstanceGroupName, _Edge]], report: Report) -> None:
    names = [name for name, _ in cycle]
    shown = " -> ".join(f"`{name}`" for name in (*names, names[0]))
    first, *others = cycle
    report.error(
        codes.LINK_CYCLE,
        f"instance groups wait for each other's links: {shown}",
        first[1].span,
        f"`{first[0]}` takes `{first[1].alias}` from `{first[1].provider}`",
        "set `update: {serial: false}` on each of these groups so that they start together,\n"
        "or take one of the links away (`nil`)",
        related=tuple(
            Label(span=edge.span, text=f"`{name}` takes `{edge.alias}` from `{edge.provider}`")
            for name, edge in others
            if edge.span is not None
        ),
    )
