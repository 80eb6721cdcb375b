"""Diagnostics as text for people: the source line, a caret under the exact stretch, then advice.

::

    error[PD0142, BOSH 150001 JobUnknownNetwork]: unknown network "privat"
      --> prod.yml:41:15
       |
    41 |       network: privat
       |                ^^^^^^ no network of that name in the cloud config
       = help: did you mean `private`?

The texts are handed in by name. A file that holds secrets is simply not handed in: then its place
is told, and its lines are not shown. What is shown is made harmless first: control characters
could otherwise move the cursor of a terminal.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics.bosh_codes import bosh_name
from paasta_deploy.diagnostics.diagnostic import Diagnostic, Label, Severity
from paasta_deploy.diagnostics.folding import folded
from paasta_deploy.model.source import Span

_SHOWN_WIDTH_MAX = 120
"""Columns of a source line that are shown; longer lines are cut around what is meant."""

_TOLD_LENGTH_MAX = 1000
"""Characters of one line that we say ourselves; a name or a value in it may be a file's whole
content. A list of all keys of a real mapping is shorter."""

_TAB_WIDTH = 4

_SHOWN_MAX = 100
"""Diagnostics that are rendered; whoever has more fixes those first."""

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""YAML's line breaks: the parser counts lines by them, so lines to show are split by them."""

_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class _Paint:
    """How parts look: ANSI sequences, or nothing at all."""

    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.on and text else text


_STYLE = {Severity.ERROR: "1;31", Severity.WARNING: "1;33"}
_GUTTER, _HELP, _BOLD = "1;34", "1;36", "1"


@dataclass(frozen=True, slots=True)
class _Mark:
    """An underlining: which characters of a line, with what, and what to say about it."""

    line: int
    start: int
    end: int
    text: str
    sign: str


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB_WIDTH
    return (
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _CONTROL else character
    )


