"""Paths of ops files: ``/instance_groups/name=web/jobs/0:after`` as a row of tokens.

Grammar (spec: bosh.md 3.2)::

    path     = "" | ("/" token)*              "" is the whole document
    token    = body ["?"] (":" modifier)*     after one "?" every token to the right is optional
    modifier = prev | next | before | after
    body     = "-" as last token | integer | key=value | key
    escapes    ~0 is "~", ~1 is "/", ~7 is ":"

Each token knows where it stands in the text of its path, so that a diagnostic can put its caret
under the very token that does not fit.
"""

import re
from dataclasses import dataclass
from enum import Enum


class Modifier(Enum):
    """What is said about an item of a list: its neighbour, or the gap beside it."""

    PREV = "prev"
    NEXT = "next"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexToken:
    """The item at ``index`` of a list; negative counts from the end."""

    index: int
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchToken:
    """The one item of a list that is a mapping with the text ``value`` at ``key``."""

    key: str
    value: str
    optional: bool = False
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyToken:
    """The value at ``key`` of a mapping."""

    key: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AfterLastToken:
    """The place behind the last item of a list."""


Token = IndexToken | MatchToken | KeyToken | AfterLastToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A parsed path. ``offsets`` says where in the text each token begins and ends."""

    tokens: tuple[Token, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()

    def shown(self, count: int | None = None) -> str:
        """Return the path (of the first ``count`` tokens) as go-patch writes it in its messages.

        Only the first optional token has its mark. Parsing that gives the path back, unless a name
        behind the mark looks like an index, or ends with a mark of its own.
        """
        parts: list[str] = []
        is_marked = False
        for token in self.tokens[:count]:
            optional = isinstance(token, KeyToken | MatchToken) and token.optional
            parts.append("/" + _token_text(token, "?" if optional and not is_marked else ""))
            is_marked = is_marked or optional
        return "".join(parts)


class PathError(ValueError):
    """A text that is no path. ``offset`` and ``length`` say which part of it is wrong."""

    def __init__(self, message: str, offset: int, length: int, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.length = length
        self.hint = hint


TOKENS_MAX = 100
"""Tokens of one path; together with the depth of a document this bounds every recursion."""

_INDEX = re.compile(r"[-+]?[0-9]+", re.ASCII)
_INDEX_DIGITS_MAX = 18
_ESCAPE = re.compile("~[017]")
_UNESCAPED = {"~0": "~", "~1": "/", "~7": ":"}


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _UNESCAPED[found.group()], text) if "~" in text else text


def _escape(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1").replace(":", "~7")


def _token_text(token: Token, mark: str) -> str:
    match token:
        case AfterLastToken():
            return "-"
        case KeyToken(key=key):
            return _escape(key) + mark
        case IndexToken(index=index, modifiers=modifiers):
            return str(index) + "".join(f":{item.value}" for item in modifiers)
        case MatchToken(key=key, value=value, modifiers=modifiers):
            tail = "".join(f":{item.value}" for item in modifiers)
            return f"{_escape(key)}={_escape(value)}{mark}{tail}"


def parse_pointer(text: str) -> Pointer:
    """Return the tokens of a path. Raises PathError."""
    if not text:
        return Pointer()
    if text[0] != "/":
        raise PathError("a path starts with `/`", 0, len(text), f"write `/{text}`")
    parts = text[1:].split("/")
    if len(parts) > TOKENS_MAX:
        raise PathError(f"a path has at most {TOKENS_MAX} parts", 0, len(text))
    tokens: list[Token] = []
    offsets: list[tuple[int, int]] = []
    offset, optional = 1, False
    for number, part in enumerate(parts):
        token, optional = _token(part, offset, is_last=number == len(parts) - 1, optional=optional)
        tokens.append(token)
        offsets.append((offset, offset + len(part)))
        offset += len(part) + 1
    return Pointer(tokens=tuple(tokens), offsets=tuple(offsets))


def _modifiers(pieces: list[str], offset: int) -> tuple[Modifier, ...]:
    modifiers: list[Modifier] = []
    for piece in pieces:
        try:
            modifiers.append(Modifier(piece))
        except ValueError as cause:
            raise PathError(
                f"`:{piece}` is no modifier (`:prev`, `:next`, `:before`, `:after`)",
                offset,
                len(piece),
                "a colon in a name is written `~7`",
            ) from cause
        offset += len(piece) + 1
    return tuple(modifiers)


def _token(part: str, offset: int, *, is_last: bool, optional: bool) -> tuple[Token, bool]:
    raw, *pieces = part.split(":")
    modifiers = _modifiers(pieces, offset + len(raw) + 1)
    body = _unescape(raw)
    if is_last and body == "-":
        if modifiers:
            raise PathError("`-` (behind the last item) takes no modifier", offset, len(part))
        return AfterLastToken(), optional
    if _INDEX.fullmatch(body) and len(body) <= _INDEX_DIGITS_MAX:
        return IndexToken(index=int(body), modifiers=modifiers), optional
    optional = optional or body.endswith("?")
    key, equals, value = body.partition("=")
    if equals:
        return (
            MatchToken(
                key=key, value=value.removesuffix("?"), optional=optional, modifiers=modifiers
            ),
            optional,
        )
    if modifiers:
        raise PathError(
            "a key takes no modifier; only items of a list have neighbours", offset, len(part)
        )
    return KeyToken(key=body.removesuffix("?"), optional=optional), optional
