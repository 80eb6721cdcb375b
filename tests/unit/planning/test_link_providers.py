"""What a link's content says about its provider, and how instances are reached."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from paasta_deploy.model.ids import NetworkName
from paasta_deploy.model.recorded import AddressReservation, InstanceRecord
from paasta_deploy.planning.link_providers import (
    LinkContents,
    address_of,
    canonical,
    default_network,
    dns_name,
    providers_of,
    undeclared_properties,
)
from paasta_deploy.planning.placement import PlacedInstance
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest
from tests.unit.planning.shop import CLOUD, MANIFEST, shop


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("[{name: a, default: [dns, gateway]}, {name: b}]", "a"),
        ("[{name: a}, {name: b, default: [dns, gateway]}]", "b"),
        ("[{name: a, default: [addressable]}, {name: b, default: [dns, gateway]}]", "a"),
    ],
)
def test_an_instance_is_reached_on_its_addressable_network_or_where_its_gateway_is(
    uses: str, expected: str
) -> None:
    text = MANIFEST.replace("[{name: default}]", uses, 1)

    assert default_network(parsed_manifest(text).instance_groups[0]) == expected


def test_names_become_dns_labels() -> None:
    assert canonical("My_Group.1") == "my-group1"
    assert dns_name("0", "data_base", "default", "cf") == "0.data-base.default.cf.bosh"


def test_an_address_in_a_dynamic_network_is_the_clouds_or_else_the_name() -> None:
    manifest = parsed_manifest(MANIFEST)
    cloud = parsed_cloud_config(CLOUD)
    dynamic = parsed_cloud_config(
        CLOUD[: CLOUD.index("networks:")]
        + "networks:\n- {name: default, type: dynamic}\n"
        + "compilation: {workers: 1, network: default, vm_type: small}\n"
    )
    record = shop().think().placement.instances[0].record
    unknown = PlacedInstance(record=_with_address(record, None), addresses={})
    known = PlacedInstance(record=_with_address(record, "10.9.9.9"), addresses={})
    network = NetworkName("default")

    assert address_of(known, network, manifest, dynamic, by_name=False) == "10.9.9.9"
    assert address_of(unknown, network, manifest, dynamic, by_name=False).endswith(".bosh")
    assert address_of(known, network, manifest, cloud, by_name=True).endswith(".bosh")


def _with_address(record: InstanceRecord, ip: str | None) -> InstanceRecord:
    held = () if ip is None else (_reservation(ip),)
    return replace(record, addresses=held)


def _reservation(ip: str) -> AddressReservation:
    return AddressReservation(network=NetworkName("default"), ip=ip_address(ip), static=False)


def test_a_content_is_built_once_for_all_its_consumers() -> None:
    thought = shop().think()
    (provider,) = providers_of(thought.desired, [])
    contents = LinkContents(thought.desired, thought.placement)

    first = contents.content(provider, None, ip_addresses=None)

    assert contents.content(provider, NetworkName("default"), ip_addresses=True) is first
    assert contents.content(provider, None, ip_addresses=False) is not first


def test_given_properties_go_before_defaults_and_what_is_neither_is_named() -> None:
    thought = shop().think()
    (provider,) = providers_of(thought.desired, [])

    assert LinkContents(thought.desired, thought.placement).properties(provider) == {"size": 7}
    assert undeclared_properties(provider) == []
