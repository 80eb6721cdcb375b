"""The simulated API takes what it is told to take, and says 429 to the rest.

Property: over any course of calls no more are let through than the burst and the rate allow.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.execution.workers import CloudCall
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.simulator.faults import Throttle
from paasta_deploy.testing.simulator.throttling import Turnstile

CALL = CloudCall(method="has_vm", subject="vm-1")


@given(st.lists(st.floats(0, 10), max_size=50), st.floats(0.1, 10), st.floats(1, 20))
def test_no_more_calls_get_through_than_the_rate_allows(
    waits_s: list[float], per_second: float, burst: float
) -> None:
    clock = FakeClock()
    turnstile = Turnstile(Throttle(calls_per_second=per_second, burst=burst), clock=clock)

    for wait_s in waits_s:
        clock.advance(wait_s)
        turnstile.refusal(CALL, 0)

    assert turnstile.let_through <= burst + per_second * sum(waits_s) + 1e-6
    assert turnstile.let_through + turnstile.refused == len(waits_s)


def test_an_api_without_limits_takes_everything() -> None:
    turnstile = Turnstile(Throttle(), clock=FakeClock())

    assert [turnstile.refusal(CALL, 10_000) for _ in range(100)] == [None] * 100


def test_calls_under_way_are_limited_by_themselves() -> None:
    turnstile = Turnstile(Throttle(in_flight=8, retry_after_s=7.0), clock=FakeClock())

    refused = turnstile.refusal(CALL, 8)

    assert turnstile.refusal(CALL, 7) is None
    assert refused is not None
    assert refused.retry_after_s == 7.0


def test_a_storm_passes() -> None:
    clock = FakeClock()
    turnstile = Turnstile(Throttle(burst=1), clock=clock)

    turnstile.set_rate(0.0)
    turnstile.refusal(CALL, 0)
    clock.advance(60.0)
    in_the_storm = turnstile.refusal(CALL, 0)
    turnstile.set_rate(None)

    assert in_the_storm is not None
    assert turnstile.refusal(CALL, 0) is None
