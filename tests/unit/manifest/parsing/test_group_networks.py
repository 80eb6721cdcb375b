"""``networks:`` of instance groups."""

from ipaddress import ip_address

import pytest

from paasta_deploy.model.addresses import AddressRange
from paasta_deploy.model.deployment import NetworkDefault
from tests.unit.manifest.parsing.documents import (
    DEPLOYMENT,
    changed,
    deployment_of,
    deployment_problems,
)

TWO_ADDRESSABLE = """\
- {name: a, default: [dns, gateway, addressable]}
- {name: b, default: [addressable]}"""
ONE = "  - name: private\n"


def networks(text: str) -> list[tuple[str, str]]:
    """Return what is wrong when the group has these networks."""
    return deployment_problems((ONE, "".join(f"  {line}\n" for line in text.splitlines())))


def test_static_addresses_stay_ranges_in_their_order() -> None:
    text = changed(
        DEPLOYMENT,
        ("  - name: private", "  - name: private\n    static_ips: [10.0.0.15, 10.0.0.10/31]"),
        ("instances: 2", "instances: 3"),
    )

    assert deployment_of(text).instance_groups[0].networks[0].static_ips == (
        AddressRange(ip_address("10.0.0.15"), ip_address("10.0.0.15")),
        AddressRange(ip_address("10.0.0.10"), ip_address("10.0.0.11")),
    )


def test_the_default_of_a_single_network_need_not_be_written() -> None:
    text = changed(DEPLOYMENT, (ONE, "  - {name: private, default: [dns, addressable]}\n"))

    assert deployment_of(text).instance_groups[0].networks[0].default == {
        NetworkDefault.DNS,
        NetworkDefault.GATEWAY,
    }


def test_two_networks_share_the_duties() -> None:
    text = changed(
        DEPLOYMENT,
        (ONE, "  - {name: a, default: [dns]}\n  - {name: b, default: [gateway], nic_group: 1}\n"),
    )
    one, other = deployment_of(text).instance_groups[0].networks

    assert [set(one.default), set(other.default)] == [
        {NetworkDefault.DNS},
        {NetworkDefault.GATEWAY},
    ]
    assert other.nic_group == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- {name: a}\n- {name: b}", [("PD0128", "networks")]),
        ("- {name: a, default: [dns]}\n- {name: b}", [("PD0128", "networks")]),
        (
            "- {name: a, default: [dns, gateway]}\n- {name: b, default: [dns]}",
            [("PD0129", "[")],
        ),
        (
            TWO_ADDRESSABLE,
            [("PD0129", "[")],
        ),
        ("- {name: a, default: [dsn]}", [("PD0127", "dsn")]),
        ("- {name: a, default: [[dns]]}", [("PD0101", "[")]),
        ("- {name: a, default: [dns, gateway]}\n- {name: a}", [("PD0148", "a")]),
        ("- private", [("PD0101", "private")]),
        ("- {nmae: a}", [("PD0103", "nmae")]),
        ("- {default: [dns]}", [("PD0102", "{")]),
        ("- {name: a, static_ips: []}", [("PD0502", "static_ips")]),
        ("- {name: a, static_ips: [10.0.0.1]}", [("PD0502", "static_ips")]),
        ("- {name: a, static_ips: 10.0.0.1 - 10.0.0.9}", [("PD0502", "static_ips")]),
        ("- {name: a, static_ips: [10.0.0.1, 10.0.0.1]}", [("PD0503", "10.0.0.1")]),
        ("- {name: a, static_ips: [10.0.0.1, nope]}", [("PD0135", "nope")]),
        ("- {name: a, static_ips: [<IP>, 5]}", [("PD0135", "<IP>"), ("PD0135", "5")]),
        ("- {name: a, static_ips: ((ips))}", [("PD0149", "((ips))")]),
        ("- {name: a, static_ips: ~}", []),
    ],
)
def test_mistakes_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert networks(text) == expected


def test_a_group_needs_a_network() -> None:
    assert deployment_problems((ONE, "    []\n")) == [("PD0126", "[")]
    assert deployment_problems(("  networks:\n" + ONE, "")) == [("PD0102", "name")]


def test_a_range_that_meets_a_single_address_is_double() -> None:
    text = "- {name: a, static_ips: [10.0.0.7, 10.0.0.1 - 10.0.0.9]}"

    assert networks(text)[0] == ("PD0502", "static_ips")
    assert networks(text)[1][0] == "PD0503"
