"""The director's CA is exchanged phase by phase, each one taken by every agent before the next."""

from paasta_deploy.director.requests import RotateAuthorityRequest
from paasta_deploy.model.lifecycle import RotationPhase, TaskState
from paasta_deploy.model.recorded import TaskRecord
from tests.unit.director.director_world import World

TRUSTING, SIGNING = RotationPhase.TRUSTING, RotationPhase.SIGNING
DROPPING = RotationPhase.DROPPING


async def rotate(world: World) -> TaskRecord:
    world.questions.clear()
    return await world.do(RotateAuthorityRequest(), deployment=None)


async def test_every_agent_follows_each_phase(world: World) -> None:
    await world.deploy_well()
    task = await rotate(world)

    assert task.state is TaskState.DONE, task.result
    assert task.result == "3 agent(s) trust the new CA alone"
    assert world.own_authority.entered == [TRUSTING, SIGNING, DROPPING]
    assert world.own_authority.phase() is None
    assert world.own_certificates.shown == 3
    assert len(world.asked("update_settings")) == 9


async def test_a_silent_agent_holds_it_where_all_can_live_and_the_same_command_goes_on(
    world: World,
) -> None:
    await world.deploy_well()
    world.deafen("update_settings", slug="web/1")
    task = await rotate(world)

    assert task.state is TaskState.ERROR
    assert "1 agents have not followed to the phase `trusting`" in str(task.result)
    assert world.own_authority.phase() is TRUSTING
    world.listen()
    task = await rotate(world)
    assert task.state is TaskState.DONE, task.result
    assert world.own_authority.entered == [TRUSTING, TRUSTING, SIGNING, DROPPING]


async def test_it_goes_on_with_the_phase_that_a_killed_director_had_reached(world: World) -> None:
    await world.deploy_well()
    world.own_authority.enter(TRUSTING)
    world.own_authority.enter(SIGNING)
    task = await rotate(world)

    assert task.state is TaskState.DONE, task.result
    assert world.own_authority.entered[2:] == [SIGNING, DROPPING]


async def test_without_machines_it_is_done_at_once(world: World) -> None:
    task = await rotate(world)

    assert (task.state, task.result) == (TaskState.DONE, "0 agent(s) trust the new CA alone")


async def test_a_vm_that_is_just_being_made_is_waited_for_by_the_operator(world: World) -> None:
    world.fail_calls("create_vm")
    failed = await world.deploy()
    assert failed.state is TaskState.ERROR
    assert world.store.vms(), "its VM is still to be looked for"
    task = await rotate(world)

    assert task.state is TaskState.ERROR
    assert "VMs are being created" in str(task.result)
    assert world.own_authority.phase() is TRUSTING
