"""Pools of subnets."""

from ipaddress import ip_address, ip_network

import pytest

from paasta_deploy.model.addresses import AddressRange, AddressSet
from paasta_deploy.model.cloud_config import Subnet
from paasta_deploy.model.ids import AzName


def pool(first: str, last: str) -> AddressSet:
    """Return a range as a set."""
    return AddressSet([AddressRange(ip_address(first), ip_address(last))])


def test_edges_gateway_reserved_and_static_addresses_are_not_given_out() -> None:
    subnet = Subnet(
        range=ip_network("10.0.0.0/28"),
        gateway=ip_address("10.0.0.1"),
        reserved=pool("10.0.0.2", "10.0.0.3"),
        static=pool("10.0.0.10", "10.0.0.11"),
    )

    assert str(subnet.restricted()) == "10.0.0.0 - 10.0.0.3, 10.0.0.15"
    assert str(subnet.dynamic_pool()) == "10.0.0.4 - 10.0.0.9, 10.0.0.12 - 10.0.0.14"


def test_a_subnet_whose_range_the_cloud_chooses_has_no_pool() -> None:
    subnet = Subnet(range=None, reserved=pool("10.0.0.2", "10.0.0.3"))

    assert not subnet.dynamic_pool()
    assert str(subnet.restricted()) == "10.0.0.2 - 10.0.0.3"


@pytest.mark.parametrize(
    ("azs", "az", "serves"),
    [(None, "z1", True), (("z1",), "z1", True), (("z1",), "z2", False), (("z1",), None, True)],
)
def test_a_subnet_serves_its_azs(
    azs: tuple[str, ...] | None, az: str | None, *, serves: bool
) -> None:
    subnet = Subnet(range=None, azs=None if azs is None else tuple(map(AzName, azs)))

    assert subnet.serves(None if az is None else AzName(az)) is serves
