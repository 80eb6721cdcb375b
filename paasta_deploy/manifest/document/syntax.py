"""What a YAML parser's complaint means, said so that a tired person can fix the line.

The parser tells where it gave up, which is often the line after the mistake. This module looks at
the text around that place for the slips that people make: tabs, a colon or quote in a plain text,
forgotten indentation, an unclosed bracket, merge conflict marks, templates of other tools.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Code, Diagnostic, Label, Span, codes, error
from paasta_deploy.manifest.document.text import LINE_BREAK

_LEADING = re.compile(r"[ \t]*(?:- *)*[ \t]*")
_TEMPLATE = re.compile(r"(?:^|: |- |, )[ ]*(\{\{|<%)")
_CONFLICT = re.compile(r"(?:<{7} |={7}$|>{7} )")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What the parser said: lines and columns count from 0, ``context`` may be empty."""

    problem: str
    line: int
    column: int
    context: str = ""
    context_line: int | None = None
    context_column: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    file: str
    lines: Sequence[str]
    complaint: Complaint
    may_quote: bool

    def span(self, line: int, column: int, length: int = 1) -> Span:
        return Span(
            file=self.file,
            line=line + 1,
            column=column + 1,
            end_line=line + 1,
            end_column=column + 1 + length,
        )

    @property
    def here(self) -> Span:
        return self.span(self.complaint.line, self.complaint.column)

    def text(self, line: int) -> str:
        return self.lines[line] if 0 <= line < len(self.lines) else ""

    def context(self, text: str) -> tuple[Label, ...]:
        line = self.complaint.context_line
        if line is None or line == self.complaint.line:
            return ()
        return (Label(span=self.span(line, self.complaint.context_column), text=text),)


def diagnose(file: str, text: str, complaint: Complaint, *, is_secret: bool = False) -> Diagnostic:
    """Return the one diagnostic for a text that is no YAML; it repeats nothing that is secret."""
    place = _Place(file, LINE_BREAK.split(text), complaint, not is_secret)
    for look in (_merge_conflict, _tab, _script, _template, _known):
        found = look(place)
        if found is not None:
            return found
    related = place.context(complaint.context)
    return _syntax(place.here, "this is not YAML", complaint.problem, related=related)


def _syntax(
    span: Span,
    summary: str,
    detail: str,
    hint: str = "",
    *,
    related: tuple[Label, ...] = (),
    code: Code = codes.YAML_SYNTAX,
) -> Diagnostic:
    return error(code, summary, span=span, detail=detail, hint=hint, related=related)


def _merge_conflict(place: _Place) -> Diagnostic | None:
    for line, text in enumerate(place.lines):
        found = _CONFLICT.match(text)
        if found is not None:
            return _syntax(
                place.span(line, 0, len(text.rstrip())),
                "the file has an unfinished merge",
                "left by `git merge`",
                "decide for one side and remove the lines with <<<<<<<, ======= and >>>>>>>",
            )
    return None


def _tab(place: _Place) -> Diagnostic | None:
    """Find a tab in the indentation of the line complained of, or of the one before it."""
    for line in (place.complaint.line, place.complaint.line - 1):
        text = place.text(line)
        leading = _LEADING.match(text)
        if leading is None or "\t" not in leading.group():
            continue
        start = text.index("\t")
        end = start + len(text[start:]) - len(text[start:].lstrip("\t"))
        return _syntax(
            place.span(line, start, end - start),
            "a tab is used for indentation",
            "YAML allows only spaces here",
            "replace each tab by two spaces; most editors can do it for the whole file",
            code=codes.TAB_INDENTATION,
        )
    return None


def _script(place: _Place) -> Diagnostic | None:
    if not place.text(0).startswith("#!"):
        return None
    return _syntax(
        place.span(0, 0, len(place.text(0))),
        "the file is a script, not YAML",
        "this line says which program runs it",
        "check the path",
    )


def _template(place: _Place) -> Diagnostic | None:
    line = place.complaint.line
    found = _TEMPLATE.search(place.text(line))
    if found is None and place.text(line - 1).lstrip().startswith("<%"):
        line -= 1
        found = _TEMPLATE.search(place.text(line))
    if found is None:
        return None
    return template_of_other_tool(place.span(line, found.start(1), 2), found.group(1))


def template_of_other_tool(span: Span, mark: str) -> Diagnostic:
    """Return the diagnostic for ``{{`` or ``<%`` where a value should be."""
    tool = "ERB" if mark == "<%" else "Jinja or Helm"
    return _syntax(
        span,
        f"the file has a template of another kind ({tool})",
        "manifests have no templates; they have ((variables))",
        "write `((name))`, or quote the whole value",
    )


