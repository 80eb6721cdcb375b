"""Reads a fault file: what goes wrong in a simulation, and when, as YAML.

::

    tempo:                             # seconds, or [least, most]
      calls: {create_vm: [30, 90]}
      agents: {boot: [20, 40], jobs: 10}
    cloud:                             # properties of the simulated CPI
      throttled: 0.02
      quota: {vms: 500}
    hung: 0.001                        # share of provider calls that never answer
    boot_failure: 0.01                 # share of machines whose agent never speaks
    silence: 0.005                     # share of agent requests without an answer
    crashes_per_hour: 2                # of the whole deployment
    throttle:                          # what the API takes; everything else gets 429
      calls_per_second: 5
      burst: 20                        # so many at once
      in_flight: 16
      retry_after: 2s
    timeline:
    - {at: 10m, crash: web/0}
    - {at: 12m, cut_off: database, for: 30s}
    - {at: 15m, az_outage: z1, for: 5m}
    - {at: 20m, kill_director: true, for: 5s}
    - {at: 25m, throttle: 0.5, for: 3m}  # calls a second; 0: none gets through

Pure: a text in, faults or diagnostics out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, codes, has_errors
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.testing.simulator.faults import (
    NO_FAULTS,
    AzOutage,
    Crash,
    DirectorKill,
    Fault,
    Faults,
    Partition,
    Throttle,
    ThrottleStorm,
)
from paasta_deploy.testing.simulator.tempo import USUAL, Duration, Tempo

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_UNITS_S = (3600.0, 60.0, 1.0)

_KINDS = ("crash", "cut_off", "az_outage", "kill_director", "throttle")

UNLIMITED = Throttle()

DIRECTOR_AWAY_S = 5.0
"""How long a killed director is away unless the file says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsResult:
    """The faults, as far as they could be read; with errors they are not to be used."""

    faults: Faults
    diagnostics: tuple[Diagnostic, ...] = ()


def read_faults(name: str, text: bytes | str) -> FaultsResult:
    """Read a fault file and everything that is wrong with it."""
    document = read_document(name, text)
    if document.node is None:
        return FaultsResult(faults=NO_FAULTS, diagnostics=document.diagnostics)
    report = Report()
    if not isinstance(document.node, MapNode):
        report.error(
            codes.WRONG_TYPE,
            "a fault file is a mapping",
            document.node.span,
            hint="begin with `timeline:` or `cloud:`",
        )
        return FaultsResult(faults=NO_FAULTS, diagnostics=tuple(report.diagnostics))
    faults = _faults(Fields(document.node, "fault file", report))
    found = (*document.diagnostics, *report.diagnostics)
    return FaultsResult(faults=NO_FAULTS if has_errors(found) else faults, diagnostics=found)


def _faults(fields: Fields) -> Faults:
    found = Faults(
        tempo=_tempo(fields.fields("tempo", "tempo")),
        cloud=dict(fields.free("cloud")),
        hung=_number(fields, "hung", high=1.0),
        boot_failure=_number(fields, "boot_failure", high=1.0),
        silence=_number(fields, "silence", high=1.0),
        crashes_per_hour=_number(fields, "crashes_per_hour"),
        throttle=_throttle(fields.fields("throttle", "throttle")),
        timeline=tuple(
            fault
            for item in fields.objects("timeline", "fault")
            if (fault := _fault(item)) is not None
        ),
    )
    fields.finish()
    return found


def _tempo(fields: Fields | None) -> Tempo:
    if fields is None:
        return USUAL
    tempo = Tempo(
        calls={**USUAL.calls, **_durations(fields, "calls")},
        agents={**USUAL.agents, **_durations(fields, "agents")},
    )
    fields.finish()
    return tempo


def _throttle(fields: Fields | None) -> Throttle:
    if fields is None:
        return UNLIMITED
    numbers = {
        key: _number(fields, key) if fields.raw(key) is not None else None
        for key in ("calls_per_second", "burst", "in_flight")
    }
    retry_after_s = _time(fields, "retry_after")
    fields.finish()
    burst, in_flight = numbers["burst"], numbers["in_flight"]
    return Throttle(
        calls_per_second=numbers["calls_per_second"],
        burst=UNLIMITED.burst if burst is None else max(1.0, burst),
        in_flight=None if in_flight is None else int(in_flight),
        retry_after_s=UNLIMITED.retry_after_s if retry_after_s is None else retry_after_s,
    )


