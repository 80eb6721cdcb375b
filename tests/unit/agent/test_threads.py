"""Blocking work in threads: in order, bounded, and never left behind."""

import threading

import pytest

from paasta_deploy.agent.threads import in_thread, in_threads


async def test_results_come_in_order() -> None:
    assert await in_threads([lambda n=n: n for n in range(10)], parallel=3) == list(range(10))  # type: ignore[misc] # bound


async def test_no_more_run_at_once_than_allowed() -> None:
    gate, running, seen = threading.Barrier(2), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, seen
        with lock:
            running += 1
            seen = max(seen, running)
        gate.wait(10)
        with lock:
            running -= 1

    await in_threads([work] * 6, parallel=2)
    assert seen == 2


async def test_a_fault_is_raised_when_all_that_began_has_ended() -> None:
    ended = threading.Event()
    begun = threading.Event()

    def slow() -> None:
        begun.set()
        ended.wait(0.2)
        ended.set()

    def faulty() -> None:
        begun.wait(10)
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        await in_threads([slow, faulty], parallel=2)
    assert ended.is_set()


async def test_threads_are_gone_afterwards() -> None:
    before = threading.active_count()
    threads: list[threading.Thread] = []
    threads.append(await in_thread(threading.current_thread))
    threads[0].join(10)
    assert threading.active_count() == before


async def test_nothing_to_do_is_nothing_done() -> None:
    assert await in_threads([], parallel=5) == []
