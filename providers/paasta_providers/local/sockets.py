"""Who listens where, from the text of ``/proc/net/tcp``. Pure. Source: proc(5)."""

import sys
from ipaddress import IPv4Address

_LISTENING = "0A"


def listening_on(table: str, address: IPv4Address) -> list[int]:
    """Return the TCP ports on which somebody listens at exactly this address, lowest first.

    Addresses stand there as one number in the byte order of the host.
    """
    number = int.from_bytes(address.packed, sys.byteorder)
    place = f"{number:08X}:"
    if place not in table:
        return []
    ports = set()
    for line in table.splitlines():
        fields = line.split()
        if len(fields) > 3 and fields[1].startswith(place) and fields[3] == _LISTENING:
            ports.add(int(fields[1].partition(":")[2], 16))
    return sorted(ports)
