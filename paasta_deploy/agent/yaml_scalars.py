"""The place in a YAML text, and the texts that begin there: plain, quoted, literal, folded.

Belongs to `plain_yaml`. Line folding is the same for all: one line break becomes a space, each
further one stays a line break (YAML 1.2, 6.5).
"""

import re
from dataclasses import dataclass

from paasta_deploy.agent.yaml_nodes import YamlError, YamlScalar

_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}
_UNICODE_MAX = 0x10FFFF
_UNTRIMMED = ""
"""A part behind escaped or folded blanks, so that folding does not take them for trailing ones."""

_PLAIN_KEY = re.compile(
    r"""(?!["'\[\]{}|>&*!%@`,#]|[-?:](?:[ \t\n]|$))[^\n]*?(?=[ \t]*:(?:[ \t\n]|$))"""
)
_QUOTED_KEY = re.compile(
    r"""(?:"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\n]|'')*')[ \t]*:(?:[ \t\n]|$)""",
)
_NAME = re.compile(r"[^\s,\[\]{}]+")
_PLAIN_LINE = re.compile(r"(?:[^\n:#]|:(?![ \t\n]|$)|(?<![ \t\n])#)+")
_PLAIN_FLOW_LINE = re.compile(
    r"(?:[^\n:#,\[\]{}]|:(?![ \t\n,\[\]{}]|$)|(?<![ \t\n])#)+",
)
_COMMENT = re.compile(r"(?:(?<=[ \t\n])|\A)#[^\n]*")
_BLANK_REST = re.compile(r"[ \t]*(?:(?:(?<=[ \t\n])|\A)#[^\n]*)?(?:\n|\Z)")
_BLOCK_HEADER = re.compile(r"([|>])([+-]?[1-9]?|[1-9]?[+-]?)[ \t]*(?:(?<=[ \t])#[^\n]*)?(?:\n|$)")


