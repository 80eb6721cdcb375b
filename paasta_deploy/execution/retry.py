"""When to try again, and when to stop trying: pure arithmetic, no clock and no randomness.

Two limits work together. A :class:`RetryPolicy` bounds the tries of one call and spreads them:
full jitter over an exponentially growing window, so that many callers that failed together do not
come back together. A :class:`RetryBudget` bounds the retries of all callers of one provider: when
nearly everything fails, retrying only adds load, and failing soon is the better news.
"""

from dataclasses import dataclass

from paasta_deploy.cpi.errors import CloudThrottledError
from paasta_deploy.model.errors import PaastaError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Limits of one call. ``tries_max`` counts the first try; 1 means no retry."""

    tries_max: int
    delay_s_first: float
    delay_s_max: float


CLOUD_CALL_RETRIES = RetryPolicy(tries_max=5, delay_s_first=0.5, delay_s_max=30.0)
"""Rides out a restart of an API front end (some seconds), and gives up within two minutes."""

CREATE_VM_RETRIES = RetryPolicy(tries_max=5, delay_s_first=1.0, delay_s_max=30.0)
"""BOSH's ``max_vm_create_tries`` is 5."""

TASK_RETRIES = 60.0
"""What one task may use up of the hundred retries of an account before its calls succeed."""

RETRY_AFTER_S_MAX = 120.0
"""A longer ``Retry-After`` is not believed: the operator should see the failure instead."""


def retry_delay_s(
    policy: RetryPolicy, error: PaastaError, *, tries: int, jitter: float
) -> float | None:
    """Return how long to wait before the next try, or None when this was the last one.

    ``tries`` counts those made so far, at least 1; ``jitter`` is in [0, 1). A throttled call waits
    at least as long as the provider asked for.
    """
    if not error.retryable or tries >= policy.tries_max:
        return None
    window_s: float = min(policy.delay_s_max, policy.delay_s_first * 2.0 ** (tries - 1))
    delay_s = window_s * (0.5 + jitter / 2)
    if isinstance(error, CloudThrottledError):
        return min(RETRY_AFTER_S_MAX, error.retry_after_s) + delay_s
    return delay_s


class RetryBudget:
    """Tokens that retries cost and successes bring back, shared by all callers of one provider.

    Source: the retry budgets of Finagle and gRPC ("retry throttling").
    """

    def __init__(self, *, tokens_max: float = 100.0, gain_per_success: float = 0.2) -> None:
        self._tokens_max = tokens_max
        self._gain = gain_per_success
        self._tokens = tokens_max

    @property
    def tokens(self) -> float:
        """How many retries may follow one another now."""
        return self._tokens

    def succeeded(self) -> None:
        """Note a call that succeeded."""
        self._tokens = min(self._tokens_max, self._tokens + self._gain)

    def take(self) -> bool:
        """Take the cost of one retry; False when there is nothing left to take."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
