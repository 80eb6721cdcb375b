"""What machines need of rtnetlink: links, addresses, neighbours, routes, rules. Pure.

Each function returns one request, or reads the body of one answer; ``links.py`` talks to the
kernel.
Source: rtnetlink(7); linux/rtnetlink.h, if_link.h, if_addr.h, neighbour.h, fib_rules.h, veth.h.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network

from paasta_providers.local.netlink import (
    ACK,
    CREATE,
    DUMP,
    EXCLUSIVE,
    NESTED,
    REQUEST,
    Request,
    attribute,
    attributes,
    number,
    text,
)

PROTOCOL = 112
"""Mark of our routes, rules and addresses (``ip route`` shows ``proto 112``).

Free in /etc/iproute2/rt_protos of iproute2 6.1; 'p' in ASCII.
"""

NEW_LINK, DELETE_LINK, GET_LINK, SET_LINK = 16, 17, 18, 19
NEW_ADDRESS, DELETE_ADDRESS, GET_ADDRESS = 20, 21, 22
NEW_ROUTE, DELETE_ROUTE, GET_ROUTE = 24, 25, 26
NEW_NEIGHBOUR = 28
NEW_RULE, DELETE_RULE, GET_RULE = 32, 33, 34

_ADD = REQUEST | ACK | CREATE | EXCLUSIVE
_CHANGE = REQUEST | ACK
LIST = REQUEST | DUMP

_AF_INET = 2
_AF_INET6 = 10
_UP = 1

# linux/if_link.h
_LINK_MAC, _LINK_NAME, _LINK_INFO, _LINK_OPERSTATE, _LINK_AF = 1, 3, 18, 16, 26
_LINK_NETNS_FD, _LINK_TX_QUEUES, _LINK_RX_QUEUES = 28, 31, 32
_INFO_KIND, _INFO_DATA, _VETH_PEER = 1, 2, 1
_INET_CONF, _INET6_ADDRESS_MODE, _ADDRESS_MODE_NONE = 1, 8, 1
# linux/ip.h: per-interface settings, as under /proc/sys/net/ipv4/conf/NAME
_CONF_FORWARDING, _CONF_RP_FILTER, _RP_STRICT = 1, 8, 1
OPERSTATE_UP = 6

_ADDRESS, _ADDRESS_LOCAL, _ADDRESS_PROTOCOL = 1, 2, 11
_ROUTE_DST, _ROUTE_OUT, _ROUTE_GATEWAY, _ROUTE_PREFSRC, _ROUTE_TABLE = 1, 4, 5, 7, 15
_NEIGHBOUR_DST, _NEIGHBOUR_MAC = 1, 2
_NEIGHBOUR_PERMANENT = 0x80
_ROUTE_ONLINK = 4
_SCOPE_GLOBAL, _SCOPE_LINK = 0, 253
TABLE_MAIN = 254
_TABLE_UNSPECIFIED = 0
_RULE_DST, _RULE_SRC, _RULE_PRIORITY, _RULE_TABLE, _RULE_PROTOCOL = 1, 2, 6, 15, 21


class RouteKind(IntEnum):
    """What becomes of a packet: rtm_type."""

    UNICAST = 1
    LOCAL = 2
    UNREACHABLE = 7


class RuleAction(IntEnum):
    """What a rule does: action of fib_rule_hdr."""

    LOOKUP = 1
    UNREACHABLE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One interface."""

    index: int
    name: str
    operational: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One IPv4 route. ``device`` is an interface's index, 0 for none."""

    destination: IPv4Network
    device: int
    kind: int
    table: int
    protocol: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One IPv4 address of an interface. ``protocol`` is 0 on kernels before 5.18."""

    address: IPv4Address
    prefix: int
    device: int
    protocol: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One IPv4 routing rule."""

    priority: int
    action: int
    source: IPv4Network | None
    destination: IPv4Network | None
    table: int
    protocol: int


