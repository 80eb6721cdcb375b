"""A deployment's graph in the languages of other tools: Graphviz DOT, Mermaid, JSON.

An arrow from A to B says that A reads a link of B; positions of the rollout are clusters, in
order. Names come from manifests, so everything is quoted.
"""

import json
from collections.abc import Iterator

from paasta_deploy.cli.graph_picture import Picture, counted
from paasta_deploy.manifest.relations import GroupNode
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.deployment_graph import link_json

JSON_VERSION = 1
_RED = "#c0392b"


def dot(picture: Picture) -> str:
    """Return the graph for Graphviz: ``paasta-deploy graph X --format dot | dot -Tpdf``."""
    relations = picture.relations
    lines = [
        f"digraph {_quoted(relations.deployment)} {{",
        "  rankdir=TB; compound=true;",
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10, color="#2c6fbb"];',
    ]
    for number, together in enumerate(relations.order, start=1):
        lines += [
            f"  subgraph cluster_{number} {{",
            f'    label="{number}"; color="#bbbbbb"; fontname="sans-serif";',
            *(f"    {_dot_node(picture, group)}" for group in together),
            "  }",
        ]
    lines += [f"  {_dot_node(picture, group)}" for group in relations.groups if group.is_errand]
    for before, after in zip(relations.order, relations.order[1:], strict=False):
        on_path = picture.is_critical(before[0]) and picture.is_critical(after[0])
        colour = _RED if on_path else "#bbbbbb"
        lines.append(
            f"  {_quoted(before[0].name)} -> {_quoted(after[0].name)} "
            f'[style=dashed, arrowhead=none, color="{colour}"];'
        )
    for consumer, provider, names in edges(picture):
        lines.append(
            f"  {_quoted(consumer)} -> {_quoted(provider)} "
            f"[label={_quoted(', '.join(names))}, constraint=false];"
        )
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(picture: Picture) -> str:
    """Return the graph for Mermaid, which forges and wikis draw."""
    relations = picture.relations
    ids = {group.name: f"g{number}" for number, group in enumerate(relations.groups)}
    lines = ["flowchart TB"]
    for number, together in enumerate(relations.order, start=1):
        lines.append(f'  subgraph s{number}["{number}"]')
        lines += [f"    {ids[group.name]}{_mermaid_label(picture, group)}" for group in together]
        lines.append("  end")
    lines += [
        f"  {ids[group.name]}{_mermaid_label(picture, group)}"
        for group in relations.groups
        if group.is_errand
    ]
    lines += [f"  s{number} ~~~ s{number + 1}" for number in range(1, len(relations.order))]
    for consumer, provider, names in edges(picture):
        label = _mermaid_text(", ".join(names))
        lines.append(f'  {ids[consumer]} -->|"{label}"| {ids[provider]}')
    critical = [ids[group.name] for group in relations.groups if picture.is_critical(group)]
    if critical:
        lines.append(f"  classDef critical stroke:{_RED},stroke-width:3px")
        lines.append(f"  class {','.join(critical)} critical")
    return "\n".join(lines) + "\n"


def graph_json(picture: Picture) -> JsonObject:
    """Return the graph for programs. Keys may be added within one version."""
    relations = picture.relations
    return {
        "version": JSON_VERSION,
        "deployment": relations.deployment,
        "groups": [_group_json(group) for group in relations.groups],
        "links": [link_json(link) for link in relations.links],
        "networks": {name: list(groups) for name, groups in relations.networks.items()},
        "variables": [
            {
                "name": variable.name,
                "type": variable.variable_type,
                "ca": variable.authority,
                "used_by": list(variable.used_by),
            }
            for variable in relations.variables
        ],
        "order": [[group.name for group in together] for together in relations.order],
        "critical_path": _path_json(picture),
    }


def graph_json_text(picture: Picture) -> str:
    """Return :func:`graph_json` as text."""
    return json.dumps(graph_json(picture), indent=2) + "\n"


def edges(
    picture: Picture,
) -> Iterator[tuple[InstanceGroupName, InstanceGroupName, list[str]]]:
    """Yield which group reads which links of which other group of the deployment."""
    found: dict[tuple[InstanceGroupName, InstanceGroupName], list[str]] = {}
    for link in picture.relations.links:
        provider = link.provider_group
        if provider is not None and not link.deployment and provider != link.group:
            names = found.setdefault((link.group, provider), [])
            if link.link not in names:
                names.append(link.link)
    for (consumer, provider), names in found.items():
        yield consumer, provider, names


def _dot_node(picture: Picture, group: GroupNode) -> str:
    label = "\\n".join(_escaped(text) for text in _label(picture, group))
    extra = f', color="{_RED}", penwidth=2.5' if picture.is_critical(group) else ""
    if group.is_errand:
        extra += ', style="rounded,dashed"'
    return f'{_quoted(group.name)} [label="{label}"{extra}];'


def _mermaid_label(picture: Picture, group: GroupNode) -> str:
    label = "<br/>".join(_mermaid_text(text) for text in _label(picture, group))
    return f'(["{label}"])' if group.is_errand else f'["{label}"]'


def _label(picture: Picture, group: GroupNode) -> list[str]:
    lines = [
        str(group.name),
        "errand" if group.is_errand else counted(group.instances, "instance"),
    ]
    if group.disk:
        lines.append(f"disk {group.disk}")
    if takes := picture.takes(group):
        lines.append(takes)
    return lines


def _group_json(group: GroupNode) -> JsonObject:
    policy = group.policy
    return {
        "name": group.name,
        "instances": group.instances,
        "position": None if group.is_errand else group.position,
        "lifecycle": "errand" if group.is_errand else "service",
        "azs": list(group.azs),
        "networks": list(group.networks),
        "disk": group.disk or None,
        "jobs": [{"name": job, "release": release} for job, release in group.jobs],
        "canaries": f"{policy.canaries.amount}{'%' * policy.canaries.is_percent}",
        "max_in_flight": f"{policy.max_in_flight.amount}{'%' * policy.max_in_flight.is_percent}",
        "variables": list(group.variables),
    }


def _path_json(picture: Picture) -> JsonValue:
    if picture.path is None:
        return None
    return {
        "seconds": round(picture.path.total_s, 1),
        "basis": "former tasks" if picture.is_recorded else "defaults",
        "parts": [
            {"label": name, "seconds": round(spent_s, 1)} for name, spent_s in picture.path.parts
        ],
    }


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _mermaid_text(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("\n", " ")
    )
