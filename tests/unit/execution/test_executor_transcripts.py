"""The exact order of calls to cloud and agents (bosh.md 4.11), without BOSH's double apply.

Compared with BOSH: a brand-new VM is neither prepared nor stopped, settings are sent once in a
run, `ping` is asked once, and post-deploy is a step of its own.
"""

from dataclasses import replace

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.actions import (
    ApplyInstance,
    AttachDisk,
    ConfirmVm,
    CreateVm,
    DeleteVm,
    DetachDisk,
    ElectVm,
    NextState,
    PostDeploy,
    PrepareInstance,
    StartInstance,
    StopInstance,
    UpdateMetadata,
)
from tests.unit.execution.world import (
    World,
    agent_id,
    create_vm,
    disk_id,
    first_update,
    fresh_deploy,
    instance_id,
    one_change,
    spec,
)

CREATE_VM = ["cpi create_vm", "cpi set_vm_metadata", "agent ping", "agent update_settings"]
START = [
    "agent run_script pre-start",
    "agent start",
    "agent wait_for_job_state",
    "agent run_script post-start",
]
STOP = [
    "agent run_script pre-stop",
    "agent drain update",
    "agent stop",
    "agent run_script post-stop",
]


def attach(world: World, number: int = 0) -> list[str]:
    cid = world.disk(number).cid
    return [
        "cpi attach_disk",
        f"agent add_persistent_disk {cid}",
        "cpi set_disk_metadata",
        f"agent mount_disk {cid}",
    ]


def detach(world: World, number: int = 0) -> list[str]:
    cid = world.disk(number).cid
    return [f"agent unmount_disk {cid}", f"agent remove_persistent_disk {cid}", "cpi detach_disk"]


def stop(*, vm_next: NextState = NextState.KEEP, skip_drain: bool = False) -> StopInstance:
    return StopInstance(
        instance_id=instance_id(0),
        agent_id=agent_id(0),
        vm_next=vm_next,
        instance_next=NextState.KEEP,
        deployment_next=NextState.KEEP,
        skip_drain=skip_drain,
    )


async def test_fresh_deploy() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.prepare([wanted])

    outcome = await world.run(fresh_deploy([wanted]))

    assert outcome.error is None
    assert world.calls == [
        *CREATE_VM,
        "cpi create_disk",
        *attach(world),
        "agent apply",
        *START,
    ]


async def test_update_in_place() -> None:
    world, changed = World(), spec(version="2")
    await world.deployed(spec())
    identity, agent = instance_id(0), agent_id(0)

    outcome = await world.run(
        one_change(
            PrepareInstance(instance_id=identity, agent_id=agent, spec=changed),
            stop(),
            ApplyInstance(instance_id=identity, agent_id=agent, spec=changed),
            StartInstance(instance_id=identity, agent_id=agent, spec=changed, canary=True),
        )
    )

    assert outcome.error is None
    assert world.calls == [
        "agent prepare",
        *STOP,
        "agent update_settings",
        "agent apply",
        *START,
    ]


async def test_recreate() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)
    identity, new = instance_id(0), AgentId("agent-new")
    disk = disk_id(0)

    outcome = await world.run(
        one_change(
            stop(vm_next=NextState.DELETE),
            DetachDisk(disk_id=disk, agent_id=agent_id(0)),
            DeleteVm(agent_id=agent_id(0), cid=world.vm().cid),
            create_vm(wanted, new),
            AttachDisk(disk_id=disk, instance_id=identity, agent_id=new),
            ApplyInstance(instance_id=identity, agent_id=new, spec=wanted),
            StartInstance(instance_id=identity, agent_id=new, spec=wanted, canary=False),
        )
    )

    assert outcome.error is None
    assert world.calls == [
        *STOP,
        *detach(world),
        "cpi delete_vm",
        *CREATE_VM,
        *attach(world),
        "agent apply",
        *START,
    ]


def standby(wanted: InstanceSpec, agent: AgentId) -> CreateVm:
    """Return the making of a second VM, which has an address of its own."""
    (network,) = wanted.vm.networks
    assert network.ip is not None
    own = replace(wanted.vm, networks=(replace(network, ip=network.ip + 100),))
    return replace(create_vm(wanted, agent), vm=own, standby=True)