def _link_body(index: int, flags: int, change: int, extra: bytes) -> bytes:
    return struct.pack("=BxHiII", 0, 0, index, flags, change) + extra


def new_veth(
    *, name: str, mac: bytes, peer_name: str, peer_mac: bytes, peer_netns_fd: int
) -> Request:
    """A pair of virtual interfaces, both off: ``name`` here, ``peer_name`` in the other namespace.

    One queue each, since the default is one per CPU and hundreds of machines share few.
    """
    peer = (
        attribute(_LINK_NAME, text(peer_name))
        + attribute(_LINK_MAC, peer_mac)
        + attribute(_LINK_NETNS_FD, number(peer_netns_fd))
    )
    peer_data = attribute(_VETH_PEER | NESTED, _link_body(0, 0, 0, peer))
    info = attribute(_INFO_KIND, text("veth")) + attribute(_INFO_DATA | NESTED, peer_data)
    link = (
        attribute(_LINK_NAME, text(name))
        + attribute(_LINK_MAC, mac)
        + attribute(_LINK_TX_QUEUES, number(1))
        + attribute(_LINK_RX_QUEUES, number(1))
        + attribute(_LINK_INFO | NESTED, info)
    )
    return Request(kind=NEW_LINK, flags=_ADD, body=_link_body(0, 0, 0, link))


def configure_link(index: int, *, forwarding: bool, ipv6: bool) -> Request:
    """Set what an interface may do, before it is switched on.

    ``forwarding``: the host forwards what comes in here, and here alone, if its sender's address
    is routed back here (strict reverse path filter); the host's global switches stay as they are.
    ``ipv6``: the kernel knows IPv6; then it is told to make no link-local address by itself.
    """
    families = b""
    if forwarding:
        conf = attribute(_CONF_FORWARDING, number(1))
        conf += attribute(_CONF_RP_FILTER, number(_RP_STRICT))
        families += attribute(_AF_INET | NESTED, attribute(_INET_CONF | NESTED, conf))
    if ipv6:
        mode = attribute(_INET6_ADDRESS_MODE, bytes([_ADDRESS_MODE_NONE]))
        families += attribute(_AF_INET6 | NESTED, mode)
    body = _link_body(index, 0, 0, attribute(_LINK_AF | NESTED, families))
    return Request(kind=SET_LINK, flags=_CHANGE, body=body)


def link_up(index: int) -> Request:
    """Switch the interface on."""
    return Request(kind=SET_LINK, flags=_CHANGE, body=_link_body(index, _UP, _UP, b""))


def delete_link(name: str) -> Request:
    """Delete the interface; of a veth pair both ends go."""
    return Request(
        kind=DELETE_LINK,
        flags=_CHANGE,
        body=_link_body(0, 0, 0, attribute(_LINK_NAME, text(name))),
    )


def get_link(name: str) -> Request:
    """Ask for one interface by name."""
    return Request(
        kind=GET_LINK, flags=REQUEST, body=_link_body(0, 0, 0, attribute(_LINK_NAME, text(name)))
    )


def list_links() -> Request:
    """Ask for all interfaces."""
    return Request(kind=GET_LINK, flags=LIST, body=_link_body(0, 0, 0, b""))


def parse_link(body: bytes) -> Link:
    """Read the body of a NEW_LINK message."""
    (index,) = struct.unpack_from("=i", body, 4)
    found = attributes(body[16:])
    return Link(
        index=index,
        name=found.get(_LINK_NAME, b"").rstrip(b"\0").decode(),
        operational=found.get(_LINK_OPERSTATE, b"\0")[0] == OPERSTATE_UP,
    )


def _address_body(index: int, address: IPv4Address, prefix: int) -> bytes:
    return struct.pack("=BBBBi", _AF_INET, prefix, 0, _SCOPE_GLOBAL, index) + (
        attribute(_ADDRESS_LOCAL, address.packed)
        + attribute(_ADDRESS, address.packed)
        + attribute(_ADDRESS_PROTOCOL, bytes([PROTOCOL]))
    )


