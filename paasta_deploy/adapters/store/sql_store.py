"""The store: reads of all records, over one database, as the port ``Store`` asks for them.

Three classes by what they are about, which :class:`SqlStore` puts together. Nothing here writes:
see :mod:`~paasta_deploy.adapters.store.journal`.
"""

from collections.abc import Callable, Collection, Sequence
from ipaddress import ip_address
from operator import eq
from threading import Lock
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.batch import PARAMETERS_MAX
from paasta_deploy.adapters.store.cache import RecordCache
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.adapters.store.journal import SqlJournal
from paasta_deploy.adapters.store.reading import Order, read_records
from paasta_deploy.adapters.store.record_tables import (
    COMPILED_PACKAGES,
    CONFIGS,
    DEPLOYMENTS,
    DISKS,
    INSTANCES,
    RELEASES,
    ROTATIONS,
    STEMCELLS,
    TASKS,
    VARIABLE_SETS,
    VARIABLES,
    VMS,
    RecordTable,
)
from paasta_deploy.adapters.store.reign import Reign, wait_for_claim
from paasta_deploy.model.errors import DeposedError
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
    Record,
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

_T = TypeVar("_T", bound=Record)


class _Reads:
    """What all three parts share: the database and the cache."""

    def __init__(self, database: Database, cache: RecordCache) -> None:
        self._database = database
        self._cache = cache
        self._writes_alone = False

    def _all(
        self,
        place: RecordTable[_T],
        *conditions: ColumnElement[bool],
        order: Sequence[Order] = (),
        limit: int | None = None,
    ) -> tuple[_T, ...]:
        with self._database.read() as connection:
            return read_records(
                connection, self._cache, place, *conditions, order=order, limit=limit
            )

    def _one(self, place: RecordTable[_T], *key: str | int) -> _T | None:
        """Return the record with a key: asked of the database only if others may write there."""
        if self._writes_alone:
            known = self._cache.newest(place.name, key)
            if known is not None:
                return known  # type: ignore[return-value] # the table's own type
        columns = place.table.primary_key.columns
        found = self._all(place, *map(eq, columns, key))
        return found[0] if found else None


class _DeploymentReads(_Reads):
    """Deployments and what they are made of."""

    def deployments(self) -> Sequence[DeploymentRecord]:
        """Return all deployments by name."""
        return self._all(DEPLOYMENTS)

    def recorded_deployment(self, name: DeploymentName) -> RecordedDeployment | None:
        """Return one deployment as of one instant: instances by group and index, no orphans."""
        cache, place = self._cache, schema.instances
        with self._database.read() as connection:
            found = read_records(connection, cache, DEPLOYMENTS, schema.deployments.c.name == name)
            if not found:
                return None
            order = (place.c.instance_group, place.c.instance_index, place.c.instance_id)
            return RecordedDeployment(
                deployment=found[0],
                instances=read_records(
                    connection, cache, INSTANCES, place.c.deployment == name, order=order
                ),
                vms=read_records(connection, cache, VMS, schema.vms.c.deployment == name),
                disks=read_records(
                    connection,
                    cache,
                    DISKS,
                    schema.disks.c.deployment == name,
                    schema.disks.c.orphaned.is_(False),
                ),
            )

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        return self._one(INSTANCES, instance_id)

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        return self._one(VMS, agent_id)

    def vms(self) -> Sequence[VmRecord]:
        """Return all VMs of all deployments, by deployment."""
        return self._all(VMS, order=(schema.vms.c.deployment, schema.vms.c.agent_id))

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        return self._one(DISKS, disk_id)

    def disks(self, *, orphaned: bool) -> Sequence[DiskRecord]:
        """Return orphaned disks (also those being deleted), or those that serve an instance."""
        return self._all(DISKS, schema.disks.c.orphaned.is_(orphaned))

    def taken_addresses(
        self, *, except_deployment: DeploymentName | None
    ) -> Sequence[tuple[IpAddress, DeploymentName, InstanceId]]:
        """Return every reserved address with its holder, in no promised order."""
        table = schema.addresses
        query = select(table.c.ip, table.c.deployment, table.c.instance_id)
        if except_deployment is not None:
            query = query.where(table.c.deployment != except_deployment)
        with self._database.read() as connection:
            return [
                (ip_address(ip), DeploymentName(deployment), InstanceId(instance_id))
                for ip, deployment, instance_id in connection.execute(query)
            ]


class _CatalogueReads(_Reads):
    """Configs, releases, stemcells, compiled packages: what deployments are made from."""

    def configs(
        self, *, kind: str | None = None, name: str | None = None, latest_only: bool = True
    ) -> Sequence[ConfigRecord]:
        """Return saved configs, newest first; a name whose latest version is deleted has none."""
        table = schema.configs
        conditions: list[ColumnElement[bool]] = []
        if kind is not None:
            conditions.append(table.c.kind == kind)
        if name is not None:
            conditions.append(table.c.name == name)
        if latest_only:
            latest = select(func.max(table.c.config_id)).group_by(table.c.kind, table.c.name)
            conditions += [table.c.config_id.in_(latest), table.c.deleted.is_(False)]
        return self._all(CONFIGS, *conditions, order=(table.c.config_id.desc(),))

    def config(self, config_id: ConfigId) -> ConfigRecord | None:
        """Return one saved version of a config."""
        return self._one(CONFIGS, config_id)

    def releases(self) -> Sequence[ReleaseRecord]:
        """Return all uploaded release versions."""
        return self._all(RELEASES)

    def release(self, name: ReleaseName, version: ReleaseVersion) -> ReleaseRecord | None:
        """Return one release version."""
        return self._one(RELEASES, name, version)

    def stemcells(self) -> Sequence[StemcellRecord]:
        """Return all uploaded stemcells."""
        return self._all(STEMCELLS)

    def compiled_packages(
        self, *, stemcell_os: str, stemcell_version: str
    ) -> Sequence[CompiledPackageRecord]:
        """Return what is compiled for one stemcell."""
        table = schema.compiled_packages
        return self._all(
            COMPILED_PACKAGES,
            table.c.stemcell_os == stemcell_os,
            table.c.stemcell_version == stemcell_version,
        )


