"""What an operator wishes of a run while it runs, as one small switch that many can look at.

A wish, not an act: whoever carries something out looks at it where it may stop, and tells the
world what came of it. Nothing here waits or decides.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Wish:
    """Off, then on. Lives on one event loop."""

    def __init__(self) -> None:
        self._requested = False
        self._listeners: dict[object, Callable[[], None]] = {}

    @property
    def is_requested(self) -> bool:
        """Whether it is wished."""
        return self._requested

    def request(self) -> None:
        """Wish it. Wishing again changes nothing."""
        if self._requested:
            return
        self._requested = True
        for listener in tuple(self._listeners.values()):
            listener()

    @contextmanager
    def listening(self, listener: Callable[[], None]) -> Iterator[None]:
        """Call ``listener`` when the wish comes while the block runs."""
        key = object()
        self._listeners[key] = listener
        try:
            yield
        finally:
            del self._listeners[key]


class PauseWish(Wish):
    """That a task begins nothing new until it is told to go on."""

    def withdraw(self) -> None:
        """Take the wish back; a run that has drained already stays drained."""
        self._requested = False
