"""Which instance of a group gets which static addresses, and so which AZ.

Theory (BOSH 4.3). An address belongs to the AZs of its subnet. Instances that hold a listed
address keep it; then existing instances stay in their AZ if it has addresses left for them; then
new ones are spread evenly over the AZs of what is left.

An address may serve several AZs, and a group may have static addresses in several networks, so an
even spread can be impossible for one network and not for another. Whether a wanted number of
addresses per AZ can be had from one network is Hall's condition: for every set of AZs, the wanted
numbers must not add up to more than the addresses that serve at least one of them. AZs are few, so
all sets are looked at. An even spread is built by always giving to the AZ that has least; only if
that gets stuck between two networks, uneven ones are tried, up to a limit.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from paasta_deploy.model.ids import AzName, NetworkName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.az_placement import Seat, Seating

_TRIED_SPREADS_MAX = 20_000
"""Uneven spreads that are tried before giving up: well below a second of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticAddress:
    """One listed address and which wanted AZs its subnet serves (bit ``i`` is AZ number ``i``)."""

    ip: IpAddress
    azs: int


class StaticSpreadError(Exception):
    """The listed addresses cannot be spread; internal, becomes a diagnostic in ``placement``."""


class _Network:
    """What is left of one network's list, and how many of it each AZ has been promised."""

    __slots__ = ("_free", "_left", "name", "promised")

    def __init__(self, name: NetworkName, addresses: Sequence[StaticAddress], azs: int) -> None:
        self.name = name
        self.promised = [0] * azs
        self._free = {address.ip: address for address in addresses}
        self._left = Counter(address.azs for address in addresses)

    def can_promise(self, extra: Sequence[int], without: StaticAddress | None = None) -> bool:
        """Whether every AZ can get what it was promised and ``extra`` on top."""
        wanted = [promised + more for promised, more in zip(self.promised, extra, strict=True)]
        for chosen in range(1, 1 << len(wanted)):
            demand = sum(n for i, n in enumerate(wanted) if chosen >> i & 1)
            supply = sum(n for azs, n in self._left.items() if azs & chosen)
            if without is not None and without.azs & chosen:
                supply -= 1
            if demand > supply:
                return False
        return True

    def claim(self, ip: IpAddress, az: int) -> bool:
        """Take ``ip`` if it is listed, free, and serves AZ number ``az``."""
        address = self._free.get(ip)
        if address is None or not address.azs >> az & 1:
            return False
        self._remove(address)
        return True

    def take(self, az: int) -> IpAddress:
        """Take the first listed address of AZ number ``az`` that leaves enough for the others."""
        self.promised[az] -= 1
        nothing_more = [0] * len(self.promised)
        for address in self._free.values():
            if address.azs >> az & 1 and self.can_promise(nothing_more, without=address):
                self._remove(address)
                return address.ip
        raise AssertionError("an address was promised that the network does not have")

    def _remove(self, address: StaticAddress) -> None:
        del self._free[address.ip]
        self._left[address.azs] -= 1


def seat_by_static_addresses(
    azs: Sequence[AzName | None],
    count: int,
    existing: Sequence[InstanceRecord],
    lists: Mapping[NetworkName, Sequence[StaticAddress]],
) -> Seating:
    """Return ``count`` seats with their static addresses. ``azs`` is ``(None,)`` without AZs.

    Raises StaticSpreadError.
    """
    table = _Table(azs, lists)
    taken: list[tuple[InstanceRecord, dict[NetworkName, IpAddress]]] = []
    others: list[InstanceRecord] = []
    for record in existing:
        held = table.claim_held(record) if len(taken) < count else {}
        if held:
            taken.append((record, held))
        else:
            others.append(record)
    for record, held in taken:
        table.promise_missing(record, held)
    obsolete: list[InstanceRecord] = []
    for record in others:
        if len(taken) < count and table.promise_all(record.az):
            taken.append((record, {}))
        else:
            obsolete.append(record)
    counts = [0] * len(azs)
    for record, _ in taken:
        counts[table.number[record.az]] += 1
    new = table.spread(counts, count - len(taken))
    seats = [
        Seat(az=record.az, former=record, static=table.fill(record.az, held))
        for record, held in taken
    ]
    seats.extend(Seat(az=azs[number], static=table.fill(azs[number], {})) for number in new)
    return Seating(seats=tuple(seats), obsolete=tuple(obsolete))


