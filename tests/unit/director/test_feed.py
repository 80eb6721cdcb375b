"""A task log that wakes its followers."""

import asyncio

from paasta_deploy.director.feed import TaskFeed
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

ONE, TWO = TaskId(1), TaskId(2)


async def following(feed: TaskFeed, task_id: TaskId) -> "asyncio.Task[None]":
    waiter = asyncio.create_task(feed.wait_for_news(task_id, deadline_s=60))
    await asyncio.sleep(0)
    return waiter


async def test_everything_is_passed_on() -> None:
    log = MemoryTaskLog()
    feed = TaskFeed(log)
    feed.append(ONE, TaskOutput.EVENT, ({"a": 1},))
    feed.append_text(ONE, TaskOutput.DEBUG, "text\n")
    assert log.lines(ONE) == [{"a": 1}]
    assert feed.read(ONE, TaskOutput.DEBUG) == b"text\n"
    assert feed.read(ONE, TaskOutput.DEBUG, offset=2) == b"xt\n"
    assert feed.read(TWO, TaskOutput.DEBUG) is None


async def test_all_followers_of_a_task_are_woken_and_nobody_else() -> None:
    feed = TaskFeed(MemoryTaskLog())
    waiters = [await following(feed, ONE), await following(feed, ONE)]
    other = await following(feed, TWO)
    feed.append(ONE, TaskOutput.EVENT, ({"a": 1},))
    await asyncio.gather(*waiters)
    assert not other.done()
    feed.append_text(TWO, TaskOutput.RESULT, "")
    await other


async def test_without_news_a_follower_comes_back_at_the_deadline() -> None:
    feed = TaskFeed(MemoryTaskLog())
    await feed.wait_for_news(ONE, deadline_s=0)
