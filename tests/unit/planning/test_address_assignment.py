"""Which instance gets which address.

Laws: no address twice; every address is in its network, not reserved, not static unless listed;
nobody loses an address that is still right; what a VM has stays held until the VM is gone.
"""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import DeploymentName, InstanceId, NetworkName
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.planning_world import parsed_cloud_config, parsed_manifest
from tests.unit.planning.shop import deployed_shop
from tests.unit.planning.test_placement import after, group, manifest, nothing

HEAD = """
azs: [{name: z1}, {name: z2}, {name: z3}]
vm_types: [{name: small}]
compilation: {workers: 1, network: default, az: z1, vm_type: small}
"""
DEFAULT = """
networks:
- name: default
  subnets:
  - {range: 10.0.0.0/28, gateway: 10.0.0.1, azs: [z1, z2, z3], static: [10.0.0.8 - 10.0.0.10]}
"""


def placed(
    text: str,
    networks: str = DEFAULT,
    recorded: RecordedDeployment | None = None,
    taken: tuple[TakenAddress, ...] = (),
) -> Placement:
    return place(
        parsed_manifest(text),
        parsed_cloud_config(HEAD + networks),
        recorded or nothing(),
        FakeIds(len(recorded.instances) if recorded else 0),
        taken=taken,
    )


def addresses(placement: Placement) -> list[str]:
    return [str(ip) for item in placement.instances for ip in item.addresses.values()]


def other(ip: str) -> TakenAddress:
    return ip_address(ip), DeploymentName("other"), InstanceId("theirs")


@given(taken=st.sets(st.integers(2, 14), max_size=9), count=st.integers(0, 8))
def test_new_instances_get_the_lowest_free_addresses(taken: set[int], count: int) -> None:
    holders = tuple(other(f"10.0.0.{number}") for number in taken)

    placement = placed(manifest(group("web", count, ["z1"])), taken=holders)

    free = [f"10.0.0.{number}" for number in (*range(2, 8), *range(11, 15)) if number not in taken]
    assert addresses(placement) == free[:count]
    assert bool(placement.diagnostics) == (count > len(free))


@given(counts=st.lists(st.integers(0, 5), min_size=2, max_size=2))
def test_no_address_is_given_twice_and_all_are_inside(counts: list[int]) -> None:
    text = manifest(*(group(f"g{i}", count, ["z1"]) for i, count in enumerate(counts)))

    found = addresses(placed(text))

    assert len(found) == len(set(found))
    assert all(ip_address(ip) in ip_network("10.0.0.0/28") for ip in found)


def test_an_address_that_became_reserved_is_given_up_only_with_its_machine() -> None:
    world = deployed_shop()
    world.cloud_config = world.cloud_config.replace(
        "    dns:", "    reserved: [10.0.0.2]\n    dns:"
    )

    (moved,) = (
        item for item in world.think().placement.instances if len(item.record.addresses) > 1
    )

    assert [str(item.ip) for item in moved.record.addresses] == ["10.0.0.7", "10.0.0.2"]
    assert [str(ip) for ip in moved.addresses.values()] == ["10.0.0.7"]


def test_going_back_in_the_middle_takes_what_the_machine_has() -> None:
    world = deployed_shop()
    before = world.cloud_config
    world.cloud_config = before.replace("    dns:", "    reserved: [10.0.0.2]\n    dns:")
    world.fold.write(world.think().placement.changes)

    world.cloud_config = before
    placement = world.think().placement

    assert addresses(placement)[0] == "10.0.0.2"
    assert all(len(item.record.addresses) == 1 for item in placement.instances)