class _TaskReads(_Reads):
    """Tasks, settings, and the numbers that are given out."""

    def __init__(self, database: Database, cache: RecordCache, journal: SqlJournal) -> None:
        super().__init__(database, cache)
        self._journal = journal
        self._given: dict[str, int] = {}
        self._settings: dict[str, str | None] = {}
        self._lock = Lock()

    def next_task_id(self) -> TaskId:
        """Return an id that no task had yet, also none that was removed since."""
        return TaskId(self._next("task"))

    def next_config_id(self) -> ConfigId:
        """Return an id that no config had yet."""
        return ConfigId(self._next("config"))

    def task(self, task_id: TaskId) -> TaskRecord | None:
        """Return one task."""
        return self._one(TASKS, task_id)

    def tasks(
        self,
        *,
        states: frozenset[TaskState] | None = None,
        deployment: DeploymentName | None = None,
        limit: int = 100,
    ) -> Sequence[TaskRecord]:
        """Return tasks, newest first."""
        table = schema.tasks
        conditions: list[ColumnElement[bool]] = []
        if states is not None:
            conditions.append(table.c.state.in_(sorted(state.value for state in states)))
        if deployment is not None:
            conditions.append(table.c.deployment == deployment)
        return self._all(TASKS, *conditions, order=(table.c.task_id.desc(),), limit=limit)

    def tasks_beyond(self, kept: int, *, limit: int) -> Sequence[TaskRecord]:
        """Return finished tasks that have ``kept`` newer finished ones, oldest first."""
        table = schema.tasks
        is_final = table.c.state.in_(sorted(one.value for one in TaskState if one.is_final))
        newest = select(table.c.task_id).where(is_final).order_by(table.c.task_id.desc())
        first_beyond = newest.offset(kept).limit(1).scalar_subquery()
        return self._all(
            TASKS, is_final, table.c.task_id <= first_beyond, order=(table.c.task_id,), limit=limit
        )

    def setting(self, name: str) -> str | None:
        """Return a small director-wide setting, or None when it was never put."""
        if self._writes_alone and name in self._settings:
            return self._settings[name]
        query = select(schema.settings.c.value).where(schema.settings.c.name == name)
        with self._database.read() as connection:
            value: str | None = connection.scalar(query)
        return self._settings.setdefault(name, value) if self._writes_alone else value

    def put_setting(self, name: str, value: str) -> None:
        """Write a setting durably; blocks for one sync of the disk. Raises StoreError."""
        self._journal.put_setting(name, value)
        self._settings[name] = value

    def _next(self, name: str) -> int:
        """Count on from what was given here, or from the highest number that is on disk.

        A number that was given and not written before a kill is given again: nobody had it.
        """
        query = select(schema.counters.c.value).where(schema.counters.c.name == name)
        with self._lock, self._database.read() as connection:
            stored = connection.scalar(query) or 0
            self._given[name] = max(stored, self._given.get(name, 0)) + 1
            return self._given[name]


class _VariableReads(_Reads):
    """Versions of variables, sets of them, rotations."""

    def variables(self, names: Collection[str] | None = None) -> Sequence[VariableRecord]:
        """Return all versions of these variables, or of all, by name and number."""
        table = schema.variables
        order = (table.c.name, table.c.number)
        if names is None:
            return self._all(VARIABLES, order=order)
        wanted, found = sorted(set(names)), list[VariableRecord]()
        for start in range(0, len(wanted), PARAMETERS_MAX):
            some = wanted[start : start + PARAMETERS_MAX]
            found += self._all(VARIABLES, table.c.name.in_(some), order=order)
        return found

    def variable_sets(
        self, deployment: DeploymentName | None = None
    ) -> Sequence[VariableSetRecord]:
        """Return the sets of one deployment, or of all."""
        if deployment is None:
            return self._all(VARIABLE_SETS)
        return self._all(VARIABLE_SETS, schema.variable_sets.c.deployment == deployment)

    def rotations(self) -> Sequence[RotationRecord]:
        """Return the rotations that are not finished, by name."""
        return self._all(ROTATIONS)


class SqlStore(_DeploymentReads, _CatalogueReads, _VariableReads, _TaskReads):
    """All reads, and the journal that writes. Made by :func:`open_store`."""

    def __init__(self, database: Database, cache: RecordCache, journal: SqlJournal) -> None:
        _TaskReads.__init__(self, database, cache, journal)
        self.journal = journal

    async def reign(
        self,
        holder: str,
        *,
        clock: Clock,
        standby: bool,
        on_deposed: Callable[[DeposedError], None],
        tell: Callable[[str], None],
    ) -> Reign:
        """Become the one director that writes here; see :func:`~.reign.wait_for_claim`.

        Raises StoreError when another one does, and ``standby`` is False.
        """
        claim = await wait_for_claim(
            self._database, holder, clock=clock, standby=standby, tell=tell
        )
        reign = Reign(self.journal, claim, clock=clock, on_deposed=on_deposed)
        # What was read before somebody else's last write does not count.
        self._cache.forget()
        self._settings.clear()
        self._writes_alone = True
        return reign

    def close(self) -> None:
        """Write what is queued and close the database. Blocks; safe to repeat."""
        self.journal.close()
        self._database.close()
