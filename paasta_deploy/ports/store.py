"""The durable store: records to read, and one journal through which everything is written.

Reads are synchronous and cheap (one process, indexed rows); a read sees every entry whose write
has returned. All writes go through :class:`Journal`, whose entries carry the record changes, so
the records are always the fold of the journal.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

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
    RecordChange,
    RecordedDeployment,
    ReleaseRecord,
    StemcellRecord,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.variable_records import (
    RotationRecord,
    VariableRecord,
    VariableSetRecord,
)


class Phase(Enum):
    """Where a journal entry stands in the life of a step."""

    INTENT = "intent"
    RESULT = "result"
    FAILURE = "failure"
    NOTE = "note"  # a fact that belongs to no step (placement, task state, upload)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One fact. ``step`` is the plan's step id; ``data`` holds no secrets."""

    task_id: TaskId | None
    phase: Phase
    step: str
    changes: tuple[RecordChange, ...] = ()
    data: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEntry:
    """One entry as the journal holds it; ``sequence`` counts up.

    It has holes only where a task was removed, whose entries go with its record.
    """

    sequence: int
    at: datetime
    task_id: TaskId | None
    phase: Phase
    step: str
    data: JsonObject


class Journal(Protocol):
    """Durable, ordered, grouped writes."""

    async def write(self, entry: JournalEntry) -> None:
        """Return once the entry and its record changes are on disk, all or nothing.

        Entries written at the same time share one transaction and one sync (group commit).
        Raises AddressTakenError when a change takes an address that another instance holds,
        StoreError when the disk is full or the store is gone; then nothing of the entry stands.
        """
        ...

    def entries(self, task_id: TaskId, *, phase: Phase | None = None) -> Sequence[WrittenEntry]:
        """Return what the journal holds of one task, in order: nothing, once it is removed.

        ``phase``: only these. A task has few notes, and a hundred thousand entries of steps.
        """
        ...


class DeploymentReads(Protocol):
    """What belongs to deployments: instances, VMs, disks, addresses."""

    def deployments(self) -> Sequence[DeploymentRecord]:
        """Return all deployments by name."""
        ...

    def recorded_deployment(self, name: DeploymentName) -> RecordedDeployment | None:
        """Return one deployment with its instances, VMs and disks as of one instant."""
        ...

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        ...

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        ...

    def vms(self) -> Sequence[VmRecord]:
        """Return all VMs of all deployments."""
        ...

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk, orphaned or not."""
        ...

    def disks(self, *, orphaned: bool) -> Sequence[DiskRecord]:
        """Return orphaned disks, or those that serve or wait for an instance."""
        ...

    def taken_addresses(
        self, *, except_deployment: DeploymentName | None
    ) -> Sequence[tuple[IpAddress, DeploymentName, InstanceId]]:
        """Return every reserved address with its holder."""
        ...


class CatalogueReads(Protocol):
    """What deployments are made from: configs, releases, stemcells, compiled packages."""

    def configs(
        self, *, kind: str | None = None, name: str | None = None, latest_only: bool = True
    ) -> Sequence[ConfigRecord]:
        """Return saved configs, newest first. Deleted ones only when ``latest_only`` is False."""
        ...

    def config(self, config_id: ConfigId) -> ConfigRecord | None:
        """Return one saved version of a config."""
        ...

    def next_config_id(self) -> ConfigId:
        """Return an id that no config had yet. Only the holder of the writing lock may ask."""
        ...

    def releases(self) -> Sequence[ReleaseRecord]:
        """Return all uploaded release versions."""
        ...

    def release(self, name: ReleaseName, version: ReleaseVersion) -> ReleaseRecord | None:
        """Return one release version."""
        ...

    def stemcells(self) -> Sequence[StemcellRecord]:
        """Return all uploaded stemcells."""
        ...

    def compiled_packages(
        self, *, stemcell_os: str, stemcell_version: str
    ) -> Sequence[CompiledPackageRecord]:
        """Return what is compiled for one stemcell."""
        ...


class TaskReads(Protocol):
    """Tasks, and the small settings of the whole director."""

    def next_task_id(self) -> TaskId:
        """Return an id that no task had yet."""
        ...

    def task(self, task_id: TaskId) -> TaskRecord | None:
        """Return one task."""
        ...

    def tasks(
        self,
        *,
        states: frozenset[TaskState] | None = None,
        deployment: DeploymentName | None = None,
        limit: int = 100,
    ) -> Sequence[TaskRecord]:
        """Return tasks, newest first."""
        ...

    def tasks_beyond(self, kept: int, *, limit: int) -> Sequence[TaskRecord]:
        """Return finished tasks that have at least ``kept`` newer finished ones, oldest first."""
        ...

    def setting(self, name: str) -> str | None:
        """Return a small director-wide setting (uuid, resurrection switch)."""
        ...

    def put_setting(self, name: str, value: str) -> None:
        """Write a director-wide setting durably."""
        ...


class VariableReads(Protocol):
    """Versions of variables, which of them are in use, and rotations under way."""

    def variables(self, names: Collection[str] | None = None) -> Sequence[VariableRecord]:
        """Return all versions of the variables of these whole names, by name and number.

        None: of all variables of all deployments.
        """
        ...

    def variable_sets(
        self, deployment: DeploymentName | None = None
    ) -> Sequence[VariableSetRecord]:
        """Return the sets of one deployment, or of all."""
        ...

    def rotations(self) -> Sequence[RotationRecord]:
        """Return the rotations that are not finished, by name."""
        ...


class Store(DeploymentReads, CatalogueReads, TaskReads, VariableReads, Protocol):
    """Reads of all records."""
