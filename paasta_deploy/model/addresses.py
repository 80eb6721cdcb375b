"""Sets of IP addresses, kept as ranges: a /8 costs as much as a /32.

Nothing here ever lists the addresses of a network; whoever wants the lowest free address walks the
ranges. Addresses are compared as numbers inside one IP version; a set may hold both versions.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from typing_extensions import override

from paasta_deploy.model.spec import IpAddress

IpNetwork = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AddressRange:
    """All addresses from ``first`` to ``last``, both included and of one IP version."""

    first: IpAddress
    last: IpAddress

    def __post_init__(self) -> None:
        assert self.first.version == self.last.version
        assert int(self.first) <= int(self.last)

    @classmethod
    def of_network(cls, network: IpNetwork) -> "AddressRange":
        """Return the whole network, its own and its broadcast address included."""
        return cls(network.network_address, network.broadcast_address)

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.first.version

    @property
    def size(self) -> int:
        """The number of addresses; ``len()`` could not carry an IPv6 network."""
        return int(self.last) - int(self.first) + 1

    def covers(self, other: "AddressRange") -> bool:
        """Whether every address of ``other`` is in this range."""
        return (
            self.version == other.version
            and int(self.first) <= int(other.first)
            and int(other.last) <= int(self.last)
        )

    def overlaps(self, other: "AddressRange") -> bool:
        """Whether at least one address is in both."""
        return (
            self.version == other.version
            and int(self.first) <= int(other.last)
            and int(other.first) <= int(self.last)
        )

    def __contains__(self, address: IpAddress) -> bool:
        return self.version == address.version and int(self.first) <= int(address) <= int(
            self.last
        )

    def __iter__(self) -> Iterator[IpAddress]:
        """Yield the addresses from the lowest up, one at a time."""
        make = type(self.first)
        for number in range(int(self.first), int(self.last) + 1):
            yield make(number)

    @override
    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} - {self.last}"


def _merged(ranges: Iterable[AddressRange]) -> tuple[AddressRange, ...]:
    merged: list[AddressRange] = []
    for item in sorted(ranges, key=lambda r: (r.version, int(r.first))):
        if merged and merged[-1].version == item.version:
            below = merged[-1]
            if int(item.first) <= int(below.last) + 1:
                if int(item.last) > int(below.last):
                    merged[-1] = AddressRange(below.first, item.last)
                continue
        merged.append(item)
    return tuple(merged)


class AddressSet:
    """An immutable set of addresses: sorted ranges that neither touch nor overlap."""

    __slots__ = ("_keys", "ranges")

    ranges: tuple[AddressRange, ...]

    def __init__(self, ranges: Iterable[AddressRange] = ()) -> None:
        self.ranges = _merged(ranges)
        self._keys = [(r.version, int(r.first)) for r in self.ranges]

    @property
    def size(self) -> int:
        """The number of addresses."""
        return sum(item.size for item in self.ranges)

    def union(self, other: "AddressSet") -> "AddressSet":
        """Return the addresses that are in either."""
        return AddressSet((*self.ranges, *other.ranges))

    def minus(self, other: "AddressSet") -> "AddressSet":
        """Return the addresses of this set that are not in ``other``."""
        left: list[AddressRange] = []
        for item in self.ranges:
            make = type(item.first)
            start = int(item.first)
            for hole in other.ranges:
                if not hole.overlaps(item):
                    continue
                if start < int(hole.first):
                    left.append(AddressRange(make(start), make(int(hole.first) - 1)))
                start = int(hole.last) + 1
            if start <= int(item.last):
                left.append(AddressRange(make(start), item.last))
        return AddressSet(left)

    def overlaps(self, other: AddressRange) -> bool:
        """Whether an address of ``other`` is in this set."""
        position = self._position(other.first)
        return any(item.overlaps(other) for item in self.ranges[max(position, 0) : position + 2])

    def covers(self, other: AddressRange) -> bool:
        """Whether every address of ``other`` is in this set."""
        position = self._position(other.first)
        return position >= 0 and self.ranges[position].covers(other)

    def _position(self, address: IpAddress) -> int:
        """Return the index of the last range that begins at or before the address, or -1."""
        return bisect_right(self._keys, (address.version, int(address))) - 1

    def within(self, other: AddressRange) -> "AddressSet":
        """Return the addresses of this set that are in ``other``."""
        return self.minus(self.minus(AddressSet((other,))))

    def __contains__(self, address: IpAddress) -> bool:
        position = self._position(address)
        return position >= 0 and address in self.ranges[position]

    def __iter__(self) -> Iterator[IpAddress]:
        """Yield the addresses from the lowest up, one at a time; IPv4 first."""
        for item in self.ranges:
            yield from item

    def __bool__(self) -> bool:
        return bool(self.ranges)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, AddressSet) and self.ranges == other.ranges

    @override
    def __hash__(self) -> int:
        return hash(self.ranges)

    @override
    def __repr__(self) -> str:
        return f"AddressSet({self})"

    @override
    def __str__(self) -> str:
        return ", ".join(map(str, self.ranges))


NO_ADDRESSES = AddressSet()
