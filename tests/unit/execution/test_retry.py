"""Retries end, spread, and are paid for.

Properties: a delay is never negative and never longer than its limit; a final error is never
retried; the budget never goes below zero or above its maximum.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.cpi.errors import (
    CloudThrottledError,
    CloudUnavailableError,
    QuotaExceededError,
    VmCreationRetryableError,
)
from paasta_deploy.execution.retry import (
    CLOUD_CALL_RETRIES,
    CREATE_VM_RETRIES,
    RETRY_AFTER_S_MAX,
    RetryBudget,
    RetryPolicy,
    retry_delay_s,
)

JITTERS = st.floats(0, 1, exclude_max=True)


@given(tries=st.integers(1, 50), jitter=JITTERS, first_s=st.floats(0.01, 10))
def test_a_delay_stays_within_its_limits(tries: int, jitter: float, first_s: float) -> None:
    policy = RetryPolicy(tries_max=20, delay_s_first=first_s, delay_s_max=30.0)

    delay_s = retry_delay_s(policy, CloudUnavailableError("x"), tries=tries, jitter=jitter)

    if tries >= policy.tries_max:
        assert delay_s is None
    else:
        assert delay_s is not None
        assert 0 < delay_s <= policy.delay_s_max


@given(tries=st.integers(1, 50), jitter=JITTERS)
def test_a_final_error_is_never_retried(tries: int, jitter: float) -> None:
    error = QuotaExceededError("x")

    assert retry_delay_s(CLOUD_CALL_RETRIES, error, tries=tries, jitter=jitter) is None


def test_delays_double() -> None:
    policy = RetryPolicy(tries_max=9, delay_s_first=1.0, delay_s_max=5.0)
    error = CloudUnavailableError("x")

    delays = [retry_delay_s(policy, error, tries=tries, jitter=0.0) for tries in range(1, 6)]

    assert delays == [0.5, 1.0, 2.0, 2.5, 2.5]


def test_a_vm_is_asked_for_five_times() -> None:
    error = VmCreationRetryableError("x")

    retried = [
        retry_delay_s(CREATE_VM_RETRIES, error, tries=tries, jitter=0.0) is not None
        for tries in range(1, 7)
    ]

    assert retried == [True, True, True, True, False, False]


def test_a_throttled_call_waits_as_long_as_it_was_asked_to() -> None:
    error = CloudThrottledError("x", retry_after_s=17.0)

    delay_s = retry_delay_s(CLOUD_CALL_RETRIES, error, tries=1, jitter=0.0)

    assert delay_s is not None
    assert delay_s >= 17.0


def test_an_absurd_retry_after_is_not_believed() -> None:
    error = CloudThrottledError("x", retry_after_s=1e9)

    delay_s = retry_delay_s(CLOUD_CALL_RETRIES, error, tries=1, jitter=0.0)

    assert delay_s is not None
    assert delay_s <= RETRY_AFTER_S_MAX + CLOUD_CALL_RETRIES.delay_s_max


@given(st.lists(st.booleans(), max_size=300))
def test_a_budget_stays_within_its_limits(successes: list[bool]) -> None:
    budget = RetryBudget(tokens_max=5.0, gain_per_success=0.5)

    for success in successes:
        if success:
            budget.succeeded()
        else:
            before = budget.tokens
            assert budget.take() == (before >= 1.0)
        assert 0.0 <= budget.tokens <= 5.0


def test_an_empty_budget_refuses_until_calls_succeed_again() -> None:
    budget = RetryBudget(tokens_max=1.0, gain_per_success=0.5)
    assert budget.take()
    assert not budget.take()

    budget.succeeded()
    budget.succeeded()

    assert budget.take()
