"""Runs blocking work (downloads, archives) in a few threads that are gone when it is done.

The loop's default executor would keep its threads for ever; an agent is idle most of its life.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures.thread import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


async def in_threads(work: Iterable[Callable[[], _T]], *, parallel: int) -> list[_T]:
    """Do all of ``work``, ``parallel`` at a time, and return the results in order.

    The first exception is raised once everything that had begun has ended; what had not begun is
    not begun. The same goes for a cancelled caller.
    """
    jobs = list(work)
    if not jobs:
        return []
    executor = ThreadPoolExecutor(max_workers=min(parallel, len(jobs)))
    begun = [executor.submit(job) for job in jobs]
    try:
        return await asyncio.gather(*map(asyncio.wrap_future, begun))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        unfinished = [asyncio.wrap_future(one) for one in begun if not one.done()]
        await asyncio.gather(*unfinished, return_exceptions=True)


async def in_thread(work: Callable[[], _T]) -> _T:
    """Do ``work`` in a thread of its own and return its result."""
    return (await in_threads([work], parallel=1))[0]
