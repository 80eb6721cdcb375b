"""What the world says now: VMs as agents and clouds see them. Never stored as truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.values import JsonObject


class VmPresence(Enum):
    """Whether a VM is there and answers."""

    ANSWERING = "answering"  # the agent answered or its connection is open
    SILENT = "silent"  # the cloud has the VM, the agent does not answer
    MISSING = "missing"  # the cloud says that it does not exist


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedProcess:
    """One supervised process of an instance."""

    name: str
    state: str
    uptime_s: float = 0.0
    memory_kib: int = 0
    cpu_percent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedVm:
    """One VM now."""

    agent_id: AgentId
    presence: VmPresence
    job_state: JobState = JobState.UNKNOWN
    processes: tuple[ObservedProcess, ...] = ()
    vitals: JsonObject = field(default_factory=dict)
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """All that was observed for one plan; a VM that is not listed was not looked at."""

    vms: Mapping[AgentId, ObservedVm] = field(default_factory=dict)
