"""A cloud API that takes only so many calls, and answers 429 to all others.

A token bucket, as clouds have it: a burst may come at once, then so many calls a second. Or a
number of calls under way at once, or both. Time is handed in by the clock.
"""

from paasta_deploy.cpi.errors import CloudThrottledError
from paasta_deploy.execution.workers import CloudCall
from paasta_deploy.ports.clock import Clock
from paasta_deploy.testing.simulator.faults import Throttle

REFUSAL_S = 0.05
"""How long a refusal takes to come back: it costs the cloud nothing."""


class Turnstile:
    """What is let through. One for the account of a simulation."""

    def __init__(self, throttle: Throttle, *, clock: Clock) -> None:
        self._throttle = throttle
        self._clock = clock
        self._rate: float | None = None
        self._tokens = throttle.burst
        self._filled_at_s = clock.monotonic_s()
        self.let_through = 0
        self.refused = 0

    def set_rate(self, calls_per_second: float | None) -> None:
        """Take another number of calls a second from now on; None: what was wanted first."""
        self._fill()
        self._rate = calls_per_second

    def refusal(self, call: CloudCall, under_way: int) -> CloudThrottledError | None:
        """Return the 429 that this call gets; None: it is let through."""
        if self._takes_one_more(under_way):
            self.let_through += 1
            return None
        self.refused += 1
        return CloudThrottledError(
            f"429 for {call.method} of '{call.subject}'.",
            retry_after_s=self._throttle.retry_after_s,
            provider="simulated",
        )

    def _takes_one_more(self, under_way: int) -> bool:
        throttle = self._throttle
        if throttle.in_flight is not None and under_way >= throttle.in_flight:
            return False
        if self._per_second is None:
            return True
        self._fill()
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    @property
    def _per_second(self) -> float | None:
        return self._throttle.calls_per_second if self._rate is None else self._rate

    def _fill(self) -> None:
        now_s, per_second = self._clock.monotonic_s(), self._per_second
        if per_second is not None:
            gained = per_second * (now_s - self._filled_at_s)
            self._tokens = min(self._throttle.burst, self._tokens + gained)
        self._filled_at_s = now_s
