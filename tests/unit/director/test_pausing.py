"""Pauses of tasks: what may be paused, what stays paused, and who passes meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from paasta_deploy.director.pausing import (
    PAUSE_REACHED,
    PAUSE_REQUESTED,
    PAUSE_WITHDRAWN,
    pause_of,
)
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
)
from paasta_deploy.director.task_queues import PauseState
from paasta_deploy.director.tasks import TaskContext, TaskRunner
from paasta_deploy.model.errors import PaastaError, TaskPausedError
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

SHOP = DeploymentName("shop")
CHANGE = StatesRequest(state="restart")
Work = Callable[[TaskContext, TaskRequest], Awaitable[str | None]]


class Runs:
    """Handlers that run until they are paused or allowed to end, and a runner with them."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore(clock=FakeClock())
        self.log = MemoryTaskLog()
        self.began: list[TaskId] = []
        self.may_end = asyncio.Event()
        self.runner = TaskRunner(
            store=self.store,
            journal=self.store,
            clock=FakeClock(),
            task_log=self.log,
            handlers={
                "update_instance": self._change,
                "delete_deployment": self._change,
                "cck_scan_and_fix": self._heal,
            },
            unlocked_kinds=frozenset(),
        )

    async def _change(self, context: TaskContext, _request: TaskRequest) -> str:
        self.began.append(context.task_id)
        paused = asyncio.Event()
        with context.pause.listening(paused.set), context.cancel.interruptible():
            if not context.pause.is_requested:
                waits = [asyncio.ensure_future(one.wait()) for one in (paused, self.may_end)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        if context.pause.is_requested:
            raise TaskPausedError("paused")
        return "changed"

    async def _heal(self, context: TaskContext, _request: TaskRequest) -> str:
        self.began.append(context.task_id)
        return "healed"

    async def submit(self, request: TaskRequest = CHANGE) -> TaskId:
        task = await self.runner.submit(request, description="test", deployment=SHOP, user="me")
        return task.task_id

    async def begun(self) -> TaskId:
        task_id = await self.submit()
        while task_id not in self.began:  # noqa: ASYNC110 - turns of the loop are what is waited for
            await asyncio.sleep(0)
        return task_id

    async def paused(self) -> TaskId:
        task_id = await self.begun()
        await self.runner.pause(task_id)
        await self.reached(task_id)
        return task_id

    async def reached(self, task_id: TaskId) -> None:
        while self.runner.pause_of(task_id) is not PauseState.REACHED:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0)
        await asyncio.sleep(0)

    def state(self, task_id: TaskId) -> TaskState:
        task = self.store.task(task_id)
        assert task is not None
        return task.state

    def told(self, task_id: TaskId) -> str:
        return (self.log.read(task_id, TaskOutput.EVENT) or b"").decode()


async def test_a_paused_task_is_processing_for_boshs_cli_and_says_how_to_go_on() -> None:
    runs = Runs()
    task_id = await runs.paused()
    assert runs.state(task_id) is TaskState.PROCESSING
    assert f"paasta-deploy resume {task_id}" in runs.told(task_id)


async def test_a_paused_task_goes_on_when_told_to() -> None:
    runs = Runs()
    task_id = await runs.paused()
    runs.may_end.set()
    await runs.runner.go_on(task_id)
    assert (await runs.runner.wait(task_id)).state is TaskState.DONE
    assert runs.began == [task_id, task_id]
    assert runs.runner.pause_of(task_id) is None


async def test_a_task_that_is_told_to_go_on_before_it_has_stopped_goes_on() -> None:
    runs = Runs()
    task_id = await runs.begun()
    await runs.runner.pause(task_id)
    await runs.runner.go_on(task_id)
    runs.may_end.set()
    assert (await runs.runner.wait(task_id)).state is TaskState.DONE


async def test_other_changes_wait_for_a_paused_task_and_say_so() -> None:
    runs = Runs()
    paused = await runs.paused()
    other = await runs.submit(DeleteDeploymentRequest())
    assert runs.state(other) is TaskState.QUEUED
    assert f"paasta-deploy resume {paused}" in runs.told(other)
    assert runs.runner.locked_by(SHOP) == paused


async def test_healing_goes_on_while_a_task_is_paused_whoever_waits() -> None:
    runs = Runs()
    paused = await runs.paused()
    await runs.submit(DeleteDeploymentRequest())
    assert SHOP not in runs.runner.active_deployments()
    healed = await runs.submit(HealRequest(instance_ids=("i-1",)))
    assert (await runs.runner.wait(healed)).state is TaskState.DONE
    assert runs.runner.locked_by(SHOP) == paused