class Cursor:
    """A place in the text. Lines and columns count from 0 inside, from 1 in errors."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        self.place = 0
        self.line = 0
        self._line_start = 0

    @property
    def column(self) -> int:
        """The column of the next character."""
        return self.place - self._line_start

    def peek(self, offset: int = 0) -> str:
        """Return the next character, or an empty text at the end."""
        return self.text[self.place + offset : self.place + offset + 1]

    def advance(self, count: int) -> None:
        """Step over ``count`` characters, line breaks included."""
        passed = self.text[self.place : self.place + count]
        self.place += len(passed)
        breaks = passed.count("\n")
        if breaks:
            self.line += breaks
            self._line_start = self.place - (len(passed) - passed.rindex("\n") - 1)

    def take(self, pattern: "re.Pattern[str]") -> str:
        """Step over what matches here and return it."""
        found = pattern.match(self.text, self.place)
        taken = found.group() if found is not None else ""
        self.advance(len(taken))
        return taken

    def is_end(self) -> bool:
        """Return whether nothing is left."""
        return self.place >= len(self.text)

    def is_marker(self, marker: str) -> bool:
        """Return whether ``---`` or ``...`` stands here alone at the line's begin."""
        return (
            self.column == 0
            and self.text.startswith(marker, self.place)
            and self.peek(3) in {"", " ", "\t", "\n"}
        )

    def is_any_marker(self) -> bool:
        """Return whether the document ends here."""
        return self.is_marker("---") or self.is_marker("...")

    def is_item(self) -> bool:
        """Return whether ``- `` stands here."""
        return self.peek() == "-" and self.peek(1) in {"", " ", "\t", "\n"}

    def is_key(self) -> bool:
        """Return whether ``key:`` stands here."""
        if self.peek() in {'"', "'"}:
            return _QUOTED_KEY.match(self.text, self.place) is not None
        found = _PLAIN_KEY.match(self.text, self.place)
        return found is not None and " #" not in found.group()

    def expect(self, char: str) -> None:
        """Step over ``char``. Raises YamlError when another one stands here."""
        if self.peek() != char:
            raise self.error(f"expected {char!r}")
        self.advance(1)

    def skip_spaces(self) -> None:
        """Step over blanks on this line."""
        while self.peek() in {" ", "\t"}:
            self.advance(1)

    def rest_is_blank(self) -> bool:
        """Return whether only blanks or a comment are left on this line."""
        return _BLANK_REST.match(self.text, self.place) is not None

    def skip_blank(self, *, tabs: bool = False) -> None:
        """Step over blanks, comments and line breaks. With ``tabs`` a tab may indent."""
        while not self.is_end():
            is_indent = self.column == 0
            start = self.mark()
            self.skip_spaces()
            self.take(_COMMENT)
            if self.peek() != "\n":
                passed = self.text[start.place : self.place]
                if is_indent and not tabs and not self.is_end() and "\t" in passed:
                    raise start.error("indent with spaces; this line begins with a tab")
                return
            self.advance(1)

    def mark(self) -> "Mark":
        """Return this place, for errors that are found later."""
        return Mark(place=self.place, line=self.line, column=self.column)

    def error(self, message: str) -> YamlError:
        """Return an error at this place."""
        return self.mark().error(message)

    def scalar(self, text: str, *, plain: bool) -> YamlScalar:
        """Return a text that stands on this line."""
        return YamlScalar(text=text, is_plain=plain, line=self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place that was passed."""

    place: int
    line: int
    column: int

    def error(self, message: str) -> YamlError:
        """Return an error at this place."""
        return YamlError(f"{message} (line {self.line + 1}, column {self.column + 1})")


def read_plain_key(at: Cursor) -> YamlScalar:
    """Step over an unquoted key, which is on one line; the ``:`` is next."""
    line = at.line
    return YamlScalar(text=at.take(_PLAIN_KEY), is_plain=True, line=line)


def read_name(at: Cursor) -> str:
    """Step over the name of an anchor and return it. Raises YamlError."""
    name = at.take(_NAME)
    if not name:
        raise at.error("a name is missing here")
    return name


def read_plain(at: Cursor, parent: int, *, flow: bool) -> YamlScalar:
    """Read an unquoted text. Its further lines must stand right of the column ``parent``."""
    pattern = _PLAIN_FLOW_LINE if flow else _PLAIN_LINE
    line = at.line
    text = at.take(pattern).rstrip(" \t")
    while text:
        mark, breaks = at.mark(), 0
        resume = (at.place, at.line, at.column)
        at.skip_spaces()
        while at.peek() == "\n":
            at.advance(1)
            breaks += 1
            at.skip_spaces()
        ends = at.is_end() or at.peek() == "#" or at.is_any_marker()
        if not breaks or ends or (not flow and at.column <= parent):
            _return_to(at, resume)
            break
        if flow and at.peek() in {",", "[", "]", "{", "}", ":"}:
            break
        if not flow and at.is_key():
            raise at.error(f"a text that began on line {mark.line + 1} may not hold a key")
        text += ("\n" * (breaks - 1) or " ") + at.take(pattern).rstrip(" \t")
    if not flow and not at.rest_is_blank():
        raise at.error("a ':' may not stand here; put the text in quotes")
    return YamlScalar(text=text, is_plain=True, line=line)


def _return_to(at: Cursor, place: tuple[int, int, int]) -> None:
    at.place, at.line, column = place
    at._line_start = at.place - column  # noqa: SLF001 - one idea in two classes of this module


def read_quoted(at: Cursor) -> YamlScalar:
    """Read a text in single or double quotes, which may span lines."""
    mark, quote = at.mark(), at.peek()
    parts: list[str] = []
    at.advance(1)
    while True:
        char = at.peek()
        if not char:
            raise mark.error("this quote is never closed")
        if char == "\n":
            _fold(at, parts)
            continue
        at.advance(1)
        if char == quote and not (quote == "'" and at.peek() == "'"):
            break
        if char == quote:
            at.advance(1)
        if char == "\\" and quote == '"':
            parts += (_escape(at), _UNTRIMMED)
        else:
            parts.append(char)
    return YamlScalar(text=_joined(parts), is_plain=False, line=mark.line)


def _joined(parts: list[str]) -> str:
    """Return the text; JSON writes characters beyond U+FFFF as two escapes."""
    text = "".join(parts)
    if any("\ud800" <= char <= "\udfff" for char in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _fold(at: Cursor, parts: list[str]) -> None:
    """Step over line breaks and the blanks around them."""
    while parts and parts[-1] in {" ", "\t"}:
        parts.pop()
    breaks = 0
    while at.peek() == "\n":
        at.advance(1)
        breaks += 1
        at.skip_spaces()
    parts += ("\n" * (breaks - 1) or " ", _UNTRIMMED)


def _escape(at: Cursor) -> str:
    mark = at.mark()
    char = at.peek()
    at.advance(1)
    if char == "\n":
        at.skip_spaces()
        return ""
    if char in _HEX_ESCAPES:
        digits = at.text[at.place : at.place + _HEX_ESCAPES[char]]
        at.advance(len(digits))
        code = int(digits, 16) if re.fullmatch(r"[0-9A-Fa-f]+", digits) else -1
        if len(digits) == _HEX_ESCAPES[char] and 0 <= code <= _UNICODE_MAX:
            return chr(code)
    elif char in _ESCAPES:
        return _ESCAPES[char]
    raise mark.error(f"\\{char} is no escape")


def read_block_scalar(at: Cursor, parent: int) -> YamlScalar:
    """Read a ``|`` or ``>`` text whose lines stand right of the column ``parent``."""
    line = at.line
    header = _BLOCK_HEADER.match(at.text, at.place)
    if header is None:
        raise at.error("behind '|' or '>' only '+', '-', a digit or a comment may stand")
    at.advance(len(header.group()))
    digits = header[2].strip("+-")
    indent = max(parent, 0) + int(digits) if digits else _found_indent(at, parent)
    lines = _block_lines(at, indent)
    content = lines[: _last_text(lines) + 1]
    text = "\n".join(content) if header[1] == "|" else _folded(content)
    ended = at.text[at.place - 1 : at.place] == "\n"
    kept = len(lines) - len(content)
    if "+" in header[2]:
        text += "\n" * (kept + (1 if content and (ended or kept) else 0))
    elif "-" not in header[2] and content and (ended or kept):
        text += "\n"
    return YamlScalar(text=text, is_plain=False, line=line)


def _found_indent(at: Cursor, parent: int) -> int:
    """Return the indent of the first line that is not blank; it must be right of the parent."""
    found = re.compile(r"(?: *\n)*( *)").match(at.text, at.place)
    width = len(found[1]) if found is not None else 0
    return max(width, parent + 1, 1)


def _block_lines(at: Cursor, indent: int) -> list[str]:
    """Step over the lines that belong to the block and return them without their indent."""
    lines = []
    while not at.is_end():
        end = at.text.find("\n", at.place)
        line = at.text[at.place : end if end >= 0 else len(at.text)]
        if line[:indent].strip(" "):
            break
        if end < 0 and not line[indent:]:
            break
        lines.append(line[indent:])
        at.advance(len(line) + 1)
    return lines


def _last_text(lines: list[str]) -> int:
    return max((place for place, line in enumerate(lines) if line), default=-1)


def _folded(lines: list[str]) -> str:
    """Join lines by spaces, except around blank lines and lines that are indented further."""
    text, breaks, before = "", 0, ""
    for line in lines:
        if not line:
            breaks += 1
            continue
        is_flush = bool(before) and before[0] not in " \t" and line[0] not in " \t"
        if is_flush:
            text += "\n" * breaks or " "
        else:
            text += "\n" * (breaks + (1 if before else 0))
        text, breaks, before = text + line, 0, line
    return text
