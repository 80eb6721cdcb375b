"""Jobs are prepared, stopped, applied and started in BOSH's order, and failures are told whole."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.run_events import RunEnd
from paasta_deploy.model.errors import (
    AgentActionError,
    AgentNotRunningError,
)
from paasta_deploy.model.ids import AgentId, BlobId, PackageName, TaskId
from paasta_deploy.model.lifecycle import JobState, RunState
from paasta_deploy.model.recorded import CompiledPackageRecord, InstanceRecord, Put
from paasta_deploy.model.spec import BlobRef, InstanceSpec, PackageInSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import (
    ApplyInstance,
    FinishInstance,
    NextState,
    PrepareInstance,
    RemoveInstance,
    StartInstance,
    StopInstance,
)
from tests.unit.execution.agent_requests import AgentRequests
from tests.unit.execution.world import (
    STEMCELL,
    World,
    agent_id,
    instance_id,
    one_change,
    spec,
)

STOP = StopInstance(
    instance_id=instance_id(0),
    agent_id=agent_id(0),
    vm_next=NextState.DELETE,
    instance_next=NextState.KEEP,
    deployment_next=NextState.KEEP,
)


def applied(wanted: InstanceSpec) -> ApplyInstance:
    return ApplyInstance(instance_id=instance_id(0), agent_id=agent_id(0), spec=wanted)


def started(wanted: InstanceSpec, *, canary: bool = False) -> StartInstance:
    return StartInstance(
        instance_id=instance_id(0), agent_id=agent_id(0), spec=wanted, canary=canary
    )


async def test_preparing_is_best_effort() -> None:
    world = World()
    await world.deployed(spec())
    AgentRequests(world, prepare=AgentActionError("unknown message prepare"))
    prepare = PrepareInstance(instance_id=instance_id(0), agent_id=agent_id(0), spec=spec())

    outcome = await world.run(one_change(prepare))

    assert outcome.error is None


async def test_the_record_holds_the_spec_while_it_is_applied() -> None:
    world, seen = World(), list[InstanceRecord]()
    await world.deployed(spec())

    async def look(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "apply":
            seen.append(world.instance())

    world.agents.before_answer = look
    changed = spec(version="2")
    await world.run(one_change(STOP, applied(changed)))

    (record,) = seen
    assert record.spec == changed
    assert not record.converged


async def test_settings_are_sent_once_in_a_run() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world)

    await world.run(one_change(STOP, applied(spec()), applied(spec())))

    assert requests.names.count("update_settings") == 1


async def test_packages_compiled_meanwhile_are_applied_and_recorded() -> None:
    world = World()
    await world.deployed(spec())
    package = PackageInSpec(
        name=PackageName("golang"), version="9.1", fingerprint="9", dependency_key="[]"
    )
    blob = BlobRef(blob_id=BlobId("b1"), digest="sha256:00")
    compiled = CompiledPackageRecord(
        package=package.name,
        fingerprint="9",
        dependency_key="[]",
        stemcell_os=STEMCELL.os,
        stemcell_version=STEMCELL.version,
        blob=blob,
    )
    await world.record(Put(record=compiled))
    requests = AgentRequests(world)
    wanted = replace(spec(), packages=(package,))

    outcome = await world.run(one_change(STOP, applied(wanted), started(wanted)))

    assert outcome.error is None
    (sent,) = requests.arguments("apply")
    assert isinstance(sent, dict)
    assert sent["packages"]["golang"]["signed_url"] == "memory:get/b1"
    recorded = world.instance().spec
    assert recorded is not None
    assert recorded.packages == (replace(package, blob=blob),)


async def test_a_package_that_is_still_not_compiled_is_named() -> None:
    world = World()
    await world.deployed(spec())
    package = PackageInSpec(name=PackageName("golang"), version="9.1", fingerprint="9")
    wanted = replace(spec(), packages=(package,))

    outcome = await world.run(one_change(replace(STOP, skip_drain=True), applied(wanted)))

    assert "Package 'golang/9' is not compiled for debian-bookworm 1" in str(outcome.error)


async def test_a_started_instance_is_converged_by_this_task() -> None:
    world = World()
    await world.deployed(spec())
    await world.put_instance(run_state=RunState.STOPPED, converged=False)

    outcome = await world.run(one_change(STOP, started(spec())), task_id=TaskId(9))

    assert outcome.error is None
    record = world.instance()
    assert (record.converged, record.converged_by) == (True, TaskId(9))
    assert record.run_state is RunState.STARTED


@pytest.mark.parametrize(("canary", "watched_s"), [(True, 30.0), (False, 60.0)])
async def test_jobs_that_do_not_come_up_are_named_after_the_watch_time(
    canary: bool, watched_s: float
) -> None:
    world = World()
    await world.deployed(spec())
    agent = world.agents.agent(agent_id(0))
    assert agent is not None
    agent.job_state_after_start = JobState.FAILING
    before_s = world.clock.monotonic_s()

    outcome = await world.run(one_change(STOP, started(spec(), canary=canary)))

    assert isinstance(outcome.error, AgentNotRunningError)
    assert outcome.error.code == 400007
    assert str(outcome.error) == (
        "'web/i0 (0)' is not running after update. Review logs for failed jobs: nginx"
    )
    assert "paasta-deploy -d dep logs web/i0" in outcome.error.hint
    assert world.clock.monotonic_s() - before_s == watched_s
    assert not world.instance().converged


async def test_an_agent_that_cannot_say_which_jobs_fail_is_quoted() -> None:
    world = World()
    await world.deployed(spec())
    agent = world.agents.agent(agent_id(0))
    assert agent is not None
    agent.job_state_after_start = JobState.FAILING
    AgentRequests(world, get_state=AgentActionError("no"))

    outcome = await world.run(one_change(STOP, started(spec())))

    assert str(outcome.error).endswith("Its agent says 'failing'.")


async def test_jobs_that_are_up_are_not_watched_any_longer() -> None:
    world = World()
    await world.deployed(spec())
    before_s = world.clock.monotonic_s()

    await world.run(one_change(STOP, started(spec())))

    assert world.clock.monotonic_s() == before_s


async def test_waiting_for_jobs_ends_when_the_task_is_cancelled() -> None:
    world, cancellation = World(), Cancellation()
    await world.deployed(spec())

    async def cancel(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "wait_for_job_state":
            asyncio.get_running_loop().call_soon(cancellation.request)
            await asyncio.Event().wait()

    world.agents.before_answer = cancel
    plan = one_change(STOP, started(spec()))
    outcome = await world.run(plan, cancellation=cancellation)

    assert outcome.end is RunEnd.CANCELLED
    assert outcome.failures == ()


async def test_what_a_plan_says_of_an_instance_is_recorded() -> None:
    world = World()
    await world.deployed(spec())
    stopped = replace(world.instance(), run_state=RunState.STOPPED, converged_by=TaskId(9))

    outcome = await world.run(one_change(FinishInstance(record=stopped)), task_id=TaskId(9))

    assert outcome.error is None
    assert world.instance() == stopped


async def test_a_removed_instance_frees_its_addresses() -> None:
    world = World()
    await world.deployed(spec())

    await world.run(one_change(RemoveInstance(record=world.instance())))

    assert world.store.instance(instance_id(0)) is None
    assert world.store.taken_addresses(except_deployment=None) == []


async def test_the_agent_is_told_its_networks() -> None:
    world = World()
    await world.deployed(spec())
    requests = AgentRequests(world)

    await world.run(one_change(STOP, applied(spec())))

    (sent,) = requests.arguments("apply")
    assert isinstance(sent, dict)
    assert sent["networks"] == {
        "default": {
            "type": "manual",
            "ip": "10.0.0.10",
            "prefix": "32",
            "netmask": "255.255.255.0",
            "cloud_properties": {},
            "default": ["dns", "gateway"],
            "dns": ["10.0.0.2"],
            "gateway": "10.0.0.1",
        }
    }
