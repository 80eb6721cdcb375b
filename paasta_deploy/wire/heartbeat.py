"""What agents say by themselves: heartbeats and alerts.

An agent that no spec was applied to yet says so with empty names and a null index.

Source: bosh.md 6.3, 7.2 and wire/nats.jsonl.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.reading import Fields, decode_object, encode_json
from paasta_deploy.wire.vitals import Vitals, decode_vitals, encode_vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """One heartbeat. ``job`` is the instance group, ``node_id`` the instance id."""

    deployment: str = ""
    job: str | None = None
    index: int | None = None
    job_state: JobState
    node_id: str = ""
    number_of_processes: int = 0
    vitals: Vitals = field(default_factory=Vitals)


class AlertSeverity(IntEnum):
    """How bad it is, by BOSH's numbers."""

    ALERT = 1
    CRITICAL = 2
    ERROR = 3
    WARNING = 4
    IGNORED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAlert:
    """Something an operator may want to know. ``id`` is fresh, ``created_at`` Unix seconds."""

    id: str
    severity: AlertSeverity
    title: str
    summary: str
    created_at: int


def job_state_from(text: str) -> JobState:
    """Return the state that an agent's word means; an unheard-of word is ``UNKNOWN``."""
    return _JOB_STATES.get(text, JobState.UNKNOWN)


_JOB_STATES = {state.value: state for state in JobState}


def encode_heartbeat(heartbeat: Heartbeat) -> bytes:
    """Return the bytes of a heartbeat."""
    return encode_json(
        {
            "deployment": heartbeat.deployment,
            "job": heartbeat.job,
            "index": heartbeat.index,
            "job_state": heartbeat.job_state.value,
            "vitals": encode_vitals(heartbeat.vitals),
            "node_id": heartbeat.node_id,
            "number_of_processes": heartbeat.number_of_processes,
        }
    )


def decode_heartbeat(data: bytes) -> Heartbeat:
    """Read a heartbeat. Raises WireError."""
    fields = decode_object(data, "heartbeat")
    return Heartbeat(
        deployment=fields.text("deployment", ""),
        job=fields.text("job") if fields.has("job") else None,
        index=fields.integer("index") if fields.has("index") else None,
        job_state=job_state_from(fields.text("job_state", JobState.UNKNOWN.value)),
        node_id=fields.text("node_id", ""),
        number_of_processes=fields.integer("number_of_processes", 0),
        vitals=decode_vitals(fields.object("vitals")),
    )


def encode_alert(alert: AgentAlert) -> bytes:
    """Return the bytes of an alert."""
    return encode_json(
        {
            "id": alert.id,
            "severity": int(alert.severity),
            "title": alert.title,
            "summary": alert.summary,
            "created_at": alert.created_at,
        }
    )


def decode_alert(data: bytes) -> AgentAlert:
    """Read an alert. Raises WireError."""
    fields = decode_object(data, "agent alert")
    return AgentAlert(
        id=fields.text("id"),
        severity=_severity(fields),
        title=fields.text("title", ""),
        summary=fields.text("summary", ""),
        created_at=fields.integer("created_at", 0),
    )


def _severity(fields: Fields) -> AlertSeverity:
    number = fields.integer("severity", AlertSeverity.CRITICAL)
    known = {int(severity): severity for severity in AlertSeverity}
    return known.get(number, AlertSeverity.CRITICAL)