def new_address(index: int, address: IPv4Address, prefix: int = 32) -> Request:
    """Give the interface an address. EEXIST: it has it."""
    return Request(kind=NEW_ADDRESS, flags=_ADD, body=_address_body(index, address, prefix))


def delete_address(index: int, address: IPv4Address, prefix: int = 32) -> Request:
    """Take the address away."""
    return Request(kind=DELETE_ADDRESS, flags=_CHANGE, body=_address_body(index, address, prefix))


def list_addresses() -> Request:
    """Ask for all IPv4 addresses."""
    return Request(kind=GET_ADDRESS, flags=LIST, body=struct.pack("=BBBBi", _AF_INET, 0, 0, 0, 0))


def parse_address(body: bytes) -> Address:
    """Read the body of a NEW_ADDRESS message."""
    _family, prefix, _flags, _scope, index = struct.unpack_from("=BBBBi", body)
    found = attributes(body[8:])
    return Address(
        address=IPv4Address(found.get(_ADDRESS_LOCAL) or found[_ADDRESS]),
        prefix=prefix,
        device=index,
        protocol=found.get(_ADDRESS_PROTOCOL, b"\0")[0],
    )


def permanent_neighbour(index: int, address: IPv4Address, mac: bytes) -> Request:
    """Say which hardware address the neighbour has, so that nobody ever has to ask for it."""
    body = struct.pack("=BxxxiHBB", _AF_INET, index, _NEIGHBOUR_PERMANENT, 0, 0)
    body += attribute(_NEIGHBOUR_DST, address.packed) + attribute(_NEIGHBOUR_MAC, mac)
    return Request(kind=NEW_NEIGHBOUR, flags=_ADD, body=body)


def _route_body(
    destination: IPv4Network, kind: RouteKind, scope: int, flags: int, extra: bytes
) -> bytes:
    head = struct.pack(
        "=BBBBBBBBI",
        _AF_INET,
        destination.prefixlen,
        0,
        0,
        TABLE_MAIN,
        PROTOCOL,
        scope,
        kind,
        flags,
    )
    if destination.prefixlen:
        extra = attribute(_ROUTE_DST, destination.network_address.packed) + extra
    return head + extra


def link_route(address: IPv4Address, device: int, source: IPv4Address | None) -> Request:
    """A route to one address behind ``device``; ``source`` is what we call ourselves to it."""
    extra = attribute(_ROUTE_OUT, number(device))
    if source is not None:
        extra += attribute(_ROUTE_PREFSRC, source.packed)
    one = IPv4Network(f"{address}/32")
    return Request(
        kind=NEW_ROUTE, flags=_ADD, body=_route_body(one, RouteKind.UNICAST, _SCOPE_LINK, 0, extra)
    )


def delete_link_route(address: IPv4Address, device: int) -> Request:
    """Take :func:`link_route` back."""
    one = IPv4Network(f"{address}/32")
    out = attribute(_ROUTE_OUT, number(device))
    body = _route_body(one, RouteKind.UNICAST, _SCOPE_LINK, 0, out)
    return Request(kind=DELETE_ROUTE, flags=_CHANGE, body=body)


def default_route(gateway: IPv4Address, device: int, source: IPv4Address) -> Request:
    """Send everything to ``gateway``, which is reached through ``device`` without further ado."""
    extra = (
        attribute(_ROUTE_GATEWAY, gateway.packed)
        + attribute(_ROUTE_OUT, number(device))
        + attribute(_ROUTE_PREFSRC, source.packed)
    )
    everything = IPv4Network("0.0.0.0/0")
    body = _route_body(everything, RouteKind.UNICAST, _SCOPE_GLOBAL, _ROUTE_ONLINK, extra)
    return Request(kind=NEW_ROUTE, flags=_ADD, body=body)


