"""A cancellation cuts waits short, and nothing else."""

import asyncio

import pytest

from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.model.errors import TaskCancelledError


async def _wait_for_ever(cancellation: Cancellation) -> None:
    with cancellation.interruptible():
        await asyncio.Event().wait()


async def test_a_wait_ends_when_the_run_shall_stop() -> None:
    cancellation = Cancellation()
    waiting = asyncio.create_task(_wait_for_ever(cancellation))
    await asyncio.sleep(0)

    cancellation.request()

    with pytest.raises(TaskCancelledError):
        await waiting


async def test_a_wait_does_not_even_begin_afterwards() -> None:
    cancellation = Cancellation()
    cancellation.request()

    with pytest.raises(TaskCancelledError):
        await _wait_for_ever(cancellation)


async def test_a_cancelled_asyncio_task_is_not_taken_for_the_wish() -> None:
    cancellation = Cancellation()
    waiting = asyncio.create_task(_wait_for_ever(cancellation))
    await asyncio.sleep(0)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not cancellation.is_requested


async def test_both_at_once_cancel_the_asyncio_task() -> None:
    cancellation = Cancellation()
    waiting = asyncio.create_task(_wait_for_ever(cancellation))
    await asyncio.sleep(0)

    waiting.cancel()
    cancellation.request()

    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_stands_outside_of_a_wait_is_left_to_end() -> None:
    cancellation = Cancellation()

    async def act() -> str:
        await asyncio.sleep(0)
        return "done"

    acting = asyncio.create_task(act())
    cancellation.request()

    assert await acting == "done"


async def test_a_finished_wait_returns_and_leaves_no_listener() -> None:
    cancellation = Cancellation()

    with cancellation.interruptible():
        await asyncio.sleep(0)
    cancellation.request()
    await asyncio.sleep(0)

    assert cancellation.is_requested


async def test_listeners_are_called_once_and_only_while_they_listen() -> None:
    cancellation, heard = Cancellation(), list[str]()

    with cancellation.listening(lambda: heard.append("inner")):
        cancellation.request()
        cancellation.request()
    with cancellation.listening(lambda: heard.append("late")):
        cancellation.request()

    assert heard == ["inner"]


async def test_who_asks_for_the_stop_is_not_interrupted_by_it() -> None:
    cancellation = Cancellation()

    with cancellation.interruptible():
        cancellation.request()
    await asyncio.sleep(0)

    assert cancellation.is_requested
