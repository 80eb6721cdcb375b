"""Property: every listener on the address is found, and nobody else's."""

import sys
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.sockets import listening_on

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
# A line of a real /proc/net/tcp on a little-endian machine: 127.0.0.1:5432 listens.
LISTENS = "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
CONNECTED = "   1: 0100007F:1539 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0\n"

addresses = st.integers(min_value=0x7F000002, max_value=0x7F0000FF).map(IPv4Address)
ports = st.integers(min_value=1, max_value=65535)


def line(address: IPv4Address, port: int) -> str:
    number = int.from_bytes(address.packed, sys.byteorder)
    return f"   0: {number:08X}:{port:04X} 00000000:0000 0A 0:0 00:0 0 0\n"


def test_a_listener_is_found_and_a_connection_is_none() -> None:
    if sys.byteorder == "little":
        assert listening_on(HEAD + LISTENS + CONNECTED, IPv4Address("127.0.0.1")) == [0x1538]


@given(st.lists(st.tuples(addresses, ports), max_size=8), addresses)
def test_exactly_the_ports_of_the_address_are_found(
    listeners: list[tuple[IPv4Address, int]], address: IPv4Address
) -> None:
    table = HEAD + "".join(line(owner, port) for owner, port in listeners)

    wanted = {port for owner, port in listeners if owner == address}
    assert listening_on(table, address) == sorted(wanted)


def test_who_listens_on_all_addresses_takes_no_address() -> None:
    table = HEAD + line(IPv4Address("0.0.0.0"), 80)  # noqa: S104 - text of a table

    assert listening_on(table, IPv4Address("127.0.0.2")) == []
