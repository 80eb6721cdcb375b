"""Requests are compared with what the kernel's headers say, answers with real ones.

Properties: what is asked for is what is read back, where a request and an answer have one form.
"""

import sys
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local import rtnetlink
from paasta_providers.local.netlink import NESTED, Request, attribute, attributes
from paasta_providers.local.rtnetlink import RouteKind, RuleAction

addresses = st.integers(min_value=1, max_value=2**32 - 1).map(IPv4Address)
indexes = st.integers(min_value=1, max_value=2**31 - 1)
subnets = st.tuples(addresses, st.integers(min_value=1, max_value=32)).map(
    lambda pair: IPv4Network(pair, strict=False)
)


@given(addresses, indexes)
def test_a_route_to_one_address_leads_to_one_interface(address: IPv4Address, device: int) -> None:
    route = rtnetlink.parse_route(rtnetlink.link_route(address, device, None).body)

    assert route.destination == IPv4Network(address)
    assert route.device == device
    assert route.kind == RouteKind.UNICAST
    assert (route.table, route.protocol) == (rtnetlink.TABLE_MAIN, rtnetlink.PROTOCOL)


@given(subnets)
def test_the_rest_of_a_subnet_is_unreachable(subnet: IPv4Network) -> None:
    route = rtnetlink.parse_route(rtnetlink.unreachable_route(subnet).body)

    assert (route.destination, route.device, route.kind) == (subnet, 0, RouteKind.UNREACHABLE)


@given(subnets)
def test_a_route_is_deleted_by_the_same_body_that_made_it(subnet: IPv4Network) -> None:
    made = rtnetlink.unreachable_route(subnet)
    deleted = rtnetlink.delete_unreachable_route(subnet)

    assert made.body == deleted.body
    assert (made.kind, deleted.kind) == (rtnetlink.NEW_ROUTE, rtnetlink.DELETE_ROUTE)


def test_the_default_route_has_no_destination() -> None:
    request = rtnetlink.default_route(IPv4Address("10.0.0.1"), 2, IPv4Address("10.0.0.2"))

    assert rtnetlink.parse_route(request.body).destination == IPv4Network("0.0.0.0/0")


@given(addresses, indexes)
def test_an_address_is_read_back(address: IPv4Address, device: int) -> None:
    read = rtnetlink.parse_address(rtnetlink.new_address(device, address, 24).body)

    assert (read.address, read.prefix, read.device) == (address, 24, device)
    assert read.protocol == rtnetlink.PROTOCOL


@given(subnets, st.sampled_from(RuleAction))
def test_a_rule_is_read_back(subnet: IPv4Network, action: RuleAction) -> None:
    request = rtnetlink.rule(rtnetlink.NEW_RULE, priority=24500, action=action, source=subnet)
    read = rtnetlink.parse_rule(request.body)

    assert (read.source, read.destination, read.priority) == (subnet, None, 24500)
    assert read.action == action
    assert read.table == (rtnetlink.TABLE_MAIN if action is RuleAction.LOOKUP else 0)


def test_a_rule_for_a_destination_is_read_back() -> None:
    subnet = IPv4Network("10.244.0.0/16")
    request = rtnetlink.rule(
        rtnetlink.DELETE_RULE, priority=1, action=RuleAction.LOOKUP, destination=subnet
    )

    assert rtnetlink.parse_rule(request.body).destination == subnet


def test_a_veth_pair_is_named_on_both_ends_and_the_peer_goes_elsewhere() -> None:
    """The nesting is that of veth.h: link info, data, peer, which begins with an ifinfomsg."""
    request = rtnetlink.new_veth(
        name="pd00001", mac=b"\2abcde", peer_name="eth0", peer_mac=b"\2fghij", peer_netns_fd=7
    )
    link = attributes(request.body[16:])
    info = attributes(link[18])
    peer = attributes(attributes(info[2])[1][16:])

    assert (link[3], link[1]) == (b"pd00001\0", b"\2abcde")
    assert info[1] == b"veth\0"
    assert (peer[3], peer[1]) == (b"eth0\0", b"\2fghij")
    assert peer[28] == (7).to_bytes(4, sys.byteorder)


@pytest.mark.parametrize(("forwarding", "ipv6"), [(True, True), (True, False), (False, True)])
def test_an_interface_is_configured_for_the_families_that_matter(
    forwarding: bool, ipv6: bool
) -> None:
    request = rtnetlink.configure_link(3, forwarding=forwarding, ipv6=ipv6)
    families = attributes(attributes(request.body[16:])[26])

    assert (2 in families, 10 in families) == (forwarding, ipv6)
    if forwarding:
        settings = attributes(attributes(families[2])[1])
        assert settings == {1: (1).to_bytes(4, sys.byteorder), 8: (1).to_bytes(4, sys.byteorder)}
    if ipv6:
        assert attributes(families[10]) == {8: b"\1"}, "no link-local address"


def test_a_link_says_whether_it_carries_traffic() -> None:
    head = bytes(4) + (5).to_bytes(4, sys.byteorder) + bytes(8)
    name = attribute(3, b"eth0\0")

    up = rtnetlink.parse_link(head + name + attribute(16, b"\6"))
    down = rtnetlink.parse_link(head + name + attribute(16, b"\2"))

    assert (up.index, up.name, up.operational) == (5, "eth0", True)
    assert not down.operational


@pytest.mark.parametrize(
    "request_",
    [
        rtnetlink.link_up(3),
        rtnetlink.delete_link("pd1"),
        rtnetlink.permanent_neighbour(3, IPv4Address("10.0.0.1"), b"\2abcde"),
        rtnetlink.delete_address(1, IPv4Address("10.0.0.1")),
        rtnetlink.delete_link_route(IPv4Address("10.0.0.1"), 3),
    ],
    ids=lambda request: str(request.kind),
)
def test_every_change_asks_for_an_answer(request_: Request) -> None:
    """Without the flag the kernel only answers failures, and the sender would wait forever."""
    assert request_.flags & 0x4
    assert NESTED == 0x8000
