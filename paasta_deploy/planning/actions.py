"""What a step does to the world, as data. Execution has one handler for each.

Every action carries the identities it needs (``agent_id``, ``disk_id``), chosen at plan time, so
that doing it twice finds the first one's work. An action never says how; it says what must be
true after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.ids import (
    AgentId,
    AzName,
    BlobId,
    DeploymentName,
    DiskId,
    InstanceGroupName,
    InstanceId,
    PackageName,
    VmCid,
)
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import BlobRef, DiskSpec, InstanceSpec, StemcellKey, VmSpec


class NextState(Enum):
    """What becomes of a thing after a stop; told to pre-stop scripts (bosh.md 6.5)."""

    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Do nothing: other steps wait for it, so that edges stay few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateVm:
    """A VM with ``agent_id`` runs, its agent answers, metadata is set.

    ``instance_id`` is None for a compilation VM. ``disks_near`` are disks to be attached later.
    ``standby``: another VM serves the instance; this one is not active until it is elected.
    """

    agent_id: AgentId
    deployment: DeploymentName
    group: InstanceGroupName
    index: int
    instance_id: InstanceId | None
    az: AzName | None
    vm: VmSpec
    disks_near: tuple[DiskId, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "instance"
    standby: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteVm:
    """The VM is proven gone (fenced) and its record removed. ``cid`` may be unknown (None).

    ``only_inactive``: nothing is done to it if it serves its instance after all.
    """

    agent_id: AgentId
    cid: VmCid | None
    only_inactive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmVm:
    """The agent of a VM that stands by answers, so the one that serves may be stopped."""

    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectVm:
    """The VM serves the instance from now on, and no other VM of it does.

    Before it the jobs of the other VM were stopped and its disks detached, or it is proven gone.
    """

    instance_id: InstanceId
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDisk:
    """A detached disk with ``disk_id`` exists for the instance."""

    disk_id: DiskId
    instance_id: InstanceId
    disk: DiskSpec
    near: AgentId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachDisk:
    """The disk is attached to the VM, known to its agent and, unless it has a name, mounted."""

    disk_id: DiskId
    instance_id: InstanceId
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachDisk:
    """The disk is unmounted and attached to no VM.

    ``agent_answers`` False (a dead machine) skips the unmount; the provider's detach fences.
    """

    disk_id: DiskId
    agent_id: AgentId | None
    agent_answers: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateDisk:
    """All data of ``old`` is on ``new``, which is mounted; both are attached to the VM."""

    old: DiskId
    new: DiskId
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowDisk:
    """The detached disk has ``size_mib``, or its record says that its CPI refuses to grow it."""

    disk_id: DiskId
    size_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceUngrown:
    """If growing ``disk_id`` was refused, disk ``new`` has taken its place, with all its data.

    Nothing is to be done where the disk was grown, which is the rule: a CPI that cannot grow disks
    says so in its capabilities, and then this is never planned.
    """

    disk_id: DiskId
    new: DiskId
    disk: DiskSpec
    instance_id: InstanceId
    agent_id: AgentId
    former_instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanDisk:
    """The detached disk is kept as an orphan. No automatic path deletes a disk."""

    disk_id: DiskId
    former_instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDisk:
    """The orphaned disk and its data are gone; only an operator's command plans this."""

    disk_id: DiskId


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareInstance:
    """Blobs of the new spec are fetched before anything stops. Best effort."""

    instance_id: InstanceId
    agent_id: AgentId
    spec: InstanceSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class StopInstance:
    """Pre-stop, drain, stop and post-stop are done on the VM; the record is not converged.

    ``must_answer``: no failure is ignored that leaves open whether jobs still run. The VM goes
    away, but not next: its agent has disks to free, or its successor starts beside it.
    """

    instance_id: InstanceId
    agent_id: AgentId
    vm_next: NextState
    instance_next: NextState
    deployment_next: NextState
    skip_drain: bool = False
    drain_reason: str = "update"
    ignore_failure: bool = False
    must_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyInstance:
    """The agent has its settings and has applied ``spec``; the record holds it, not converged."""

    instance_id: InstanceId
    agent_id: AgentId
    spec: InstanceSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInstance:
    """Pre-start, start, healthy within the watch time, post-start; the record is converged.

    Its run state is then "started".
    """

    instance_id: InstanceId
    agent_id: AgentId
    spec: InstanceSpec
    canary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishInstance:
    """The record says that this task has done with the instance.

    ``record`` gives the spec and the run state that it is settled with; what became known
    meanwhile (addresses that the cloud gave, blobs) stays. Used where no start follows: stopped or
    detached instances, changes of tags only.
    """

    record: InstanceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMetadata:
    """Names and tags of the VM are those of ``spec``."""

    agent_id: AgentId
    spec: InstanceSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeploy:
    """The post-deploy scripts of the instance have run."""

    instance_id: InstanceId
    agent_id: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveInstance:
    """The record of the instance is gone and its addresses are free."""

    record: InstanceRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CompilePackage:
    """The package is compiled for the stemcell and recorded.

    Dependencies are looked up among the recorded compiled packages when the step runs.
    ``dependencies`` are in the order in which the package names them.
    """

    agent_id: AgentId
    package: PackageName
    version: str
    fingerprint: str
    dependency_key: str
    source: BlobRef
    stemcell: StemcellKey
    dependencies: tuple[tuple[PackageName, str, str, str], ...]
    """(name, version, fingerprint, dependency_key)"""
    target_blob: BlobId | None = None


Action = (
    Gate
    | CreateVm
    | DeleteVm
    | ConfirmVm
    | ElectVm
    | CreateDisk
    | AttachDisk
    | DetachDisk
    | MigrateDisk
    | GrowDisk
    | ReplaceUngrown
    | OrphanDisk
    | DeleteDisk
    | PrepareInstance
    | StopInstance
    | ApplyInstance
    | StartInstance
    | FinishInstance
    | UpdateMetadata
    | PostDeploy
    | RemoveInstance
    | CompilePackage
)
