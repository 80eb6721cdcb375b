"""The executor journals, acts, tells, and keeps one step's fault from the others."""

import asyncio
from collections.abc import Sequence

import pytest

from paasta_deploy.cpi.errors import QuotaExceededError
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.run_events import (
    AfterFailure,
    RunEnd,
)
from paasta_deploy.model.errors import AgentActionError, PaastaError, StoreError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import DiskState, RunState, VmState
from paasta_deploy.model.recorded import DeploymentRecord, Put
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.actions import (
    Action,
    DeleteVm,
    Gate,
    NextState,
    OrphanDisk,
    StopInstance,
    UpdateMetadata,
)
from paasta_deploy.planning.plan import Change, Plan
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.world import (
    DEPLOYMENT,
    SLOT,
    TASK,
    World,
    agent_id,
    change,
    create_vm,
    disk_id,
    fresh_deploy,
    instance_id,
    one_change,
    plan_of,
    spec,
)


async def test_a_fresh_deploy_ends_with_everything_recorded_as_running() -> None:
    world, specs = World(), [spec(0, disk_size_mib=64), spec(1)]
    await world.prepare(specs)

    outcome = await world.run(fresh_deploy(specs))

    assert outcome.end is RunEnd.SUCCEEDED
    assert (outcome.changes_done, outcome.changes_total) == (4, 4)
    assert world.vm(0).state is VmState.RUNNING
    assert world.disk(0).state is DiskState.ATTACHED
    assert world.disk(0).vm_cid == world.vm(0).cid
    for number in (0, 1):
        instance = world.instance(number)
        assert instance.converged
        assert instance.converged_by == TASK
        assert instance.run_state is RunState.STARTED
        assert instance.spec == specs[number]


async def test_an_empty_plan_succeeds_at_once() -> None:
    outcome = await World().run(plan_of())

    assert outcome.end is RunEnd.SUCCEEDED
    assert outcome.error is None


async def test_every_act_is_journalled_before_and_after() -> None:
    world = World()
    await world.prepare([spec()])

    await world.run(one_change(create_vm(spec())))

    lines = [line for line in world.store.entries(TASK) if line.step == "c/0"]
    assert [line.phase for line in lines] == [Phase.INTENT, Phase.NOTE, Phase.RESULT]
    assert lines[0].data == {"action": "CreateVm"}
    assert lines[-1].data == {"took_ms": 0}


async def test_gates_and_record_keeping_need_no_intent() -> None:
    world = World()
    await world.deployed(spec(disk_size_mib=64))
    await world.put_disk(state=DiskState.DETACHED, vm_cid=None)
    before = len(world.store.lines)

    await world.run(one_change(Gate(), OrphanDisk(disk_id=disk_id(0), former_instance="web/i0")))

    assert [line.phase for line in world.store.lines[before:]] == [Phase.RESULT]


async def test_a_failure_is_journalled_told_and_returned() -> None:
    world = World(properties={"quota": {"vms": 0}})
    await world.prepare([spec()])

    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.end is RunEnd.FAILED
    assert isinstance(outcome.error, QuotaExceededError)
    (failure,) = outcome.failures
    assert failure.step.step_id == "c/0"
    assert failure.change.label == "web/i0 (0)"
    last = world.store.lines[-1]
    assert last.phase is Phase.FAILURE
    assert last.data == {"error": str(outcome.error), "code": outcome.error.code}
    assert world.task_log.lines(TASK)[-1]["data"] == {"error": str(outcome.error)}


