"""The fakes of time and ids: waking in order of deadlines, the same ids for the same seed."""

import asyncio
from datetime import UTC, timedelta

from paasta_deploy.ports.clock import Clock, IdSource
from paasta_deploy.testing.clock import EPOCH, FakeClock, FakeIds


def as_ports(clock: Clock, ids: IdSource) -> tuple[Clock, IdSource]:
    """Let mypy check that the fakes are what the ports ask for."""
    return clock, ids


def test_the_fakes_fit_the_ports() -> None:
    assert all(as_ports(FakeClock(), FakeIds()))


async def _let_others_run() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def test_time_stands_still_until_it_is_moved() -> None:
    clock = FakeClock()
    clock.advance(2.5)

    assert (clock.now(), clock.monotonic_s()) == (EPOCH + timedelta(seconds=2.5), 2.5)
    assert clock.now().tzinfo is UTC


async def test_a_waiter_sleeps_until_its_deadline_has_passed() -> None:
    clock = FakeClock()
    waiter = asyncio.create_task(clock.wait(10))
    await _let_others_run()
    clock.advance(9.9)
    await _let_others_run()
    assert not waiter.done()

    clock.advance(0.2)
    await waiter


async def test_waiters_wake_in_the_order_of_their_deadlines_then_of_their_waits() -> None:
    clock = FakeClock()
    woken: list[str] = []

    async def wait(name: str, delay_s: float) -> None:
        await clock.wait(delay_s)
        woken.append(name)

    waits = [wait("late", 3), wait("first", 1), wait("second", 1)]
    tasks = [asyncio.create_task(one) for one in waits]
    await _let_others_run()
    clock.advance(5)
    await asyncio.gather(*tasks)

    assert woken == ["first", "second", "late"]


async def test_a_cancelled_waiter_is_neither_counted_nor_the_next_to_wake() -> None:
    clock = FakeClock()
    cancelled = asyncio.create_task(clock.wait(1))
    waiting = asyncio.create_task(clock.wait(2))
    await _let_others_run()
    cancelled.cancel()
    await _let_others_run()

    assert (clock.waiting, clock.next_deadline_s()) == (1, 2)
    clock.advance(2)
    await waiting
    assert (clock.waiting, clock.next_deadline_s()) == (0, None)


async def test_waiting_for_no_time_returns_without_an_advance() -> None:
    await FakeClock().wait(0)


def test_equal_seeds_give_equal_ids_and_others_give_others() -> None:
    def drawn(seed: int) -> tuple[str, str, float]:
        ids = FakeIds(seed)
        return ids.new_uuid(), ids.new_token(), ids.jitter()

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
