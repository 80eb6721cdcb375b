"""What we believe: the records of the store. Together they are the fold of the journal.

Records are small, flat and replaced whole. A record is put before the thing it names is made, and
removed after the thing is proven gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    NO_VARIABLES,
    AgentId,
    AzName,
    ConfigId,
    CpiName,
    DeploymentName,
    DiskCid,
    DiskId,
    InstanceGroupName,
    InstanceId,
    NetworkName,
    PackageName,
    ReleaseName,
    ReleaseVersion,
    StemcellCid,
    StemcellName,
    StemcellVersion,
    TaskId,
    VariableId,
    VariableSetId,
    VmCid,
)
from paasta_deploy.model.lifecycle import DiskState, RunState, TaskState, VmState
from paasta_deploy.model.release import ReleaseManifest
from paasta_deploy.model.spec import (
    BlobRef,
    InstanceSpec,
    IpAddress,
    NetworkSpec,
    StemcellKey,
)
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.variable_records import (
    RotationRecord,
    VariableRecord,
    VariableSetRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReservation:
    """One address that an instance holds, unique in its network over all deployments."""

    network: NetworkName
    ip: IpAddress
    static: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRecord:
    """One instance. Key: ``instance_id``.

    ``spec`` is what was last applied, or is being applied while ``converged`` is False.
    ``converged_by`` is the last task that finished this instance: a resumed task skips it.
    ``post_deployed_by`` is the last task that ran its post-deploy scripts.
    """

    instance_id: InstanceId
    deployment: DeploymentName
    group: InstanceGroupName
    index: int
    az: AzName | None
    bootstrap: bool
    addresses: tuple[AddressReservation, ...] = ()
    run_state: RunState = RunState.STARTED
    spec: InstanceSpec | None = None
    converged: bool = False
    converged_by: TaskId | None = None
    ignored: bool = False
    resurrection_paused: bool = False
    post_deployed_by: TaskId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VmRecord:
    """One VM. Key: ``agent_id``, chosen before the VM is made. ``cid`` is None until it is known.

    ``instance_id`` is None for compilation VMs; ``purpose`` then says what it is for.
    ``stemcell``, ``cloud_properties``, ``env_digest``, ``networks`` and ``cpi`` say what the VM
    was made from, whatever its instance's spec says by now: a VM is compared with these.
    ``cloud_variables`` are the versions of the variables in all of its cloud properties.

    One VM of an instance is ``active``: it serves, or is about to. An inactive one stands by to
    take over, or was replaced: then ``orphaned_at`` says since when. ``dynamic_addresses`` are
    what the cloud gave an inactive VM; those of the active one are its instance's.
    """

    agent_id: AgentId
    deployment: DeploymentName
    instance_id: InstanceId | None
    state: VmState
    stemcell: StemcellKey
    cloud_properties: JsonObject
    env_digest: str
    created_at: datetime
    cid: VmCid | None = None
    cpi: CpiName = DEFAULT_CPI
    active: bool = True
    purpose: str = "instance"
    created_by: TaskId | None = None
    networks: tuple[NetworkSpec, ...] = ()
    cloud_variables: Mapping[str, VariableId] = field(default_factory=dict)
    orphaned_at: datetime | None = None
    dynamic_addresses: tuple[AddressReservation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRecord:
    """One persistent disk. Key: ``disk_id``, chosen before it is made.

    ``vm_cid`` is where it is (being) attached. ``former_instance`` names the
    instance that an orphan served, as ``group/id``. ``name`` is that of one of several disks; an
    instance has one disk of each name, and a second one only while it is exchanged.
    ``growing_to_mib``: its CPI was asked to grow it, and it is not known whether it has.
    ``growth_refused``: its CPI was asked and cannot.
    """

    disk_id: DiskId
    deployment: DeploymentName
    instance_id: InstanceId | None
    state: DiskState
    size_mib: int
    cloud_properties: JsonObject
    created_at: datetime
    cid: DiskCid | None = None
    cpi: CpiName = DEFAULT_CPI
    vm_cid: VmCid | None = None
    orphaned_at: datetime | None = None
    former_instance: str = ""
    az: AzName | None = None
    hint: JsonObject | str | None = None
    variables: Mapping[str, VariableId] = field(default_factory=dict)
    name: str = ""
    growing_to_mib: int | None = None
    growth_refused: bool = False

    @property
    def is_managed(self) -> bool:
        """Whether the agent formats and mounts it; a disk with a name is only attached."""
        return not self.name

    @property
    def is_orphaned(self) -> bool:
        """Whether it neither serves nor waits for an instance, also while it is being deleted."""
        return self.state is DiskState.ORPHANED or (
            self.state is DiskState.DELETING and self.instance_id is None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRecord:
    """One deployment. Key: ``name``. ``manifest`` is the text of the last successful deploy.

    ``variable_set`` holds the versions of variables that it used; empty: it used none.
    """

    name: DeploymentName
    manifest: str | None = None
    cloud_config_ids: tuple[ConfigId, ...] = ()
    runtime_config_ids: tuple[ConfigId, ...] = ()
    releases: tuple[tuple[ReleaseName, ReleaseVersion], ...] = ()
    stemcells: tuple[StemcellKey, ...] = ()
    variable_set: VariableSetId = NO_VARIABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRecord:
    """One saved version of a config (cloud, runtime, cpi, resurrection...). Key: ``config_id``."""

    config_id: ConfigId
    kind: str
    name: str
    content: str
    created_at: datetime
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRecord:
    """One uploaded release version. Key: name and version, which are the manifest's."""

    name: ReleaseName
    version: ReleaseVersion
    manifest: ReleaseManifest
    blobs: Mapping[str, BlobRef] = field(default_factory=dict)
    """``job/<name>``, ``package/<name>``, ``compiled/<name>`` -> its archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StemcellRecord:
    """One uploaded stemcell at one CPI. Key: name, version and cpi."""

    name: StemcellName
    version: StemcellVersion
    os: str
    cid: StemcellCid
    cpi: CpiName = DEFAULT_CPI
    api_version: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPackageRecord:
    """One package compiled for one stemcell.

    Key: fingerprint, dependency_key, stemcell_os and stemcell_version.
    """

    package: PackageName
    fingerprint: str
    dependency_key: str
    stemcell_os: str
    stemcell_version: StemcellVersion
    blob: BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """One task. Key: ``task_id``. ``request`` is what to do, enough to resume after a kill."""

    task_id: TaskId
    state: TaskState
    description: str
    kind: str
    request: JsonObject
    deployment: DeploymentName | None
    user: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: str | None = None
    context_id: str = ""


Record = (
    InstanceRecord
    | VmRecord
    | DiskRecord
    | DeploymentRecord
    | ConfigRecord
    | ReleaseRecord
    | StemcellRecord
    | CompiledPackageRecord
    | TaskRecord
    | VariableRecord
    | VariableSetRecord
    | RotationRecord
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDeployment:
    """All records of one deployment, read at one instant."""

    deployment: DeploymentRecord
    instances: tuple[InstanceRecord, ...] = ()
    vms: tuple[VmRecord, ...] = ()
    disks: tuple[DiskRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Insert the record or replace the one with the same key."""

    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Remove the record with the same key as ``record``; absent is fine."""

    record: Record


RecordChange = Put | Remove
