"""One subnet of a manual network: its range, and whether everything else lies inside it.

Source: spec bosh.md 2.1; BOSH ``manual_network_subnet``. BOSH lists every address; here all sets
are ranges, so that a /8 costs no more than a /30.
"""

from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.diagnostics import Label, Span, codes, did_you_mean
from paasta_deploy.manifest.document.node import ListNode, Node, NodeSource, Scalar
from paasta_deploy.manifest.parsing.addresses import (
    WrittenRange,
    address_set,
    read_address,
    read_network,
    read_ranges,
    single_address,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.values import text_of
from paasta_deploy.model.addresses import NO_ADDRESSES, AddressRange, AddressSet, IpNetwork
from paasta_deploy.model.cloud_config import Subnet
from paasta_deploy.model.ids import AzName
from paasta_deploy.model.spec import IpAddress


def parse_subnet(
    fields: Fields, azs: Sequence[AzName], *, managed: bool, gateway_needed: bool
) -> Subnet:
    """Return a subnet of a manual network. ``azs`` are the ones that the cloud config has."""
    text = fields.text("range", need=not managed)
    network = read_network(fields, "range", text) if text else None
    gateway = _gateway(fields, network, need=gateway_needed and not managed)
    reserved = _reserved(fields, network)
    subnet = Subnet(
        range=network,
        gateway=gateway,
        reserved=reserved,
        dns=parse_dns(fields),
        azs=parse_subnet_azs(fields, azs),
        name=fields.text("name", need=managed),
        netmask_bits=fields.integer("netmask_bits") if _has(fields, "netmask_bits") else None,
        prefix=_prefix(fields, network),
        cloud_properties=fields.free("cloud_properties"),
        source=NodeSource(fields.node),
    )
    static = _static(fields, network, subnet.restricted())
    fields.finish()
    return replace(subnet, static=static)


def _has(fields: Fields, key: str) -> bool:
    return key in fields.node.entries


def _range_label(fields: Fields) -> tuple[Label, ...]:
    return (Label(span=fields.source_of("range"), text="the range of the subnet"),)


def _gateway(fields: Fields, network: IpNetwork | None, *, need: bool) -> IpAddress | None:
    gateway = read_address(fields, "gateway", codes.BAD_GATEWAY)
    if gateway is None:
        if need and not _has(fields, "gateway"):
            fields.missing("gateway", "add `gateway:` with the address of the router")
        return None
    if network is None:
        return gateway
    problem = ""
    if gateway not in network:
        problem = "it is not inside the range"
    elif gateway == network.network_address:
        problem = "it is the address of the network itself"
    elif gateway == network.broadcast_address:
        problem = "it is the broadcast address of the network"
    if not problem:
        return gateway
    fields.report.error(
        codes.BAD_GATEWAY,
        f"{gateway} cannot be the gateway of {network}",
        fields.source_of("gateway"),
        problem,
        related=_range_label(fields),
    )
    return None


def _reserved(fields: Fields, network: IpNetwork | None) -> AddressSet:
    ranges = read_ranges(fields, "reserved")
    if network is None:
        return address_set(ranges)
    whole = AddressRange.of_network(network)
    inside: list[WrittenRange] = []
    for item in ranges:
        if whole.covers(item.range):
            inside.append(item)
            continue
        fields.report.error(
            codes.RESERVED_OUTSIDE,
            f"the reserved range {item.range} is not inside {network}",
            item.node.span,
            f"the subnet has {whole}",
            related=_range_label(fields),
        )
    return address_set(tuple(inside))


def _static(fields: Fields, network: IpNetwork | None, restricted: AddressSet) -> AddressSet:
    ranges = read_ranges(fields, "static")
    if network is None:
        return address_set(ranges)
    whole = AddressRange.of_network(network)
    inside: list[AddressRange] = []
    for item in ranges:
        if not whole.covers(item.range):
            fields.report.error(
                codes.STATIC_OUTSIDE,
                f"the static range {item.range} is not inside {network}",
                item.node.span,
                f"the subnet has {whole}",
                related=_range_label(fields),
            )
        elif restricted.covers(item.range):
            _static_restricted(fields, item.range, item.node.span)
        else:
            inside.append(item.range)
            if restricted.overlaps(item.range):
                fields.report.error(
                    codes.STATIC_OUTSIDE,
                    f"the static range {item.range} has addresses that no instance can have",
                    item.node.span,
                    f"{restricted.within(item.range)}: reserved, gateway, or edge of the range",
                    "leave them out of the static range",
                )
    return AddressSet(inside).minus(restricted) if inside else NO_ADDRESSES


def _static_restricted(fields: Fields, item: AddressRange, span: Span) -> None:
    reserved = fields.node.get("reserved")
    related: tuple[Label, ...] = ()
    if reserved is not None:
        related = (Label(span=reserved.span, text="the reserved addresses"),)
    fields.report.error(
        codes.STATIC_OUTSIDE,
        f"the static range {item} is reserved",
        span,
        "it is below `reserved`, or it is the gateway or an edge of the range",
        "remove it from one of the two",
        related=related,
    )


def _prefix(fields: Fields, network: IpNetwork | None) -> int | None:
    """Return the length of the prefix that each instance gets; None: a single address."""
    node = fields.raw("prefix")
    if node is None:
        return None
    text = node.value if isinstance(node, Scalar) else None
    if isinstance(text, str) and text.isdecimal():
        text = int(text[:4])
    if not isinstance(text, int) or isinstance(text, bool):
        fields.wrong_type("prefix", node, "an integer")
        return None
    if network is not None and not network.prefixlen <= text <= network.max_prefixlen:
        fields.report.error(
            codes.BAD_PREFIX,
            f"a block with `prefix: {text}` does not fit into {network}",
            node.span,
            f"it must be between {network.prefixlen} and {network.max_prefixlen}",
            related=_range_label(fields),
        )
        return None
    return text


def parse_dns(fields: Fields) -> tuple[str, ...]:
    """Return the name servers of a subnet or network."""
    found: list[str] = []
    for item in fields.items("dns"):
        address = single_address(fields.report, "dns", item, codes.BAD_DNS)
        if address is not None:
            found.append(str(address))
    return tuple(found)


def parse_subnet_azs(fields: Fields, known: Sequence[AzName]) -> tuple[AzName, ...] | None:
    """Return the AZs of a subnet from ``az`` or ``azs``; None: it belongs to no AZ.

    Empty: those that it names are wrong, of which the operator has been told.
    """
    if _has(fields, "az") and _has(fields, "azs"):
        fields.report.error(
            codes.BAD_NETWORK_KEY,
            "there are both `az` and `azs`",
            fields.key_span("azs"),
            "only one of them is allowed",
            "put all names below `azs:`",
            related=(Label(span=fields.key_span("az"), text="the other one"),),
        )
    if _has(fields, "azs"):
        fields.raw("az")
        return _az_list(fields, known)
    fields.raw("azs")
    name = fields.text("az")
    if not name:
        return None
    az = fields.raw("az")
    assert az is not None
    return (AzName(name),) if _is_known(fields, name, az, known) else ()


def _az_list(fields: Fields, known: Sequence[AzName]) -> tuple[AzName, ...]:
    node = fields.raw("azs")
    if isinstance(node, ListNode) and not node.items:
        fields.report.error(
            codes.BAD_NETWORK_KEY,
            "the list of AZs is empty",
            node.span,
            "a subnet with `azs` needs at least one",
            "name an AZ, or remove the key",
        )
    found: list[AzName] = []
    for item in fields.items("azs"):
        name = text_of(fields.report, "the name of an AZ", item)
        if name is not None and _is_known(fields, name, item, known):
            found.append(AzName(name))
    return tuple(dict.fromkeys(found))


def _is_known(fields: Fields, name: str, node: Node, known: Sequence[AzName]) -> bool:
    if name in known:
        return True
    fields.report.error(
        codes.SUBNET_UNKNOWN_AZ,
        f"unknown AZ `{name}`",
        node.span,
        "the cloud config has no such AZ",
        did_you_mean(name, known),
    )
    return False
