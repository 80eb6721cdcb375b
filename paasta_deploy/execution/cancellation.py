"""The operator's wish that a run stops, as one small switch that many can look at.

A wish, not a kill: acts that have begun are left to end. Only waits that do nothing (for an agent,
for healthy jobs, between two tries) are cut short; they stand in ``with interruptible():``.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from paasta_deploy.execution.wishes import Wish
from paasta_deploy.model.errors import TaskCancelledError


class Cancellation(Wish):
    """Off, then on for good."""

    def check(self) -> None:
        """Raise TaskCancelledError when the run shall stop: between two acts."""
        if self.is_requested:
            raise TaskCancelledError("The task was cancelled.")

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Raise TaskCancelledError out of the block as soon as the run shall stop.

        Whatever the block awaits is cancelled, so it must be harmless to cut off at any point.
        Theory: the way of ``asyncio.timeout``: the waiting task is cancelled, and the cancellation
        is told apart from a real one by counting (``Task.uncancel``).
        """
        if self._requested:
            raise TaskCancelledError("The task was cancelled.")
        task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        interrupted = False

        def interrupt() -> None:
            nonlocal interrupted
            if asyncio.current_task() is not task:  # who asks is not waiting
                interrupted = True
                task.cancel()

        try:
            with self.listening(interrupt):
                yield
        except asyncio.CancelledError:
            if interrupted and task.uncancel() <= before:
                raise TaskCancelledError("The task was cancelled.") from None
            raise
