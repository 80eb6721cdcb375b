"""Who holds which address, and which one is the lowest free. Networks are never expanded.

Theory. Each subnet's pool is a few ranges. A cursor walks upwards through them and skips what is
held; since nothing is given back while one placement is made, the cursor never has to turn round,
so giving out n addresses costs n steps plus the number of held ones that are passed. An address is
unique over all networks and deployments of a director, as in BOSH (4.4).

In a subnet with a ``prefix`` an instance gets a whole aligned block and is known by its first
address. A block is free when no address in it is held, by whomever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paasta_deploy.model.addresses import AddressRange, AddressSet
from paasta_deploy.model.cloud_config import (
    CloudConfig,
    DynamicNetwork,
    ManualNetwork,
    Network,
    Subnet,
    VipNetwork,
    VipSubnet,
)
from paasta_deploy.model.ids import AzName, DeploymentName, InstanceId, NetworkName
from paasta_deploy.model.spec import IpAddress

TakenAddress = tuple[IpAddress, DeploymentName, InstanceId]
"""An address and who holds it, as ``Store.taken_addresses`` gives them."""

_V6_KEY_OFFSET = 1 << 128
"""Keeps IPv6 addresses apart from IPv4 addresses of the same number; above every address."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an address. ``what`` is an instance id or, for a VM without one, its purpose."""

    deployment: DeploymentName
    what: str


class AddressBook:
    """All held addresses and the free ones of each network. Mutable; lives for one placement."""

    def __init__(self, cloud_config: CloudConfig, taken: Iterable[TakenAddress] = ()) -> None:
        self._held = _Held()
        self._networks = cloud_config.networks
        self._pools: dict[NetworkName, tuple[_Pool, ...]] = {}
        for ip, deployment, instance_id in taken:
            self.hold(ip, Holder(deployment, instance_id))

    def hold(self, ip: IpAddress, holder: Holder) -> None:
        """Mark ``ip`` as held; the first holder stays when there is one already."""
        self._held.hold(_key(ip), holder)

    def holder(self, ip: IpAddress) -> Holder | None:
        """Return who holds ``ip``."""
        return self._held.holders.get(_key(ip))

    def is_usable(self, network: NetworkName, az: AzName | None, ip: IpAddress) -> bool:
        """Return whether an instance in ``az`` may go on using ``ip`` in ``network``.

        Not when it is reserved or static now, in a subnet of other AZs, or in the middle of what
        has become a block.
        """
        return any(pool.serves(az) and pool.offers(ip) for pool in self._pools_of(network))

    def take_lowest(
        self, network: NetworkName, az: AzName | None, holder: Holder
    ) -> IpAddress | None:
        """Hold and return the lowest free address of the first subnet that has one, or None."""
        for pool in self._pools_of(network):
            if pool.serves(az):
                ip = pool.next_free(self._held)
                if ip is not None:
                    self._held.hold(_key(ip), holder)
                    return ip
        return None

    def size(self, network: NetworkName, az: AzName | None) -> int:
        """Return how many addresses ``network`` can give out in ``az``, held or not."""
        return sum(pool.addresses.size for pool in self._pools_of(network) if pool.serves(az))

    def _pools_of(self, name: NetworkName) -> tuple["_Pool", ...]:
        pools = self._pools.get(name)
        if pools is None:
            pools = self._pools[name] = _pools(self._networks[name])
        return pools


class _Held:
    """Who holds what, by the keys of addresses, and which blocks have a held address."""

    __slots__ = ("_blocks", "holders")

    def __init__(self) -> None:
        self.holders: dict[int, Holder] = {}
        self._blocks: dict[int, set[int]] = {}

    def hold(self, key: int, holder: Holder) -> None:
        """Mark one address; the first holder stays."""
        self.holders.setdefault(key, holder)
        for size, blocks in self._blocks.items():
            blocks.add(key // size)

    def is_free(self, key: int, size: int) -> bool:
        """Return whether nobody holds any of the ``size`` addresses of the block at ``key``."""
        if size == 1:
            return key not in self.holders
        blocks = self._blocks.get(size)
        if blocks is None:
            blocks = self._blocks[size] = {held // size for held in self.holders}
        return key // size not in blocks


class _Pool:
    """The addresses that one subnet gives out, and how far they are given out."""

    __slots__ = ("_azs", "_next", "_range", "_step", "addresses")

    def __init__(
        self, addresses: AddressSet, azs: Sequence[AzName] | None, prefix: int | None
    ) -> None:
        self.addresses = addresses
        self._azs = azs
        self._range = 0
        self._step = 1
        if addresses and prefix is not None:
            # An instance gets a whole block; its reservation is the block's first address.
            self._step = 1 << (addresses.ranges[0].first.max_prefixlen - prefix)
        self._next = self._aligned(int(addresses.ranges[0].first)) if addresses else 0

    def serves(self, az: AzName | None) -> bool:
        return self._azs is None or az is None or az in self._azs

    def offers(self, ip: IpAddress) -> bool:
        """Return whether an instance can be known by ``ip`` here."""
        if self._step == 1:
            return ip in self.addresses
        last = type(ip)(int(ip) + self._step - 1)
        return not int(ip) % self._step and self.addresses.covers(AddressRange(ip, last))

    def next_free(self, held: _Held) -> IpAddress | None:
        ranges = self.addresses.ranges
        step = self._step
        while self._range < len(ranges):
            current = ranges[self._range]
            offset = _V6_KEY_OFFSET if current.version == 6 else 0
            number, last = self._next, int(current.last)
            while number + step - 1 <= last:
                if held.is_free(number + offset, step):
                    self._next = number + step
                    return type(current.first)(number)
                number += step
            self._range += 1
            if self._range < len(ranges):
                self._next = self._aligned(int(ranges[self._range].first))
        return None

    def _aligned(self, number: int) -> int:
        return -(-number // self._step) * self._step


def _pools(network: Network) -> tuple[_Pool, ...]:
    match network:
        case ManualNetwork(subnets=subnets):
            return tuple(_pool_of_subnet(subnet) for subnet in subnets)
        case VipNetwork(subnets=subnets):
            return tuple(_pool_of_vip(subnet) for subnet in subnets)
        case DynamicNetwork():
            return ()


def _pool_of_subnet(subnet: Subnet) -> _Pool:
    return _Pool(subnet.dynamic_pool(), subnet.azs, subnet.prefix)


def _pool_of_vip(subnet: VipSubnet) -> _Pool:
    return _Pool(subnet.static, subnet.azs, subnet.prefix)


def _key(ip: IpAddress) -> int:
    return int(ip) + _V6_KEY_OFFSET if ip.version == 6 else int(ip)
