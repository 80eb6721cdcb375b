"""Which record lives in which table, under which key and with which columns beside its body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.codec import RecordCodec
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    ConfigRecord,
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    Record,
    ReleaseRecord,
    StemcellRecord,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.variable_records import (
    RotationRecord,
    VariableRecord,
    VariableSetRecord,
)

_T = TypeVar("_T", bound=Record)
Scalar = str | int | bool | None
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTable(Generic[_T]):
    """One record type in the database. ``columns`` gives the key columns, too."""

    table: Table
    codec: RecordCodec[_T]
    columns: Callable[[_T], Mapping[str, Scalar]]
    key_names: tuple[str, ...] = field(init=False)
    """The columns of the primary key, in order."""

    def __post_init__(self) -> None:
        names = tuple(column.name for column in self.table.primary_key.columns)
        object.__setattr__(self, "key_names", names)

    @property
    def name(self) -> str:
        """The table's name, for messages and as part of cache keys."""
        return self.table.name

    def key(self, columns: Mapping[str, Scalar]) -> Key:
        """Return the values of the key columns out of what :attr:`columns` gave."""
        values = [columns[name] for name in self.key_names]
        assert None not in values, f"{self.name} has a key without value"
        return tuple(value for value in values if value is not None)


INSTANCES: RecordTable[InstanceRecord] = RecordTable(
    table=schema.instances,
    codec=RecordCodec(InstanceRecord),
    columns=lambda record: {
        "instance_id": record.instance_id,
        "deployment": record.deployment,
        "instance_group": record.group,
        "instance_index": record.index,
        "run_state": record.run_state.value,
    },
)
VMS: RecordTable[VmRecord] = RecordTable(
    table=schema.vms,
    codec=RecordCodec(VmRecord),
    columns=lambda record: {
        "agent_id": record.agent_id,
        "deployment": record.deployment,
        "instance_id": record.instance_id,
        "state": record.state.value,
    },
)
DISKS: RecordTable[DiskRecord] = RecordTable(
    table=schema.disks,
    codec=RecordCodec(DiskRecord),
    columns=lambda record: {
        "disk_id": record.disk_id,
        "deployment": record.deployment,
        "instance_id": record.instance_id,
        "state": record.state.value,
        "orphaned": record.is_orphaned,
    },
)
DEPLOYMENTS: RecordTable[DeploymentRecord] = RecordTable(
    table=schema.deployments,
    codec=RecordCodec(DeploymentRecord),
    columns=lambda record: {"name": record.name},
)
CONFIGS: RecordTable[ConfigRecord] = RecordTable(
    table=schema.configs,
    codec=RecordCodec(ConfigRecord),
    columns=lambda record: {
        "config_id": record.config_id,
        "kind": record.kind,
        "name": record.name,
        "deleted": record.deleted,
    },
)
RELEASES: RecordTable[ReleaseRecord] = RecordTable(
    table=schema.releases,
    codec=RecordCodec(ReleaseRecord),
    columns=lambda record: {"name": record.name, "release_version": record.version},
)
STEMCELLS: RecordTable[StemcellRecord] = RecordTable(
    table=schema.stemcells,
    codec=RecordCodec(StemcellRecord),
    columns=lambda record: {
        "name": record.name,
        "stemcell_version": record.version,
        "cpi": record.cpi,
    },
)
COMPILED_PACKAGES: RecordTable[CompiledPackageRecord] = RecordTable(
    table=schema.compiled_packages,
    codec=RecordCodec(CompiledPackageRecord),
    columns=lambda record: {
        "stemcell_os": record.stemcell_os,
        "stemcell_version": record.stemcell_version,
        "fingerprint": record.fingerprint,
        "dependency_key": record.dependency_key,
    },
)
TASKS: RecordTable[TaskRecord] = RecordTable(
    table=schema.tasks,
    codec=RecordCodec(TaskRecord),
    columns=lambda record: {
        "task_id": record.task_id,
        "deployment": record.deployment,
        "state": record.state.value,
    },
)
VARIABLES: RecordTable[VariableRecord] = RecordTable(
    table=schema.variables,
    codec=RecordCodec(VariableRecord),
    columns=lambda record: {
        "variable_id": record.variable_id,
        "name": record.name,
        "number": record.number,
        "deployment": record.deployment,
    },
)
VARIABLE_SETS: RecordTable[VariableSetRecord] = RecordTable(
    table=schema.variable_sets,
    codec=RecordCodec(VariableSetRecord),
    columns=lambda record: {"deployment": record.deployment, "set_id": record.set_id},
)
ROTATIONS: RecordTable[RotationRecord] = RecordTable(
    table=schema.rotations,
    codec=RecordCodec(RotationRecord),
    columns=lambda record: {
        "name": record.name,
        "deployment": record.deployment,
        "phase": record.phase.value,
    },
)

# By record type; the value's own record type is the key's, which the type system cannot say.
TABLE_OF: Mapping[type[Record], RecordTable[Any]] = {
    InstanceRecord: INSTANCES,
    VmRecord: VMS,
    DiskRecord: DISKS,
    DeploymentRecord: DEPLOYMENTS,
    ConfigRecord: CONFIGS,
    ReleaseRecord: RELEASES,
    StemcellRecord: STEMCELLS,
    CompiledPackageRecord: COMPILED_PACKAGES,
    TaskRecord: TASKS,
    VariableRecord: VARIABLES,
    VariableSetRecord: VARIABLE_SETS,
    RotationRecord: ROTATIONS,
}
