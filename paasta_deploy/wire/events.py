"""The lines of a task's event log, by which BOSH's CLI (and ours) shows progress.

One JSON object a line. Most tell how one task of one stage moves; a line of type ``deprecation``
or ``warning`` is a remark; the last line of a failed task carries the error.

Source: bosh.md 8.4 and wire/http.jsonl; key order is that of the real director.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.reading import Fields, decode_object, encode_json


class StageTaskState(Enum):
    """How a task of a stage is."""

    STARTED = "started"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    FAILED = "failed"


class RemarkKind(Enum):
    """What a remark is about."""

    DEPRECATION = "deprecation"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvent:
    """One task of one stage moved. ``at_s`` is Unix time, whole seconds.

    ``tags`` name the instance group; ``index`` counts from 1 to ``total``; ``progress`` is in
    percent. ``status`` says what an ``IN_PROGRESS`` task does now, ``error`` why one ``FAILED``.
    ``data`` keeps further keys of ``data``.
    """

    at_s: int
    stage: str
    task: str
    state: StageTaskState
    index: int
    total: int
    tags: tuple[str, ...] = ()
    progress: int = 0
    status: str = ""
    error: str = ""
    data: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkEvent:
    """Something the operator should know, but nothing fails by it."""

    at_s: int
    kind: RemarkKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorEvent:
    """Why the whole task failed. ``code`` is BOSH's (bosh.md, Appendix A).

    ``hint`` says what to do about it; an extension of ours that BOSH's CLI passes over.
    """

    at_s: int
    code: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastEvent:
    """How far a run is and how much longer it takes; an extension of ours.

    BOSH's CLI passes such a line over: it shows nothing for a type that it does not know and a
    line without stage or state (its ui/task/reporter.go). ``remaining_s`` is None before anything
    is known. ``running`` and ``critical_path`` name tasks as in stage events, the first few.
    ``waiting`` says what those wait for that have not begun; ``held`` what holds calls to an IaaS
    back (429, pauses between tries), which is nothing on a good day.
    """

    at_s: int
    done: int
    total: int
    remaining_s: float | None = None
    running: tuple[str, ...] = ()
    critical_path: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


_FORECAST_TYPE = "paasta-forecast"

TaskEventLine = StageEvent | RemarkEvent | ErrorEvent | ForecastEvent


def event_object(event: TaskEventLine) -> JsonObject:
    """Return the JSON object of one line, for writers that encode for themselves."""
    match event:
        case StageEvent():
            return _stage_object(event)
        case RemarkEvent():
            return {"time": event.at_s, "type": event.kind.value, "message": event.message}
        case ErrorEvent():
            error: dict[str, JsonValue] = {"code": event.code, "message": event.message}
            if event.hint:
                error["hint"] = event.hint
            return {"time": event.at_s, "error": error}
        case ForecastEvent():
            return {"time": event.at_s, "type": _FORECAST_TYPE, "data": _forecast_object(event)}


def encode_event(event: TaskEventLine) -> bytes:
    """Return one line, newline included."""
    return encode_json(event_object(event)) + b"\n"


def decode_event(line: bytes | str) -> TaskEventLine:
    """Read one line. Raises WireError."""
    fields = decode_object(line, "event line")
    at_s = fields.integer("time")
    if fields.has("error"):
        error = fields.object("error")
        return ErrorEvent(
            at_s=at_s,
            code=error.integer("code", 0),
            message=error.text("message", ""),
            hint=error.text("hint", ""),
        )
    if fields.has("type") and fields.text("type") == _FORECAST_TYPE:
        return _decode_forecast(fields.object("data"), at_s)
    if fields.has("type"):
        is_deprecation = fields.text("type") == RemarkKind.DEPRECATION.value
        return RemarkEvent(
            at_s=at_s,
            kind=RemarkKind.DEPRECATION if is_deprecation else RemarkKind.WARNING,
            message=fields.text("message", ""),
        )
    return _decode_stage(fields, at_s)


def _stage_object(event: StageEvent) -> JsonObject:
    encoded: dict[str, JsonValue] = {
        "time": event.at_s,
        "stage": event.stage,
        "tags": list(event.tags),
        "total": event.total,
        "task": event.task,
        "index": event.index,
        "state": event.state.value,
        "progress": event.progress,
    }
    data: dict[str, JsonValue] = dict(event.data)
    if event.status:
        data["status"] = event.status
    if event.error:
        data["error"] = event.error
    if data:
        encoded["data"] = data
    return encoded


def _decode_stage(fields: Fields, at_s: int) -> StageEvent:
    data = fields.object("data")
    states = {state.value: state for state in StageTaskState}
    return StageEvent(
        at_s=at_s,
        stage=fields.text("stage"),
        task=fields.text("task", ""),
        state=states.get(fields.text("state", ""), StageTaskState.IN_PROGRESS),
        index=fields.integer("index", 0),
        total=fields.integer("total", 0),
        tags=fields.texts("tags"),
        progress=fields.integer("progress", 0),
        status=data.text("status", ""),
        error=data.text("error", ""),
        data={key: item for key, item in data.raw.items() if key not in {"status", "error"}},
    )


def _forecast_object(event: ForecastEvent) -> JsonObject:
    data: dict[str, JsonValue] = {
        "done": event.done,
        "total": event.total,
        "remaining_s": event.remaining_s,
        "running": list(event.running),
        "critical_path": list(event.critical_path),
    }
    if event.waiting:
        data["waiting"] = list(event.waiting)
    if event.held:
        data["held"] = list(event.held)
    return data


def _decode_forecast(data: Fields, at_s: int) -> ForecastEvent:
    return ForecastEvent(
        at_s=at_s,
        done=data.integer("done", 0),
        total=data.integer("total", 0),
        remaining_s=data.number("remaining_s") if data.has("remaining_s") else None,
        running=data.texts("running"),
        critical_path=data.texts("critical_path"),
        waiting=data.texts("waiting"),
        held=data.texts("held"),
    )
