"""The walls around the machines' network, on a host that forwards for others and has an uplink."""

import os
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from paasta_providers.local import rtnetlink
from paasta_providers.local.links import RouteSocket

from paasta_deploy.cpi.errors import CloudConfigError
from tests.integration.providers.local.conftest import needs_root
from tests.integration.providers.local.machines import Host, open_host, open_provider

pytestmark = [needs_root, pytest.mark.root]

UPLINK, FAR_END = "up0", "up1"
OWN, GATEWAY = IPv4Address("198.51.100.2"), IPv4Address("198.51.100.1")
FAR_AWAY = "10.245.99.99"
"""Outside of every subnet here; the tests' guard knows it as an address of this machine."""

_IP_FRAMES = 0x0800
_IP_SOURCE = slice(26, 30)
"""Of an Ethernet frame with IPv4."""

_IP_TARGET = slice(30, 34)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    opened = open_host(tmp_path / "state", "namespaces")
    yield opened
    assert opened.end() == ()


@pytest.fixture
def far_end() -> Iterator[socket.socket]:
    """What a neighbour on the uplink would hear; the host has a default route through it."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    with RouteSocket() as host:
        host.do(
            [
                rtnetlink.new_veth(
                    name=UPLINK,
                    mac=bytes.fromhex("02000000aa01"),
                    peer_name=FAR_END,
                    peer_mac=bytes.fromhex("02000000aa02"),
                    peer_netns_fd=own,
                )
            ]
        )
        up, far = (socket.if_nametoindex(name) for name in (UPLINK, FAR_END))
        host.do(
            [
                rtnetlink.link_up(far),
                rtnetlink.link_up(up),
                rtnetlink.new_address(up, OWN, 24),
                rtnetlink.permanent_neighbour(up, GATEWAY, bytes.fromhex("02000000aa02")),
                rtnetlink.default_route(GATEWAY, up, OWN),
            ]
        )
    forwarding = Path("/proc/sys/net/ipv4/ip_forward")
    forwarding.write_text("1")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IP_FRAMES)) as ears:
        ears.bind((FAR_END, _IP_FRAMES))
        ears.settimeout(90)
        yield ears
    forwarding.write_text("0")
    with RouteSocket() as host:
        host.do([rtnetlink.delete_link(UPLINK)])
    os.close(own)


def heard_before(ears: socket.socket, last: IPv4Address) -> list[IPv4Address]:
    """Return who has sent something until a packet for ``last`` was heard."""
    senders: list[IPv4Address] = []
    while True:
        frame = ears.recv(2048)
        if IPv4Address(frame[_IP_TARGET]) == last:
            return senders
        senders.append(IPv4Address(frame[_IP_SOURCE]))


@pytest.mark.parametrize("target", [FAR_AWAY, "10.244.0.200"], ids=["outside", "unused"])
def test_nothing_of_a_machine_leaves_the_host(
    host: Host, far_end: socket.socket, target: str
) -> None:
    """The host's own packet, sent afterwards, shows that the ears are open."""
    host.create(0)
    host.ask(0, "connect", target, 7000)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.sendto(b"host", ("10.245.99.98", 9))

    assert host.request(0).networks[0].ip not in heard_before(far_end, IPv4Address("10.245.99.98"))


@pytest.mark.usefixtures("far_end")
def test_a_packet_for_an_unused_address_is_answered_on_the_host(host: Host) -> None:
    host.create(0)

    with pytest.raises(OSError, match="No route to host"):
        socket.create_connection(("10.244.0.201", 7000), 90)


def test_switches_for_all_interfaces_stay_as_they_are(host: Host) -> None:
    switches = [
        Path("/proc/sys/net/ipv4/ip_forward"),
        Path("/proc/sys/net/ipv4/conf/all/rp_filter"),
        Path("/proc/sys/net/ipv4/conf/default/forwarding"),
        Path("/proc/sys/net/ipv4/conf/lo/forwarding"),
    ]
    before = [switch.read_text() for switch in switches]
    host.create(0)

    assert [switch.read_text() for switch in switches] == before


def test_a_network_that_the_host_uses_is_refused(host: Host) -> None:
    with RouteSocket() as own:
        loopback = socket.if_nametoindex("lo")
        taken = rtnetlink.new_address(loopback, IPv4Address("10.244.0.77"), 24)
        own.do([taken])
        with pytest.raises(CloudConfigError, match=r"10\.244\.0\.0/24 overlaps"):
            host.create(0)
        own.do([rtnetlink.delete_address(loopback, IPv4Address("10.244.0.77"), 24)])

    assert host.provider.list_vms() == []


def test_an_address_that_somebody_routes_elsewhere_is_refused_and_left_alone(host: Host) -> None:
    """Another director's machine, for example: its route carries our mark as well."""
    host.create(1)
    with RouteSocket() as own:
        route = rtnetlink.link_route(IPv4Address("10.244.0.2"), socket.if_nametoindex("lo"), None)
        own.do([route])
        with pytest.raises(CloudConfigError, match="has that name or address"):
            host.create(0)
        kept = [str(item.destination) for item in own.routes()]
        own.do(
            [rtnetlink.delete_link_route(IPv4Address("10.244.0.2"), socket.if_nametoindex("lo"))]
        )

    assert "10.244.0.2/32" in kept
    assert host.provider.find_vm(host.request(0).agent_id) is None


def test_releasing_the_host_leaves_it_as_it_was(tmp_path: Path) -> None:
    def all_of_it() -> tuple[object, ...]:
        with RouteSocket() as own:
            return own.links(), own.addresses(), own.routes(), own.rules()

    before = all_of_it()
    host = open_host(tmp_path / "state", "namespaces")
    host.provider.prepare_host()
    cid = host.create(0)
    assert not host.provider.release_host(), "a machine is left"
    host.provider.delete_vm(cid)
    assert host.provider.release_host()
    assert host.provider.release_host(), "again"

    assert all_of_it() == before


def test_the_directors_address_is_there_before_any_machine(tmp_path: Path) -> None:
    local = open_provider(tmp_path / "state", "namespaces")
    local.prepare_host()
    local.prepare_host()

    with socket.create_server((str(local.host_address), 0)) as server:
        assert server.getsockname()[0] == "10.244.0.1"
    assert local.release_host()


def test_an_address_that_the_host_has_anyway_is_used_and_kept(tmp_path: Path) -> None:
    address = IPv4Address("10.245.7.7")
    with RouteSocket() as own:
        loopback = socket.if_nametoindex("lo")
        own.do([rtnetlink.new_address(loopback, address)])
        local = open_provider(tmp_path / "state", "namespaces", host_address=str(address))
        local.prepare_host()
        assert local.release_host()

        assert address in {entry.address for entry in own.addresses()}
        own.do([rtnetlink.delete_address(loopback, address)])
