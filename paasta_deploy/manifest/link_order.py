"""An order of groups that follows their links: who reads a link begins after who provides it.

Theory (``update.order: graph``). A group waits for the groups whose links its jobs read, and for
nothing else, so everything that is not tied by a link goes at the same time. Rings of links have
no such order: the groups of a ring wait for the same others and then go together, since whichever
went alone would be without what it reads. A link that a job can do without (``optional``) orders
groups only where it closes no ring. Pure; costs time in proportion to groups and links, but for
the optional ones.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.ids import InstanceGroupName


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Group ``consumer`` reads a link of group ``provider``."""

    consumer: InstanceGroupName
    provider: InstanceGroupName
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOrder:
    """``waits`` has those that go before each group; ``rings`` are groups that go together.

    There is no ring in ``waits``. Names stand in the order of the manifest.
    """

    waits: Mapping[InstanceGroupName, tuple[InstanceGroupName, ...]]
    rings: tuple[tuple[InstanceGroupName, ...], ...] = ()

    @property
    def sequence(self) -> tuple[InstanceGroupName, ...]:
        """All groups in one row in which nobody stands before a group that it waits for."""
        levels = self.levels
        return tuple(sorted(self.waits, key=lambda name: levels[name]))

    @property
    def levels(self) -> Mapping[InstanceGroupName, int]:
        """How many groups go one after another up to each, itself included: 1 waits for nobody."""
        found: dict[InstanceGroupName, int] = {}
        stack = list(reversed(list(self.waits)))
        while stack:
            name = stack[-1]
            lacking = [other for other in self.waits[name] if other not in found]
            if lacking and name not in found:
                stack.extend(lacking)
                continue
            stack.pop()
            found[name] = 1 + max((found[other] for other in self.waits[name]), default=0)
        return found


def link_order(names: Sequence[InstanceGroupName], readings: Iterable[Reading]) -> LinkOrder:
    """Return the order of the groups ``names``; what is read from others or itself is left out."""
    needed: dict[InstanceGroupName, set[InstanceGroupName]] = {name: set() for name in names}
    optional: list[Reading] = []
    for reading in readings:
        if reading.consumer == reading.provider or reading.provider not in needed:
            continue
        if reading.consumer not in needed:
            continue
        if reading.is_optional:
            optional.append(reading)
        else:
            needed[reading.consumer].add(reading.provider)
    for reading in optional:
        if not _leads(needed, reading.provider, reading.consumer):
            needed[reading.consumer].add(reading.provider)
    rank = {name: number for number, name in enumerate(names)}
    waits: dict[InstanceGroupName, tuple[InstanceGroupName, ...]] = dict.fromkeys(names, ())
    rings: list[tuple[InstanceGroupName, ...]] = []
    for found in _knots(needed):
        ring = sorted(found, key=rank.__getitem__)
        outside = set().union(*(needed[name] for name in ring)) - set(ring)
        before = tuple(sorted(outside, key=rank.__getitem__))
        waits.update(dict.fromkeys(ring, before))
        if len(ring) > 1:
            rings.append(tuple(ring))
    return LinkOrder(waits=waits, rings=tuple(sorted(rings, key=lambda ring: rank[ring[0]])))


def reversed_order(order: LinkOrder) -> LinkOrder:
    """Return the order of taking away: who provides a link goes after all who read it."""
    waits: dict[InstanceGroupName, list[InstanceGroupName]] = {name: [] for name in order.waits}
    for name, before in order.waits.items():
        for other in before:
            waits[other].append(name)
    return LinkOrder(
        waits={name: tuple(others) for name, others in waits.items()}, rings=order.rings
    )


_Graph = Mapping[InstanceGroupName, set[InstanceGroupName]]


def _leads(graph: _Graph, start: InstanceGroupName, end: InstanceGroupName) -> bool:
    """Return whether ``start`` waits for ``end``, over any number of steps."""
    seen, stack = {start}, [start]
    while stack:
        name = stack.pop()
        if name == end:
            return True
        fresh = graph[name] - seen
        seen |= fresh
        stack.extend(fresh)
    return False


def _knots(graph: _Graph) -> Iterator[list[InstanceGroupName]]:
    """Yield the groups that wait for each other, each group in one knot (Tarjan 1972).

    Without recursion: a chain of groups may be longer than Python's stack.
    """
    number: dict[InstanceGroupName, int] = {}
    lowest: dict[InstanceGroupName, int] = {}
    open_: list[InstanceGroupName] = []
    is_open: set[InstanceGroupName] = set()
    for start in graph:
        if start in number:
            continue
        path = [(start, iter(sorted(graph[start])))]
        number[start] = lowest[start] = len(number)
        open_.append(start)
        is_open.add(start)
        while path:
            name, rest = path[-1]
            other = next(rest, None)
            if other is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == number[name]:
                    place = open_.index(name)
                    yield open_[place:]
                    is_open.difference_update(open_[place:])
                    del open_[place:]
            elif other not in number:
                number[other] = lowest[other] = len(number)
                open_.append(other)
                is_open.add(other)
                path.append((other, iter(sorted(graph[other]))))
            elif other in is_open:
                lowest[name] = min(lowest[name], number[other])
