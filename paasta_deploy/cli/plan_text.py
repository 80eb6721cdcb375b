"""The report of a plan as text for people.

What changes is told by instance group, instance by instance, with the reason and the line that
caused it; equal changes are told once and unchanged instances are only counted. Everything is
said in words and symbols; colours repeat it for those who see them. With a width, long lines are
wrapped below themselves; without one (a pipe) every fact stays on its line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

from paasta_deploy.model.changes import ChangeKind, Reason
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.source import Span
from paasta_deploy.wire.plan_report import (
    Attention,
    Basis,
    DiskFate,
    Expectation,
    GroupChanges,
    HeldBack,
    InstanceChange,
    OtherChange,
    PlanReport,
    VmFate,
    ranges,
)

_SYMBOLS: Mapping[ChangeKind, str] = {
    ChangeKind.COMPILE: "+",
    ChangeKind.CREATE: "+",
    ChangeKind.UPDATE: "~",
    ChangeKind.RECREATE: "-/+",
    ChangeKind.RESTART: "~",
    ChangeKind.START: "~",
    ChangeKind.STOP: "~",
    ChangeKind.DETACH: "-",
    ChangeKind.RESURRECT: "-/+",
    ChangeKind.DELETE: "-",
    ChangeKind.METADATA: "~",
    ChangeKind.BARRIER: "",
}
_SYMBOL_WIDTH = 3
_COLOURS: Mapping[str, str] = {"+": "32", "~": "33", "-/+": "35", "-": "31", "!": "1;31"}
"""ANSI: green adds, yellow changes in place, magenta replaces, red takes away."""

_BOLD, _DIM = "1", "2"
_WIDTH_MIN = 40
"""Narrower terminals get lines of this width: below that wrapping helps nobody."""

_FINGERPRINT_SHOWN = 16
"""Characters of a package's fingerprint: enough to tell two apart, short enough to read on."""

_VALUE_SYMBOLS: Mapping[str, str] = {"make": "+", "make anew": "~"}

_PATH_SHOWN_MAX = 8
"""Parts of the critical path that fit into two lines; longer ones are cut in the middle."""

