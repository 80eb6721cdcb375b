"""Ports and addresses of this host for one test process, so that two of them never meet.

A claim is a name in the kernel's abstract socket namespace: only one process can have it, and the
kernel takes it back when that process ends, however it ends. Ports lie below the range from which
Linux takes ports of outgoing connections (32768 on): one that is free stays free.
"""

import errno
import functools
import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path

PORTS = range(12_000, 20_000)
"""Directors choose theirs from 20000 on, see `paasta_deploy/wiring/places.py`."""

PORTS_CLAIMED = range(100)
"""Of one process, so that a port that was just given up is not taken again at once."""

NETWORKS = range(10, 250)
_LISTENS = "0A"


@functools.cache
def own_network(prefix: str) -> str:
    """Return ``prefix`` (``127.77``) and a third number that is ours until this process ends."""
    for number in _from_somewhere(NETWORKS):
        network = f"{prefix}.{number}"
        # A run that was killed may have left servers there.
        if network not in _listening_networks() and _is_claimed(network):
            return network
    raise AssertionError(f"all networks of {prefix} are taken")


def own_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody uses, and that no other process is given."""
    ports = _own_ports()
    for _ in PORTS_CLAIMED:
        number = next(ports)
        if _is_free(address, number):
            return number
    raise AssertionError("all ports are taken")


@functools.cache
def _own_ports() -> Iterator[int]:
    """Yield the ports that are ours, round and round."""
    for first in _from_somewhere(PORTS[:: len(PORTS_CLAIMED)]):
        if _is_claimed(f"ports from {first}"):
            return itertools.cycle(first + number for number in PORTS_CLAIMED)
    raise AssertionError("all ports are claimed")


_claims: list[socket.socket] = []


def _is_claimed(name: str) -> bool:
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0paasta-deploy test {name}")
    except OSError as error:
        claim.close()
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    _claims.append(claim)
    return True


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind((address, port))
        except OSError:
            return False
    return True


def _from_somewhere(numbers: range) -> Iterator[int]:
    """Yield all, from a place of this process on: most find what they want at once."""
    start = os.getpid() * 31 % len(numbers)
    return itertools.chain(numbers[start:], numbers[:start])


def _listening_networks() -> frozenset[str]:
    """Return the first three numbers of every address on which somebody listens."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return frozenset(
        ".".join(str(byte) for byte in bytes.fromhex(row[1].partition(":")[0])[:0:-1])
        for row in rows
        if row[3] == _LISTENS
    )
