"""A store and journal in memory: the fake for tests and the simulator.

It promises what the real one promises and passes the same conformance suite, except durability.
``before_write`` is called with each entry before anything of it stands; what it raises is what the
writer sees, so a test can let the disk be full, or the director die, at any entry.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from paasta_deploy.model.errors import AddressTakenError, StoreError
from paasta_deploy.model.ids import (
    AgentId,
    ConfigId,
    DeploymentName,
    DiskId,
    InstanceId,
    ReleaseName,
    ReleaseVersion,
    TaskId,
)
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    ConfigRecord,
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    Record,
    RecordChange,
    RecordedDeployment,
    ReleaseRecord,
    StemcellRecord,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.model.variable_records import (
    RotationRecord,
    VariableRecord,
    VariableSetRecord,
)
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import JournalEntry, Phase, WrittenEntry

_T = TypeVar("_T", bound=Record)
_Key = tuple[str | int, ...]
_PLAIN = frozenset({str, int, float, bool, type(None)})
_STORABLE = (str, int, float, bool, type(None), Enum, IPv4Address, IPv6Address)

_KEY_OF: Mapping[type, tuple[str, ...]] = {
    InstanceRecord: ("instance_id",),
    VmRecord: ("agent_id",),
    DiskRecord: ("disk_id",),
    DeploymentRecord: ("name",),
    ConfigRecord: ("config_id",),
    ReleaseRecord: ("name", "version"),
    StemcellRecord: ("name", "version", "cpi"),
    CompiledPackageRecord: ("stemcell_os", "stemcell_version", "fingerprint", "dependency_key"),
    TaskRecord: ("task_id",),
    VariableRecord: ("variable_id",),
    VariableSetRecord: ("deployment", "set_id"),
    RotationRecord: ("name",),
}


def key_of(record: Record) -> _Key:
    """Return the key of a record among those of its type."""
    return tuple(getattr(record, name) for name in _KEY_OF[type(record)])


class _Records:
    """All records by type and key."""

    def __init__(self) -> None:
        self._records: dict[type, dict[_Key, Record]] = {kind: {} for kind in _KEY_OF}

    def _all(self, kind: type[_T]) -> list[_T]:
        """Return the records of one type by key."""
        found = sorted(self._records[kind].items(), key=lambda item: item[0])
        return [record for _, record in found if isinstance(record, kind)]

    def _one(self, kind: type[_T], *key: str | int) -> _T | None:
        found = self._records[kind].get(key)
        return found if isinstance(found, kind) else None


class _DeploymentRecords(_Records):
    def deployments(self) -> Sequence[DeploymentRecord]:
        """Return all deployments by name."""
        return self._all(DeploymentRecord)

    def recorded_deployment(self, name: DeploymentName) -> RecordedDeployment | None:
        """Return one deployment: instances by group and index, no orphans."""
        deployment = self._one(DeploymentRecord, name)
        if deployment is None:
            return None
        instances = (one for one in self._all(InstanceRecord) if one.deployment == name)
        return RecordedDeployment(
            deployment=deployment,
            instances=tuple(sorted(instances, key=lambda one: (one.group, one.index))),
            vms=tuple(one for one in self._all(VmRecord) if one.deployment == name),
            disks=tuple(one for one in self.disks(orphaned=False) if one.deployment == name),
        )

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        return self._one(InstanceRecord, instance_id)

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        return self._one(VmRecord, agent_id)

    def vms(self) -> Sequence[VmRecord]:
        """Return all VMs, by deployment."""
        return sorted(self._all(VmRecord), key=lambda one: one.deployment)

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        return self._one(DiskRecord, disk_id)

    def disks(self, *, orphaned: bool) -> Sequence[DiskRecord]:
        """Return orphaned disks (also those being deleted), or those that serve an instance."""
        return [one for one in self._all(DiskRecord) if one.is_orphaned == orphaned]

    def taken_addresses(
        self, *, except_deployment: DeploymentName | None
    ) -> Sequence[tuple[IpAddress, DeploymentName, InstanceId]]:
        """Return every reserved address with its holder, in no promised order."""
        return [
            (address.ip, one.deployment, one.instance_id)
            for one in self._all(InstanceRecord)
            for address in one.addresses
            if one.deployment != except_deployment
        ]


class _CatalogueRecords(_Records):
    def configs(
        self, *, kind: str | None = None, name: str | None = None, latest_only: bool = True
    ) -> Sequence[ConfigRecord]:
        """Return saved configs, newest first; a name whose latest version is deleted has none."""
        found = [
            one
            for one in self._all(ConfigRecord)
            if kind in (None, one.kind) and name in (None, one.name)
        ]
        if latest_only:
            latest = {(one.kind, one.name): one for one in found}
            found = [one for one in latest.values() if not one.deleted]
        return sorted(found, key=lambda one: one.config_id, reverse=True)

    def config(self, config_id: ConfigId) -> ConfigRecord | None:
        """Return one saved version of a config."""
        return self._one(ConfigRecord, config_id)

    def releases(self) -> Sequence[ReleaseRecord]:
        """Return all uploaded release versions."""
        return self._all(ReleaseRecord)

    def release(self, name: ReleaseName, version: ReleaseVersion) -> ReleaseRecord | None:
        """Return one release version."""
        return self._one(ReleaseRecord, name, version)

    def stemcells(self) -> Sequence[StemcellRecord]:
        """Return all uploaded stemcells."""
        return self._all(StemcellRecord)

    def compiled_packages(
        self, *, stemcell_os: str, stemcell_version: str
    ) -> Sequence[CompiledPackageRecord]:
        """Return what is compiled for one stemcell."""
        return [
            one
            for one in self._all(CompiledPackageRecord)
            if (one.stemcell_os, one.stemcell_version) == (stemcell_os, stemcell_version)
        ]


class _TaskRecords(_Records):
    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[str, str] = {}
        self._highest = {TaskRecord: 0, ConfigRecord: 0}

    def next_task_id(self) -> TaskId:
        """Return an id that no task had yet, also none that was removed since."""
        return TaskId(self._next(TaskRecord))

    def next_config_id(self) -> ConfigId:
        """Return an id that no config had yet."""
        return ConfigId(self._next(ConfigRecord))

    def task(self, task_id: TaskId) -> TaskRecord | None:
        """Return one task."""
        return self._one(TaskRecord, task_id)

    def tasks(
        self,
        *,
        states: frozenset[TaskState] | None = None,
        deployment: DeploymentName | None = None,
        limit: int = 100,
    ) -> Sequence[TaskRecord]:
        """Return tasks, newest first."""
        found = [
            one
            for one in reversed(self._all(TaskRecord))
            if (states is None or one.state in states) and deployment in (None, one.deployment)
        ]
        return found[:limit]

    def tasks_beyond(self, kept: int, *, limit: int) -> Sequence[TaskRecord]:
        """Return finished tasks that have ``kept`` newer finished ones, oldest first."""
        finished = [one for one in self._all(TaskRecord) if one.state.is_final]
        return finished[: max(0, len(finished) - kept)][:limit]

    def setting(self, name: str) -> str | None:
        """Return a small director-wide setting, or None when it was never put."""
        return self._settings.get(name)

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting."""
        self._settings[name] = value

    def _next(self, kind: type[TaskRecord] | type[ConfigRecord]) -> int:
        self._highest[kind] += 1
        return self._highest[kind]