def _durations(fields: Fields, key: str) -> Mapping[str, Duration]:
    node = fields.raw(key)
    if node is None:
        return {}
    if not isinstance(node, MapNode):
        fields.wrong_type(key, node, "a mapping")
        return {}
    found: dict[str, Duration] = {}
    for name, (_, value) in node.entries.items():
        items = value.items if isinstance(value, ListNode) else (value,)
        limits = [_seconds(fields.report, item, f"`{name}`") for item in items]
        known = [limit for limit in limits if limit is not None]
        if len(known) == len(limits) and len(known) in (1, 2) and known == sorted(known):
            found[str(name)] = Duration(low_s=known[0], high_s=known[-1])
        elif len(known) == len(limits):
            fields.report.error(
                codes.INVALID_VALUE,
                f"`{name}` is no duration",
                value.span,
                hint="write seconds, or [least, most]",
            )
    return found


def _fault(fields: Fields) -> Fault | None:
    kinds = [kind for kind in _KINDS if fields.raw(kind) is not None]
    at_s = _time(fields, "at", need=True)
    for_s = _time(fields, "for")
    fields.finish()
    if len(kinds) != 1:
        listed = ", ".join(f"`{kind}`" for kind in _KINDS)
        fields.report.error(
            codes.INVALID_VALUE,
            "a fault has exactly one kind",
            fields.node.span,
            f"the kinds are {listed}",
            "write, for example, `{at: 10m, crash: web/0}`",
        )
        return None
    if at_s is None:
        return None
    return _of_kind(fields, kinds[0], at_s, for_s)


def _of_kind(fields: Fields, kind: str, at_s: float, for_s: float | None) -> Fault | None:
    if kind == "kill_director":
        return DirectorKill(at_s=at_s, for_s=DIRECTOR_AWAY_S if for_s is None else for_s)
    if kind == "throttle":
        return _storm(fields, at_s, for_s)
    subject = fields.text(kind)
    if kind == "crash":
        return Crash(at_s=at_s, instances=subject)
    if for_s is None:
        _tell_endless(fields, kind)
        return None
    if kind == "cut_off":
        return Partition(at_s=at_s, instances=subject, for_s=for_s)
    return AzOutage(at_s=at_s, az=subject, for_s=for_s)


def _storm(fields: Fields, at_s: float, for_s: float | None) -> Fault | None:
    calls_per_second = _number(fields, "throttle")
    if for_s is None:
        _tell_endless(fields, "throttle")
        return None
    return ThrottleStorm(at_s=at_s, calls_per_second=calls_per_second, for_s=for_s)


def _tell_endless(fields: Fields, kind: str) -> None:
    fields.report.error(
        codes.MISSING_KEY,
        "`for` is missing",
        fields.node.span,
        f"`{kind}` needs to know how long it lasts",
        "add `for: 5m`",
    )


def _number(fields: Fields, key: str, *, high: float | None = None) -> float:
    node = fields.raw(key)
    if node is None:
        return 0.0
    value = node.value if isinstance(node, Scalar) else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= float(str(value)) <= (high if high is not None else 1e9):
        wanted = "a share from 0 to 1" if high == 1.0 else "a number, 0 or more"
        fields.report.error(
            codes.INVALID_VALUE, f"`{key}` is out of range", node.span, f"it must be {wanted}"
        )
        return 0.0
    return float(str(value))


def _time(fields: Fields, key: str, *, need: bool = False) -> float | None:
    node = fields.raw(key)
    if node is None:
        if need:
            fields.missing(key, f"add `{key}: 10m`")
        return None
    return _seconds(fields.report, node, f"`{key}`")


def _seconds(report: Report, node: Node, subject: str) -> float | None:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    match = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if match is not None:
        parts = zip(match.groups(), _UNITS_S, strict=True)
        return sum(float(part) * unit_s for part, unit_s in parts if part)
    report.error(
        codes.INVALID_VALUE,
        f"{subject} is no duration",
        node.span,
        hint="write seconds (90) or a time such as 1h30m, 10m, 2.5s",
    )
    return None
