"""Talks rtnetlink with the kernel, and lays the one cable of a machine.

The cable is a veth pair with a host route and permanent neighbours on both ends, so nobody ever
asks for a hardware address and no bridge is needed (its port limit and start-up stalls are in
spec/local-machines.md, "traps"). A socket works in the network namespace in which it was opened,
whatever its process joins later. Standard library only: this runs inside machines, too.
"""

import errno
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from types import TracebackType
from typing import Self

from paasta_providers.local import rtnetlink
from paasta_providers.local.netlink import (
    DONE,
    DUMP,
    ERROR,
    Message,
    Request,
    error_number,
    message,
)
from paasta_providers.local.netlink import messages as split

ANSWER_DEADLINE_S = 10.0
"""The kernel answers in microseconds, or after the deletions of others that hold its one lock."""

_DATAGRAM_BYTES_MAX = 1 << 16
"""The kernel fills at most 32 KiB of a dump into one datagram."""

HOST_MAC = bytes.fromhex("027064000001")
MACHINE_MAC = bytes.fromhex("027064000002")
"""Locally administered; every cable is a network of its own, so all may look the same."""

MACHINE_INTERFACE = "eth0"

CARRIER_DEADLINE_S = 2.0
"""Until the kernel's worker has seen both ends up; measured below 1 ms, more on a busy host."""

_LINK_NEWS = 1
"""RTMGRP_LINK of linux/rtnetlink.h."""

_IPV6_MARK = "/proc/net/if_inet6"


