"""Rings of links between instance groups: which of them cannot come up, and which only may not.

A ring is legal in BOSH, because a link's content is known before anything starts. A cluster whose
members read their own group's link is the usual case and is never reported here. What an operator
trips over is the *order*: groups are updated one after another (``update.serial``), and the first
group of a ring is started, and must become healthy, while the next one that it reads from does
not exist yet. On a first deploy that can only work if the jobs can wait for each other.

The rule. Look at links between different groups that a job needs (not ``optional``), among groups
that a deploy starts (no errands).

* A ring whose every link is written down with ``from`` and whose groups are not all updated in one
  parallel run is an error: somebody wired that ring by hand, and the rollout order contradicts it.
  ``update: {serial: false}`` on the groups of the ring, or one link less, resolves it.
* A ring in which a link was found by its type alone is a warning under the same condition: nobody
  wrote the ring, and many releases tolerate it.
* Rings inside one parallel run start together and are silent.
* With ``update.order: graph`` the groups of a ring go together, whatever is written about
  ``serial``, and a warning names the ring: links cannot order it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from paasta_deploy.diagnostics import Diagnostic, Label, Span, codes, error, warning
from paasta_deploy.model.deployment import DeploymentManifest, Lifecycle, RolloutOrder
from paasta_deploy.model.ids import InstanceGroupName, JobName

_RINGS_MAX = 20
"""Rings that are told: every one found removes a link, so more would only repeat the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEdge:
    """``job`` of group ``consumer`` reads link ``name`` from group ``provider``."""

    consumer: InstanceGroupName
    provider: InstanceGroupName
    job: JobName
    name: str
    is_explicit: bool
    is_optional: bool
    span: Span | None = None


def find_cycles(manifest: DeploymentManifest, edges: Iterable[LinkEdge]) -> tuple[Diagnostic, ...]:
    """Return what is to be said about rings among ``edges``; see the module docstring."""
    runs = _runs(manifest)
    needed = [
        edge
        for edge in edges
        if not edge.is_optional
        and edge.consumer != edge.provider
        and edge.consumer in runs
        and edge.provider in runs
    ]
    if manifest.update.order is RolloutOrder.GRAPH:
        return tuple(_together(ring) for ring in _rings(needed))
    explicit = [edge for edge in needed if edge.is_explicit]
    rings = _rings(explicit)
    found = [_contradiction(ring) for ring in rings if _is_ordered(ring, runs)]
    told = {edge for ring in rings for edge in ring}
    others = [edge for edge in needed if edge not in told]
    found.extend(_suspicion(ring) for ring in _rings(others) if _is_ordered(ring, runs))
    return tuple(found)


def _runs(manifest: DeploymentManifest) -> Mapping[InstanceGroupName, int]:
    """Number the runs of groups that are updated at the same time (BOSH 4.5)."""
    numbers: dict[InstanceGroupName, int] = {}
    number = 0
    parallel = False
    for group in manifest.instance_groups:
        if group.lifecycle is Lifecycle.ERRAND:
            continue
        if group.update.serial or not parallel:
            number += 1
        parallel = not group.update.serial
        numbers[group.name] = number
    return numbers


def _is_ordered(ring: Sequence[LinkEdge], runs: Mapping[InstanceGroupName, int]) -> bool:
    return len({runs[edge.consumer] for edge in ring}) > 1


def _rings(edges: Iterable[LinkEdge]) -> list[list[LinkEdge]]:
    """Return rings, each of which has a link that no ring before it has."""
    left: dict[tuple[InstanceGroupName, InstanceGroupName], LinkEdge] = {}
    for edge in edges:
        left.setdefault((edge.consumer, edge.provider), edge)
    found: list[list[LinkEdge]] = []
    while len(found) < _RINGS_MAX:
        sorter: TopologicalSorter[InstanceGroupName] = TopologicalSorter()
        for consumer, provider in left:
            sorter.add(consumer, provider)
        try:
            sorter.prepare()
        except CycleError as problem:
            # The names stand in the order provider, consumer; the first one again at the end.
            nodes: list[InstanceGroupName] = problem.args[1]
            pairs = [(nodes[i + 1], nodes[i]) for i in range(len(nodes) - 1)]
            ring = [left[pair] for pair in reversed(pairs)]
            found.append(ring)
            del left[ring[-1].consumer, ring[-1].provider]
        else:
            break
    return found


def _contradiction(ring: Sequence[LinkEdge]) -> Diagnostic:
    return error(
        codes.LINK_CYCLE,
        f"groups {_names(ring)} wait for each other: their links form a ring",
        span=ring[0].span,
        detail=_story(ring),
        hint="start them together with `update: {serial: false}` on each of them, make them one "
        "group, or let one of them do without its link",
        related=_labels(ring[1:]),
    )


def _suspicion(ring: Sequence[LinkEdge]) -> Diagnostic:
    return warning(
        codes.LINK_CYCLE_LIKELY,
        f"groups {_names(ring)} read links of each other and are updated one after another",
        span=ring[0].span,
        detail=_story(ring),
        hint="if the first one does not become healthy alone, start them together with "
        "`update: {serial: false}`",
        related=_labels(ring[1:]),
    )


def _together(ring: Sequence[LinkEdge]) -> Diagnostic:
    return warning(
        codes.ORDER_RING,
        f"groups {_names(ring)} are updated at the same time: their links form a ring",
        span=ring[0].span,
        detail=_story(ring),
        hint="`update.order: graph` has no order for them; if one must be up before the other, "
        "let one of them do without its link (`consumes: {NAME: nil}`)",
        related=_labels(ring[1:]),
    )


def _story(ring: Sequence[LinkEdge]) -> str:
    return "\n".join(
        f"job `{edge.job}` of `{edge.consumer}` reads `{edge.name}` from `{edge.provider}`"
        for edge in ring
    )


def _names(ring: Sequence[LinkEdge]) -> str:
    return " and ".join(f"`{edge.consumer}`" for edge in ring)


def _labels(edges: Iterable[LinkEdge]) -> tuple[Label, ...]:
    return tuple(
        Label(span=edge.span, text=f"reads `{edge.name}` from `{edge.provider}`")
        for edge in edges
        if edge.span is not None
    )