_VM_TEXTS: Mapping[VmFate, str] = {
    VmFate.KEPT: "VM kept",
    VmFate.CREATED: "new VM",
    VmFate.REPLACED: "VM replaced",
    VmFate.SWAPPED: "VM swapped: the new one is made first",
    VmFate.DELETED: "VM deleted",
    VmFate.NONE: "",
}
_DISK_TEXTS: Mapping[DiskFate, str] = {
    DiskFate.NONE: "",
    DiskFate.KEPT: "disk kept",
    DiskFate.CREATED: "new disk",
    DiskFate.MOVED: "disk kept, moved to the new VM",
    DiskFate.GROWN: "disk grown by its CPI, data kept in place",
    DiskFate.COPIED: "disk copied to a larger one",
    DiskFate.SHRUNK: "disk copied to a smaller one",
    DiskFate.EXCHANGED: "disk copied to a new one",
    DiskFate.EMPTIED: "new empty disk, the old one orphaned with its data",
    DiskFate.ORPHANED: "disk orphaned, data kept",
}
_BASIS_TEXTS: Mapping[Basis, str] = {
    Basis.RECORDED: "as former tasks took",
    Basis.DEFAULTS: "a guess from what providers say: no task has done such a thing yet",
    Basis.BOTH: "as former tasks took, and a guess from what providers say for the rest",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How text is shown: ``width`` in columns (None: as wide as it is), with colours or not."""

    width: int | None = None
    colour: bool = False

    def paint(self, style: str, text: str) -> str:
        """Return ``text`` in an ANSI style, if colours are wanted."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour and text else text

    def lines(self, text: str, *, indent: int = 0, hang: int = 0) -> list[str]:
        """Return ``text`` indented, and wrapped where it is wider than allowed."""
        first, rest = " " * indent, " " * (indent + hang)
        if self.width is None or indent + len(text) <= self.width:
            return [first + text]
        return wrap(
            text,
            max(_WIDTH_MIN, self.width),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )


PLAIN = Look()


def described(report: PlanReport, look: Look = PLAIN) -> str:
    """Return the report for people, ending with a line feed."""
    name = report.deployment
    if report.is_empty:
        nothing = f"Nothing to do for '{name}': {_instances(report.unchanged)} unchanged."
        return "\n".join([nothing, *_held_back(report.held_back, look)]) + "\n"
    lines = [_summary(report, look)]
    if report.expectation is not None:
        total = duration(report.expectation.total_s)
        lines += look.lines(f"Expected to take {total} ({_basis(report.expectation)}).")
    if report.attention:
        lines += ["", *(line for item in report.attention for line in _called_out(item, look))]
    lines += _packages(report.packages, look)
    lines += _others(report.others, look)
    for group in report.groups:
        lines += ["", *_group(group, look)]
    lines += _held_back(report.held_back, look)
    if report.waits is not None:
        lines += ["", *look.lines(f"Order, by links: {_waits_text(report.waits)}.", hang=2)]
    elif len(report.order) > 1:
        lines += ["", *look.lines(f"Order: {group_names(report.order)}.", hang=2)]
    if report.post_deploy:
        lines += ["", f"Post-deploy scripts run on {_instances(report.post_deploy)}."]
    if report.expectation is not None and report.expectation.critical_path:
        lines += ["", *look.lines(_critical_path(report.expectation), hang=2)]
    return "\n".join(lines) + "\n"


def variables_text(variables: Sequence[Mapping[str, Any]], look: Look = PLAIN) -> str:
    """Return the lines about values that a deploy would make; empty when it makes none.

    ``variables`` are those of the plan's JSON; a value is never among them.
    """
    if not variables:
        return ""
    lines = ["Values of variables that are made:"]
    for item in variables:
        symbol = _VALUE_SYMBOLS[item["action"]]
        text = f"{symbol} {item['name']} ({item['type']}): {item['reason']}"
        lines += _painted(symbol, look.lines(text, indent=2, hang=4), look)
    return "\n".join([*lines, ""])


def duration(seconds: float) -> str:
    """Return a duration as people say it: ``less than 1 s``, ``40 s``, ``about 6 min``."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"about {hours} h {minutes:02} min"


def _summary(report: PlanReport, look: Look) -> str:
    parts = [
        look.paint(_COLOURS[_SYMBOLS[kind]], f"{_SYMBOLS[kind]} {count} to {kind.value}")
        for kind, count in report.counts.items()
    ]
    title = f"Plan for '{report.deployment}'" if report.deployment else "Plan"
    told = ", ".join(parts) or "no instance changes"
    return f"{look.paint(_BOLD, title)}: {told}; {report.unchanged} unchanged."


def _called_out(item: Attention, look: Look) -> Iterable[str]:
    first, *rest = look.lines(f"! {item.text}.", hang=2)
    yield look.paint(_COLOURS["!"], first[:1]) + first[1:]
    yield from rest


def _packages(packages: Sequence[OtherChange], look: Look) -> list[str]:
    if not packages:
        return []
    lines = ["", f"Packages to compile: {len(packages)}"]
    for item in packages:
        name, _, fingerprint = item.label.partition("/")
        text = f"+ {name}/{fingerprint[:_FINGERPRINT_SHOWN]}: {_reason(item.reasons[0])}"
        lines += _painted("+", look.lines(text, indent=2, hang=4), look)
    return lines


def _others(changes: Sequence[OtherChange], look: Look) -> list[str]:
    """Tell what belongs to no group: leftover VMs and disks."""
    if not changes:
        return []
    lines = ["", "Besides"]
    for change in changes:
        symbol = _SYMBOLS[change.kind]
        reasons = "; ".join(_reason(reason) for reason in change.reasons)
        text = f"{symbol} {change.kind.value} {change.label}: {reasons}"
        lines += _painted(symbol, look.lines(text, indent=2, hang=4), look)
    return lines


def _held_back(held: Sequence[HeldBack], look: Look) -> list[str]:
    """Tell what stays as it is because the operator left it out, folded like changes."""
    if not held:
        return []
    folded: dict[object, list[HeldBack]] = {}
    for item in held:
        told = tuple((reason.text, reason.before, reason.after) for reason in item.reasons)
        folded.setdefault((item.group, item.kind, told), []).append(item)
    lines = ["", look.paint(_BOLD, f"Held back: {_instances(len(held))}, left as recorded")]
    for members in folded.values():
        first = members[0]
        numbers = ranges(item.index for item in members)
        text = f". {first.group}/{numbers}: {first.kind.value}"
        lines += look.lines(text.rjust(len(text) + _SYMBOL_WIDTH - 1), hang=6)
        for reason in first.reasons:
            lines += look.lines(_reason(reason), indent=_SYMBOL_WIDTH + 5, hang=2)
    return lines


def _group(group: GroupChanges, look: Look) -> Iterable[str]:
    yield look.paint(_BOLD, group.name) + _pace(group)
    for row, indexes in _folded(group.instances):
        yield from _told(row, indexes, look)
    if group.unchanged:
        yield look.paint(_DIM, f"    {_instances(group.unchanged)} unchanged")


def _folded(
    rows: Sequence[InstanceChange],
) -> list[tuple[InstanceChange, Sequence[int]]]:
    """Make one row of all rows that differ only in their index and by a little in their time."""
    found: dict[object, list[InstanceChange]] = {}
    for row in rows:
        told = tuple((item.text, item.before, item.after) for item in row.reasons)
        found.setdefault((row.kind, row.canary, row.fates, told), []).append(row)
    return [
        (
            replace(
                members[0],
                expected_s=None
                if members[0].expected_s is None
                else max(row.expected_s or 0.0 for row in members),
            ),
            [row.index for row in members],
        )
        for members in found.values()
    ]


def _told(row: InstanceChange, indexes: Sequence[int], look: Look) -> Iterable[str]:
    symbol = _SYMBOLS[row.kind]
    canary = ", canary" if row.canary else ""
    head = f"{row.group}/{ranges(indexes)}: {row.kind.value}{canary}"
    fates = [_VM_TEXTS[row.fates.vm], _DISK_TEXTS[row.fates.disk]]
    fates += [f"`{name}`: {_DISK_TEXTS[fate]}" for name, fate in row.fates.named_disks]
    if row.expected_s is not None:
        each = " each" if len(indexes) > 1 else ""
        fates.append(f"{duration(row.expected_s)}{each}")
    told = "; ".join(text for text in fates if text)
    text = f"{head} ({told})" if told else head
    yield from _painted(symbol, look.lines(f"{symbol.rjust(_SYMBOL_WIDTH)} {text}", hang=6), look)
    for reason in row.reasons:
        yield from look.lines(_reason(reason), indent=_SYMBOL_WIDTH + 5, hang=2)


def _painted(symbol: str, lines: Sequence[str], look: Look) -> Iterable[str]:
    """Colour the symbol at the beginning of the first line."""
    first, *rest = lines
    yield first.replace(symbol, look.paint(_COLOURS[symbol], symbol), 1)
    yield from rest


def _reason(reason: Reason) -> str:
    change = f": {reason.before} -> {reason.after}" if reason.before or reason.after else ""
    return f"{reason.text}{change}{_place(reason.span)}"


def _place(span: Span | None) -> str:
    return "" if span is None else f" ({span.file}:{span.line})"


def _pace(group: GroupChanges) -> str:
    if not group.in_flight:
        return ""
    fewest, most = min(group.in_flight), max(group.in_flight)
    pace = f"{fewest} at a time" if fewest == most else f"{fewest} to {most} at a time"
    count = len(group.in_flight)
    azs = f", {count} AZs one after another" if count > 1 else ""
    plural = "ies" if group.canaries > 1 else "y"
    ahead = f"{group.canaries} canar{plural} first, " if group.canaries else ""
    return f" ({ahead}{pace}{azs}{_ON_FAILURE[group.on_failure]})"


_ON_FAILURE = {
    OnFailure.STOP: "",
    OnFailure.ROLLBACK: "; a failure rolls back",
    OnFailure.CONTINUE: "; goes on after failures",
}
"""What stands behind a group's pace; BOSH's way is not worth a word."""


def _critical_path(expectation: Expectation) -> str:
    parts = [f"{part.label} ({duration(part.expected_s)})" for part in expectation.critical_path]
    if len(parts) > _PATH_SHOWN_MAX:
        half = _PATH_SHOWN_MAX // 2
        hidden = len(parts) - 2 * half
        parts = [*parts[:half], f"{hidden} more", *parts[-half:]]
    return f"Critical path: {' > '.join(parts)}."


def _basis(expectation: Expectation) -> str:
    return _BASIS_TEXTS[expectation.basis]


def _instances(count: int) -> str:
    return f"{count} instance{'s' if count != 1 else ''}"


def _waits_text(waits: Mapping[InstanceGroupName, Sequence[InstanceGroupName]]) -> str:
    """Return ``db and cache at once; web after db`` for an order that links decide about."""
    at_once = [name for name, others in waits.items() if not others]
    parts = [f"{' and '.join(at_once)} at once"] if at_once else []
    parts += [f"{name} after {' and '.join(others)}" for name, others in waits.items() if others]
    return "; ".join(parts) or "nothing is updated"


def group_names(order: Iterable[Sequence[InstanceGroupName]]) -> str:
    """Return ``a and b, then c`` for the order of a rollout."""
    return ", then ".join(" and ".join(groups) for groups in order)
