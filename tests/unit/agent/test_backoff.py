"""Properties: delays stay between half the first and one and a half of the limit, and grow."""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.backoff import Backoff

BACKOFF = Backoff(first_s=0.05, limit_s=5.0)


@given(attempt=st.integers(0, 10**9), jitter=st.floats(0, 1, exclude_max=True))
def test_delays_stay_in_bounds(attempt: int, jitter: float) -> None:
    assert 0.025 <= BACKOFF.delay_s(attempt, jitter) <= 7.5


@given(attempt=st.integers(0, 100), jitter=st.floats(0, 1, exclude_max=True))
def test_with_the_same_jitter_no_delay_is_shorter_than_the_one_before(
    attempt: int, jitter: float
) -> None:
    assert BACKOFF.delay_s(attempt, jitter) <= BACKOFF.delay_s(attempt + 1, jitter)
