"""Which instances exist, where, under which index, and with which addresses.

Theory (BOSH 4.3, 4.4). An instance is a permanent identity: once it is recorded it keeps its id,
its index, and its AZ and addresses as long as the manifest and the cloud config allow them. So
placing is: let what exists take the seats that the manifest has, fill the rest with new
instances, and call the others obsolete. Indexes of obsolete instances are not given out again
while they exist, and neither are their addresses.

An instance may carry more addresses than it is wanted to have: those of its VM are held until
that VM is gone, and those of its recorded recipe until there is a new one, or somebody else would
get an address that still answers or that a resurrection brings back. They are given back when the
instance is settled (``effects.settled``). Placing what was placed changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup
from paasta_deploy.model.ids import AzName, InstanceGroupName, InstanceId, NetworkName
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import InstanceRecord, Put, RecordChange, RecordedDeployment
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.address_assignment import (
    AddressAssignment,
    AddressedInstance,
    with_addresses,
)
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.az_placement import Seat, Seating, seat_by_az
from paasta_deploy.planning.placement_problems import (
    ignored_azs,
    ignored_group,
    ignored_left_over,
    migration_from_other_az,
    migration_without_az,
    static_spread_impossible,
)
from paasta_deploy.planning.renames import suspicious_renames
from paasta_deploy.planning.static_lists import has_static_addresses, static_lists
from paasta_deploy.planning.static_placement import StaticSpreadError, seat_by_static_addresses
from paasta_deploy.ports.clock import IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedInstance:
    """One instance that the manifest wants.

    ``record`` is what the store must hold before anything is done: it carries the wanted addresses
    and those still in use. ``addresses`` are the wanted ones only;
    a dynamic network has none.
    """

    record: InstanceRecord
    addresses: Mapping[NetworkName, IpAddress]
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """All instances of a deployment: wanted (groups as in the manifest, by index) and obsolete.

    ``changes`` must be written before the plan runs, so that addresses and ids are ours.
    """

    instances: tuple[PlacedInstance, ...]
    obsolete: tuple[InstanceRecord, ...] = ()
    changes: tuple[RecordChange, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    groups: Mapping[InstanceGroupName, tuple[PlacedInstance, ...]] = field(default_factory=dict)


def place(
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    recorded: RecordedDeployment,
    ids: IdSource,
    *,
    taken: Iterable[TakenAddress] = (),
    readdressed: frozenset[InstanceId] = frozenset(),
) -> Placement:
    """Return which instances exist, with index, AZ, bootstrap and addresses.

    ``readdressed`` get other addresses than their VM has, as long as there are any: a second VM
    will stand beside it for a while (``swapping``).

    ``taken`` are the addresses of other deployments. Deterministic but for the ids of new
    instances; placing what was placed changes nothing. The manifest has been validated against
    ``cloud_config``.
    """
    former = _Former(recorded)
    diagnostics: list[Diagnostic] = []
    placed: list[AddressedInstance] = []
    randomized = manifest.features.randomize_az_placement
    for group in manifest.instance_groups:
        existing = former.take_for(group, diagnostics)
        scatter = f"{manifest.name}/{group.name}" if randomized else ""
        seating = _seat(
            group, existing, cloud_config, former.with_disk, diagnostics, scatter=scatter
        )
        former.obsolete.extend(seating.obsolete)
        records = _records(group, seating.seats, former, ids, manifest)
        placed.extend(
            AddressedInstance(group=group, record=record, static=seat.static)
            for record, seat in records
        )
    left, known = former.groups_left(), former.by_id.values()
    diagnostics.extend(suspicious_renames(manifest, left, known, former.with_disk))
    diagnostics.extend(former.leave_rest())
    assignment = AddressAssignment(cloud_config, recorded, taken, readdressed=readdressed)
    assignment.assign(placed)
    return _finished(manifest, placed, former, assignment, (*diagnostics, *assignment.diagnostics))


def _finished(
    manifest: DeploymentManifest,
    placed: Sequence[AddressedInstance],
    former: "_Former",
    assignment: AddressAssignment,
    diagnostics: tuple[Diagnostic, ...],
) -> Placement:
    instances: list[PlacedInstance] = []
    changes: list[RecordChange] = []
    groups: dict[InstanceGroupName, list[PlacedInstance]] = {
        group.name: [] for group in manifest.instance_groups
    }
    for item in placed:
        old = former.by_id.get(item.record.instance_id)
        record = with_addresses(item.record, assignment.reservations(item))
        if record is not old:
            changes.append(Put(record=record))
        instance = PlacedInstance(record=record, addresses=item.wanted, is_new=old is None)
        instances.append(instance)
        groups[record.group].append(instance)
    return Placement(
        instances=tuple(instances),
        obsolete=tuple(former.obsolete),
        changes=tuple(changes),
        diagnostics=diagnostics,
        groups={name: tuple(members) for name, members in groups.items()},
    )


class _Former:
    """The recorded instances, by group, and which of them found no seat."""

    def __init__(self, recorded: RecordedDeployment) -> None:
        self.by_id = {record.instance_id: record for record in recorded.instances}
        self.with_disk = frozenset(
            disk.instance_id
            for disk in recorded.disks
            if disk.instance_id is not None and disk.state is not DiskState.ORPHANED
        )
        self.obsolete: list[InstanceRecord] = []
        self.indexes: dict[InstanceGroupName, set[int]] = {}
        self._by_group: dict[InstanceGroupName, list[InstanceRecord]] = {}
        for record in sorted(recorded.instances, key=lambda record: record.index):
            self._by_group.setdefault(record.group, []).append(record)
            self.indexes.setdefault(record.group, set()).add(record.index)

    def take_for(
        self, group: InstanceGroup, diagnostics: list[Diagnostic]
    ) -> list[InstanceRecord]:
        """Return the instances that ``group`` had and those that it takes over, by index."""
        taken = self._by_group.pop(group.name, [])
        for position, source in enumerate(group.migrated_from):
            left: list[InstanceRecord] = []
            for record in self._by_group.pop(source.name, []):
                if source.az is None and record.az is None and group.azs:
                    diagnostics.append(migration_without_az(group, position, record))
                if source.az is None or record.az in {None, source.az}:
                    taken.append(replace(record, az=record.az or source.az))
                else:
                    left.append(record)
            if left:
                self._by_group[source.name] = left
                others = group.migrated_from[position + 1 :]
                diagnostics.extend(
                    migration_from_other_az(group, position, record)
                    for record in left
                    if not any(
                        other.name == source.name and other.az in {None, record.az}
                        for other in others
                    )
                )
        return taken

    def groups_left(self) -> Mapping[InstanceGroupName, Sequence[InstanceRecord]]:
        """Return the recorded groups that the manifest does not have."""
        return self._by_group

    def leave_rest(self) -> Iterator[Diagnostic]:
        """Call the instances of groups that are gone obsolete; yield what forbids it."""
        for name, records in self._by_group.items():
            self.obsolete.extend(records)
            ignored = sum(record.ignored for record in records)
            if ignored:
                yield ignored_group(name, ignored)


def _seat(
    group: InstanceGroup,
    existing: Sequence[InstanceRecord],
    cloud_config: CloudConfig,
    with_disk: frozenset[InstanceId],
    diagnostics: list[Diagnostic],
    *,
    scatter: str,
) -> Seating:
    ignored = [record for record in existing if record.ignored]
    if len(ignored) > group.instances:
        diagnostics.append(ignored_left_over(group, len(ignored)))
    gone = sorted({record.az for record in ignored if record.az} - set(group.azs))
    if gone:
        diagnostics.append(ignored_azs(group, gone))
    if not has_static_addresses(group):
        return seat_by_az(group.azs, group.instances, existing, with_disk, scatter)
    azs: Sequence[AzName | None] = group.azs or (None,)
    by_claim = sorted(existing, key=lambda record: not record.ignored)
    try:
        return seat_by_static_addresses(
            azs, group.instances, by_claim, static_lists(group, cloud_config)
        )
    except StaticSpreadError:
        diagnostics.append(static_spread_impossible(group))
        return seat_by_az(group.azs, group.instances, existing, with_disk, scatter)


def _records(
    group: InstanceGroup,
    seats: Sequence[Seat],
    former: _Former,
    ids: IdSource,
    manifest: DeploymentManifest,
) -> list[tuple[InstanceRecord, Seat]]:
    used = former.indexes.setdefault(group.name, set())
    free = _free_indexes(used)
    kept = _indexes_kept(group, seats, used)
    found: list[tuple[InstanceRecord, Seat]] = []
    for seat in seats:
        record = seat.former
        if record is None:
            record = InstanceRecord(
                instance_id=InstanceId(ids.new_uuid()),
                deployment=manifest.name,
                group=group.name,
                index=next(free),
                az=seat.az,
                bootstrap=False,
            )
        elif record.group != group.name:
            index = kept.get(record.instance_id)
            record = replace(
                record, group=group.name, index=next(free) if index is None else index
            )
        found.append((record, seat))
    found.sort(key=lambda pair: pair[0].index)
    return _with_bootstrap(found, group, former)


def _indexes_kept(
    group: InstanceGroup, seats: Sequence[Seat], used: set[int]
) -> dict[InstanceId, int]:
    """Return the indexes that instances from other groups keep, because nobody has them here."""
    rank = {source.name: number for number, source in enumerate(group.migrated_from)}
    taken_over = [
        seat.former
        for seat in seats
        if seat.former is not None and seat.former.group != group.name
    ]
    kept: dict[InstanceId, int] = {}
    for record in sorted(taken_over, key=lambda one: (rank.get(one.group, 0), one.index)):
        if record.index not in used:
            used.add(record.index)
            kept[record.instance_id] = record.index
    return kept


def _free_indexes(used: set[int]) -> Iterator[int]:
    index = 0
    while True:
        if index not in used:
            used.add(index)
            yield index
        index += 1


def _with_bootstrap(
    found: list[tuple[InstanceRecord, Seat]], group: InstanceGroup, former: _Former
) -> list[tuple[InstanceRecord, Seat]]:
    """Leave exactly one bootstrap instance: the former one, else the one of lowest index."""
    if not found:
        return found

    def rank(record: InstanceRecord) -> tuple[bool, bool, int]:
        old = former.by_id.get(record.instance_id)
        return (not record.bootstrap, old is None or old.group != group.name, record.index)

    chosen = min((record for record, _ in found), key=rank).instance_id
    return [
        (
            record
            if record.bootstrap == (record.instance_id == chosen)
            else replace(record, bootstrap=record.instance_id == chosen),
            seat,
        )
        for record, seat in found
    ]