class _VariableRecords(_Records):
    def variables(self, names: Collection[str] | None = None) -> Sequence[VariableRecord]:
        """Return all versions of these variables, or of all, by name and number."""
        wanted = None if names is None else frozenset(names)
        found = (one for one in self._all(VariableRecord) if wanted is None or one.name in wanted)
        return sorted(found, key=lambda one: (one.name, one.number))

    def variable_sets(
        self, deployment: DeploymentName | None = None
    ) -> Sequence[VariableSetRecord]:
        """Return the sets of one deployment, or of all."""
        found = self._all(VariableSetRecord)
        return [one for one in found if deployment in (None, one.deployment)]

    def rotations(self) -> Sequence[RotationRecord]:
        """Return the rotations that are not finished, by name."""
        return self._all(RotationRecord)


class MemoryStore(_DeploymentRecords, _CatalogueRecords, _VariableRecords, _TaskRecords):
    """Records and journal in one; ``journal`` is the object itself, for wiring like the real one.

    ``lines`` is the whole journal, for tests to look at.
    """

    def __init__(
        self, *, clock: Clock, before_write: Callable[[JournalEntry], None] | None = None
    ) -> None:
        super().__init__()
        self._clock = clock
        self.before_write = before_write
        self._holders: dict[IpAddress, InstanceId] = {}
        self.lines: list[WrittenEntry] = []
        self._sequence = 0

    @property
    def journal(self) -> "MemoryStore":
        """The journal: this very object."""
        return self

    async def write(self, entry: JournalEntry) -> None:
        """Keep the entry whole, or raise: AddressTakenError, TypeError for what is unstorable."""
        _refuse_unstorable(entry.data)
        for change in entry.changes:
            _refuse_unstorable(change.record)
        if self.before_write is not None:
            self.before_write(entry)
        self._refuse_taken_addresses(entry.changes)
        self._refuse_equal_versions(entry.changes)
        for change in entry.changes:
            self._apply(change)
        self._sequence += 1
        self.lines.append(
            WrittenEntry(
                sequence=self._sequence,
                at=self._clock.now(),
                task_id=entry.task_id,
                phase=entry.phase,
                step=entry.step,
                data=entry.data,
            )
        )

    def entries(self, task_id: TaskId, *, phase: Phase | None = None) -> Sequence[WrittenEntry]:
        """Return what the journal holds of one task, in order; all of it, or one phase."""
        return [
            line
            for line in self.lines
            if line.task_id == task_id and (phase is None or line.phase is phase)
        ]

    def close(self) -> None:
        """Do nothing; the real store has connections to close."""

    def _apply(self, change: RecordChange) -> None:
        record = change.record
        if isinstance(record, InstanceRecord):
            known = self._one(InstanceRecord, record.instance_id)
            self._hold_addresses(known, record if isinstance(change, Put) else None)
        if isinstance(change, Put):
            self._records[type(record)][key_of(record)] = record
        else:
            self._records[type(record)].pop(key_of(record), None)
            if isinstance(record, TaskRecord):
                self.lines = [line for line in self.lines if line.task_id != record.task_id]
        match record:
            case TaskRecord(task_id=number) | ConfigRecord(config_id=number):
                self._highest[type(record)] = max(number, self._highest[type(record)])
            case _:
                pass

    def _refuse_taken_addresses(self, changes: Iterable[RecordChange]) -> None:
        """Look at the instances as they would be after the entry, which is one instant."""
        changed: dict[InstanceId, InstanceRecord | None] = {}
        for change in changes:
            if isinstance(change.record, InstanceRecord):
                record = change.record if isinstance(change, Put) else None
                changed[change.record.instance_id] = record
        taken: dict[IpAddress, InstanceRecord] = {}
        for one in (record for record in changed.values() if record is not None):
            for address in one.addresses:
                holder = self._holders.get(address.ip)
                other = None if holder in changed else self._one(InstanceRecord, holder or "")
                other = other or taken.setdefault(address.ip, one)
                if other is not one or one.addresses.count(address) > 1:
                    raise AddressTakenError(
                        f"{address.ip} cannot go to instance {one.instance_id} of deployment "
                        f"{one.deployment}: instance {other.instance_id} of deployment "
                        f"{other.deployment} holds it."
                    )

    def _refuse_equal_versions(self, changes: Iterable[RecordChange]) -> None:
        known = {(one.name, one.number): one.variable_id for one in self._all(VariableRecord)}
        for change in changes:
            match change:
                case Put(record=VariableRecord() as one):
                    holder = known.setdefault((one.name, one.number), one.variable_id)
                    if holder != one.variable_id:
                        raise StoreError(f"{one.name} has a version {one.number} already.")
                case _:
                    pass

    def _hold_addresses(self, before: InstanceRecord | None, after: InstanceRecord | None) -> None:
        """Keep the index of addresses, so that a write costs the same however many there are."""
        for address in before.addresses if before else ():
            if before and self._holders.get(address.ip) == before.instance_id:
                del self._holders[address.ip]
        for address in after.addresses if after else ():
            if after:
                self._holders[address.ip] = after.instance_id


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _refuse_unstorable(value: object) -> None:
    """Refuse what the real store could not write, so that a test finds it first."""
    if type(value) in _PLAIN:  # most of what there is, and simulations write a lot
        return
    if is_dataclass(value):
        for name in _names_of(type(value)):  # type: ignore[arg-type]  # classes can be hashed
            _refuse_unstorable(getattr(value, name))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            _refuse_unstorable(below)
    elif isinstance(value, list | tuple):
        for below in value:
            _refuse_unstorable(below)
    elif not isinstance(value, _STORABLE) and not hasattr(value, "tzinfo"):
        raise TypeError(f"a {type(value).__qualname__} is not stored")
