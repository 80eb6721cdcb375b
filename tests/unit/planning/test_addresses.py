"""The book of held and free addresses: lowest first, never twice, never expanded."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import AzName, DeploymentName, InstanceId, NetworkName
from paasta_deploy.planning.addresses import AddressBook, Holder
from paasta_deploy.testing.planning_world import parsed_cloud_config

NETWORK = NetworkName("default")
US = Holder(DeploymentName("shop"), "us")


def book(subnets: str, *taken: str) -> AddressBook:
    cloud_config = parsed_cloud_config(f"""
azs: [{{name: z1}}, {{name: z2}}]
vm_types: [{{name: small}}]
networks:
- name: default
  subnets: [{subnets}]
compilation: {{workers: 1, network: default, az: z1, vm_type: small}}
""")
    return AddressBook(
        cloud_config,
        [(ip_address(ip), DeploymentName("other"), InstanceId("theirs")) for ip in taken],
    )


def taken_from(found: AddressBook, count: int, az: str | None = None) -> list[str]:
    ips = [found.take_lowest(NETWORK, AzName(az) if az else None, US) for _ in range(count)]
    return [str(ip) for ip in ips]


def test_the_lowest_free_address_comes_first_and_holes_are_filled() -> None:
    found = book("{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1, z2]}", "10.0.0.2", "10.0.0.4")

    assert taken_from(found, 3) == ["10.0.0.3", "10.0.0.5", "10.0.0.6"]


def test_a_huge_network_costs_no_more_than_a_small_one() -> None:
    found = book("{range: 10.0.0.0/8, gateway: 10.0.0.1, azs: [z1]}")

    assert taken_from(found, 3) == ["10.0.0.2", "10.0.0.3", "10.0.0.4"]
    assert found.size(NETWORK, AzName("z1")) == 2**24 - 3


def test_a_full_network_gives_nothing() -> None:
    found = book("{range: 10.0.0.0/30, gateway: 10.0.0.1, azs: [z1]}")

    assert taken_from(found, 2) == ["10.0.0.2", "None"]


def test_ipv6_addresses_are_apart_from_ipv4_addresses_of_the_same_number() -> None:
    found = book("{range: 'fd00::/64', gateway: 'fd00::1', azs: [z1]}")
    found.hold(ip_address("10.0.0.9"), US)

    assert taken_from(found, 2) == ["fd00::2", "fd00::3"]
    assert found.holder(ip_address("10.0.0.9")) == US
    assert found.holder(ip_address("::a00:9")) is None


def test_instances_that_get_blocks_get_whole_ones() -> None:
    found = book("{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1], prefix: 28}", "10.0.0.32")

    assert taken_from(found, 3) == ["10.0.0.16", "10.0.0.48", "10.0.0.64"]


def test_an_address_is_usable_in_its_az_unless_reserved_or_static() -> None:
    found = book(
        "{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1], reserved: [10.0.0.3],"
        " static: [10.0.0.4]}"
    )

    usable = {
        ip: found.is_usable(NETWORK, AzName("z1"), ip_address(ip))
        for ip in ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.1.0.2")
    }
    assert usable == {
        "10.0.0.1": False,
        "10.0.0.2": True,
        "10.0.0.3": False,
        "10.0.0.4": False,
        "10.1.0.2": False,
    }
    assert not found.is_usable(NETWORK, AzName("z2"), ip_address("10.0.0.2"))


def test_the_first_holder_of_an_address_stays_its_holder() -> None:
    found = book("{range: 10.0.0.0/24, gateway: 10.0.0.1, azs: [z1]}", "10.0.0.2")
    found.hold(ip_address("10.0.0.2"), US)

    holder = found.holder(ip_address("10.0.0.2"))
    assert holder is not None
    assert holder.what == "theirs"


@given(held=st.sets(st.integers(0, 31)), count=st.integers(0, 31))
def test_free_addresses_are_those_of_the_pool_that_nobody_holds(
    held: set[int], count: int
) -> None:
    found = book(
        "{range: 10.0.0.0/27, gateway: 10.0.0.1, reserved: [10.0.0.12 - 10.0.0.15], azs: [z1]}",
        *(f"10.0.0.{number}" for number in held),
    )

    pool = [number for number in range(2, 31) if not 12 <= number <= 15 and number not in held]
    expected = [f"10.0.0.{number}" for number in pool][:count]
    assert taken_from(found, len(expected)) == expected
