"""One thing that we say to a user about what they wrote, as a value.

A user's mistake is never an exception: checks return diagnostics, all of them, and the caller
stops when one of them is an error. A diagnostic points at a stretch of an input text and does not
hold that text, so it carries no secret from it; whoever renders it hands the texts in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from paasta_deploy.diagnostics.bosh_codes import bosh_name
from paasta_deploy.model.source import Span
from paasta_deploy.model.values import JsonObject, JsonValue


class Severity(Enum):
    """Whether the input can be used: an error stops, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Code:
    """A stable name for one kind of mistake: ours, and BOSH's number where it has one.

    The explanation that ``explain`` prints stands in ``codes.json`` under :attr:`name`. ``also``
    are further numbers that BOSH has for special cases of the same mistake.
    """

    name: str
    bosh: int | None = None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Another place that helps to understand a diagnostic, and what is to be seen there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What is wrong (summary), where and why (span, detail), what to write instead (hint).

    ``summary`` is one line. The first line of ``detail`` stands beside the caret, further lines
    follow as notes. ``bosh_code`` is the number that a BOSH director would give.
    """

    severity: Severity
    code: str
    summary: str
    detail: str = ""
    span: Span | None = None
    hint: str = ""
    bosh_code: int | None = None
    related: tuple[Label, ...] = ()

    @property
    def is_error(self) -> bool:
        """Whether the input cannot be used."""
        return self.severity is Severity.ERROR


def error(
    code: Code,
    summary: str,
    *,
    span: Span | None = None,
    detail: str = "",
    hint: str = "",
    related: tuple[Label, ...] = (),
) -> Diagnostic:
    """Return a diagnostic that stops."""
    return Diagnostic(
        severity=Severity.ERROR,
        code=code.name,
        summary=summary,
        detail=detail,
        span=span,
        hint=hint,
        bosh_code=code.bosh,
        related=related,
    )


def warning(
    code: Code,
    summary: str,
    *,
    span: Span | None = None,
    detail: str = "",
    hint: str = "",
    related: tuple[Label, ...] = (),
) -> Diagnostic:
    """Return a diagnostic that does not stop."""
    return Diagnostic(
        severity=Severity.WARNING,
        code=code.name,
        summary=summary,
        detail=detail,
        span=span,
        hint=hint,
        bosh_code=code.bosh,
        related=related,
    )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether at least one of them stops."""
    return any(item.is_error for item in diagnostics)


def in_file_order(
    diagnostics: Iterable[Diagnostic], files: Sequence[str] = ()
) -> tuple[Diagnostic, ...]:
    """Return them as a reader meets them: files as listed, then lines; without a place, last.

    Files that are not listed come after the listed ones, in the order of their first diagnostic.
    """
    items = list(diagnostics)
    order = {name: number for number, name in enumerate(files)}
    for item in items:
        if item.span is not None:
            order.setdefault(item.span.file, len(order))

    def place(item: Diagnostic) -> tuple[int, int, int]:
        if item.span is None:
            return (len(order), 0, 0)
        return (order[item.span.file], item.span.line, item.span.column)

    return tuple(sorted(items, key=place))


def span_as_json(span: Span) -> JsonObject:
    """Return a span for programs; :func:`span_from_json` is the inverse."""
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def as_json(diagnostic: Diagnostic) -> JsonObject:
    """Return the diagnostic for programs; :func:`from_json` is the inverse."""
    span = diagnostic.span
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "bosh_code": diagnostic.bosh_code,
        "bosh_name": None if diagnostic.bosh_code is None else bosh_name(diagnostic.bosh_code),
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "hint": diagnostic.hint,
        "span": None if span is None else span_as_json(span),
        "related": [
            {"span": span_as_json(label.span), "text": label.text} for label in diagnostic.related
        ],
    }


def _text(value: JsonValue) -> str:
    assert isinstance(value, str)
    return value


def _number(value: JsonValue) -> int:
    assert isinstance(value, int)
    return value


def span_from_json(value: JsonValue) -> Span:
    """Return the span that :func:`span_as_json` wrote."""
    assert isinstance(value, Mapping)
    return Span(
        file=_text(value["file"]),
        line=_number(value["line"]),
        column=_number(value["column"]),
        end_line=_number(value["end_line"]),
        end_column=_number(value["end_column"]),
    )


def from_json(value: JsonObject) -> Diagnostic:
    """Return the diagnostic that :func:`as_json` wrote, after a travel through the API."""
    span, bosh_code, related = value["span"], value["bosh_code"], value["related"]
    assert isinstance(related, Sequence)
    labels: list[Label] = []
    for item in related:
        assert isinstance(item, Mapping)
        labels.append(Label(span=span_from_json(item["span"]), text=_text(item["text"])))
    return Diagnostic(
        severity=Severity(value["severity"]),
        code=_text(value["code"]),
        summary=_text(value["summary"]),
        detail=_text(value["detail"]),
        hint=_text(value["hint"]),
        bosh_code=None if bosh_code is None else _number(bosh_code),
        span=None if span is None else span_from_json(span),
        related=tuple(labels),
    )
