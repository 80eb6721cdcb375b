"""Sets of addresses as ranges. Properties: they behave as the sets of their addresses do."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.addresses import NO_ADDRESSES, AddressRange, AddressSet

numbers = st.integers(0, 60)
ranges = st.tuples(numbers, numbers).map(
    lambda pair: AddressRange(IPv4Address(min(pair)), IPv4Address(max(pair)))
)
sets = st.lists(ranges, max_size=6).map(AddressSet)


def listed(addresses: AddressSet) -> set[int]:
    """Return the addresses one by one, as numbers."""
    return {int(address) for address in addresses}


@given(st.lists(ranges, max_size=6))
def test_a_set_has_the_addresses_of_its_ranges(items: list[AddressRange]) -> None:
    addresses = AddressSet(items)

    assert listed(addresses) == {int(address) for item in items for address in item}
    assert addresses.size == len(listed(addresses))
    assert bool(addresses) == bool(items)


@given(sets, sets)
def test_union_and_difference_are_those_of_sets(one: AddressSet, other: AddressSet) -> None:
    assert listed(one.union(other)) == listed(one) | listed(other)
    assert listed(one.minus(other)) == listed(one) - listed(other)


@given(sets, ranges)
def test_questions_about_a_range_are_those_about_its_addresses(
    addresses: AddressSet, item: AddressRange
) -> None:
    inside = {int(address) for address in item}

    assert addresses.overlaps(item) == bool(listed(addresses) & inside)
    assert addresses.covers(item) == (inside <= listed(addresses))
    assert listed(addresses.within(item)) == listed(addresses) & inside


@given(sets, numbers)
def test_membership_is_that_of_a_set(addresses: AddressSet, number: int) -> None:
    assert (IPv4Address(number) in addresses) == (number in listed(addresses))


@given(sets)
def test_ranges_are_sorted_and_never_touch(addresses: AddressSet) -> None:
    for below, above in zip(addresses.ranges, addresses.ranges[1:], strict=False):
        assert int(below.last) + 1 < int(above.first)


@given(st.lists(ranges, max_size=5))
def test_the_order_of_ranges_does_not_matter(items: list[AddressRange]) -> None:
    assert AddressSet(items) == AddressSet(reversed(items))
    assert hash(AddressSet(items)) == hash(AddressSet(reversed(items)))


def test_both_versions_live_side_by_side() -> None:
    four = AddressRange(IPv4Address(1), IPv4Address(2))
    six = AddressRange(IPv6Address(1), IPv6Address(2))
    both = AddressSet([six, four])

    assert both.ranges == (four, six)
    assert IPv6Address(3) not in both
    assert not four.overlaps(six)
    assert not four.covers(six)
    assert IPv4Address(1) not in six
    assert both.minus(AddressSet([four])) == AddressSet([six])


def test_a_huge_network_costs_nothing() -> None:
    whole = AddressRange.of_network(ip_network("fd00::/8"))

    assert whole.size == 1 << 120
    assert next(iter(AddressSet([whole]))) == IPv6Address("fd00::")
    assert AddressSet([whole]).minus(AddressSet([AddressRange(whole.first, whole.first)])).size


def test_ranges_and_sets_are_shown_as_people_write_them() -> None:
    one = AddressRange(IPv4Address("10.0.0.1"), IPv4Address("10.0.0.1"))
    two = AddressRange(IPv4Address("10.0.0.5"), IPv4Address("10.0.0.9"))

    assert str(AddressSet([two, one])) == "10.0.0.1, 10.0.0.5 - 10.0.0.9"
    assert repr(AddressSet([one])) == "AddressSet(10.0.0.1)"


def test_a_set_equals_only_sets() -> None:
    assert NO_ADDRESSES != ()
    assert AddressSet() == NO_ADDRESSES


def test_a_range_goes_upwards() -> None:
    with pytest.raises(AssertionError):
        AddressRange(IPv4Address(2), IPv4Address(1))