class FirstFails:
    """The first instance does not stop, and the others stop when its failure is on disk."""

    def __init__(self, world: World) -> None:
        self.calls: list[str] = []
        self._is_journalled = asyncio.Event()
        world.agents.before_answer = self
        world.store.before_write = self._look

    def _look(self, entry: JournalEntry) -> None:
        if entry.phase is Phase.FAILURE:
            self._is_journalled.set()

    async def __call__(self, agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        self.calls.append(f"{agent} {method}")
        if method != "stop":
            return
        if agent == agent_id(0):
            raise AgentActionError("does not stop")
        await self._is_journalled.wait()


async def test_one_failing_instance_leaves_what_runs_beside_it_to_its_step() -> None:
    world = World()
    await world.deployed(spec(0), spec(1), spec(2))
    agents = FirstFails(world)

    outcome = await world.run(_stops(3, units=2))

    assert outcome.end is RunEnd.FAILED
    assert str(outcome.error) == "does not stop"
    assert f"{agent_id(1)} run_script" in agents.calls, "its step was not finished"
    assert not any(call.startswith(agent_id(2)) for call in agents.calls), "a change began"
    assert outcome.changes_done == 0
    assert world.calls == []


def _stops(count: int, *, units: int) -> Plan:
    """Return a plan that stops instances and then renews their metadata."""
    parts: list[tuple[Change, Sequence[Action], Sequence[str]]] = []
    for number in range(count):
        wanted = spec(number)
        steps: list[Action] = [
            StopInstance(
                instance_id=instance_id(number),
                agent_id=agent_id(number),
                vm_next=NextState.KEEP,
                instance_next=NextState.KEEP,
                deployment_next=NextState.KEEP,
                skip_drain=True,
            ),
            UpdateMetadata(agent_id=agent_id(number), spec=wanted),
        ]
        parts.append((change(f"c{number}", number=number, slot=SLOT), steps, ()))
    return plan_of(*parts, slots={SLOT: units})


async def test_changes_that_have_begun_are_finished_when_that_is_asked_for() -> None:
    world = World()
    await world.deployed(spec(0), spec(1))
    FirstFails(world)

    outcome = await world.executor().run(
        _stops(2, units=2), TASK, after_failure=AfterFailure.FINISH_CHANGE
    )

    assert outcome.end is RunEnd.FAILED
    assert outcome.changes_done == 1
    assert world.calls == ["cpi set_vm_metadata"]


async def test_what_nobody_expected_fails_its_step_and_shows_no_details() -> None:
    world = World()
    await world.prepare([spec()])
    secret = "hunter2"  # what a careless SDK puts into its exceptions

    def careless(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "create_vm":
            raise KeyError(secret)

    tap(world.provider, before=careless)
    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, PaastaError)
    assert "CreateVm failed with KeyError" in str(outcome.error)
    told = repr([line.data for line in world.store.lines]) + repr(world.task_log.lines(TASK))
    assert secret not in told


async def test_our_own_bug_stops_the_run() -> None:
    world = World()
    await world.prepare([spec()])

    with pytest.raises(AssertionError, match="planned but not recorded"):
        await world.run(one_change(UpdateMetadata(agent_id=agent_id(5), spec=spec())))


async def test_a_full_disk_fails_the_step_whose_entry_it_refused() -> None:
    world = World()
    await world.prepare([spec()])

    def refuse(entry: JournalEntry) -> None:
        if entry.task_id == TASK:
            raise StoreError("The disk is full.")

    world.store.before_write = refuse
    outcome = await world.run(one_change(create_vm(spec())))

    assert str(outcome.error) == "The disk is full."
    assert world.calls == [], "nothing is done that was not recorded before"


async def test_cancelling_stops_at_the_end_of_the_step() -> None:
    world, cancellation = World(), Cancellation()
    await world.prepare([spec()])

    async def cancel(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "update_settings":
            cancellation.request()

    world.agents.before_answer = cancel
    outcome = await world.run(fresh_deploy([spec()]), cancellation=cancellation)

    assert outcome.end is RunEnd.CANCELLED
    assert outcome.failures == ()
    assert world.vm().state is VmState.RUNNING, "the step that ran was finished"
    assert world.instance().spec is None, "the next one was not begun"


async def test_a_run_that_is_cancelled_before_it_begins_does_nothing() -> None:
    world, cancellation = World(), Cancellation()
    await world.prepare([spec()])
    cancellation.request()

    outcome = await world.run(fresh_deploy([spec()]), cancellation=cancellation)

    assert outcome.end is RunEnd.CANCELLED
    assert world.calls == []


async def test_retries_end_when_the_run_is_cancelled() -> None:
    world, cancellation = World(properties={"refused": 1.0}), Cancellation()

    def cancel(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "delete_vm":
            loop.call_soon_threadsafe(cancellation.request)

    loop = asyncio.get_running_loop()
    tap(world.provider, before=cancel)
    await world.record(Put(record=DeploymentRecord(name=DEPLOYMENT)))
    await world.intend(create_vm(spec()))
    outcome = await world.run(
        one_change(DeleteVm(agent_id=agent_id(0), cid=None)), cancellation=cancellation
    )

    assert outcome.end in (RunEnd.CANCELLED, RunEnd.FAILED)
    assert len(world.calls) <= 5


async def test_a_run_whose_asyncio_task_is_cancelled_writes_nothing_more() -> None:
    world = World()
    await world.prepare([spec()])
    reached = asyncio.Event()

    async def hang(_agent: AgentId, _method: str, _arguments: Sequence[JsonValue]) -> None:
        reached.set()
        await asyncio.Event().wait()

    world.agents.before_answer = hang
    running = asyncio.create_task(world.run(fresh_deploy([spec()])))
    await reached.wait()
    before = len(world.store.lines)
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(world.store.lines) == before


async def test_max_in_flight_is_kept() -> None:
    world, specs = World(), [spec(number) for number in range(8)]
    await world.prepare(specs)
    now, peak = 0, 0

    async def count(_agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        nonlocal now, peak
        if method == "apply":
            now += 1
            peak = max(peak, now)
            await asyncio.sleep(0)
        if method == "run_script" and arguments[0] == "post-start":
            now -= 1

    world.agents.before_answer = count
    outcome = await world.run(fresh_deploy(specs, max_in_flight=3))

    assert outcome.error is None
    assert peak == 3


async def test_people_see_stages_instances_and_what_they_do() -> None:
    world = World()
    await world.prepare([spec()])

    await world.run(fresh_deploy([spec()]))

    assert [_shown(line) for line in world.task_log.lines(TASK)] == [
        "Creating missing vms [] 1/1 web/i0 (0) started 0",
        "Creating missing vms [] 1/1 web/i0 (0) finished 100",
        "Updating instance ['web'] 1/1 web/i0 (0) started 0",
        "Updating instance ['web'] 1/1 web/i0 (0) in_progress 20 installing packages",
        "Updating instance ['web'] 1/1 web/i0 (0) in_progress 40 configuring jobs",
        "Updating instance ['web'] 1/1 web/i0 (0) in_progress 60 executing pre-start",
        "Updating instance ['web'] 1/1 web/i0 (0) in_progress 80 starting jobs",
        "Updating instance ['web'] 1/1 web/i0 (0) in_progress 100 executing post-start",
        "Updating instance ['web'] 1/1 web/i0 (0) finished 100",
    ]


def _shown(line: JsonObject) -> str:
    data = line.get("data", {})
    assert isinstance(data, dict)
    text = (
        f"{line['stage']} {line['tags']} {line['index']}/{line['total']} {line['task']}"
        f" {line['state']} {line['progress']} {data.get('status', '')}"
    )
    return text.rstrip()
