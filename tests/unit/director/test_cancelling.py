"""Cancelling at every point of every kind of task: soon, nothing half done, and told what is left.

Laws: the task ends as cancelled though whatever it was waiting for never ends; every machine and
disk of the cloud is recorded; the next deploy finishes everything.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from paasta_deploy.director.cancelling import check_before, cut_short
from paasta_deploy.director.requests import (
    DeployRequest,
    FetchLogsRequest,
    HealRequest,
    StatesRequest,
    TaskRequest,
    UploadReleaseRequest,
)
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.model.ids import AgentId, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.store import JournalEntry
from tests.unit.director.director_world import SHOP, World, manifest

NEW = DeployRequest(manifest=manifest())
CHANGED = DeployRequest(manifest=manifest(text="Bye", port=1))
Arrange = Callable[[World, Callable[[], Awaitable[object]]], None]


def at_agent(method: str, *, ends: bool = False) -> Arrange:
    """Cancel as an agent is asked ``method``, which then takes for ever unless it ``ends``."""

    def arrange(world: World, cancel: Callable[[], Awaitable[object]]) -> None:
        async def act(agent: AgentId, name: str, arguments: Sequence[JsonValue]) -> None:
            await world._before_agent(agent, name, arguments)  # noqa: SLF001 - the world's own
            if name == method:
                await asyncio.ensure_future(cancel())  # somebody else's act, not the step's own
                if not ends:
                    await asyncio.Event().wait()

        world.agents.before_answer = act

    return arrange


def at_call(method: str) -> Arrange:
    """Cancel while a call to the cloud is under way, which then ends well."""

    def arrange(world: World, cancel: Callable[[], Awaitable[object]]) -> None:
        loop = asyncio.get_running_loop()

        async def cancelled() -> None:
            await cancel()

        def look(_request: object) -> None:
            asyncio.run_coroutine_threadsafe(cancelled(), loop).result(60)

        world.when_called(method, look)

    return arrange


def at_entry(step: str) -> Arrange:
    """Cancel as an entry of the journal is about to be written."""

    def arrange(world: World, cancel: Callable[[], Awaitable[object]]) -> None:
        under_way: list[asyncio.Future[object]] = []

        def look(entry: JournalEntry) -> None:
            if entry.step == step and not under_way:
                under_way.append(asyncio.ensure_future(cancel()))

        world.store.before_write = look

    return arrange


def restart(state: str) -> StatesRequest:
    """Return a change of states of everything."""
    return StatesRequest(state=state, selector="*")


CASES: tuple[tuple[str, TaskRequest, Arrange], ...] = (
    ("fresh deploy, placing", NEW, at_entry("placed")),
    ("fresh deploy, creating a VM", NEW, at_call("create_vm")),
    ("fresh deploy, naming a VM", NEW, at_call("set_vm_metadata")),
    ("fresh deploy, first settings", NEW, at_agent("update_settings", ends=True)),
    ("fresh deploy, creating a disk", NEW, at_call("create_disk")),
    ("fresh deploy, attaching a disk", NEW, at_call("attach_disk")),
    ("fresh deploy, mounting a disk", NEW, at_agent("mount_disk", ends=True)),
    ("fresh deploy, compiling", NEW, at_agent("compile_package_with_signed_url")),
    ("fresh deploy, installing packages", NEW, at_agent("apply")),
    ("fresh deploy, pre-start", NEW, at_agent("run_script")),
    ("fresh deploy, starting", NEW, at_agent("start", ends=True)),
    ("fresh deploy, waiting for health", NEW, at_agent("wait_for_job_state")),
    ("update, downloading", CHANGED, at_agent("prepare")),
    ("update, pre-stop", CHANGED, at_agent("run_script")),
    ("update, draining", CHANGED, at_agent("drain")),
    ("update, stopping", CHANGED, at_agent("stop", ends=True)),
    ("update, applying", CHANGED, at_agent("apply")),
    ("update, waiting for health", CHANGED, at_agent("wait_for_job_state")),
    ("restart, draining", restart("restart"), at_agent("drain")),
    ("restart, starting", restart("restart"), at_agent("start", ends=True)),
    ("recreate, draining", restart("recreate"), at_agent("drain")),
    ("recreate, detaching a disk", restart("recreate"), at_call("detach_disk")),
    ("recreate, deleting a VM", restart("recreate"), at_call("delete_vm")),
    ("recreate, creating a VM", restart("recreate"), at_call("create_vm")),
    ("recreate, applying", restart("recreate"), at_agent("apply")),
    ("stop, draining", restart("stopped"), at_agent("drain")),
    ("detach, deleting a VM", restart("detached"), at_call("delete_vm")),
)


async def cancel_at(world: World, request: TaskRequest, arrange: Arrange) -> TaskRecord:
    """Run a task that is cancelled at the arranged moment, and return how it ended."""
    began: list[TaskId] = []

    async def cancel() -> None:
        if began:
            await world.tasks.cancel(began[0])

    arrange(world, cancel)
    task = await world.submit(request)
    began.append(task.task_id)
    ended = await asyncio.wait_for(world.tasks.wait(task.task_id), 60)
    world.listen()
    world._lookers.clear()  # noqa: SLF001 - the world's own
    world.store.before_write = None
    return ended


def is_all_recorded(world: World) -> bool:
    """Whether the cloud has no machine and no disk that is not recorded."""
    recorded = world.store.recorded_deployment(SHOP)
    vms = {vm.cid for vm in recorded.vms} if recorded else set()
    known = [*world.store.disks(orphaned=False), *world.store.disks(orphaned=True)]
    volumes = {volume.cid for volume in world.provider.cloud.volumes.all()}
    return world.machines() <= vms and volumes <= {disk.cid for disk in known}


@pytest.mark.parametrize(
    ("request_", "arrange"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_a_cancelled_task_ends_soon_leaks_nothing_and_a_deploy_goes_on(
    world: World, request_: TaskRequest, arrange: Arrange
) -> None:
    if request_ is not NEW:
        await world.deploy_well()
    ended = await cancel_at(world, request_, arrange)

    assert ended.state is TaskState.CANCELLED, ended.result
    assert "cancelled by an operator" in str(ended.result)
    assert is_all_recorded(world)
    if isinstance(request_, StatesRequest) and request_.state in ("stopped", "detached"):
        await world.change("started")
    await world.deploy_well()
    assert all(instance.converged for instance in world.recorded.instances)
    assert world.machines() == frozenset(vm.cid for vm in world.recorded.vms)
    assert is_all_recorded(world)


async def test_a_cancelled_deploy_names_what_is_left(world: World) -> None:
    await world.deploy_well()
    ended = await cancel_at(world, CHANGED, at_agent("drain"))
    names = [f"web/{world.instance(f'web/{index}').instance_id} ({index})" for index in (0, 1)]

    assert "0 of 3 changes were done; not done: db/" in str(ended.result)
    assert all(name in str(ended.result) for name in names)
    (error,) = [line["error"] for line in world.events(ended.task_id) if "error" in line]
    assert isinstance(error, dict)
    assert "goes on from there" in error["hint"]


async def test_a_cancelled_deletion_is_finished_by_the_next(world: World) -> None:
    await world.deploy_well()
    began: list[TaskId] = []

    async def cancel() -> None:
        await world.tasks.cancel(began[0])

    at_agent("drain")(world, cancel)
    began.append(await world.submit_deletion())
    ended = await asyncio.wait_for(world.tasks.wait(began[0]), 60)
    world.listen()
    assert ended.state is TaskState.CANCELLED
    assert is_all_recorded(world)

    assert (await world.delete()).state is TaskState.DONE
    assert world.machines() == frozenset()


async def test_a_cancelled_heal_is_finished_by_the_next(world: World) -> None:
    await world.deploy_well()
    dead = world.instance("db/0")
    world.crash("db/0")
    began: list[TaskId] = []

    async def cancel() -> None:
        await world.tasks.cancel(began[0])

    at_agent("apply")(world, cancel)
    began.append((await world.submit(HealRequest(instance_ids=(dead.instance_id,)))).task_id)
    ended = await asyncio.wait_for(world.tasks.wait(began[0]), 60)
    world.listen()
    assert ended.state is TaskState.CANCELLED
    assert is_all_recorded(world)

    assert (await world.heal(dead)).state is TaskState.DONE
    assert len(world.machines()) == 3


async def test_a_cancelled_collection_of_logs_ends_though_agents_are_slow(world: World) -> None:
    await world.deploy_well()
    request = FetchLogsRequest(selector="web")
    ended = await cancel_at(world, request, at_agent("fetch_logs_with_signed_url"))

    assert ended.state is TaskState.CANCELLED
    assert "during the collection of logs, which changed nothing" in str(ended.result)


async def test_a_cancelled_upload_keeps_nothing(world: World) -> None:
    releases = len(world.store.releases())
    task = await world.submit(UploadReleaseRequest(source="/nowhere", fix=False), deployment=None)
    await world.tasks.cancel(task.task_id)
    ended = await world.tasks.wait(task.task_id)

    assert ended.state is TaskState.CANCELLED
    assert len(world.store.releases()) == releases


async def test_what_is_cut_short_says_what_it_was() -> None:
    cancel = Cancellation()
    reached = asyncio.Event()

    async def work() -> None:
        with cut_short(cancel, "the upload"):
            reached.set()
            await asyncio.Event().wait()

    working = asyncio.create_task(work())
    await reached.wait()
    cancel.request()
    with pytest.raises(TaskCancelledError, match="during the upload, which changed nothing"):
        await working
    with pytest.raises(TaskCancelledError, match="before anything"):
        check_before(cancel, "anything")
