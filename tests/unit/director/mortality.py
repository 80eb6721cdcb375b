"""Directors that die at a chosen point, and a clock that does not make tests wait."""

import asyncio
import threading

from typing_extensions import override

from paasta_deploy.cpi.errors import CloudUnavailableError
from paasta_deploy.model.recorded import (
    RecordChange,
)
from paasta_deploy.ports.store import JournalEntry
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_store import MemoryStore


class JumpingClock(FakeClock):
    """Time jumps to the end of every wait at once."""

    @override
    async def wait(self, delay_s: float) -> None:
        self.advance(max(0.0, delay_s))
        await asyncio.sleep(0)


class Reaper:
    """Counts the points that a director passes, and lets it die at one of them.

    Whatever a dead director still does comes to nothing: its writes and questions hang, its calls
    fail. ``died`` is set at the moment of death.
    """

    def __init__(self) -> None:
        self.points: list[str] = []
        self.die_at: int | None = None
        self.is_dead = False
        self._lock = threading.Lock()

    def passes(self, point: str) -> bool:
        """Pass a point; False when the director is dead, or dies here."""
        with self._lock:
            if not self.is_dead:
                self.points.append(point)
                self.is_dead = self.die_at is not None and len(self.points) > self.die_at
            return not self.is_dead

    async def reach(self, point: str) -> None:
        """Pass a point, or never come back."""
        if not self.passes(point):
            await asyncio.get_running_loop().create_future()

    def call(self, point: str) -> None:
        """Pass a point of a provider call. The dead get no answer."""
        if not self.passes(point):
            raise CloudUnavailableError(
                "The director is dead.", provider="simulated", method=point, cid=""
            )

    def revive(self, die_at: int | None = None) -> None:
        """Begin to count anew for the next director."""
        self.points.clear()
        self.die_at = die_at
        self.is_dead = False


class MortalStore(MemoryStore):
    """A store whose writer may die before an entry is durable, or before it knows that it is."""

    def __init__(self, *, clock: FakeClock, reaper: Reaper) -> None:
        super().__init__(clock=clock)
        self._reaper = reaper

    @override
    async def write(self, entry: JournalEntry) -> None:
        name = f"{entry.phase.value} of {entry.step}"
        await self._reaper.reach(f"before {name}")
        await super().write(entry)
        await self._reaper.reach(f"after {name}")

    def take(self, change: RecordChange) -> None:
        """Let a change stand that somebody else wrote at this very moment."""
        self._apply(change)


class Hold:
    """Somebody who waits in the middle of a task."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    async def wait(self) -> None:
        """Tell that this point is reached; go on when told to."""
        self.reached.set()
        await self.go.wait()
