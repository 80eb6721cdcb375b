"""Tasks: durable before anything happens, one at a time per deployment, resumed after a kill."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

import pytest
from typing_extensions import override

from paasta_deploy.director.requests import DeleteDeploymentRequest, HealRequest, TaskRequest
from paasta_deploy.director.tasks import END_RETRY_S, RUNS_MAX, TaskContext, TaskRunner
from paasta_deploy.model.errors import (
    NotFoundError,
    PaastaError,
    StoreError,
    TaskCancelledError,
)
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.ports.store import JournalEntry
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_store import MemoryStore

DEP = DeploymentName("dep")
OTHER = DeploymentName("other")
HEAL = HealRequest(instance_ids=("i-1",))
Work = Callable[[TaskContext, TaskRequest], Awaitable[str | None]]


class ListLog(TaskLog):
    """A task log in memory."""

    def __init__(self) -> None:
        self.lines: dict[tuple[TaskId, TaskOutput], str] = {}

    @override
    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        self.append_text(task_id, output, "".join(json.dumps(line) + "\n" for line in lines))

    @override
    def append_text(self, task_id: TaskId, output: TaskOutput, text: str) -> None:
        self.lines[task_id, output] = self.lines.get((task_id, output), "") + text

    @override
    def read(self, task_id: TaskId, output: TaskOutput, *, offset: int = 0) -> bytes | None:
        text = self.lines.get((task_id, output))
        return None if text is None else text.encode()[offset:]

    @override
    def remove(self, task_id: TaskId) -> None:
        for output in TaskOutput:
            self.lines.pop((task_id, output), None)


def make_runner(store: MemoryStore, work: Work, log: ListLog | None = None) -> TaskRunner:
    return TaskRunner(
        store=store,
        journal=store,
        clock=FakeClock(),
        task_log=log or ListLog(),
        handlers={"cck_scan_and_fix": work, "delete_deployment": work},
        unlocked_kinds=frozenset(),
    )


async def succeed(_context: TaskContext, _request: TaskRequest) -> str:
    return "fine"


async def submit(runner: TaskRunner, deployment: DeploymentName = DEP) -> TaskId:
    task = await runner.submit(HEAL, description="heal", deployment=deployment, user="me")
    return task.task_id


async def test_a_task_runs_to_done_and_keeps_its_result() -> None:
    store = MemoryStore(clock=FakeClock())
    runner = make_runner(store, succeed)
    ended = await runner.wait(await submit(runner))
    assert (ended.state, ended.result) == (TaskState.DONE, "fine")


async def test_the_request_comes_to_the_handler_as_it_was_submitted() -> None:
    seen: list[TaskRequest] = []

    async def note(_context: TaskContext, request: TaskRequest) -> None:
        seen.append(request)

    runner = make_runner(MemoryStore(clock=FakeClock()), note)
    await runner.wait(await submit(runner))
    assert seen == [HEAL]


async def test_a_failure_of_the_world_ends_in_error_with_code_and_message() -> None:
    async def fail(_context: TaskContext, _request: TaskRequest) -> None:
        raise PaastaError("no such thing", code=4711)

    log = ListLog()
    runner = make_runner(MemoryStore(clock=FakeClock()), fail, log)
    task_id = await submit(runner)
    ended = await runner.wait(task_id)
    last = json.loads(log.lines[task_id, TaskOutput.EVENT].splitlines()[-1])
    assert ended.state is TaskState.ERROR
    assert (last["error"]["code"], last["error"]["message"]) == (4711, "no such thing")


async def test_a_bug_fails_its_task_only_and_is_written_to_the_debug_output() -> None:
    async def trip(context: TaskContext, _request: TaskRequest) -> str:
        assert context.task.deployment == OTHER, "our own bug"
        return "fine"

    log = ListLog()
    runner = make_runner(MemoryStore(clock=FakeClock()), trip, log)
    broken = await submit(runner, DEP)
    fine = await submit(runner, OTHER)
    assert (await runner.wait(broken)).state is TaskState.ERROR
    assert (await runner.wait(fine)).state is TaskState.DONE
    assert "our own bug" in log.lines[broken, TaskOutput.DEBUG]


async def test_tasks_of_one_deployment_run_one_after_another_in_order() -> None:
    running: list[TaskId] = []
    order: list[TaskId] = []

    async def watch(context: TaskContext, _request: TaskRequest) -> None:
        running.append(context.task_id)
        assert running == [context.task_id]
        await asyncio.sleep(0)
        order.append(context.task_id)
        running.remove(context.task_id)

    runner = make_runner(MemoryStore(clock=FakeClock()), watch)
    ids = [await submit(runner) for _ in range(5)]
    for task_id in ids:
        assert (await runner.wait(task_id)).state is TaskState.DONE
    assert order == ids


async def test_tasks_of_different_deployments_run_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    async def meet(_context: TaskContext, _request: TaskRequest) -> None:
        async with asyncio.timeout(5):
            await both.wait()

    runner = make_runner(MemoryStore(clock=FakeClock()), meet)
    first, second = await submit(runner, DEP), await submit(runner, OTHER)
    assert (await runner.wait(first)).state is TaskState.DONE
    assert (await runner.wait(second)).state is TaskState.DONE


async def test_a_waiting_task_is_cancelled_without_running() -> None:
    release = asyncio.Event()

    async def hold(_context: TaskContext, _request: TaskRequest) -> None:
        await release.wait()

    runner = make_runner(MemoryStore(clock=FakeClock()), hold)
    first, second = await submit(runner), await submit(runner)
    assert await runner.cancel(second)
    assert (await runner.wait(second)).state is TaskState.CANCELLED
    release.set()
    assert (await runner.wait(first)).state is TaskState.DONE


async def test_a_running_task_is_told_and_ends_cancelled() -> None:
    started = asyncio.Event()

    async def hold(context: TaskContext, _request: TaskRequest) -> None:
        started.set()
        with context.cancel.interruptible():
            await asyncio.Event().wait()

    runner = make_runner(MemoryStore(clock=FakeClock()), hold)
    task_id = await submit(runner)
    await started.wait()
    assert runner.locked_by(DEP) == task_id
    assert await runner.cancel(task_id)
    assert (await runner.wait(task_id)).state is TaskState.CANCELLED
    assert runner.locked_by(DEP) is None


async def test_an_ended_task_cannot_be_cancelled() -> None:
    runner = make_runner(MemoryStore(clock=FakeClock()), succeed)
    task_id = await submit(runner)
    await runner.wait(task_id)
    assert not await runner.cancel(task_id)


async def test_cancelling_an_unknown_task_says_so() -> None:
    runner = make_runner(MemoryStore(clock=FakeClock()), succeed)
    with pytest.raises(NotFoundError, match="Task 7 not found"):
        await runner.cancel(TaskId(7))


async def test_unfinished_tasks_are_resumed_under_their_old_numbers() -> None:
    store = MemoryStore(clock=FakeClock())

    async def hold(_context: TaskContext, _request: TaskRequest) -> None:
        await asyncio.Event().wait()

    former = make_runner(store, hold)
    ids = [await submit(former), await submit(former)]
    await asyncio.sleep(0)
    await former.close()
    runner = make_runner(store, succeed)
    assert list(await runner.resume()) == ids
    for task_id in ids:
        assert (await runner.wait(task_id)).state is TaskState.DONE


async def test_a_task_that_was_being_cancelled_is_cancelled_after_a_restart() -> None:
    store = MemoryStore(clock=FakeClock())
    started = asyncio.Event()

    async def ignore(_context: TaskContext, _request: TaskRequest) -> None:
        started.set()
        await asyncio.Event().wait()

    former = make_runner(store, ignore)
    task_id = await submit(former)
    await started.wait()
    await former.cancel(task_id)
    await former.close()
    runner = make_runner(store, succeed)
    await runner.resume()
    assert (await runner.wait(task_id)).state is TaskState.CANCELLED


async def test_a_task_that_never_ends_the_directors_life_well_is_given_up() -> None:
    store = MemoryStore(clock=FakeClock())

    async def hold(_context: TaskContext, _request: TaskRequest) -> None:
        await asyncio.Event().wait()

    task_id = TaskId(0)
    for start in range(RUNS_MAX):
        runner = make_runner(store, hold)
        if start == 0:
            task_id = await submit(runner)
        else:
            assert await runner.resume() == (task_id,)
        await asyncio.sleep(0)
        await kill()
    last = make_runner(store, succeed)
    assert await last.resume() == ()
    ended = await last.wait(task_id)
    assert ended.state is TaskState.ERROR
    assert f"was started {RUNS_MAX} times" in str(ended.result)


async def test_orderly_stops_of_the_director_never_add_up_to_giving_up() -> None:
    store = MemoryStore(clock=FakeClock())

    async def hold(_context: TaskContext, _request: TaskRequest) -> None:
        await asyncio.Event().wait()

    first = make_runner(store, hold)
    task_id = await submit(first)
    await asyncio.sleep(0)
    await first.close()
    for _ in range(RUNS_MAX + 1):
        runner = make_runner(store, hold)
        assert await runner.resume() == (task_id,)
        await asyncio.sleep(0)
        await runner.close()
    last = make_runner(store, succeed)
    await last.resume()
    assert (await last.wait(task_id)).state is TaskState.DONE


async def test_a_full_disk_delays_the_end_of_a_task_and_loses_nothing() -> None:
    clock = FakeClock()
    store = MemoryStore(clock=clock)
    log = ListLog()

    async def fail(_context: TaskContext, _request: TaskRequest) -> None:
        raise PaastaError("no such thing")

    runner = TaskRunner(
        store=store,
        journal=store,
        clock=clock,
        task_log=log,
        handlers={"cck_scan_and_fix": fail},
        unlocked_kinds=frozenset(),
    )

    def be_full_at_the_end(entry: JournalEntry) -> None:
        if entry.data.get("state") == "error":
            raise StoreError("The disk is full.")

    store.before_write = be_full_at_the_end
    task_id = await submit(runner)
    while not clock.waiting:  # noqa: ASYNC110 - the retry is the only sign of the failure
        await asyncio.sleep(0)
    assert runner.locked_by(DEP) == task_id
    store.before_write = None
    clock.advance(END_RETRY_S)
    assert (await runner.wait(task_id)).state is TaskState.ERROR
    assert runner.locked_by(DEP) is None
    assert log.lines[task_id, TaskOutput.EVENT].count("no such thing") == 1


async def test_a_task_whose_start_cannot_be_recorded_ends_in_error() -> None:
    store = MemoryStore(clock=FakeClock())

    def be_full_once(entry: JournalEntry) -> None:
        if entry.data.get("state") == "processing":
            raise StoreError("The disk is full.")

    store.before_write = be_full_once
    runner = make_runner(store, succeed)
    ended = await runner.wait(await submit(runner))
    assert (ended.state, ended.result) == (TaskState.ERROR, "The disk is full.")


async def test_a_waiting_task_counts_as_changing_its_deployment() -> None:
    release = asyncio.Event()

    async def hold(_context: TaskContext, _request: TaskRequest) -> None:
        await release.wait()

    runner = make_runner(MemoryStore(clock=FakeClock()), hold)
    first, second = await submit(runner), await submit(runner)
    assert runner.active_deployments() == {DEP}
    release.set()
    await runner.wait(first)
    await runner.wait(second)
    assert runner.active_deployments() == frozenset()


async def test_waiting_for_an_unknown_task_says_so() -> None:
    runner = make_runner(MemoryStore(clock=FakeClock()), succeed)
    with pytest.raises(NotFoundError, match="Task 7 not found"):
        await runner.wait(TaskId(7))


async def kill() -> None:
    """Let everything stop where it is, as a killed director does."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def test_a_cancelled_use_case_ends_cancelled_and_not_failed() -> None:
    async def stop(_context: TaskContext, _request: TaskRequest) -> None:
        raise TaskCancelledError("stopped")

    runner = make_runner(MemoryStore(clock=FakeClock()), stop)
    assert (await runner.wait(await submit(runner))).state is TaskState.CANCELLED


async def test_numbers_rise_with_submission() -> None:
    runner = make_runner(MemoryStore(clock=FakeClock()), succeed)
    request = DeleteDeploymentRequest()
    tasks = await asyncio.gather(
        *(runner.submit(request, description="x", deployment=DEP, user="me") for _ in range(5))
    )
    assert [task.task_id for task in tasks] == [1, 2, 3, 4, 5]
