"""Subnets of manual networks: everything must lie inside the range."""

from ipaddress import ip_address

import pytest

from paasta_deploy.manifest import parse_cloud_config
from paasta_deploy.model.cloud_config import ManualNetwork, Subnet
from paasta_deploy.model.ids import NetworkName
from tests.unit.manifest.parsing.documents import CLOUD, changed, cloud_of, cloud_problems
from tests.unit.manifest.texts import node

SUBNET = CLOUD[CLOUD.index("  - range") : CLOUD.index("- name: cloudy")]


def subnet(text: str) -> Subnet:
    """Return the subnet that a text describes."""
    config = cloud_of(changed(CLOUD, (SUBNET, f"  - {text}\n")))
    network = config.networks[NetworkName("private")]
    assert isinstance(network, ManualNetwork)
    return network.subnets[0]


def problems(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with a subnet; that the compilation lacks its AZ is not meant."""
    found = cloud_problems((SUBNET, f"  - {text}\n"), ("  az: z1\n", ""))
    return [item for item in found if item[0] != "PD0147"]


def test_every_key_is_read() -> None:
    read = subnet(
        "{range: 'fd00::/64', gateway: 'fd00::1', name: s, netmask_bits: 80, prefix: '80',"
        " cloud_properties: {a: 1}, azs: [z1, z1, z2]}"
    )

    assert (read.gateway, read.name) == (ip_address("fd00::1"), "s")
    assert (read.netmask_bits, read.prefix) == (80, 80)
    assert (read.cloud_properties, read.azs) == ({"a": 1}, ("z1", "z2"))


R = "range: 10.0.0.0/24, gateway: 10.0.0.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{gateway: 10.0.0.1}", [("PD0102", "{")]),
        ("{range: 10.0.0.0/24}", [("PD0102", "{")]),
        ("{range: 10.0.0.0/24, gateway: 10.0.1.1}", [("PD0409", "10.0.1.1")]),
        ("{range: 10.0.0.0/24, gateway: 10.0.0.0}", [("PD0409", "10.0.0.0")]),
        ("{range: 10.0.0.0/24, gateway: 10.0.0.255}", [("PD0409", "10.0.0.255")]),
        ("{range: 10.0.0.0/24, gateway: 10.0.0.0/30}", [("PD0409", "10.0.0.0/30")]),
        ("{range: 10.0.0.0/24, gateway: 'fd00::1'}", [("PD0409", "'fd00::1'")]),
        ("{range: 10.0.0.1, gateway: 10.0.0.1}", [("PD0408", "10.0.0.1")]),
        (f"{{{R}, reserved: [10.0.1.5]}}", [("PD0410", "10.0.1.5")]),
        (f"{{{R}, reserved: [10.0.0.200 - 10.0.1.5]}}", [("PD0410", "10.0.0.200 - 10.0.1.5")]),
        (f"{{{R}, static: [10.0.1.5]}}", [("PD0411", "10.0.1.5")]),
        (f"{{{R}, static: [10.0.0.1]}}", [("PD0411", "10.0.0.1")]),
        (f"{{{R}, reserved: [10.0.0.8/29], static: [10.0.0.9]}}", [("PD0411", "10.0.0.9")]),
        (f"{{{R}, static: [10.0.0.1 - 10.0.0.3]}}", [("PD0411", "10.0.0.1 - 10.0.0.3")]),
        (f"{{{R}, dns: [8.8.8.8, 10.0.0.0/30]}}", [("PD0412", "10.0.0.0/30")]),
        (f"{{{R}, dns: [nope]}}", [("PD0412", "nope")]),
        (f"{{{R}, az: z1, azs: [z2]}}", [("PD0413", "azs")]),
        (f"{{{R}, azs: []}}", [("PD0413", "[")]),
        (f"{{{R}, azs: [z1, z9]}}", [("PD0414", "z9")]),
        (f"{{{R}, azs: [[z1], z9]}}", [("PD0101", "["), ("PD0414", "z9")]),
        (f"{{{R}, az: z9}}", [("PD0414", "z9")]),
        (f"{{{R}, prefix: 20}}", [("PD0416", "20")]),
        (f"{{{R}, prefix: 33}}", [("PD0416", "33")]),
        (f"{{{R}, prefix: big}}", [("PD0101", "big")]),
        (f"{{{R}, netmask_bits: '8'}}", [("PD0101", "'8'")]),
        (f"{{{R}, statik: x}}", [("PD0103", "statik")]),
        ("{rnge: 10.0.0.0/24, gateway: 10.0.0.1}", [("PD0103", "rnge")]),
        ("{range: 10.0.0.9/24, gateway: 10.0.0.1}", [("PD0417", "10.0.0.9/24")]),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(text) == expected


def test_a_gateway_is_not_needed_where_the_director_says_so() -> None:
    text = changed(CLOUD, ("    gateway: 10.0.0.1\n", ""))

    assert parse_cloud_config([node(text)], gateway_needed=False).cloud_config is not None


def test_a_network_of_sixteen_million_addresses_is_read_at_once() -> None:
    text = "{range: 10.0.0.0/8, gateway: 10.0.0.1, static: [10.128.0.0/10], az: z1}"

    assert subnet(text).dynamic_pool().size == (1 << 24) - (1 << 22) - 3
