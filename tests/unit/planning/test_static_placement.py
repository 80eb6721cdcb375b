"""Static addresses: who keeps them, and how they are spread over AZs.

Laws: every instance has exactly one address of each list, all different, each of its own AZ; when
no spread exists that is said, and when one exists it is found.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)
from paasta_deploy.model.recorded import AddressReservation, InstanceRecord
from paasta_deploy.planning.az_placement import Seating
from paasta_deploy.planning.static_placement import (
    StaticAddress,
    StaticSpreadError,
    seat_by_static_addresses,
)

AZS = [AzName("z1"), AzName("z2"), AzName("z3")]


def listed(network: int, azs_of_each: list[int]) -> list[StaticAddress]:
    return [
        StaticAddress(ip=ip_address(f"10.{network}.0.{number}"), azs=azs)
        for number, azs in enumerate(azs_of_each, start=1)
    ]


def record(index: int, az: str, *ips: str) -> InstanceRecord:
    return InstanceRecord(
        instance_id=InstanceId(f"i{index}"),
        deployment=DeploymentName("shop"),
        group=InstanceGroupName("web"),
        index=index,
        az=AzName(az),
        bootstrap=False,
        addresses=tuple(
            AddressReservation(network=NetworkName("n0"), ip=ip_address(ip), static=True)
            for ip in ips
        ),
    )


def seat(
    lists: Mapping[NetworkName, list[StaticAddress]],
    existing: list[InstanceRecord] | None = None,
    count: int | None = None,
) -> Seating:
    wanted = len(next(iter(lists.values()))) if count is None else count
    return seat_by_static_addresses(AZS, wanted, existing or [], lists)


def can_be_spread(lists: list[list[int]]) -> bool:
    """Try everything: one AZ for each address, equal numbers in all networks."""
    profiles: set[tuple[int, ...]] | None = None
    for azs_of_each in lists:
        found = set()
        for chosen in product(*([n for n in range(3) if azs >> n & 1] for azs in azs_of_each)):
            found.add(tuple(chosen.count(number) for number in range(3)))
        profiles = found if profiles is None else profiles & found
    return bool(profiles)


@given(
    lists=st.integers(1, 5).flatmap(
        lambda count: st.lists(
            st.lists(st.integers(1, 7), min_size=count, max_size=count), min_size=1, max_size=3
        )
    )
)
@example(lists=[[0b010, 0b101], [0b011, 0b100]])  # always taking the emptiest AZ gets stuck here
def test_a_spread_is_found_exactly_when_there_is_one(lists: list[list[int]]) -> None:
    named = {NetworkName(f"n{i}"): listed(i, azs) for i, azs in enumerate(lists)}
    if not can_be_spread(lists):
        with pytest.raises(StaticSpreadError):
            seat(named)
        return

    seats = seat(named).seats

    for name, addresses in named.items():
        given_out = [one.static[name] for one in seats]
        assert sorted(given_out) == sorted(item.ip for item in addresses)
        azs = {item.ip: item.azs for item in addresses}
        for one in seats:
            assert azs[one.static[name]] >> AZS.index(one.az) & 1  # type: ignore[arg-type] # an AZ of the list


@given(count=st.integers(1, 9))
def test_addresses_that_serve_every_az_are_spread_evenly(count: int) -> None:
    seats = seat({NetworkName("n0"): listed(0, [0b111] * count)}).seats

    counts = [sum(one.az == az for one in seats) for az in AZS]
    assert max(counts) - min(counts) <= 1


def test_who_holds_a_listed_address_keeps_it() -> None:
    existing = [record(0, "z1", "10.0.0.2"), record(1, "z1", "10.0.0.1")]

    seats = seat({NetworkName("n0"): listed(0, [1, 1])}, existing).seats

    held = {one.former.index: str(one.static[NetworkName("n0")]) for one in seats if one.former}
    assert held == {0: "10.0.0.2", 1: "10.0.0.1"}


def test_an_instance_without_a_listed_address_stays_if_its_az_has_one_left() -> None:
    existing = [record(0, "z2"), record(1, "z3")]

    seating = seat({NetworkName("n0"): listed(0, [1, 2])}, existing)

    assert [(one.az, one.former and one.former.index) for one in seating.seats] == [
        ("z2", 0),
        ("z1", None),
    ]
    assert [item.index for item in seating.obsolete] == [1]


def test_a_holder_gets_its_address_in_the_other_network_from_its_own_az() -> None:
    existing = [record(0, "z2", "10.0.0.1")]
    lists = {NetworkName("n0"): listed(0, [2, 1]), NetworkName("n1"): listed(1, [1, 2])}

    seats = seat(lists, existing).seats

    assert seats[0].az == "z2"
    assert str(seats[0].static[NetworkName("n1")]) == "10.1.0.2"


def test_a_holder_whose_az_the_other_network_lacks_cannot_be_served() -> None:
    existing = [record(0, "z2", "10.0.0.1")]
    lists = {NetworkName("n0"): listed(0, [2]), NetworkName("n1"): listed(1, [1])}

    with pytest.raises(StaticSpreadError):
        seat(lists, existing)
