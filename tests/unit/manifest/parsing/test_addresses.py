"""Addresses as they are written. Property: a range that is shown reads as the same range."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.document.node import MapNode
from paasta_deploy.manifest.parsing.addresses import (
    address_set,
    parse_range,
    read_address,
    read_network,
    read_ranges,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.addresses import AddressRange
from tests.unit.manifest.texts import node

ADDRESSES = st.ip_addresses(v=4) | st.ip_addresses(v=6)


def fields(text: str) -> Fields:
    """Return the fields of a mapping."""
    tree = node(text)
    assert isinstance(tree, MapNode)
    return Fields(tree, "thing", Report())


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10.0.0.5", "10.0.0.5", "10.0.0.5"),
        (" 10.0.0.5 - 10.0.0.9 ", "10.0.0.5", "10.0.0.9"),
        ("10.0.0.5-10.0.0.9", "10.0.0.5", "10.0.0.9"),
        ("10.0.0.4/30", "10.0.0.4", "10.0.0.7"),
        ("10.0.0.5/30", "10.0.0.4", "10.0.0.7"),
        ("fd00::1", "fd00::1", "fd00::1"),
        ("fd00::/64", "fd00::", "fd00::ffff:ffff:ffff:ffff"),
    ],
)
def test_a_range_is_read(text: str, first: str, last: str) -> None:
    assert parse_range(text) == AddressRange(ip_address(first), ip_address(last))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10.0.0.9 - 10.0.0.5", "the first address is above the last"),
        ("10.0.0.1 - fd00::1", "one end is IPv4 and the other IPv6"),
        ("10.0.0.1 - 10.0.0.2 - 10.0.0.3", "there is more than one `-` in it"),
        ("10.0.0.256", "this is not an IPv4 or IPv6 address or network"),
        ("10.0.0.0/33", "this is not an IPv4 or IPv6 address or network"),
        ("10.0.0.1/24 - 10.0.0.9", "this is not an IPv4 or IPv6 address or network"),
        ("", "this is not an IPv4 or IPv6 address or network"),
    ],
)
def test_what_is_no_range_says_why(text: str, reason: str) -> None:
    assert parse_range(text) == reason


@given(ADDRESSES, ADDRESSES)
def test_a_shown_range_reads_as_the_same_range(
    one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address
) -> None:
    if one.version == other.version:
        first, last = sorted((one, other), key=int)
        shown = AddressRange(first, last)
        assert parse_range(str(shown)) == shown


@pytest.mark.parametrize(
    ("text", "size"),
    [("{k: 10.0.0.1}", 1), ("{k: [10.0.0.0/30, 10.0.0.9]}", 5), ("{k: ~}", 0), ("{}", 0)],
)
def test_ranges_are_one_text_or_a_list(text: str, size: int) -> None:
    assert address_set(read_ranges(fields(text), "k")).size == size


def test_a_single_address_must_be_single() -> None:
    one, many, absent = fields("{k: 10.0.0.1}"), fields("{k: 10.0.0.0/30}"), fields("{}")

    assert read_address(one, "k", codes.BAD_GATEWAY) == ip_address("10.0.0.1")
    assert read_address(many, "k", codes.BAD_GATEWAY) is None
    assert read_address(absent, "k", codes.BAD_GATEWAY) is None
    assert [item.code for item in many.report.diagnostics] == ["PD0409"]


@pytest.mark.parametrize(
    ("text", "network", "problems"),
    [
        ("10.0.0.0/24", "10.0.0.0/24", []),
        ("115.68.47.160/24", "115.68.47.0/24", ["PD0417"]),
        ("fd00::/64", "fd00::/64", []),
        ("10.0.0.1", None, ["PD0408"]),
        ("10.0.0.1/32", None, ["PD0408"]),
        ("10.0.0.0/x", None, ["PD0135"]),
        ("((range))", None, ["PD0149"]),
    ],
)
def test_the_range_of_a_subnet_is_a_network(
    text: str, network: str | None, problems: list[str]
) -> None:
    read = fields(f"{{range: '{text}'}}")

    assert read_network(read, "range", text) == (None if network is None else ip_network(network))
    assert [item.code for item in read.report.diagnostics] == problems