class _Table:
    """All static networks of one group."""

    def __init__(
        self,
        azs: Sequence[AzName | None],
        lists: Mapping[NetworkName, Sequence[StaticAddress]],
    ) -> None:
        self.number = {az: number for number, az in enumerate(azs)}
        self._networks = [_Network(name, addresses, len(azs)) for name, addresses in lists.items()]

    def claim_held(self, record: InstanceRecord) -> dict[NetworkName, IpAddress]:
        """Take the listed addresses that ``record`` holds and that its AZ may have."""
        az = self.number.get(record.az)
        if az is None:
            return {}
        held: dict[NetworkName, IpAddress] = {}
        for network in self._networks:
            for reservation in record.addresses:
                if network.claim(reservation.ip, az):
                    held[network.name] = reservation.ip
                    break
        return held

    def promise_missing(
        self, record: InstanceRecord, held: Mapping[NetworkName, IpAddress]
    ) -> None:
        """Promise the AZ of ``record`` an address in each network where it holds none."""
        az = self.number[record.az]
        for network in self._networks:
            if network.name not in held:
                if not network.can_promise(self._one(az)):
                    raise StaticSpreadError
                network.promised[az] += 1

    def promise_all(self, az: AzName | None) -> bool:
        """Promise ``az`` one address in every network, if every network can."""
        number = self.number.get(az)
        if number is None:
            return False
        extra = self._one(number)
        if not all(network.can_promise(extra) for network in self._networks):
            return False
        for network in self._networks:
            network.promised[number] += 1
        return True

    def spread(self, counts: list[int], more: int) -> list[int]:
        """Promise ``more`` instances on top of ``counts`` evenly; return their AZ numbers."""
        chosen: list[int] = []
        azs = sorted(self.number, key=lambda az: az or "")
        while len(chosen) < more:
            for az in sorted(azs, key=lambda az: counts[self.number[az]]):
                if self.promise_all(az):
                    counts[self.number[az]] += 1
                    chosen.append(self.number[az])
                    break
            else:
                for number in chosen:
                    counts[number] -= 1
                    for network in self._networks:
                        network.promised[number] -= 1
                return self._spread_unevenly(counts, more)
        return chosen

    def fill(
        self, az: AzName | None, held: Mapping[NetworkName, IpAddress]
    ) -> Mapping[NetworkName, IpAddress]:
        """Turn the promises to one instance in ``az`` into addresses."""
        number = self.number[az]
        return {
            network.name: held[network.name] if network.name in held else network.take(number)
            for network in self._networks
        }

    def _spread_unevenly(self, counts: Sequence[int], more: int) -> list[int]:
        for extra in islice(_spreads(counts, more), _TRIED_SPREADS_MAX):
            if all(network.can_promise(extra) for network in self._networks):
                for network in self._networks:
                    network.promised = [
                        promised + one
                        for promised, one in zip(network.promised, extra, strict=True)
                    ]
                return [number for number, one in enumerate(extra) for _ in range(one)]
        raise StaticSpreadError

    def _one(self, az: int) -> list[int]:
        return [int(number == az) for number in range(len(self.number))]


def _spreads(counts: Sequence[int], more: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to give ``more`` to the AZs, those nearest to an even total first."""
    if len(counts) == 1:
        yield (more,)
        return
    target = -(-(sum(counts) + more) // len(counts)) - counts[0]
    for first in sorted(range(more + 1), key=lambda n: abs(n - target)):
        for rest in _spreads(counts[1:], more - first):
            yield (first, *rest)
