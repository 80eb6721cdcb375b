"""``networks:`` of an instance group: static addresses and who is the default for what.

Source: spec bosh.md 1.7; BOSH ``instance_group_networks_parser``.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from paasta_deploy.diagnostics import Label, codes, did_you_mean
from paasta_deploy.manifest.document.node import ListNode, Node, NodeSource, Scalar
from paasta_deploy.manifest.parsing.addresses import WrittenRange, read_ranges
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.values import text_of
from paasta_deploy.model.deployment import NetworkDefault, NetworkUse
from paasta_deploy.model.ids import NetworkName

_REQUIRED = (NetworkDefault.DNS, NetworkDefault.GATEWAY)


def parse_networks(group: Fields, instances: int) -> tuple[NetworkUse, ...]:
    """Return the networks of a group; a single one is the default for everything."""
    items = group.objects("networks", "network of an instance group", need=True)
    node = group.node.get("networks")
    if not items and node is not None and not group.items("networks"):
        group.report.error(
            codes.NO_NETWORKS,
            "an instance group needs at least one network",
            node.span,
            "the list is empty",
            "add `- name:` with the name of a network of the cloud config",
        )
    unique = Unique(group.report, codes.DUPLICATE_NETWORK_USE, "the network")
    found: list[tuple[Fields, NetworkUse]] = []
    for fields in items:
        network = _network(fields)
        if _is_number(group.node.get("instances")):
            _check_count(fields, network, instances)
        if unique.add(network.name, fields.source_of("name")):
            found.append((fields, network))
    if len(found) == 1:
        return (replace(found[0][1], default=frozenset(_REQUIRED)),)
    if found:
        _check_defaults(group, found)
    return tuple(network for _, network in found)


def _network(fields: Fields) -> NetworkUse:
    static_ips = read_ranges(fields, "static_ips")
    _check_twice(fields, static_ips)
    network = NetworkUse(
        name=NetworkName(fields.text("name", need=True)),
        static_ips=tuple(item.range for item in static_ips),
        default=frozenset(_defaults(fields)),
        nic_group=fields.text("nic_group"),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return network


def _check_count(fields: Fields, network: NetworkUse, instances: int) -> None:
    """Check that there is a static address for each instance, if there are any."""
    node = fields.node.get("static_ips")
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return
    written = len(node.items) if isinstance(node, ListNode) else 1
    if len(network.static_ips) < written:
        return
    count = sum(item.size for item in network.static_ips)
    if count != instances:
        fields.report.error(
            codes.STATIC_COUNT,
            f"{_plural(count, 'static address', 'static addresses')}"
            f" for {_plural(instances, 'instance', 'instances')}",
            fields.key_span("static_ips"),
            "there must be one for each instance",
            "change `instances`, or the list; without `static_ips` addresses are chosen",
        )


def _is_number(node: Node | None) -> bool:
    """Whether a count was read; otherwise what stands for it says nothing."""
    return isinstance(node, Scalar) and type(node.value) is int and node.value >= 0


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _check_twice(fields: Fields, ranges: Sequence[WrittenRange]) -> None:
    ordered = sorted(ranges, key=lambda item: (item.range.version, int(item.range.first)))
    for below, above in pairwise(ordered):
        if below.range.overlaps(above.range):
            first, second = sorted((below, above), key=lambda item: item.node.where)
            fields.report.error(
                codes.STATIC_TWICE,
                f"the static address {above.range.first} is there twice",
                second.node.span,
                "each instance needs an address of its own",
                related=(Label(span=first.node.span, text="the first one"),),
            )


def _defaults(fields: Fields) -> list[NetworkDefault]:
    known = {item.value: item for item in NetworkDefault}
    found: list[NetworkDefault] = []
    for node in fields.items("default"):
        text = text_of(fields.report, "an item of `default`", node)
        if text in known:
            found.append(known[text])
        elif text is not None:
            fields.report.error(
                codes.BAD_NETWORK_DEFAULT,
                f"a network cannot be the default for `{text}`",
                node.span,
                "it can be the default for `dns`, `gateway` and `addressable`",
                did_you_mean(text, known),
            )
    return found


def _check_defaults(group: Fields, networks: Sequence[tuple[Fields, NetworkUse]]) -> None:
    """Check that each of several networks' duties is given to exactly one of them."""
    missing: list[str] = []
    for default in NetworkDefault:
        owners = [fields for fields, network in networks if default in network.default]
        if len(owners) > 1:
            group.report.error(
                codes.DOUBLE_NETWORK_DEFAULT,
                f"two networks are the default for `{default.value}`",
                owners[1].source_of("default"),
                "only one can be",
                f"remove `{default.value}` from one of them",
                related=(Label(span=owners[0].source_of("default"), text="the other one"),),
            )
        if not owners and default in _REQUIRED:
            missing.append(default.value)
    if missing:
        listed = " and ".join(f"`{item}`" for item in missing)
        group.report.error(
            codes.MISSING_NETWORK_DEFAULT,
            f"no network is the default for {listed}",
            group.key_span("networks"),
            "with several networks this must be said",
            f"add `default: [{', '.join(missing)}]` to one of them",
        )
