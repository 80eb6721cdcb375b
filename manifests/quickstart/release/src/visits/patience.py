"""How long to wait for an answer: as short as servers allow, as long as they need.

A dead machine must not hold anybody up, so a wait is short; but with a wait that never grows,
nobody would ever hear a cluster whose every answer is a little slower, as on a busy machine. So
the wait grows when no server answers in time, and shrinks with the answers that come.
"""

_LONGEST = 16
"""A wait grows at most to so many times its usual length: by then the machine itself is ill."""

_ASKED_IN_VAIN = 3
"""One silent server is dead, and the next one is asked; when three are silent, they are slow."""

_ROOM = 4
"""An answer may take so many times as long as the one before it."""


class Patience:
    """The wait for one kind of answer."""

    def __init__(self, usual_s: float) -> None:
        self._usual_s = usual_s
        self._in_vain = 0
        self.wait_s = usual_s

    def answered(self, took_s: float) -> None:
        """Take note of an answer, whatever it said."""
        self._in_vain = 0
        self.wait_s = min(max(self._usual_s, self.wait_s / 2, _ROOM * took_s), self._most_s)

    def missed(self) -> None:
        """Take note that none came in time."""
        self._in_vain += 1
        if self._in_vain >= _ASKED_IN_VAIN:
            self._in_vain = 0
            self.wait_s = min(2 * self.wait_s, self._most_s)

    @property
    def _most_s(self) -> float:
        return _LONGEST * self._usual_s
