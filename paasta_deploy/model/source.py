"""Where a value was written, so that every later stage can point at the line that caused it.

A :class:`Source` answers lazily: the parsed model keeps one small object per named thing, and a
position is only worked out when somebody has to say something about it. Positions take no part in
equality: the same manifest moved by one line is the same manifest.
"""

from dataclasses import dataclass
from typing import Protocol

from typing_extensions import override

PathStep = str | int
"""A key of a mapping or an index of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of one input text. Lines and columns count from 1; the end is exclusive.

    ``file`` is the name that was handed in with the text; it is only shown, never opened.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Source(Protocol):
    """Tells where parts of one parsed thing were written."""

    def span(self, *path: PathStep) -> Span | None:
        """Return where the value at ``path`` below this thing stands.

        Keys of the path that do not exist are left out from the right, so the answer is the
        nearest enclosing value; no path means the thing itself. None: it came from no text.
        """
        ...

    def key_span(self, *path: PathStep) -> Span | None:
        """Like :meth:`span`, but of the key (``vm_type:``) instead of its value, if it is one."""
        ...


class Nowhere:
    """The source of values that were made by code, not read from a text."""

    __slots__ = ()

    def span(self, *_path: PathStep) -> Span | None:
        """Return None: there is no text."""
        return None

    def key_span(self, *_path: PathStep) -> Span | None:
        """Return None: there is no text."""
        return None


NOWHERE: Source = Nowhere()
