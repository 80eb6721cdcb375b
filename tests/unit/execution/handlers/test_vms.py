"""VMs are made once, recorded at every turn, and deleted when their agent never answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from paasta_deploy.cpi.errors import (
    CloudDeadlineError,
    CloudUnavailableError,
    StemcellNotFoundError,
    VmCreationRetryableError,
)
from paasta_deploy.cpi.requests import CreatedVm
from paasta_deploy.cpi.requests import CreateVm as CreateVmRequest
from paasta_deploy.execution.agent_calls import AGENT_READY_DEADLINE_S
from paasta_deploy.execution.call_rules import CallRuleBook, CallRules
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.retry import CREATE_VM_RETRIES
from paasta_deploy.execution.run_events import RunEnd
from paasta_deploy.model.errors import AgentUnreachableError, NotFoundError
from paasta_deploy.model.ids import DEFAULT_CPI, AgentId, NetworkName
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.spec import InstanceSpec, NetworkSpec
from paasta_deploy.model.values import JsonValue
from paasta_deploy.planning.actions import DeleteVm
from paasta_deploy.ports.store import Phase
from paasta_deploy.testing.tapped_provider import tap
from tests.unit.execution.provider_calls import HUNG_S, Hanging
from tests.unit.execution.world import TASK, World, agent_id, create_vm, one_change, spec


async def prepared(wanted: InstanceSpec | None = None) -> World:
    world = World()
    await world.prepare([wanted or spec()])
    return world


async def never_answers(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
    if method == "ping":
        raise AgentUnreachableError("no pong")


async def test_the_agent_id_is_recorded_before_the_cloud_is_asked() -> None:
    world = await prepared()
    seen: list[VmState | None] = []

    def look(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "create_vm":
            record = world.store.vm(agent_id(0))
            seen.append(record.state if record else None)

    tap(world.provider, before=look)
    await world.run(one_change(create_vm(spec())))

    assert seen == [VmState.CREATING]


async def test_the_cid_is_recorded_before_the_agent_is_waited_for() -> None:
    world = await prepared()
    seen: list[bool] = []

    async def look(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "ping":
            record = world.vm()
            seen.append(record.cid is not None and record.state is VmState.CREATING)

    world.agents.before_answer = look
    await world.run(one_change(create_vm(spec())))

    assert seen == [True]
    assert world.vm().state is VmState.RUNNING


async def test_a_vm_carries_bosh_metadata_tags_and_groups() -> None:
    world = await prepared()
    requests: list[object] = []
    tap(
        world.provider,
        before=lambda method, args: requests.extend(args) if method == "create_vm" else None,
    )

    await world.run(one_change(create_vm(spec())))

    (machine,) = world.provider.cloud.machines.all()
    assert machine.metadata["name"] == "web/i0"
    assert machine.metadata["deployment"] == "dep"
    assert machine.metadata["team"] == "red"
    assert machine.metadata["created_at"] == "2026-01-01T00:00:00Z"
    (request,) = requests
    bosh = getattr(request, "env")["bosh"]  # noqa: B009 - the tap hands on plain objects
    assert bosh["group"] == "paasta-dep-web"
    assert bosh["groups"] == ["paasta", "dep", "web", "paasta-dep", "dep-web", "paasta-dep-web"]


async def test_a_creation_cut_off_by_a_kill_is_taken_up_with_the_same_vm() -> None:
    world = await prepared()
    await world.run(one_change(create_vm(spec())))
    cid = world.vm().cid
    await world.intend(create_vm(spec()))  # as if the result had never been written

    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.error is None
    assert world.vm().cid == cid
    assert len(world.provider.cloud.machines.all()) == 1


async def test_a_lost_answer_makes_no_second_vm() -> None:
    world, calls = await prepared(), 0

    def lose_the_first(method: str, _arguments: tuple[object, ...]) -> None:
        nonlocal calls
        if method == "create_vm":
            calls += 1
            if calls == 1:
                raise CloudUnavailableError("connection reset")

    tap(world.provider, after=lose_the_first)
    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.error is None
    assert calls == 2
    assert len(world.provider.cloud.machines.all()) == 1


async def test_a_vm_that_breaks_is_tried_five_times() -> None:
    world = await prepared()

    def breaks(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "create_vm":
            raise VmCreationRetryableError("broken")

    tap(world.provider, after=breaks)
    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, VmCreationRetryableError)
    assert world.calls.count("cpi create_vm") == 5


async def test_how_often_a_vm_is_tried_is_the_directors_setting() -> None:
    world = await prepared()

    def breaks(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "create_vm":
            raise VmCreationRetryableError("broken")

    tap(world.provider, after=breaks)
    twice = replace(CREATE_VM_RETRIES, tries_max=2)
    await world.executor(vm_creation=twice).run(one_change(create_vm(spec())), TASK)

    assert world.calls.count("cpi create_vm") == 2


async def test_a_vm_whose_agent_never_answers_is_deleted() -> None:
    world = await prepared()
    world.agents.before_answer = never_answers

    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, AgentUnreachableError)
    assert outcome.error.code == 450002
    assert f"after {AGENT_READY_DEADLINE_S:g} seconds" in str(outcome.error)
    assert outcome.error.hint
    assert world.store.vm(agent_id(0)) is None
    assert world.provider.cloud.machines.all() == ()


async def test_that_deletion_is_journalled_before_and_after() -> None:
    world = await prepared()
    world.agents.before_answer = never_answers
    seen: list[VmState] = []

    def look(method: str, _arguments: tuple[object, ...]) -> None:
        if method == "delete_vm":
            seen.append(world.vm().state)

    tap(world.provider, before=look)
    await world.run(one_change(create_vm(spec())))

    assert seen == [VmState.DELETING]
    assert [line.phase for line in world.store.lines[1:]] == [
        Phase.INTENT,
        Phase.NOTE,  # the cid
        Phase.NOTE,  # is being deleted
        Phase.NOTE,  # is gone
        Phase.FAILURE,
    ]


async def test_a_cancelled_wait_leaves_the_vm_for_the_next_plan() -> None:
    world, cancellation = await prepared(), Cancellation()

    async def cancel(_agent: AgentId, method: str, _arguments: Sequence[JsonValue]) -> None:
        if method == "ping":
            asyncio.get_running_loop().call_soon(cancellation.request)
            await asyncio.Event().wait()

    world.agents.before_answer = cancel
    outcome = await world.run(one_change(create_vm(spec())), cancellation=cancellation)

    assert outcome.end is RunEnd.CANCELLED
    assert world.vm().state is VmState.CREATING
    assert len(world.provider.cloud.machines.all()) == 1


async def test_a_stemcell_that_is_not_uploaded_is_named() -> None:
    world = World()

    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, NotFoundError)
    assert "Stemcell 'debian/1' is not uploaded" in str(outcome.error)


async def test_a_stemcell_that_the_cloud_has_lost_fails_the_step() -> None:
    world = await prepared()
    (stemcell,) = world.store.stemcells()
    world.provider.delete_stemcell(stemcell.cid)

    outcome = await world.run(one_change(create_vm(spec())))

    assert isinstance(outcome.error, StemcellNotFoundError)


async def test_addresses_of_dynamic_networks_are_recorded() -> None:
    name = NetworkName("dhcp")
    network = NetworkSpec(name=name, kind="dynamic", ip=None, netmask=None, gateway=None)
    base = spec()
    wanted = replace(base, vm=replace(base.vm, networks=(network,)))
    world = await prepared(wanted)

    outcome = await world.run(one_change(create_vm(wanted)))

    assert outcome.error is None
    (address,) = world.instance().addresses
    assert address.network == name
    assert isinstance(address.ip, IPv4Address)


async def test_a_deleted_vm_has_no_record_and_no_agent_any_more() -> None:
    world = World()
    await world.deployed(spec())
    cid = world.vm().cid

    outcome = await world.run(one_change(DeleteVm(agent_id=agent_id(0), cid=cid)))

    assert outcome.error is None
    assert world.store.vm(agent_id(0)) is None
    assert world.agents.last_heartbeat(agent_id(0)) is None
    assert world.provider.cloud.machines.all() == ()


async def test_deleting_a_vm_that_is_gone_already_succeeds() -> None:
    world = World()
    await world.deployed(spec())
    cid = world.vm().cid
    assert cid is not None
    world.provider.delete_vm(cid)

    outcome = await world.run(one_change(DeleteVm(agent_id=agent_id(0), cid=cid)))

    assert outcome.error is None
    assert world.store.vm(agent_id(0)) is None


async def test_a_half_made_vm_is_found_by_its_agent_id_and_deleted() -> None:
    world = await prepared()
    await world.run(one_change(create_vm(spec())))
    machines = world.provider.cloud.machines
    await world.put_vm(cid=None, state=VmState.CREATING)

    outcome = await world.run(one_change(DeleteVm(agent_id=agent_id(0), cid=None)))

    assert outcome.error is None
    assert machines.all() == ()


@pytest.mark.parametrize("lacks", [["set_vm_metadata"]])
async def test_a_cloud_without_metadata_is_not_asked_to_set_any(lacks: list[str]) -> None:
    world = World(properties={"lacks": lacks})
    await world.prepare([spec()])

    outcome = await world.run(one_change(create_vm(spec())))

    assert outcome.error is None
    assert "cpi set_vm_metadata" not in world.calls


async def with_hanging_creation() -> tuple[World, Hanging]:
    """Return a world in which a ``create_vm`` was given up and has not come back."""
    world, hanging = await prepared(), Hanging()
    create = world.provider.create_vm

    def hang(request: CreateVmRequest) -> CreatedVm:
        hanging()
        return create(request)

    world.provider.create_vm = hang  # type: ignore[method-assign]  # this very provider hangs
    rules = CallRuleBook(usual=CallRules(deadlines_s={"create_vm": HUNG_S}))
    world.clouds = Clouds(
        {DEFAULT_CPI: world.provider}, clock=world.clock, ids=world.ids, rules=rules
    )
    outcome = await world.run(one_change(create_vm(spec())))
    assert isinstance(outcome.error, CloudDeadlineError)
    return world, hanging


async def comes_back(world: World, hanging: Hanging) -> None:
    hanging.release.set()
    while world.clouds.left_behind:  # noqa: ASYNC110 - a thread needs an instant, and has no event
        await asyncio.sleep(0)


async def test_a_vm_that_is_made_after_its_deletion_is_deleted_at_once() -> None:
    world, hanging = await with_hanging_creation()

    deleted = await world.run(one_change(DeleteVm(agent_id=agent_id(0), cid=None)))
    await comes_back(world, hanging)

    assert deleted.error is None
    assert world.calls[-2:] == ["cpi create_vm", "cpi delete_vm"]
    assert world.provider.cloud.machines.all() == ()


async def test_a_vm_that_is_made_late_and_still_wanted_is_kept() -> None:
    world, hanging = await with_hanging_creation()

    await comes_back(world, hanging)
    again = await world.run(one_change(create_vm(spec())))

    assert again.error is None
    assert len(world.provider.cloud.machines.all()) == 1
