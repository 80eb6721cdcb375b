"""The answer to ``get_state``: the applied spec, and how its jobs and processes are.

Source: bosh.md 6.2 and wire/nats.jsonl. Vitals and processes come only with ``get_state full``.
"""

from dataclasses import dataclass, field

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.apply_spec import ApplySpec, decode_apply_spec, encode_apply_spec
from paasta_deploy.wire.heartbeat import job_state_from
from paasta_deploy.wire.reading import Fields
from paasta_deploy.wire.vitals import Vitals, decode_vitals, encode_vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """One supervised process. ``state`` is a word of monit: running, starting, failing, ..."""

    name: str
    state: str
    uptime_s: int = 0
    memory_kib: int = 0
    memory_percent: float = 0.0
    cpu_percent: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentState:
    """What an agent knows of its instance. ``vitals`` is None unless they were asked for."""

    agent_id: AgentId
    job_state: JobState
    spec: ApplySpec
    vm_name: str = ""
    processes: tuple[ProcessStatus, ...] = ()
    vitals: Vitals | None = None
    ntp: JsonObject = field(default_factory=dict)


def encode_agent_state(state: AgentState) -> JsonObject:
    """Return the value that answers ``get_state``."""
    encoded: dict[str, JsonValue] = dict(encode_apply_spec(state.spec))
    encoded["agent_id"] = state.agent_id
    encoded["job_state"] = state.job_state.value
    encoded["vm"] = {"name": state.vm_name}
    encoded["processes"] = [_encode_process(process) for process in state.processes]
    if state.vitals is not None:
        encoded["vitals"] = encode_vitals(state.vitals)
    if state.ntp:
        encoded["ntp"] = state.ntp
    return encoded


def decode_agent_state(value: JsonValue) -> AgentState:
    """Read the answer to ``get_state``. Raises WireError."""
    fields = Fields(value, "agent state")
    return AgentState(
        agent_id=AgentId(fields.text("agent_id", "")),
        job_state=job_state_from(fields.text("job_state", JobState.UNKNOWN.value)),
        spec=decode_apply_spec(value),
        vm_name=fields.object("vm").text("name", ""),
        processes=tuple(_decode_process(process) for process in fields.objects("processes")),
        vitals=decode_vitals(fields.object("vitals")) if fields.has("vitals") else None,
        ntp=fields.object("ntp").raw,
    )


def _encode_process(process: ProcessStatus) -> JsonObject:
    return {
        "name": process.name,
        "state": process.state,
        "uptime": {"secs": process.uptime_s},
        "mem": {"kb": process.memory_kib, "percent": process.memory_percent},
        "cpu": {"total": process.cpu_percent},
    }


def _decode_process(fields: Fields) -> ProcessStatus:
    memory = fields.object("mem")
    return ProcessStatus(
        name=fields.text("name"),
        state=fields.text("state", "unknown"),
        uptime_s=fields.object("uptime").integer("secs", 0),
        memory_kib=memory.integer("kb", 0),
        memory_percent=memory.number("percent", 0),
        cpu_percent=fields.object("cpu").number("total", 0),
    )
