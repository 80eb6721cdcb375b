"""What a simulated rollout was like, as a message for people and programs. Times are virtual.

``ChangeSpan`` is one change as people see it (BOSH's stages and labels), with exact begin and end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that happened at a moment: a fault, a death, a verdict."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSpan:
    """One change. ``ended_s`` None: it was still under way at the end."""

    task: int
    stage: str
    label: str
    tags: tuple[str, ...] = ()
    began_s: float
    ended_s: float | None = None
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ended in an error."""
        return bool(self.error)

    @property
    def took_s(self) -> float | None:
        """How long it took, if it ended."""
        return None if self.ended_s is None else self.ended_s - self.began_s


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationReport:
    """One simulated rollout.

    ``succeeded`` is about the deploy itself; ``deploy_s`` is when it ended, ``quiet_at_s`` when
    the last resurrection did. ``peak_updates`` has the most instances of a group that were updated
    at once. ``calls`` were taken by the provider's API, ``calls_refused`` got 429. ``breaches``
    are broken promises of ours: any is a bug to be reported.
    """

    deployment: str
    seed: int
    succeeded: bool
    message: str
    deploy_s: float
    quiet_at_s: float
    instances: int
    instances_running: int
    machines_made: int
    changes: int
    peak_changes: int
    peak_calls: int
    peak_updates: Mapping[str, int]
    journal_entries: int
    critical_path: tuple[ChangeSpan, ...]
    healed: tuple[ChangeSpan, ...]
    remarks: tuple[Remark, ...]
    breaches: tuple[str, ...]
    calls: int = 0
    calls_refused: int = 0
    spans: tuple[ChangeSpan, ...] = field(default=(), repr=False)


def report_json(report: SimulationReport, *, events: bool = False) -> JsonObject:
    """Return the report as JSON; ``events`` with every change, else only those that matter."""
    document: dict[str, JsonValue] = {
        "deployment": report.deployment,
        "seed": report.seed,
        "succeeded": report.succeeded,
        "message": report.message,
        "deploy_s": _rounded(report.deploy_s),
        "quiet_at_s": _rounded(report.quiet_at_s),
        "instances": report.instances,
        "instances_running": report.instances_running,
        "machines_made": report.machines_made,
        "changes": report.changes,
        "peak_changes": report.peak_changes,
        "peak_calls": report.peak_calls,
        "calls": report.calls,
        "calls_refused": report.calls_refused,
        "peak_updates": dict(report.peak_updates),
        "journal_entries": report.journal_entries,
        "critical_path": [_span(span) for span in report.critical_path],
        "healed": [_span(span) for span in report.healed],
        "remarks": [{"at_s": _rounded(item.at_s), "text": item.text} for item in report.remarks],
        "breaches": list(report.breaches),
    }
    if events:
        document["events"] = [_span(span) for span in report.spans]
    return document


def _span(span: ChangeSpan) -> JsonObject:
    return {
        "task": span.task,
        "stage": span.stage,
        "label": span.label,
        "tags": list(span.tags),
        "began_s": _rounded(span.began_s),
        "ended_s": None if span.ended_s is None else _rounded(span.ended_s),
        "error": span.error,
    }


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