class RouteSocket:
    """One conversation with the kernel. Not for several threads at once."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._socket.settimeout(ANSWER_DEADLINE_S)
        self._socket.bind((0, 0))
        self._sequence = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def do(self, requests: Sequence[Request], tolerate: frozenset[int] = frozenset()) -> None:
        """Have all requests done, in order, with one round trip.

        Raises the first failure as OSError when all are answered; errno in ``tolerate`` is none.
        """
        first = self._sequence + 1
        self._sequence += len(requests)
        self._socket.send(
            b"".join(message(request, first + n) for n, request in enumerate(requests))
        )
        waiting = set(range(first, first + len(requests)))
        failure = 0
        while waiting:
            for answer in self._receive():
                if answer.kind == ERROR and answer.sequence in waiting:
                    waiting.discard(answer.sequence)
                    number = error_number(answer.body)
                    if number and number not in tolerate and not failure:
                        failure = number
        if failure:
            raise OSError(failure, os.strerror(failure))

    def ask(self, request: Request) -> list[bytes]:
        """Return the bodies of all answers to a get or a list. Raises OSError."""
        self._sequence += 1
        sequence = self._sequence
        self._socket.send(message(request, sequence))
        bodies: list[bytes] = []
        is_list = bool(request.flags & DUMP)
        while True:
            for answer in self._receive():
                if answer.sequence != sequence:
                    continue
                if answer.kind in {ERROR, DONE}:
                    number = error_number(answer.body)
                    if number:
                        raise OSError(number, os.strerror(number))
                    return bodies
                bodies.append(answer.body)
            if bodies and not is_list:
                return bodies

    def link(self, name: str) -> rtnetlink.Link | None:
        """Return the interface, or None when there is none of that name."""
        try:
            (body,) = self.ask(rtnetlink.get_link(name))
        except OSError as error:
            if error.errno == errno.ENODEV:
                return None
            raise
        return rtnetlink.parse_link(body)

    def links(self) -> list[rtnetlink.Link]:
        """Return all interfaces."""
        return [rtnetlink.parse_link(body) for body in self.ask(rtnetlink.list_links())]

    def addresses(self) -> list[rtnetlink.Address]:
        """Return all IPv4 addresses."""
        return [rtnetlink.parse_address(body) for body in self.ask(rtnetlink.list_addresses())]

    def routes(self) -> list[rtnetlink.Route]:
        """Return all IPv4 routes of all tables."""
        return [rtnetlink.parse_route(body) for body in self.ask(rtnetlink.list_routes())]

    def rules(self) -> list[rtnetlink.Rule]:
        """Return all IPv4 routing rules."""
        return [rtnetlink.parse_rule(body) for body in self.ask(rtnetlink.list_rules())]

    def _receive(self) -> list[Message]:
        return list(split(self._socket.recv(_DATAGRAM_BYTES_MAX)))


class LinkWatch:
    """Hears of every change of an interface in this network namespace, from its making on."""

    def __init__(self) -> None:
        self._questions = RouteSocket()
        self._news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._news.setblocking(False)
        self._news.bind((0, _LINK_NEWS))
        self._poll = select.poll()
        self._poll.register(self._news, select.POLLIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._news.close()
        self._questions.close()

    def wait_until(
        self, name: str, reached: Callable[[rtnetlink.Link | None], bool], deadline_s: float
    ) -> bool:
        """Wait until an interface is as wanted, and return whether that came to be in time."""
        deadline = time.monotonic() + deadline_s
        while not reached(self._questions.link(name)):
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return False
            self._poll.poll(left_s * 1000)
            self._throw_news_away()
        return True

    def _throw_news_away(self) -> None:
        """They only say that it is time to look, so it does not matter if some got lost."""
        try:
            while self._news.recv(_DATAGRAM_BYTES_MAX):
                pass
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise


def is_gone(link: rtnetlink.Link | None) -> bool:
    """Whether there is no such interface."""
    return link is None


def is_operational(link: rtnetlink.Link | None) -> bool:
    """Whether there is the interface and it carries traffic."""
    return link is not None and link.operational


@dataclass(frozen=True, slots=True, kw_only=True)
class Cable:
    """What a machine's network is made of.

    ``name`` is the host's end; ``addresses`` are the machine's; ``gateway`` is its next hop for
    everything; ``host`` is the address that the host calls itself when it talks to the machine.
    """

    name: str
    addresses: tuple[IPv4Address, ...]
    gateway: IPv4Address
    host: IPv4Address | None


def lay_cable(cable: Cable, host: RouteSocket, own_netns_fd: int) -> None:
    """Connect the namespace that this process is in with the one that ``host`` was opened in.

    Returns when both ends carry traffic. Raises OSError: EEXIST when the interface or the route
    to one of the addresses exists on the host, that is, somebody else has the address.
    """
    ipv6 = os.access(_IPV6_MARK, os.F_OK)
    host.do(
        [
            rtnetlink.new_veth(
                name=cable.name,
                mac=HOST_MAC,
                peer_name=MACHINE_INTERFACE,
                peer_mac=MACHINE_MAC,
                peer_netns_fd=own_netns_fd,
            )
        ]
    )
    # What is sent before the kernel's worker has seen both ends up is lost, and TCP only tries
    # again after a second. Up is the host's end last, so it is the machine's that lags behind.
    with RouteSocket() as machine, LinkWatch() as watch:
        _connect_machine(cable, machine, ipv6=ipv6)
        _connect_host(cable, host, ipv6=ipv6)
        watch.wait_until(MACHINE_INTERFACE, is_operational, CARRIER_DEADLINE_S)


def wait_until_gone(name: str, deadline_s: float) -> bool:
    """Wait until there is no interface of that name, and return whether that came to be."""
    with LinkWatch() as watch:
        return watch.wait_until(name, is_gone, deadline_s)


def _connect_machine(cable: Cable, machine: RouteSocket, *, ipv6: bool) -> None:
    index = socket.if_nametoindex(MACHINE_INTERFACE)
    loopback = socket.if_nametoindex("lo")
    machine.do(
        [
            rtnetlink.configure_link(index, forwarding=False, ipv6=ipv6),
            rtnetlink.link_up(loopback),
            rtnetlink.link_up(index),
            *(rtnetlink.new_address(index, address) for address in cable.addresses),
            rtnetlink.permanent_neighbour(index, cable.gateway, HOST_MAC),
            rtnetlink.default_route(cable.gateway, index, cable.addresses[0]),
        ]
    )


def _connect_host(cable: Cable, host: RouteSocket, *, ipv6: bool) -> None:
    link = host.link(cable.name)
    if link is None:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), cable.name)
    requests = [
        rtnetlink.configure_link(link.index, forwarding=True, ipv6=ipv6),
        rtnetlink.link_up(link.index),
    ]
    for address in cable.addresses:
        requests.append(rtnetlink.permanent_neighbour(link.index, address, MACHINE_MAC))
        requests.append(rtnetlink.link_route(address, link.index, cable.host))
    host.do(requests)