async def test_a_resumed_task_waits_for_the_healing_that_is_under_way() -> None:
    runs = Runs()
    paused = await runs.paused()
    healed = await runs.submit(HealRequest(instance_ids=("i-1",)))
    runs.may_end.set()
    await runs.runner.go_on(paused)
    await runs.runner.wait(paused)
    assert runs.began == [paused, healed, paused]


async def test_who_waited_behind_a_paused_task_runs_after_it() -> None:
    runs = Runs()
    paused = await runs.paused()
    other = await runs.submit(DeleteDeploymentRequest())
    runs.may_end.set()
    await runs.runner.go_on(paused)
    await runs.runner.wait(other)
    assert runs.began == [paused, paused, other]


async def test_a_paused_task_can_be_cancelled_and_lets_others_pass() -> None:
    runs = Runs()
    paused = await runs.paused()
    other = await runs.submit(DeleteDeploymentRequest())
    runs.may_end.set()
    await runs.runner.cancel(paused)
    ended = await runs.runner.wait(paused)
    assert ended.state is TaskState.CANCELLED
    assert "while it was paused: what it had begun is finished" in str(ended.result)
    assert (await runs.runner.wait(other)).state is TaskState.DONE


async def test_a_paused_task_stays_paused_over_a_death_of_the_director() -> None:
    runs = Runs()
    paused = await runs.paused()
    later = Runs(runs.store)
    assert list(await later.runner.resume()) == []
    assert later.runner.pause_of(paused) is PauseState.REACHED
    assert later.runner.locked_by(SHOP) == paused
    later.may_end.set()
    await later.runner.go_on(paused)
    assert (await later.runner.wait(paused)).state is TaskState.DONE


async def test_a_task_that_dies_with_its_director_while_it_pauses_is_run_to_its_pause() -> None:
    runs = Runs()
    task_id = await runs.begun()
    await runs.runner.pause(task_id)
    await runs.runner.close()
    later = Runs(runs.store)
    assert list(await later.runner.resume()) == [task_id]
    await later.reached(task_id)
    assert later.began == [task_id]


async def test_many_pauses_are_no_reason_to_give_a_task_up() -> None:
    runs = Runs()
    task_id = await runs.paused()
    for _ in range(10):
        await runs.runner.go_on(task_id)
        await runs.runner.pause(task_id)
        await runs.reached(task_id)
    later = Runs(runs.store)
    await later.runner.resume()
    assert later.runner.pause_of(task_id) is PauseState.REACHED
    later.may_end.set()
    await later.runner.go_on(task_id)
    assert (await later.runner.wait(task_id)).state is TaskState.DONE


async def test_a_task_that_waits_is_paused_without_holding_anything() -> None:
    runs = Runs()
    first = await runs.begun()
    second = await runs.submit()
    await runs.runner.pause(second)
    third = await runs.submit(DeleteDeploymentRequest())
    runs.may_end.set()
    await runs.runner.wait(third)
    assert runs.state(second) is TaskState.QUEUED
    await runs.runner.go_on(second)
    await runs.runner.wait(second)
    assert runs.began == [first, third, second]


async def test_what_has_ended_or_heals_cannot_be_paused() -> None:
    runs = Runs()
    healed = await runs.submit(HealRequest(instance_ids=("i-1",)))
    with pytest.raises(PaastaError, match="only deploys"):
        await runs.runner.pause(healed)
    await runs.runner.wait(healed)
    with pytest.raises(PaastaError, match="it has ended"):
        await runs.runner.pause(healed)


async def test_what_is_not_paused_cannot_be_resumed() -> None:
    runs = Runs()
    task_id = await runs.begun()
    with pytest.raises(PaastaError, match="it is not paused"):
        await runs.runner.go_on(task_id)
    runs.may_end.set()
    await runs.runner.wait(task_id)
    with pytest.raises(PaastaError, match="it has ended"):
        await runs.runner.go_on(task_id)


def test_the_last_word_about_a_pause_counts() -> None:
    assert pause_of([]) is None
    assert pause_of(["processing", PAUSE_REQUESTED]) is PauseState.REQUESTED
    assert pause_of([PAUSE_REQUESTED, "left", PAUSE_REACHED]) is PauseState.REACHED
    assert pause_of([PAUSE_REQUESTED, PAUSE_REACHED, PAUSE_WITHDRAWN, "processing"]) is None
