"""In which order a deployment starts from nothing, how long that takes, and what decides it.

Theory (bosh.md 4.1, 4.5). All VMs are made first, as many at a time as the director allows; then
groups follow each other, those of one position together; inside a group canaries go ahead, AZ by
AZ. That is a graph without rings whose nodes take time, so the longest way through it is the time
that the deploy takes: the critical path. Packages are left out: whether they are compiled already
is not in a manifest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import networkx as nx

from paasta_deploy.manifest.relations import GroupNode, Relations
from paasta_deploy.model.deployment import AzUpdateStrategy
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.wire.deployment_graph import GroupTimes

VMS_AT_ONCE = 32
"""The director's ``max_threads`` unless its settings say otherwise."""

VMS = "VMs"
_GATE = "gate/"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalPath:
    """The longest way: what it goes through, in order, with seconds; and all of them together."""

    parts: tuple[tuple[str, float], ...]
    total_s: float

    @property
    def names(self) -> frozenset[str]:
        """The groups on it."""
        return frozenset(name for name, _ in self.parts)


def start_graph(
    relations: Relations, times: Mapping[InstanceGroupName, GroupTimes]
) -> "nx.DiGraph[str]":
    """Return the order as a graph; each node has its ``seconds``.

    Nodes are ``VMs``, the groups by name, and gates between positions, which take no time and keep
    the edges few.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(VMS, seconds=_vms_s(relations, times))
    if relations.waits is not None:
        _add_by_links(graph, relations, relations.waits, times)
        return graph
    before = VMS
    for number, together in enumerate(relations.order, start=1):
        gate = f"{_GATE}{number}"
        graph.add_node(gate, seconds=0.0)
        for group in together:
            graph.add_node(group.name, seconds=group_s(group, times[group.name]))
            graph.add_edge(before, group.name)
            graph.add_edge(group.name, gate)
        before = gate
    return graph


def _add_by_links(
    graph: "nx.DiGraph[str]",
    relations: Relations,
    waits: Mapping[InstanceGroupName, Sequence[InstanceGroupName]],
    times: Mapping[InstanceGroupName, GroupTimes],
) -> None:
    """Add the groups where links decide: each after those it waits for, and after nobody else."""
    for together in relations.order:
        for group in together:
            graph.add_node(group.name, seconds=group_s(group, times[group.name]))
            graph.add_edges_from((before, group.name) for before in (VMS, *waits[group.name]))


def critical_path(graph: "nx.DiGraph[str]") -> CriticalPath:
    """Return the longest way through a graph without rings whose nodes have ``seconds``.

    Of several that are equally long, one that goes to the end.
    """
    best_s: dict[str, float] = {}
    came_from: dict[str, str | None] = {}
    for node in nx.topological_sort(graph):
        before = max(graph.predecessors(node), key=lambda item: best_s[item], default=None)
        came_from[node] = before
        best_s[node] = graph.nodes[node]["seconds"] + (0.0 if before is None else best_s[before])
    # Of equally long ways the last: what takes no time is on the path nevertheless.
    last = max(reversed(best_s), key=lambda item: best_s[item], default=None)
    total_s = 0.0 if last is None else best_s[last]
    path: list[str] = []
    while last is not None:
        path.append(last)
        last = came_from[last]
    parts = tuple(
        (node, float(graph.nodes[node]["seconds"]))
        for node in reversed(path)
        if not node.startswith(_GATE)
    )
    return CriticalPath(parts=parts, total_s=total_s)


def group_s(group: GroupNode, times: GroupTimes) -> float:
    """Return how long a group takes once its VMs are there: its turns, one after another."""
    return sum(_turns(group)) * times.update_s


def _turns(group: GroupNode) -> Iterator[int]:
    """Yield how often ``max_in_flight`` instances go together, AZ by AZ, canaries first."""
    for number, count in enumerate(_batches(group)):
        canaries = group.policy.canaries.of(count) if number == 0 else 0
        in_flight = max(1, group.policy.max_in_flight.of(count))
        yield ceil(canaries / in_flight) + ceil((count - canaries) / in_flight)


def _batches(group: GroupNode) -> Sequence[int]:
    """Return how many instances each AZ has; those of the first deploy may all go at once."""
    count, azs = group.instances, max(1, len(group.azs))
    if group.policy.initial_deploy_az_update_strategy is AzUpdateStrategy.PARALLEL:
        return [count] if count else []
    sizes = [count // azs + (number < count % azs) for number in range(azs)]
    return [size for size in sizes if size]


def _vms_s(relations: Relations, times: Mapping[InstanceGroupName, GroupTimes]) -> float:
    wanted = [
        (group.instances, times[group.name].vm_s)
        for group in relations.groups
        if not group.is_errand and group.instances
    ]
    if not wanted:
        return 0.0
    spread_s = sum(count * vm_s for count, vm_s in wanted) / VMS_AT_ONCE
    return max(spread_s, *(vm_s for _, vm_s in wanted))
