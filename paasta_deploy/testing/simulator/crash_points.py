"""Where a simulated director may die: at every write of the journal and around every call.

A :class:`Reaper` counts the points that a director passes and kills it at one of them. At a point
before a write or call, that never happens; at a point after it, it stands, and nobody knows.
"""

from collections.abc import Callable


class Reaper:
    """Counts the points of a run, and kills at one of them. The dead pass none."""

    def __init__(self, kill: Callable[[], None]) -> None:
        """``kill`` ends the director at once, from wherever it is called."""
        self._kill = kill
        self.points: list[str] = []
        self._die_at: int | None = None
        self._counts = False

    def arm(self, die_at: int | None = None) -> None:
        """Begin to count; kill at point number ``die_at``, from 0. None: at no point."""
        self.points = []
        self._die_at = die_at
        self._counts = True

    def rest(self) -> None:
        """Count no more."""
        self._counts = False

    def reach(self, point: str) -> bool:
        """Pass a point. Return whether the director died there."""
        if not self._counts:
            return False
        self.points.append(point)
        if len(self.points) - 1 != self._die_at:
            return False
        self._counts = False
        self._kill()
        return True
