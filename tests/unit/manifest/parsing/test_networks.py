"""``networks:`` of a cloud config."""

from ipaddress import ip_address

import pytest

from paasta_deploy.manifest import parse_cloud_config
from paasta_deploy.model.addresses import AddressRange, AddressSet
from paasta_deploy.model.cloud_config import DynamicNetwork, Network, VipNetwork
from paasta_deploy.model.ids import NetworkName
from tests.unit.manifest.parsing.documents import CLOUD, changed, cloud_of
from tests.unit.manifest.texts import found, node

EXTRA = "- name: cloudy\n  type: dynamic\n"


def network(text: str) -> Network:
    """Return the network that a text describes."""
    return cloud_of(changed(CLOUD, (EXTRA, f"- {text}\n"))).networks[NetworkName("x")]


def problems(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with a network."""
    whole = changed(CLOUD, (EXTRA, f"- {text}\n"))
    return found(whole, parse_cloud_config([node(whole)]).diagnostics)


def test_a_dynamic_network_may_have_subnets() -> None:
    read = network("{name: x, type: dynamic, subnets: [{az: z1, dns: [1.1.1.1], name: s}]}")

    assert isinstance(read, DynamicNetwork)
    assert [(subnet.azs, subnet.dns) for subnet in read.subnets] == [(("z1",), ("1.1.1.1",))]


def test_a_vip_network_may_have_addresses() -> None:
    read = network("{name: x, type: vip, subnets: [{static: [1.2.3.4], azs: [z1], prefix: 32}]}")

    assert isinstance(read, VipNetwork)
    only = ip_address("1.2.3.4")
    assert read.subnets[0].static == AddressSet([AddressRange(only, only)])
    assert (read.subnets[0].azs, read.subnets[0].prefix) == (("z1",), 32)


A = "range: 10.1.0.0/24, gateway: 10.1.0.1"
B = "range: 10.2.0.0/24, gateway: 10.2.0.1"
WIDE, INSIDE = "range: 10.1.0.0/16, gateway: 10.1.0.1", "range: 10.1.9.0/24, gateway: 10.1.9.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: vip}", [("PD0102", "{")]),
        ("{name: -x, type: vip}", [("PD0107", "-x")]),
        ("{name: x, type: static}", [("PD0407", "static")]),
        ("{name: x}", [("PD0102", "{")]),
        ("{name: x, type: vip, public: 1}", [("PD0103", "public")]),
        ("{name: x, type: dynamic, azs: [z1]}", [("PD0413", "azs")]),
        ("{name: x, type: dynamic, managed: true}", [("PD0413", "managed")]),
        ("{name: x, type: dynamic, subnets: [], dns: []}", [("PD0413", "dns")]),
        ("{name: x, type: dynamic, subnets: [{az: z9}]}", [("PD0414", "z9")]),
        ("{name: x, type: dynamic, subnets: [{dsn: 1}]}", [("PD0103", "dsn")]),
        ("{name: x, type: vip, subnets: [{static: [x]}]}", [("PD0135", "x")]),
        (f"{{name: x, subnets: [{{{A}}}, {{{A}}}]}}", [("PD0415", "10.1.0.0/24")]),
        (f"{{name: x, subnets: [{{{WIDE}}}, {{{INSIDE}}}]}}", [("PD0415", "10.1.9.0/24")]),
        (f"{{name: x, subnets: [{{{INSIDE}}}, {{{WIDE}}}]}}", [("PD0415", "10.1.0.0/16")]),
        (f"{{name: x, subnets: [{{{A}}}, {{{B}, azs: [z1]}}]}}", [("PD0122", "{")]),
        (f"{{name: x, subnets: [{{{A}, az: z1}}, {{{B}}}]}}", [("PD0122", "{")]),
        (f"{{name: x, subnets: [{{{A}, prefix: 28}}, {{{B}}}]}}", [("PD0416", "{")]),
        (f"{{name: x, subnets: [{{{A}}}, {{{B}}}]}}", []),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert problems(text) == expected


def test_a_managed_subnet_needs_a_name_and_no_range() -> None:
    assert problems("{name: x, managed: true, subnets: [{name: s}, {name: t}]}") == []
    assert problems("{name: x, managed: true, subnets: [{az: z1}]}") == [("PD0102", "{")]


def test_many_subnets_that_do_not_touch_are_fine() -> None:
    subnets = ", ".join(f"{{range: 10.{n}.0.0/16, gateway: 10.{n}.0.1}}" for n in range(1, 200))

    assert problems(f"{{name: x, subnets: [{subnets}]}}") == []
