"""Virtual time jumps from deadline to deadline, in order, and never hangs.

Property: waits end in the order of their deadlines, each exactly at its own.
"""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.testing.simulator.virtual_time import (
    NobodyWakesError,
    VirtualClock,
    run_virtually,
)

DAY_S = 86_400.0


def test_a_day_passes_at_once() -> None:
    async def main(clock: VirtualClock) -> float:
        began = clock.now()
        await clock.wait(DAY_S)
        return (clock.now() - began).total_seconds()

    assert run_virtually(main) == DAY_S


@given(st.lists(st.floats(0, DAY_S), max_size=20))
def test_waits_end_in_the_order_of_their_deadlines(delays: list[float]) -> None:
    ended: list[tuple[float, float]] = []

    async def main(clock: VirtualClock) -> None:
        async def wait(delay_s: float) -> None:
            await clock.wait(delay_s)
            ended.append((delay_s, clock.monotonic_s()))

        await asyncio.gather(*map(wait, delays))

    run_virtually(main)

    assert [delay for delay, _ in ended] == sorted(delays)
    assert all(abs(at - delay) < 1e-6 for delay, at in ended)


def test_computing_takes_no_time() -> None:
    async def main(clock: VirtualClock) -> float:
        for _ in range(1000):
            await asyncio.sleep(0)
        return clock.monotonic_s()

    assert run_virtually(main) == 0.0


def test_deadlines_of_asyncio_are_virtual_too() -> None:
    async def main(clock: VirtualClock) -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), timeout=DAY_S)
        return clock.monotonic_s()

    assert run_virtually(main) == DAY_S


def test_a_deadlock_is_told() -> None:
    async def main(_clock: VirtualClock) -> None:
        await asyncio.Event().wait()

    with pytest.raises(NobodyWakesError):
        run_virtually(main)


def test_what_is_handed_to_a_thread_runs_at_once() -> None:
    async def main(_clock: VirtualClock) -> int:
        return await asyncio.to_thread(lambda: 42)

    assert run_virtually(main) == 42


def test_what_a_thread_raises_reaches_whoever_waits() -> None:
    def breaks() -> None:
        raise KeyError("oops")

    async def main(_clock: VirtualClock) -> None:
        await asyncio.to_thread(breaks)

    with pytest.raises(KeyError, match="oops"):
        run_virtually(main)


def test_a_call_from_another_thread_is_a_call_soon() -> None:
    async def main(_clock: VirtualClock) -> list[int]:
        said: list[int] = []
        asyncio.get_running_loop().call_soon_threadsafe(said.append, 1)
        await asyncio.sleep(0)
        return said

    assert run_virtually(main) == [1]
