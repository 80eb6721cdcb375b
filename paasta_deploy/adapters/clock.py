"""The machine's own clock and random source, behind the ports ``Clock`` and ``IdSource``.

Nothing else in the product reads the time or makes ids, so that a simulator can put its own time
and its own seed in the place of these two. They keep no state and may be used from any thread.
"""

import asyncio
import secrets
import time
import uuid
from datetime import UTC, datetime

# Enough bits that two retries meet by accident as rarely as two floats can.
_JITTER_BITS = 53


class SystemClock:
    """Wall time for people and records, monotonic time for deadlines."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC. It may jump when the machine's clock is set."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Return seconds since some moment; never goes back, also over a change of the clock."""
        return time.monotonic()

    async def wait(self, delay_s: float) -> None:
        """Return after ``delay_s`` seconds; zero or less only gives way to other tasks."""
        await asyncio.sleep(max(0.0, delay_s))


class SystemIdSource:
    """Randomness of the operating system; no two directors ever draw the same."""

    def new_uuid(self) -> str:
        """Return a version 4 UUID in its 36-character text form."""
        return str(uuid.uuid4())

    def new_token(self, size_bytes: int = 32) -> str:
        """Return a URL-safe secret text made of ``size_bytes`` random bytes."""
        return secrets.token_urlsafe(size_bytes)

    def jitter(self) -> float:
        """Return a number in [0, 1), evenly spread."""
        return secrets.randbits(_JITTER_BITS) / (1 << _JITTER_BITS)