def unreachable_route(subnet: IPv4Network) -> Request:
    """Answer "unreachable" for every address of the subnet that has no route of its own."""
    return Request(
        kind=NEW_ROUTE,
        flags=_ADD,
        body=_route_body(subnet, RouteKind.UNREACHABLE, _SCOPE_GLOBAL, 0, b""),
    )


def delete_unreachable_route(subnet: IPv4Network) -> Request:
    """Take :func:`unreachable_route` back."""
    body = _route_body(subnet, RouteKind.UNREACHABLE, _SCOPE_GLOBAL, 0, b"")
    return Request(kind=DELETE_ROUTE, flags=_CHANGE, body=body)


def list_routes() -> Request:
    """Ask for all IPv4 routes of all tables."""
    return Request(
        kind=GET_ROUTE,
        flags=LIST,
        body=struct.pack("=BBBBBBBBI", _AF_INET, 0, 0, 0, 0, 0, 0, 0, 0),
    )


def parse_route(body: bytes) -> Route:
    """Read the body of a NEW_ROUTE message."""
    _family, prefix, _src, _tos, table, protocol, _scope, kind = struct.unpack_from(
        "=BBBBBBBB", body
    )
    found = attributes(body[12:])
    address = IPv4Address(found.get(_ROUTE_DST, b"\0\0\0\0"))
    return Route(
        destination=IPv4Network((address, prefix)),
        device=struct.unpack("=I", found.get(_ROUTE_OUT, b"\0\0\0\0"))[0],
        kind=kind,
        table=struct.unpack("=I", found.get(_ROUTE_TABLE, number(table)))[0],
        protocol=protocol,
    )


def rule(
    kind: int,
    *,
    priority: int,
    action: RuleAction,
    source: IPv4Network | None = None,
    destination: IPv4Network | None = None,
) -> Request:
    """Add (``NEW_RULE``) or take back (``DELETE_RULE``) a rule; a lookup is in the main table."""
    table = TABLE_MAIN if action is RuleAction.LOOKUP else _TABLE_UNSPECIFIED
    body = struct.pack(
        "=BBBBBBBBI",
        _AF_INET,
        destination.prefixlen if destination else 0,
        source.prefixlen if source else 0,
        0,
        table,
        0,
        0,
        action,
        0,
    )
    if destination:
        body += attribute(_RULE_DST, destination.network_address.packed)
    if source:
        body += attribute(_RULE_SRC, source.network_address.packed)
    body += attribute(_RULE_PRIORITY, number(priority))
    body += attribute(_RULE_PROTOCOL, bytes([PROTOCOL]))
    return Request(kind=kind, flags=_ADD if kind == NEW_RULE else _CHANGE, body=body)


def list_rules() -> Request:
    """Ask for all IPv4 rules."""
    return Request(
        kind=GET_RULE,
        flags=LIST,
        body=struct.pack("=BBBBBBBBI", _AF_INET, 0, 0, 0, 0, 0, 0, 0, 0),
    )


def parse_rule(body: bytes) -> Rule:
    """Read the body of a NEW_RULE message."""
    _family, to_length, from_length, _tos, table, _r1, _r2, action = struct.unpack_from(
        "=BBBBBBBB", body
    )
    found = attributes(body[12:])
    destination, source = found.get(_RULE_DST), found.get(_RULE_SRC)
    return Rule(
        priority=struct.unpack("=I", found.get(_RULE_PRIORITY, b"\0\0\0\0"))[0],
        action=action,
        source=IPv4Network((source, from_length)) if source else None,
        destination=IPv4Network((destination, to_length)) if destination else None,
        table=struct.unpack("=I", found.get(_RULE_TABLE, number(table)))[0],
        protocol=found.get(_RULE_PROTOCOL, b"\0")[0],
    )