async def test_create_swap_delete() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)
    identity, old, new, disk = instance_id(0), agent_id(0), AgentId("agent-new"), disk_id(0)

    outcome = await world.run(
        one_change(
            standby(wanted, new),
            PrepareInstance(instance_id=identity, agent_id=new, spec=wanted),
            ConfirmVm(agent_id=new),
            stop(vm_next=NextState.DELETE),
            DetachDisk(disk_id=disk, agent_id=old),
            ElectVm(instance_id=identity, agent_id=new),
            AttachDisk(disk_id=disk, instance_id=identity, agent_id=new),
            ApplyInstance(instance_id=identity, agent_id=new, spec=wanted),
            StartInstance(instance_id=identity, agent_id=new, spec=wanted, canary=False),
            DeleteVm(agent_id=old, cid=world.vm().cid, only_inactive=True),
        )
    )

    assert outcome.error is None
    assert world.calls == [
        *CREATE_VM,
        "agent prepare",
        "agent ping",
        *STOP,
        *detach(world),
        *attach(world),
        "agent apply",
        *START,
        "cpi delete_vm",
    ]


async def test_a_vm_that_serves_after_all_is_not_deleted_as_a_replaced_one() -> None:
    world = World()
    await world.deployed(spec())
    cid = world.vm().cid

    outcome = await world.run(
        one_change(DeleteVm(agent_id=agent_id(0), cid=cid, only_inactive=True))
    )

    assert outcome.error is None
    assert world.calls == []
    assert world.vm().active


async def test_a_swap_stops_nothing_while_the_new_vm_does_not_answer() -> None:
    world, wanted = World(), spec()
    await world.deployed(wanted)
    new = AgentId("agent-new")
    await world.run(one_change(standby(wanted, new)))
    world.calls.clear()
    world.agents.cut_off(new)

    outcome = await world.run(one_change(ConfirmVm(agent_id=new), stop()))

    assert outcome.error is not None
    assert set(world.calls) == {"agent ping"}


async def test_resurrection_of_a_dead_machine_asks_its_agent_nothing() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)
    identity, new, disk = instance_id(0), AgentId("agent-new"), disk_id(0)
    cid = world.vm().cid
    assert cid is not None
    world.provider.cloud.machines.crash(cid)

    outcome = await world.run(
        one_change(
            DetachDisk(disk_id=disk, agent_id=agent_id(0), agent_answers=False),
            DeleteVm(agent_id=agent_id(0), cid=cid),
            create_vm(wanted, new),
            AttachDisk(disk_id=disk, instance_id=identity, agent_id=new),
            ApplyInstance(instance_id=identity, agent_id=new, spec=wanted),
            StartInstance(instance_id=identity, agent_id=new, spec=wanted, canary=False),
        )
    )

    assert outcome.error is None
    assert world.calls == [
        "cpi detach_disk",
        "cpi delete_vm",
        *CREATE_VM,
        *attach(world),
        "agent apply",
        *START,
    ]


async def test_stop_without_drain_keeps_stop_and_post_stop() -> None:
    world = World()
    await world.deployed(spec())

    await world.run(one_change(stop(skip_drain=True)))

    assert world.calls == ["agent stop", "agent run_script post-stop"]


async def test_changed_tags_touch_no_job() -> None:
    world = World()
    await world.deployed(spec())

    await world.run(one_change(UpdateMetadata(agent_id=agent_id(0), spec=spec())))

    assert world.calls == ["cpi set_vm_metadata"]


async def test_post_deploy() -> None:
    world = World()
    await world.deployed(spec())

    await world.run(one_change(PostDeploy(instance_id=instance_id(0), agent_id=agent_id(0))))

    assert world.calls == ["agent run_script post-deploy"]


async def test_a_vm_that_was_never_made_is_looked_for_and_not_deleted() -> None:
    world = World()
    await world.prepare([spec()])
    await world.intend(create_vm(spec()))

    outcome = await world.run(one_change(DeleteVm(agent_id=agent_id(0), cid=None)))

    assert outcome.error is None
    assert world.calls == ["cpi find_vm"]
    assert world.store.vm(agent_id(0)) is None


async def test_steps_repeated_after_a_kill_make_the_same_calls_again() -> None:
    world, wanted = World(), spec(disk_size_mib=64)
    await world.deployed(wanted)

    await world.put_instance(converged=False)
    outcome = await world.run(one_change(*first_update(wanted)[-1:]))

    assert outcome.error is None
    assert world.calls == START
