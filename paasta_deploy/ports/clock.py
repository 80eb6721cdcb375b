"""Time and fresh identities, handed in, so that a simulator can hand in its own."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the current time, aware, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds on a clock that never goes back."""
        ...

    async def wait(self, delay_s: float) -> None:
        """Return after ``delay_s`` seconds."""
        ...


class IdSource(Protocol):
    """The only source of fresh identities and randomness."""

    def new_uuid(self) -> str:
        """Return a fresh random UUID in its 36-character text form."""
        ...

    def new_token(self, size_bytes: int = 32) -> str:
        """Return a fresh URL-safe secret text made of ``size_bytes`` random bytes."""
        ...

    def jitter(self) -> float:
        """Return a number in [0, 1) to spread retries."""
        ...
