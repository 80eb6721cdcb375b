"""Which AZ each instance of a group is in, when no static addresses decide it.

Theory (BOSH 4.3). What exists stays where it is as long as its AZ is wanted and there is room:
first ignored instances, then those with persistent disks, lowest index first. Each remaining one
goes to the AZ that has least; among equals to one where an instance exists already, else to the
first by name. So growth never moves anything, and equal input gives equal output.

Many groups of one instance would all end in the first AZ. ``features.randomize_az_placement`` lets
the last choice depend on a digest of the group's name instead of the AZ's name alone: spread over
the AZs, and still the same whenever it is planned again.
"""

import hashlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.model.ids import AzName, InstanceId, NetworkName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import IpAddress

NO_STATIC: Mapping[NetworkName, IpAddress] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Room for one instance. ``former`` is the recorded instance that takes it, if any."""

    az: AzName | None
    former: InstanceRecord | None = None
    static: Mapping[NetworkName, IpAddress] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """The seats of one group, and the existing instances that got none."""

    seats: tuple[Seat, ...]
    obsolete: tuple[InstanceRecord, ...] = ()


def seat_by_az(
    azs: Sequence[AzName],
    count: int,
    existing: Sequence[InstanceRecord],
    with_disk: Collection[InstanceId],
    scatter: str = "",
) -> Seating:
    """Return ``count`` seats spread over ``azs`` (none: no AZ). ``existing`` is by index.

    ``scatter`` not empty: equal AZs are taken in an order that depends on this text.
    """
    wanted: Sequence[AzName | None] = azs or (None,)
    population: dict[AzName | None, int] = {}
    for record in existing:
        population[record.az] = population.get(record.az, 0) + 1
    order = sorted(wanted, key=lambda az: -population.get(az, 0))
    weights: dict[AzName | None, int] = dict.fromkeys(order, 0)
    seats: list[Seat] = []
    waiting: dict[AzName | None, deque[InstanceRecord]] = {}
    rest: list[InstanceRecord] = []
    for record in sorted(existing, key=lambda record: not record.ignored):
        stays = record.ignored or (record.instance_id in with_disk and record.az in weights)
        if stays and len(seats) < count:
            seats.append(Seat(az=record.az, former=record, static=NO_STATIC))
            if record.az in weights:
                weights[record.az] += 1
        else:
            rest.append(record)
            waiting.setdefault(record.az, deque()).append(record)
    for number in range(len(seats), count):
        az = _next_az(order, weights, waiting, f"{scatter}/{number}" if scatter else "")
        weights[az] += 1
        queue = waiting.get(az)
        seats.append(Seat(az=az, former=queue.popleft() if queue else None, static=NO_STATIC))
    taken = {seat.former.instance_id for seat in seats if seat.former is not None}
    return Seating(
        seats=tuple(seats),
        obsolete=tuple(record for record in rest if record.instance_id not in taken),
    )


def _next_az(
    order: Sequence[AzName | None],
    weights: Mapping[AzName | None, int],
    waiting: Mapping[AzName | None, deque[InstanceRecord]],
    scatter: str,
) -> AzName | None:
    if len(order) == 1:
        return order[0]
    least = min(weights.values())
    lightest = [az for az in order if weights[az] == least]
    for az in lightest:
        if waiting.get(az):
            return az
    if scatter:
        return min(lightest, key=lambda az: hashlib.sha256(f"{scatter}/{az}".encode()).digest())
    return min(lightest, key=str)
