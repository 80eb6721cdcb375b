"""Time that stands still until a test moves it, and ids that are the same in every run.

For tests and the simulator. :class:`FakeClock` wakes its waiters in the order of their deadlines,
and those of one deadline in the order in which they began to wait, so a run is told by its seed.
"""

import asyncio
import base64
import heapq
import uuid
from datetime import UTC, datetime, timedelta
from random import Random

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Where fake time begins when a test does not care."""


class FakeClock:
    """A clock that a test moves with :meth:`advance`."""

    def __init__(self, start: datetime = EPOCH) -> None:
        assert start.tzinfo is not None, "a clock tells aware times"
        self._start = start
        self._elapsed_s = 0.0
        self._waiters: list[tuple[float, int, asyncio.Future[None]]] = []
        self._waits = 0

    def now(self) -> datetime:
        """Return the start plus all advances."""
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic_s(self) -> float:
        """Return the sum of all advances."""
        return self._elapsed_s

    async def wait(self, delay_s: float) -> None:
        """Return once fake time has passed the deadline; zero or less only gives way."""
        if delay_s <= 0:
            await asyncio.sleep(0)
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waits += 1
        heapq.heappush(self._waiters, (self._elapsed_s + delay_s, self._waits, waiter))
        await waiter

    @property
    def waiting(self) -> int:
        """How many tasks wait now; cancelled ones do not count."""
        return sum(not waiter.done() for _, _, waiter in self._waiters)

    def next_deadline_s(self) -> float | None:
        """Return the monotonic time at which somebody wakes next, or None when nobody waits."""
        self._drop_finished()
        return self._waiters[0][0] if self._waiters else None

    def advance(self, delay_s: float) -> None:
        """Move time on and wake those whose deadline came. Waiters run after the caller awaits."""
        assert delay_s >= 0, "time does not go back"
        self._elapsed_s += delay_s
        while self._waiters and self._waiters[0][0] <= self._elapsed_s:
            _, _, waiter = heapq.heappop(self._waiters)
            if not waiter.done():
                waiter.set_result(None)

    def _drop_finished(self) -> None:
        while self._waiters and self._waiters[0][2].done():
            heapq.heappop(self._waiters)


class FakeIds:
    """Ids and randomness from a seed: equal seeds, equal ids, in the order of the calls."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible on purpose, guards nothing

    def new_uuid(self) -> str:
        """Return the next UUID of this seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_token(self, size_bytes: int = 32) -> str:
        """Return the next token of this seed."""
        return base64.urlsafe_b64encode(self._random.randbytes(size_bytes)).rstrip(b"=").decode()

    def jitter(self) -> float:
        """Return the next number in [0, 1) of this seed."""
        return self._random.random()
