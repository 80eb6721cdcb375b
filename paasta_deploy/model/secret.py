"""A text that must not be shown: it prints as ``***`` wherever it is formatted.

Only adapters and providers call :meth:`Secret.reveal`.
"""

from typing_extensions import override


class Secret:
    """An opaque secret text. Equal to another secret of the same text; never to a plain text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. For adapters and providers only."""
        return self._text

    @override
    def __repr__(self) -> str:
        return "***"

    @override
    def __str__(self) -> str:
        return "***"

    @override
    def __format__(self, _spec: str) -> str:
        return "***"

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    @override
    def __hash__(self) -> int:
        return hash(("Secret", self._text))