def test_an_address_moves_with_its_instance_to_a_network_that_contains_it() -> None:
    recorded = after(placed(manifest(group("web", 2, ["z1"]))))
    renamed = DEFAULT.replace("name: default", "name: private")
    text = manifest(group("web", 2, ["z1"])).replace("{name: default}", "{name: private}")
    cloud = renamed + "compilation: {workers: 1, network: private, az: z1, vm_type: small}\n"

    placement = place(
        parsed_manifest(text),
        parsed_cloud_config(HEAD[: HEAD.index("compilation")] + cloud),
        recorded,
        FakeIds(5),
    )

    assert addresses(placement) == ["10.0.0.2", "10.0.0.3"]
    assert {item.network for i in placement.instances for item in i.record.addresses} == {
        "private"
    }


def test_static_addresses_are_kept_by_who_holds_them() -> None:
    static = "static_ips: [10.0.0.8, 10.0.0.9]"
    text = manifest(group("web", 2, ["z1"])).replace(
        "{name: default}", f"{{name: default, {static}}}"
    )
    recorded = after(placed(text))
    swapped = text.replace("10.0.0.8, 10.0.0.9", "10.0.0.9, 10.0.0.8")

    assert placed(swapped, recorded=recorded).changes == ()
    assert all(item.static for i in placed(text).instances for item in i.record.addresses)


def test_a_static_address_of_another_deployment_is_refused_with_its_holder() -> None:
    text = manifest(group("web", 1, ["z1"])).replace(
        "{name: default}", "{name: default, static_ips: [10.0.0.8]}"
    )

    (said,) = placed(text, taken=(other("10.0.0.8"),)).diagnostics

    assert said.bosh_code == 130008
    assert "`theirs` of deployment `other`" in said.summary


def test_subnets_are_used_in_order_and_by_az() -> None:
    networks = """
networks:
- name: default
  subnets:
  - {range: 10.0.1.0/29, gateway: 10.0.1.1, az: z1}
  - {range: 10.0.2.0/24, gateway: 10.0.2.1, azs: [z1, z2]}
"""

    placement = placed(manifest(group("web", 14, ["z1", "z2"])), networks)

    in_z1 = [
        str(item.addresses[NetworkName("default")])
        for item in placement.instances
        if item.record.az == "z1"
    ]
    assert in_z1[:5] == [f"10.0.1.{number}" for number in range(2, 7)]
    assert all(ip.startswith("10.0.2.") for ip in in_z1[5:])
    assert placement.diagnostics == ()


def test_a_dynamic_network_reserves_nothing_and_keeps_what_the_cloud_gave() -> None:
    networks = """
networks:
- name: default
  type: dynamic
  subnets: [{azs: [z1]}]
"""
    recorded = after(placed(manifest(group("web", 1, ["z1"])), networks))
    (record,) = recorded.instances
    assert record.addresses == ()
    from_cloud = after(placed(manifest(group("web", 1, ["z1"]))))
    given = replace(record, addresses=from_cloud.instances[0].addresses)
    recorded = replace(recorded, instances=(given,))

    again = placed(manifest(group("web", 1, ["z1"])), networks, recorded=recorded)

    assert again.instances[0].record.addresses == given.addresses
    assert again.instances[0].addresses == {}


def test_public_addresses_come_from_the_vip_network() -> None:
    networks = (
        DEFAULT
        + """
- name: public
  type: vip
  subnets:
  - {static: [1.2.3.4, 1.2.3.5], azs: [z1]}
"""
    )
    uses = "{name: default, default: [dns, gateway]}, {name: public}"
    text = manifest(group("web", 2, ["z1"])).replace("{name: default}", uses)

    assert addresses(placed(text, networks)) == ["10.0.0.2", "1.2.3.4", "10.0.0.3", "1.2.3.5"]


def test_an_ignored_instance_whose_addresses_would_change_is_refused() -> None:
    recorded = after(placed(manifest(group("web", 1, ["z1"]))))
    (record,) = recorded.instances
    recorded = replace(recorded, instances=(replace(record, ignored=True),))
    reserved = DEFAULT.replace("azs: [z1", "reserved: [10.0.0.2], azs: [z1")

    (said,) = placed(manifest(group("web", 1, ["z1"])), reserved, recorded=recorded).diagnostics

    assert said.bosh_code == 190020
