"""The host's side of the machines' network: one address, and walls around each subnet.

- The director's address stands as a /32 on ``lo``.
- A subnet is ``unreachable``, but for the /32 routes of its machines: a packet for an address that
  no machine has is answered on the host.
- What comes from a machine may only be routed to a subnet of ours (two rules per subnet), so
  nothing of it ever leaves the host, even where the host forwards for others.
- Forwarding is switched on for the machines' own interfaces and nowhere else; ``eth0``,
  ``ip_forward`` and the firewall are not touched.

All of it carries the routing protocol number 112, by which it is found again. A subnet that
overlaps what the host already reaches is refused: machines would cut it off.
"""

import errno
import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from threading import Lock

from paasta_providers.local import rtnetlink
from paasta_providers.local.errors import PROVIDER
from paasta_providers.local.folders import read_file, write_file
from paasta_providers.local.links import RouteSocket
from paasta_providers.local.netlink import Request
from paasta_providers.local.rtnetlink import RuleAction

from paasta_deploy.cpi.errors import CloudConfigError

TO_MACHINES_PRIORITY = 24_500
FROM_MACHINES_PRIORITY = 24_501
"""Before the main table (32766), behind the rules that VPNs and policy routing usually set."""

_EXISTS = frozenset({errno.EEXIST})
_GONE = frozenset({errno.ESRCH, errno.ENOENT, errno.EADDRNOTAVAIL})
_LOCAL_TABLE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remembered:
    """What was set up: walls around ``subnets``, and whether the director's address is ours."""

    subnets: frozenset[IPv4Network]
    address: bool


class HostNetwork:
    """The walls of one director. Changes are made once and remembered on disk."""

    def __init__(self, state: Path, address: IPv4Address) -> None:
        self._file = state / "host.json"
        self._address = address
        self._lock = Lock()
        self._ready: frozenset[IPv4Network] = frozenset()
        self._has_address = False

    def prepare(self, subnets: Iterable[IPv4Network] = ()) -> None:
        """Make sure that the director's address and the walls of ``subnets`` stand.

        Raises CloudConfigError when a subnet overlaps another network of the host; OSError.
        """
        missing = frozenset(subnets) - self._ready
        if not missing and self._has_address:
            return
        with self._lock, RouteSocket() as host:
            _refuse_overlaps(host, missing)
            known = self._remembered()
            adds_address = known.address or not self._is_on_host(host)
            if adds_address:
                _refuse_overlaps(host, frozenset({IPv4Network(self._address)}))
            self._remember(_Remembered(subnets=known.subnets | missing, address=adds_address))
            if adds_address:
                host.do([rtnetlink.new_address(_loopback(host), self._address)], tolerate=_EXISTS)
            for subnet in missing:
                _wall(host, subnet)
            self._ready |= missing
            self._has_address = True

    def release(self) -> None:
        """Take everything back. To be called when no machine is left. Raises OSError.

        What another director's machines stand behind stays.
        """
        with self._lock, RouteSocket() as host:
            known = self._remembered()
            taken = _subnets_with_machines(host)
            for subnet in known.subnets - taken:
                _unwall(host, subnet)
            if known.address and not taken:
                request = rtnetlink.delete_address(_loopback(host), self._address)
                host.do([request], tolerate=_GONE)
            self._file.unlink(missing_ok=True)
            self._ready = frozenset()
            self._has_address = False

    def _is_on_host(self, host: RouteSocket) -> bool:
        return any(entry.address == self._address for entry in host.addresses())

    def _remember(self, known: _Remembered) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        value = {"subnets": sorted(map(str, known.subnets)), "address": known.address}
        write_file(self._file, json.dumps(value), durable=False)

    def _remembered(self) -> _Remembered:
        text = read_file(self._file)
        try:
            value = json.loads(text) if text else {}
            return _Remembered(
                subnets=frozenset(IPv4Network(name) for name in value.get("subnets", [])),
                address=value.get("address") is True,
            )
        except (ValueError, AttributeError):
            # Half a file is what a crash of the host leaves; then the walls are gone as well.
            return _Remembered(subnets=frozenset(), address=False)


def _refuse_overlaps(host: RouteSocket, subnets: frozenset[IPv4Network]) -> None:
    names = {link.index: link.name for link in host.links()}
    for route in host.routes():
        if route.protocol == rtnetlink.PROTOCOL or not route.destination.prefixlen:
            continue
        for subnet in subnets:
            # The director's own address, once it stands, is a local route inside its subnet.
            is_own = route.table == _LOCAL_TABLE and names.get(route.device) == "lo"
            if subnet.overlaps(route.destination) and not (
                is_own and route.destination.prefixlen == subnet.max_prefixlen
            ):
                raise _overlap(subnet, route.destination, names.get(route.device, "?"))


def _overlap(subnet: IPv4Network, other: IPv4Network, device: str) -> CloudConfigError:
    return CloudConfigError(
        f"The network {subnet} overlaps {other}, which this host reaches through {device}; "
        "machines in it would cut that off.",
        provider=PROVIDER,
        hint="choose another range in the cloud config (and `host_address` in it); "
        "`ip route` shows what is taken",
    )


def _loopback(host: RouteSocket) -> int:
    link = host.link("lo")
    if link is None:
        raise OSError(errno.ENODEV, "this network namespace has no loopback interface", "lo")
    return link.index


def _rules(kind: int, subnet: IPv4Network) -> list[Request]:
    return [
        rtnetlink.rule(
            kind,
            priority=TO_MACHINES_PRIORITY,
            action=RuleAction.LOOKUP,
            destination=subnet,
        ),
        rtnetlink.rule(
            kind,
            priority=FROM_MACHINES_PRIORITY,
            action=RuleAction.UNREACHABLE,
            source=subnet,
        ),
    ]


def _wall(host: RouteSocket, subnet: IPv4Network) -> None:
    requests = _rules(rtnetlink.NEW_RULE, subnet)
    if subnet.prefixlen < subnet.max_prefixlen:
        requests.append(rtnetlink.unreachable_route(subnet))
    host.do(requests, tolerate=_EXISTS)


def _unwall(host: RouteSocket, subnet: IPv4Network) -> None:
    requests = _rules(rtnetlink.DELETE_RULE, subnet)
    if subnet.prefixlen < subnet.max_prefixlen:
        requests.append(rtnetlink.delete_unreachable_route(subnet))
    host.do(requests, tolerate=_GONE)


def _subnets_with_machines(host: RouteSocket) -> frozenset[IPv4Network]:
    """Return the walled subnets in which somebody, perhaps another director, has a machine."""
    routes = [route for route in host.routes() if route.protocol == rtnetlink.PROTOCOL]
    machines = [route.destination for route in routes if route.device]
    return frozenset(
        route.destination
        for route in routes
        if not route.device and any(one.subnet_of(route.destination) for one in machines)
    )
