"""Waiting for an account: in turn, until its time has come, and given up without a trace."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from paasta_deploy.execution.accounts import Account, Caller
from paasta_deploy.execution.admission import Turn, Urgency
from paasta_deploy.execution.limits import Bounds, GotThrough, Throttled
from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.simulator.virtual_time import VirtualClock, run_virtually

CALLER = Caller()


def turn(party: str = "task 1") -> Turn:
    return Turn(party, Urgency.USUAL)


def account(at_once: int = 1, clock: FakeClock | VirtualClock | None = None) -> Account:
    return Account(Bounds(in_flight_max=at_once), clock=clock or FakeClock())


async def test_a_turn_comes_when_another_call_is_over() -> None:
    shared, first, second = account(), turn(), turn("task 2")
    await shared.enter(first, CALLER)
    waiting = asyncio.create_task(shared.enter(second, CALLER))
    await asyncio.sleep(0)
    assert shared.waiting_of("task 2") == 1

    shared.leave(first, None)

    await waiting
    assert shared.standing().in_flight == 1


def test_what_the_account_asks_for_is_waited_for_and_nothing_more() -> None:
    async def main(clock: VirtualClock) -> float:
        shared, refused = account(clock=clock), turn()
        await shared.enter(refused, CALLER)
        shared.leave(refused, Throttled(0.0, 17.0, 0.0))
        await shared.enter(refused, CALLER, again=True)
        return clock.monotonic_s()

    assert run_virtually(main) == 17.0


def test_a_rate_lets_in_one_after_the_other() -> None:
    async def main(clock: VirtualClock) -> list[float]:
        shared = Account(Bounds(in_flight_max=9, per_second_max=2.0), clock=clock)
        at_s: list[float] = []

        async def call() -> None:
            mine = turn()
            await shared.enter(mine, CALLER)
            at_s.append(clock.monotonic_s())
            shared.leave(mine, GotThrough("x", clock.monotonic_s(), 0.0))

        await asyncio.gather(*(call() for _ in range(4)))
        return at_s

    assert run_virtually(main) == [0.0, 0.5, 1.0, 1.5]


async def test_who_is_interrupted_while_waiting_gives_the_turn_up() -> None:
    @contextmanager
    def interrupted() -> Iterator[None]:
        raise TaskCancelledError("stop")
        yield  # type: ignore[unreachable]  # what makes it a generator

    shared, first, last = account(), turn(), turn()
    await shared.enter(first, CALLER)
    with pytest.raises(TaskCancelledError):
        await shared.enter(turn("task 2"), Caller(interruptible=interrupted))

    shared.leave(first, None)

    await shared.enter(last, CALLER)
    assert shared.standing().waiting == 0


async def test_who_goes_in_the_moment_of_being_let_in_hands_the_turn_on() -> None:
    shared, first, last = account(), turn(), turn()
    await shared.enter(first, CALLER)
    gone = asyncio.create_task(shared.enter(turn("task 2"), CALLER))
    waiting = asyncio.create_task(shared.enter(last, CALLER))
    await asyncio.sleep(0)

    shared.leave(first, None)
    gone.cancel()

    await waiting
    assert shared.standing().in_flight == 1


async def test_closing_ends_the_timer() -> None:
    clock = FakeClock()
    shared, refused = account(clock=clock), turn()
    await shared.enter(refused, CALLER)
    shared.leave(refused, Throttled(0.0, 17.0, 0.0))
    waiting = asyncio.create_task(shared.enter(refused, CALLER))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert clock.waiting == 1

    shared.close()
    waiting.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert clock.waiting == 0
