"""The order of a start as a graph, and the longest way through it.

Properties: the graph of any manifest has no ring; the critical path is as long as the longest of
all ways, found by walking every one of them.
"""

import itertools
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.relations import GroupNode, Relations
from paasta_deploy.manifest.start_order import (
    VMS,
    VMS_AT_ONCE,
    critical_path,
    group_s,
    start_graph,
)
from paasta_deploy.model.deployment import AzUpdateStrategy, Share, UpdatePolicy
from paasta_deploy.model.ids import AzName, DeploymentName, InstanceGroupName
from paasta_deploy.model.spec import WatchTime
from paasta_deploy.wire.deployment_graph import GroupTimes

WATCH = WatchTime(min_ms=0, max_ms=1000)


def node(  # noqa: PLR0917 - a test's own
    name: str,
    position: int = 1,
    instances: int = 1,
    canaries: int = 0,
    in_flight: int = 1,
    azs: int = 1,
    *,
    at_once: bool = False,
) -> GroupNode:
    strategy = AzUpdateStrategy.PARALLEL if at_once else AzUpdateStrategy.SERIAL
    return GroupNode(
        name=InstanceGroupName(name),
        instances=instances,
        position=position,
        policy=UpdatePolicy(
            canaries=Share(amount=canaries),
            max_in_flight=Share(amount=in_flight),
            canary_watch_time=WATCH,
            update_watch_time=WATCH,
            initial_deploy_az_update_strategy=strategy,
        ),
        azs=tuple(AzName(f"z{number}") for number in range(azs)),
        networks=(),
        disk="",
        jobs=(),
    )


def deployment(*groups: GroupNode) -> Relations:
    return Relations(deployment=DeploymentName("shop"), groups=groups, links=(), variables=())


def times(
    *groups: GroupNode, vm_s: float = 1.0, update_s: float = 10.0
) -> dict[InstanceGroupName, GroupTimes]:
    return {group.name: GroupTimes(vm_s=vm_s, update_s=update_s) for group in groups}


@pytest.mark.parametrize(
    ("group", "turns"),
    [
        (node("one"), 1),
        (node("none", instances=0), 0),
        (node("five by two", instances=5, in_flight=2), 3),
        (node("a canary, then the others", instances=5, canaries=1, in_flight=4), 2),
        (node("AZ by AZ", instances=6, in_flight=6, azs=3), 3),
        (node("a canary in the first AZ only", instances=6, canaries=1, in_flight=6, azs=3), 4),
        (node("all AZs at once", instances=6, in_flight=6, azs=3, at_once=True), 1),
        (node("fewer than AZs", instances=1, azs=3), 1),
    ],
    ids=lambda value: value.name if isinstance(value, GroupNode) else "",
)
def test_a_group_takes_its_turns(group: GroupNode, turns: int) -> None:
    assert group_s(group, GroupTimes(vm_s=0.0, update_s=10.0)) == 10.0 * turns


def test_groups_of_one_position_take_as_long_as_the_longest() -> None:
    first, slow, quick = node("first", 1), node("slow", 2, 3), node("quick", 2)
    groups = (first, slow, quick)

    path = critical_path(start_graph(deployment(*groups), times(*groups)))

    assert path.parts == ((VMS, 1.0), ("first", 10.0), ("slow", 30.0))
    assert path.total_s == 41.0


def test_a_group_that_links_let_begin_early_does_not_wait_for_the_slowest() -> None:
    db, slow, web = node("db"), node("slow", instances=9), node("web", 2, instances=2)
    found = replace(
        deployment(db, slow, web), waits={db.name: (), slow.name: (), web.name: (db.name,)}
    )

    path = critical_path(start_graph(found, times(db, slow, web)))

    assert path.names == {VMS, "slow"}


def test_vms_of_all_groups_are_made_together_as_many_as_fit() -> None:
    many = node("many", instances=10 * VMS_AT_ONCE)
    few = node("few", 2)

    assert critical_path(start_graph(deployment(few), times(few))).parts[0] == (VMS, 1.0)
    assert critical_path(start_graph(deployment(many), times(many))).parts[0] == (VMS, 10.0)


def test_errands_are_not_started() -> None:
    group, errand = node("web"), node("smoke", 0)
    graph = start_graph(deployment(group, errand), times(group, errand))

    assert "smoke" not in graph
    assert critical_path(start_graph(deployment(errand), times(errand))).total_s == 0.0


@st.composite
def deployments(draw: st.DrawFn) -> Relations:
    """Return a deployment of a few groups, some of which start together."""
    position, groups = 0, []
    for number in range(draw(st.integers(0, 6))):
        position += draw(st.booleans()) or not position
        groups.append(
            node(
                f"g{number}",
                position,
                draw(st.integers(0, 9)),
                draw(st.integers(0, 2)),
                draw(st.integers(1, 4)),
                draw(st.integers(1, 3)),
            )
        )
    return deployment(*groups)


@given(relations=deployments())
def test_the_order_of_any_manifest_has_no_ring(relations: Relations) -> None:
    graph = start_graph(relations, times(*relations.groups))

    assert nx.is_directed_acyclic_graph(graph)
    assert set(graph) >= {group.name for group in relations.groups}


@st.composite
def graphs(draw: st.DrawFn) -> "nx.DiGraph[str]":
    """Return a small graph without rings whose nodes take whole seconds."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    count = draw(st.integers(0, 7))
    for number in range(count):
        graph.add_node(f"n{number}", seconds=float(draw(st.integers(0, 5))))
        for before in range(number):
            if draw(st.booleans()):
                graph.add_edge(f"n{before}", f"n{number}")
    return graph


def walked(graph: "nx.DiGraph[str]", node: str) -> float:
    """Return the longest way that begins at a node, by walking all of them."""
    rest = [walked(graph, after) for after in graph.successors(node)]
    return float(graph.nodes[node]["seconds"]) + max(rest, default=0.0)


@given(graph=graphs())
def test_the_critical_path_is_the_longest_of_all_ways(graph: "nx.DiGraph[str]") -> None:
    path = critical_path(graph)

    assert path.total_s == max((walked(graph, node) for node in graph), default=0.0)
    assert path.total_s == sum(spent_s for _, spent_s in path.parts)
    names = [name for name, _ in path.parts]
    assert all(graph.has_edge(*pair) for pair in itertools.pairwise(names))