def _width(character: str) -> int:
    if character == "\t":
        return _TAB_WIDTH
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _cut(line: str, mark: _Mark) -> tuple[str, int, int]:
    """Return what is shown of a long line, and where the mark is in it."""
    start, end = mark.start, max(mark.end, mark.start + 1)
    if len(line) <= _SHOWN_WIDTH_MAX:
        return line, start, end
    first = max(0, min(start - _SHOWN_WIDTH_MAX // 3, len(line) - _SHOWN_WIDTH_MAX))
    piece = line[first : first + _SHOWN_WIDTH_MAX]
    end = min(end - first, len(piece))
    start -= first
    if first:
        piece, start, end = "…" + piece, start + 1, end + 1
    if first + _SHOWN_WIDTH_MAX < len(line):
        piece += "…"
    return piece, start, end


class _Snippets:
    """Writes the source lines of one diagnostic with everything that is marked on them."""

    def __init__(self, texts: Mapping[str, Sequence[str]], paint: _Paint, style: str) -> None:
        self._texts = texts
        self._paint = paint
        self._style = style

    def write(self, out: list[str], gutter: int, span: Span, labels: Sequence[Label]) -> None:
        """Append the primary place and then the others, file by file."""
        by_file: dict[str, list[Label]] = {span.file: [labels[0]]}
        for label in labels[1:]:
            by_file.setdefault(label.span.file, []).append(label)
        for number, (file, group) in enumerate(by_file.items()):
            arrow = "-->" if number == 0 else ":::"
            first = group[0].span
            place = f"{file}:{first.line}:{first.column}"
            out.append(" " * gutter + self._paint(_GUTTER, arrow) + " " + place)
            self._lines(out, gutter, file, group, primary=number == 0)

    def _lines(
        self, out: list[str], gutter: int, file: str, group: Sequence[Label], *, primary: bool
    ) -> None:
        lines = self._texts.get(file)
        bar = " " * gutter + self._paint(_GUTTER, " |")
        if lines is None:
            # The arrow has just named the line of the first one.
            out.extend(
                f"{bar} {x.text}" if x is group[0] else f"{bar} line {x.span.line}: {x.text}"
                for x in group
                if x.text
            )
            return
        out.append(bar)
        marks = [
            self._mark(label, lines, "^" if primary and number == 0 else "-")
            for number, label in enumerate(group)
        ]
        before = 0
        for mark in sorted(marks, key=lambda m: (m.line, -m.start)):
            if before and mark.line > before + 1:
                out.append(self._paint(_GUTTER, "..."))
            line = lines[mark.line - 1] if mark.line <= len(lines) else ""
            piece, start, end = _cut(line, mark)
            if mark.line != before:
                number_text = str(mark.line).rjust(gutter)
                shown = "".join(map(_shown, piece)).rstrip()
                out.append(self._paint(_GUTTER, f"{number_text} |") + f" {shown}".rstrip())
            before = mark.line
            out.append(bar + " " + self._underline(piece, start, end, mark))

    def _mark(self, label: Label, lines: Sequence[str], sign: str) -> _Mark:
        span = label.span
        line = lines[span.line - 1] if span.line <= len(lines) else ""
        end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
        return _Mark(span.line, span.column - 1, end, label.text, sign)

    def _underline(self, piece: str, start: int, end: int, mark: _Mark) -> str:
        pad = " " * sum(map(_width, piece[:start])) + " " * max(0, start - len(piece))
        length = max(1, sum(map(_width, piece[start:end])))
        text = f" {mark.text}" if mark.text else ""
        style = self._style if mark.sign == "^" else _GUTTER
        return pad + self._paint(style, mark.sign * length + text)


def render(diagnostic: Diagnostic, texts: Mapping[str, str], *, colour: bool = False) -> str:
    """Return one diagnostic as text, ending with a newline."""
    return _render(diagnostic, _split(texts, [diagnostic]), _Paint(colour))


def _split(
    texts: Mapping[str, str], diagnostics: Iterable[Diagnostic]
) -> Mapping[str, Sequence[str]]:
    """Split only the texts that are pointed at; a text is split once."""
    wanted = {label.span.file for item in diagnostics for label in item.related}
    wanted |= {item.span.file for item in diagnostics if item.span is not None}
    return {name: _LINE_BREAK.split(texts[name]) for name in wanted if name in texts}


def _render(diagnostic: Diagnostic, texts: Mapping[str, Sequence[str]], paint: _Paint) -> str:
    style = _STYLE[diagnostic.severity]
    head = paint(style, f"{diagnostic.severity.value}[{_codes(diagnostic)}]")
    out = [head + paint(_BOLD, f": {_harmless(diagnostic.summary)}")]
    beside, *notes = _harmless(diagnostic.detail).split("\n")
    gutter = 2
    if diagnostic.span is None:
        notes = [beside, *notes] if beside else notes
    else:
        labels = [Label(span=diagnostic.span, text=beside), *diagnostic.related]
        gutter = max(len(str(label.span.line)) for label in labels)
        gutter = max(gutter, 2)
        _Snippets(texts, paint, style).write(out, gutter, diagnostic.span, labels)
    equals = " " * gutter + paint(_GUTTER, " =")
    out.extend(f"{equals} {note}" for note in notes)
    for number, line in enumerate(_harmless(diagnostic.hint).split("\n")):
        if line:
            intro = paint(_HELP, "help:") + " " if number == 0 else "      "
            out.append(f"{equals} {intro}{line}")
    return "\n".join(out) + "\n"


def _codes(diagnostic: Diagnostic) -> str:
    """Return our code, and the number and name that a BOSH director would give."""
    if diagnostic.bosh_code is None:
        return diagnostic.code
    known = f"BOSH {diagnostic.bosh_code} {bosh_name(diagnostic.bosh_code)}".rstrip()
    return f"{diagnostic.code}, {known}"


def _harmless(text: str) -> str:
    lines = (_shortened(line) for line in text.split("\n"))
    return "\n".join("".join(map(_shown, line)) for line in lines)


def _shortened(line: str) -> str:
    if len(line) <= _TOLD_LENGTH_MAX:
        return line
    return f"{line[: _TOLD_LENGTH_MAX // 2]}…{line[-_TOLD_LENGTH_MAX // 2 :]}"


def render_all(
    diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], *, colour: bool = False
) -> str:
    """Return all of them in the given order, then a count and where to read more.

    At most 100 are written out, warnings that say the same as one; the count is of all. Empty for
    no diagnostics.
    """
    if not diagnostics:
        return ""
    paint = _Paint(colour)
    told = folded(diagnostics)
    shown = told[:_SHOWN_MAX]
    lines = _split(texts, shown)
    parts = [_render(item, lines, paint) for item in shown]
    errors = sum(item.is_error for item in diagnostics)
    counts = [_count(errors, "error"), _count(len(diagnostics) - errors, "warning")]
    ending = " and ".join(part for part in counts if part)
    if len(told) > _SHOWN_MAX:
        ending += f" (the first {_SHOWN_MAX} are shown)"
    codes = sorted({item.code for item in shown})
    parts.append(f"{ending}; `paasta-deploy explain {codes[0]}` tells more{_others(codes)}\n")
    return "\n".join(parts)


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"


def _others(codes: Sequence[str]) -> str:
    return f" (or {', '.join(codes[1:])})" if len(codes) > 1 else ""
