"""What of a document may be shown: everything but the values where credentials stand.

A hidden value still shows *that* it changed: two different values are different lines of a diff,
both shown as ``<redacted>``. A placeholder such as ``((password))`` is no secret and stays.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest import Node, emit, from_value, read_document, to_value
from paasta_deploy.manifest.document.node import iter_scalars
from paasta_deploy.manifest.interpolating.placeholders import is_one_placeholder
from paasta_deploy.model.values import JsonValue, canonical_json

REDACTED = "<redacted>"
_MARKED = re.compile(re.escape(REDACTED) + r"\d+")
_SECRET_BEARING = frozenset({"properties", "env"})
"""Below these keys BOSH hides every value of a diff."""

DiffLine = Sequence[str | None]
_MARKS: Mapping[str, str | None] = {"+": "added", "-": "removed", " ": None}
_CONTEXT_LINES = 3
"""Lines around a change that are told with it, as of any diff."""


class _Hiding:
    """Replaces values by numbered marks, the same value by the same mark."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    def hidden(self, value: JsonValue, *, below: bool = False) -> JsonValue:
        """Return ``value`` with marks for whatever stands below a key that may bear secrets."""
        if isinstance(value, Mapping):
            return {
                key: self.hidden(item, below=below or key in _SECRET_BEARING)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.hidden(item, below=below) for item in value]
        if not below or value is None or (isinstance(value, str) and is_one_placeholder(value)):
            return value
        return self._marks.setdefault(canonical_json(value), f"{REDACTED}{len(self._marks)}")

    def lines(self, text: str, *, redact: bool) -> list[str]:
        """Return a document's lines as they are compared: written anew, values hidden."""
        if not text.strip():
            return []
        node = read_document("text", text, is_secret=True).node
        if node is None:
            return [] if redact else text.splitlines()
        value = to_value(node)
        return emit(from_value(self.hidden(value) if redact else value, "text")).splitlines()


def redacted(text: str) -> str:
    """Return a document with its secret values hidden; comments are lost."""
    return _MARKED.sub(
        REDACTED, "".join(f"{line}\n" for line in _Hiding().lines(text, redact=True))
    )


def document_diff(before: str, after: str, *, redact: bool = True) -> list[JsonValue]:
    """Return BOSH's line diff, ``[line, "added" | "removed" | null]``; empty when equal.

    Compared is what the documents say, so comments and ways of writing make no difference.
    """
    hiding = _Hiding()
    lines = difflib.unified_diff(
        hiding.lines(before, redact=redact),
        hiding.lines(after, redact=redact),
        lineterm="",
        n=_CONTEXT_LINES,
    )
    return [
        [_MARKED.sub(REDACTED, line[1:]), _MARKS[line[0]]]
        for line in lines
        if line[:3] not in ("---", "+++") and line[0] in _MARKS
    ]


def refuse_redacted(node: Node) -> tuple[Diagnostic, ...]:
    """Return an error for each value that is only shown as hidden: it would be saved as such."""
    return tuple(
        error(
            codes.REDACTED_VALUE,
            f"`{REDACTED}` is no value",
            span=scalar.span,
            detail="this is how a secret is shown; it would be saved in its place",
            hint="give the real value, or print the config with `--no-redact` and begin anew",
        )
        for scalar in iter_scalars(node)
        if scalar.value == REDACTED
    )
