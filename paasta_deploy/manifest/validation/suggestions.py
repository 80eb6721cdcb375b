"""Guesses at what a misspelt name means, made at most once per name.

Guessing compares a name with all known ones. A generated manifest can be wrong in the same way ten
thousand times, so answers are kept, and after a while no more guesses are made.
"""

from collections.abc import Iterable

from paasta_deploy.diagnostics import did_you_mean

_GUESSES_MAX = 200
"""Guesses of one validation; more errors than this are not read one by one."""


class Suggestions:
    """Remembers guesses; ``known`` is told apart by ``kind``, so one object serves all kinds."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], str] = {}

    def hint(self, kind: str, name: str, known: Iterable[str]) -> str:
        """Return what to write instead of ``name``, or nothing."""
        key = (kind, name)
        if key not in self._made:
            if len(self._made) >= _GUESSES_MAX:
                return ""
            self._made[key] = did_you_mean(name, known)
        return self._made[key]
