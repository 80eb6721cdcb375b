"""Records as tests want them: small, valid, and told apart by their names alone."""

from datetime import UTC, datetime
from ipaddress import ip_address

from paasta_deploy.model.ids import (
    AgentId,
    ConfigId,
    DeploymentName,
    DiskId,
    InstanceGroupName,
    InstanceId,
    NetworkName,
    StemcellName,
    StemcellVersion,
    TaskId,
    VariableId,
    VariableSetId,
)
from paasta_deploy.model.lifecycle import DiskState, RotationPhase, TaskState, VmState
from paasta_deploy.model.recorded import (
    AddressReservation,
    ConfigRecord,
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    RecordChange,
    TaskRecord,
    VmRecord,
)
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.model.values import JsonObject
from paasta_deploy.model.variable_records import (
    RotationRecord,
    VariableRecord,
    VariableSetRecord,
)
from paasta_deploy.ports.store import JournalEntry, Phase

MADE_AT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
STEMCELL = StemcellKey(name=StemcellName("debian"), version=StemcellVersion("1"), os="bookworm")


def deployment(name: str = "cf") -> DeploymentRecord:
    """Return a deployment."""
    return DeploymentRecord(name=DeploymentName(name))


def instance(name: str, *ips: str, of: str = "cf", index: int = 0) -> InstanceRecord:
    """Return an instance of group ``web`` which holds the addresses."""
    return InstanceRecord(
        instance_id=InstanceId(name),
        deployment=DeploymentName(of),
        group=InstanceGroupName("web"),
        index=index,
        az=None,
        bootstrap=False,
        addresses=tuple(
            AddressReservation(network=NetworkName("net"), ip=ip_address(ip), static=False)
            for ip in ips
        ),
    )


def vm(name: str, *, of: str = "cf") -> VmRecord:
    """Return a VM that is being made."""
    return VmRecord(
        agent_id=AgentId(name),
        deployment=DeploymentName(of),
        instance_id=InstanceId("i"),
        state=VmState.CREATING,
        stemcell=STEMCELL,
        cloud_properties={"cpu": 1, "nested": {"list": [1, 2.5, None, True]}},
        env_digest="",
        created_at=MADE_AT,
    )


def disk(name: str, state: DiskState, *, serves: str | None = "i") -> DiskRecord:
    """Return a persistent disk of deployment ``cf``."""
    return DiskRecord(
        disk_id=DiskId(name),
        deployment=DeploymentName("cf"),
        instance_id=None if serves is None else InstanceId(serves),
        state=state,
        size_mib=1024,
        cloud_properties={},
        created_at=MADE_AT,
    )


def config(number: int, kind: str, name: str, *, deleted: bool = False) -> ConfigRecord:
    """Return one version of a config."""
    return ConfigRecord(
        config_id=ConfigId(number),
        kind=kind,
        name=name,
        content="azs: []",
        created_at=MADE_AT,
        deleted=deleted,
    )


def task(number: int, state: TaskState, *, of: str | None = None) -> TaskRecord:
    """Return a task."""
    return TaskRecord(
        task_id=TaskId(number),
        state=state,
        description="create deployment",
        kind="deploy",
        request={},
        deployment=None if of is None else DeploymentName(of),
        user="admin",
        created_at=MADE_AT,
    )


def variable(name: str, number: int, *, of: str = "cf") -> VariableRecord:
    """Return one version of a password."""
    return VariableRecord(
        variable_id=VariableId(f"{name} {number}"),
        name=name,
        number=number,
        deployment=DeploymentName(of),
        variable_type="password",
        sealed="sealed",
        created_at=MADE_AT,
        options={"length": 20},
    )


def variable_set(name: str, *variables: str, of: str = "cf") -> VariableSetRecord:
    """Return a set with the first versions of these variables."""
    return VariableSetRecord(
        deployment=DeploymentName(of),
        set_id=VariableSetId(name),
        versions={item: VariableId(f"{item} 1") for item in variables},
        created_at=MADE_AT,
    )


def rotation(name: str) -> RotationRecord:
    """Return the rotation of a password."""
    return RotationRecord(
        name=name,
        deployment=DeploymentName("cf"),
        phase=RotationPhase.REPLACING,
        successors={},
        started_at=MADE_AT,
    )


def entry(
    *changes: RecordChange, step: str = "step", data: JsonObject | None = None, task_id: int = 1
) -> JournalEntry:
    """Return an entry of task 1."""
    return JournalEntry(
        task_id=TaskId(task_id), phase=Phase.INTENT, step=step, changes=changes, data=data or {}
    )