def _known(place: _Place) -> Diagnostic | None:
    for part, say in _SAYINGS:
        if part in place.complaint.problem:
            return say(place)
    return None


def _second_colon(place: _Place) -> Diagnostic:
    line, column = place.complaint.line, place.complaint.column
    before = place.text(line)[:column]
    inside = before.lstrip(" -")
    if ":" in inside:
        start = before.index(":") + 1
        start += len(before[start:]) - len(before[start:].lstrip())
        value = place.text(line)[start:].strip()
        is_shown = place.may_quote and len(value) <= _SHOWN_LENGTH_MAX
        return _syntax(
            place.here,
            "a second `:` stands in this line",
            "a text with `: ` in it must be quoted",
            f'write the value in quotes: "{value}"'
            if is_shown
            else "put the whole value in quotes",
        )
    return _syntax(
        place.here,
        "a key stands where none can be",
        "the value above already began, or the indentation differs from its neighbours",
        "give this line the same indentation as the other keys of its mapping",
        related=_line_above(place, "this is taken as the beginning of the value"),
    )


def _line_above(place: _Place, text: str) -> tuple[Label, ...]:
    line = place.complaint.line - 1
    while line >= 0 and not place.text(line).strip():
        line -= 1
    if line < 0:
        return ()
    content = place.text(line)
    start = len(content) - len(content.lstrip())
    return (Label(span=place.span(line, start, len(content.strip())), text=text),)


def _key_expected(place: _Place) -> Diagnostic:
    content = place.text(place.complaint.line)[place.complaint.column :].strip()
    length = max(1, len(content))
    span = place.span(place.complaint.line, place.complaint.column, length)
    return _syntax(
        span,
        "the indentation does not fit",
        "this belongs neither to the mapping above nor to anything around it",
        "indent it exactly like the keys it belongs to",
        related=place.context("the mapping begins here"),
    )


def _item_expected(place: _Place) -> Diagnostic:
    return _syntax(
        place.here,
        "the indentation does not fit",
        "a list item that begins with `-` is needed here",
        "put `- ` before it, or indent it so that it belongs to the item above",
        related=place.context("the list begins here"),
    )


def _colon_missing(place: _Place) -> Diagnostic:
    line = place.complaint.context_line
    line = place.complaint.line if line is None else line
    content = place.text(line)
    start = len(content) - len(content.lstrip())
    return _syntax(
        place.span(line, start, max(1, len(content.strip()))),
        "a `:` is missing",
        "this line is neither `key: value` nor `- item`",
        "write `key: value`, with a space after the colon",
    )


def _unclosed_quote(place: _Place) -> Diagnostic:
    line = place.complaint.context_line
    line = place.complaint.line if line is None else line
    return _syntax(
        place.span(line, place.complaint.context_column),
        "a quote is never closed",
        "the text begins here and runs to the end of the file",
        "close the quote at the end of the text",
    )


def _unknown_escape(place: _Place) -> Diagnostic:
    return _syntax(
        place.here,
        "an unknown escape stands in double quotes",
        "`\\` begins an escape in double quotes",
        "use single quotes, or write the backslash twice",
    )


def _cannot_start(place: _Place) -> Diagnostic:
    character = place.text(place.complaint.line)[place.complaint.column :][:1]
    return _syntax(
        place.here,
        f"a value cannot begin with `{character}`",
        "this character has a meaning of its own in YAML",
        "put the whole value in quotes",
    )


def _unclosed_bracket(place: _Place) -> Diagnostic:
    line = place.complaint.context_line
    line = place.complaint.line if line is None else line
    return _syntax(
        place.here,
        "a `,` or a closing bracket is missing",
        "the list or mapping in brackets cannot go on like this",
        "close the bracket, or put a comma between the items",
        related=place.context("the bracket opens here"),
    )


_SHOWN_LENGTH_MAX = 80
"""Characters of a value that a hint repeats; a longer one is seen in the line above the hint."""

_SAYINGS: tuple[tuple[str, Callable[[_Place], Diagnostic]], ...] = (
    ("mapping values are not allowed", _second_colon),
    ("did not find expected key", _key_expected),
    ("block sequence entries are not allowed", _key_expected),
    ("did not find expected '-' indicator", _item_expected),
    ("could not find expected ':'", _colon_missing),
    ("found unexpected end of stream", _unclosed_quote),
    ("found unknown escape character", _unknown_escape),
    ("found character that cannot start any token", _cannot_start),
    ("did not find expected ',' or", _unclosed_bracket),
)
