"""Troubles come from the seed and from nothing else.

Properties: equal seeds give equal forecasts; a latency stays within its range.
"""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.simulated.weather import FAIR, Climate, Fate, LatencyRange, forecast

CALLS = 4000


def fates(climate: Climate, method: str = "has_vm") -> Counter[Fate]:
    return Counter(forecast(climate, method, f"vm-{n}", 1).fate for n in range(CALLS))


@given(seed=st.integers(), key=st.text(), count=st.integers(1, 1000))
def test_equal_seeds_give_equal_forecasts(seed: int, key: str, count: int) -> None:
    climate = Climate(seed=seed, refused=0.3, answer_lost=0.3)

    assert forecast(climate, "m", key, count) == forecast(climate, "m", key, count)


@given(seed=st.integers(), low_s=st.floats(0, 10), spread_s=st.floats(0, 10))
def test_a_latency_stays_within_its_range(seed: int, low_s: float, spread_s: float) -> None:
    limits = LatencyRange(low_s=low_s, high_s=low_s + spread_s)
    climate = Climate(seed=seed, latencies={"create_vm": limits})

    latency_s = forecast(climate, "create_vm", "vm", 1).latency_s

    assert low_s <= latency_s <= limits.high_s


def test_another_seed_is_another_run() -> None:
    first, second = (Climate(seed=seed, refused=0.5) for seed in (1, 2))
    calls = range(100)

    assert [forecast(first, "m", "k", n) for n in calls] != [
        forecast(second, "m", "k", n) for n in calls
    ]


def test_each_try_has_its_own_fate() -> None:
    climate = Climate(refused=0.5)

    assert len({forecast(climate, "m", "k", count).fate for count in range(30)}) == 2


def test_without_troubles_all_calls_are_done_at_once() -> None:
    assert forecast(Climate(), "create_vm", "vm", 1) == FAIR


def test_rates_are_shares_of_calls() -> None:
    seen = fates(Climate(refused=0.1, throttled=0.2, answer_lost=0.3))

    assert 0.07 < seen[Fate.REFUSED] / CALLS < 0.13
    assert 0.17 < seen[Fate.THROTTLED] / CALLS < 0.23
    assert 0.27 < seen[Fate.ANSWER_LOST] / CALLS < 0.33
    assert seen[Fate.FAILED] == 0


def test_only_vms_break_while_they_are_made() -> None:
    climate = Climate(vm_failure=1.0)

    assert fates(climate, "create_vm") == {Fate.FAILED: CALLS}
    assert fates(climate, "create_disk") == {Fate.DONE: CALLS}


def test_methods_without_a_latency_of_their_own_take_the_default() -> None:
    climate = Climate(
        latencies={
            "default": LatencyRange(low_s=1.0, high_s=1.0),
            "create_vm": LatencyRange(low_s=9.0, high_s=9.0),
        }
    )

    assert forecast(climate, "has_vm", "k", 1).latency_s == 1.0
    assert forecast(climate, "create_vm", "k", 1).latency_s == 9.0
