"""Cables between this network namespace and others, in threads of the test's own."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from paasta_providers.local import kernel, rtnetlink
from paasta_providers.local.links import (
    MACHINE_INTERFACE,
    Cable,
    LinkWatch,
    RouteSocket,
    is_gone,
    lay_cable,
    wait_until_gone,
)

from tests.integration.providers.local.conftest import needs_root
from tests.integration.providers.local.threads import in_own_thread

pytestmark = [needs_root, pytest.mark.root]

HOST, MACHINE = IPv4Address("10.244.9.1"), IPv4Address("10.244.9.2")
GONE_S_MAX = 90.0
TRIED_AGAIN = slice(100, 104)
"""``tcpi_total_retrans`` of Linux' ``struct tcp_info``."""

CABLE = Cable(name="pdtest0", addresses=(MACHINE,), gateway=HOST, host=HOST)


@pytest.fixture(autouse=True)
def host_address() -> Iterator[None]:
    loopback = socket.if_nametoindex("lo")
    with RouteSocket() as host:
        host.do([rtnetlink.new_address(loopback, HOST)])
        yield
        assert wait_until_gone(CABLE.name, GONE_S_MAX), "it goes with its namespace"
        host.do([rtnetlink.delete_address(loopback, HOST)])


def lay(cable: Cable, host: RouteSocket) -> None:
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        lay_cable(cable, host, own)
    finally:
        os.close(own)


def test_a_connection_over_a_new_cable_does_not_wait() -> None:
    """TCP waits a second before it tries again; see "traps" in local-machines.md."""
    with RouteSocket() as host, socket.create_server((str(HOST), 0)) as server:
        port = server.getsockname()[1]

        def connect() -> str:
            lay(CABLE, host)
            with socket.create_connection((str(HOST), port), GONE_S_MAX) as connection:
                told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
                assert int.from_bytes(told[TRIED_AGAIN], sys.byteorder) == 0
                return str(connection.getsockname()[0])

        assert in_own_thread(connect, kernel.CLONE_NEWNET) == str(MACHINE)


def test_who_waits_for_what_does_not_come_is_told_in_time() -> None:
    assert not wait_until_gone("lo", 0)
    with LinkWatch() as watch:
        assert watch.wait_until("pdnone0", is_gone, 0)


def test_an_interface_that_is_there_is_not_made_again() -> None:
    with RouteSocket() as host:

        def lay_twice() -> int | None:
            lay(CABLE, host)
            try:
                lay(CABLE, host)
            except OSError as error:
                return error.errno
            return None

        assert in_own_thread(lay_twice, kernel.CLONE_NEWNET) == errno.EEXIST


def test_a_machine_has_loopback_and_one_interface() -> None:
    with RouteSocket() as host:

        def look() -> tuple[list[str], set[str]]:
            lay(CABLE, host)
            with RouteSocket() as own:
                names = [link.name for link in own.links() if link.operational]
                return names, {str(entry.address) for entry in own.addresses()}

        names, addresses = in_own_thread(look, kernel.CLONE_NEWNET)
    assert MACHINE_INTERFACE in names
    assert addresses == {"127.0.0.1", str(MACHINE)}


def test_a_machine_in_several_networks_has_all_addresses_on_its_interface() -> None:
    second = IPv4Address("10.244.10.2")
    cable = Cable(name=CABLE.name, addresses=(MACHINE, second), gateway=HOST, host=HOST)
    with RouteSocket() as host:

        def listen_on_the_second() -> tuple[str, int]:
            lay(cable, host)
            with (
                socket.create_server((str(second), 0)) as server,
                RouteSocket() as own,
            ):
                return server.getsockname()[0], len(own.addresses())

        assert in_own_thread(listen_on_the_second, kernel.CLONE_NEWNET) == (str(second), 3)


def test_what_the_kernel_refuses_is_an_error_and_the_rest_is_done() -> None:
    with RouteSocket() as host:
        other = IPv4Address("10.244.9.3")
        loopback = socket.if_nametoindex("lo")
        with pytest.raises(OSError, match="exists"):
            host.do(
                [rtnetlink.new_address(loopback, HOST), rtnetlink.new_address(loopback, other)]
            )
        assert other in {entry.address for entry in host.addresses()}
        host.do([rtnetlink.delete_address(loopback, other)])
        assert host.link("pdnone0") is None
