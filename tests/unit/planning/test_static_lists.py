"""A group's static addresses, one by one, with the AZs of their subnets."""

from paasta_deploy.planning.static_lists import has_static_addresses, static_lists
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest
from tests.unit.planning.test_placement import group, manifest

CLOUD = """
azs: [{name: z1}, {name: z2}]
vm_types: [{name: small}]
networks:
- name: default
  subnets:
  - {range: 10.0.1.0/24, gateway: 10.0.1.1, az: z1, static: [10.0.1.5 - 10.0.1.9]}
  - {range: 10.0.2.0/24, gateway: 10.0.2.1, azs: [z1, z2], static: [10.0.2.5]}
- {name: public, type: vip}
compilation: {workers: 1, network: default, az: z1, vm_type: small}
"""


def web(static: str, instances: int = 3) -> str:
    uses = f"{{name: default, default: [dns, gateway], {static}}}"
    return manifest(group("web", instances, ["z1", "z2"])).replace("{name: default}", uses)


def test_each_address_knows_the_azs_of_its_subnet() -> None:
    text = web("static_ips: [10.0.2.5, 10.0.1.5 - 10.0.1.6]")
    text = text.replace(
        "10.0.1.6]}", "10.0.1.6]}, {name: public, static_ips: [1.1.1.1 - 1.1.1.3]}"
    )
    (found,) = parsed_manifest(text).instance_groups

    lists = static_lists(found, parsed_cloud_config(CLOUD))

    assert {
        name: [(str(item.ip), item.azs) for item in items] for name, items in lists.items()
    } == {
        "default": [("10.0.2.5", 0b11), ("10.0.1.5", 0b01), ("10.0.1.6", 0b01)],
        "public": [("1.1.1.1", 0b11), ("1.1.1.2", 0b11), ("1.1.1.3", 0b11)],
    }
    assert has_static_addresses(found)


def test_an_address_of_no_subnet_serves_no_az() -> None:
    (found,) = parsed_manifest(web("static_ips: [10.0.1.99]", 1)).instance_groups

    (items,) = static_lists(found, parsed_cloud_config(CLOUD)).values()

    assert [item.azs for item in items] == [0]


def test_groups_without_static_addresses_are_placed_by_az() -> None:
    (found,) = parsed_manifest(manifest(group("web", 2, ["z1"]))).instance_groups

    assert not has_static_addresses(found)
