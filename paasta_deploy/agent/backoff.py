"""How long to wait before trying again. Pure: the jitter in [0, 1) is handed in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Delays that double from ``first_s`` up to ``limit_s``, each spread by half around itself.

    Spreading matters when three hundred agents lose the same server at the same moment.
    """

    first_s: float
    limit_s: float

    def delay_s(self, attempt: int, jitter: float) -> float:
        """Return the wait before attempt number ``attempt`` (0 is the first repetition)."""
        # The exponent is bounded, so that an agent that tried for a year does not overflow.
        return min(self.limit_s, self.first_s * 2.0 ** min(attempt, 32)) * (0.5 + jitter)
