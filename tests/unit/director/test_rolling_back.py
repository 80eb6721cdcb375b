"""`on_failure: rollback`: a deploy that fails goes back, by itself and for good."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.rolling_back import IN_PART, NEVER_WHOLE
from paasta_deploy.model.errors import AgentActionError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import TaskState, VmState
from paasta_deploy.model.values import JsonValue
from tests.unit.director.director_world import World, manifest

BACK = "Rolled back: everything is as it was deployed before."
POINTS = 8
"""How many deaths a deploy that goes back suffers, each in a world of its own."""


def fail_when_asked(world: World, method: str, slug: str, *, times: int = 1) -> None:
    """Let the agent of an instance refuse something that often."""
    agent_id, left = world.vm(slug).agent_id, [times]

    async def refuse(agent: AgentId, name: str, arguments: Sequence[JsonValue]) -> None:
        await world._before_agent(agent, name, arguments)  # noqa: SLF001 - the world's own
        if left[0] and name == method and agent == agent_id:
            left[0] -= 1
            raise AgentActionError("it does not want to")

    world.agents.before_answer = refuse


def specs(world: World) -> dict[str, str]:
    """Return what each instance runs."""
    return {
        f"{item.group}/{item.index}": item.spec.templates.configuration_hash
        for item in world.recorded.instances
        if item.spec is not None
    }


def check_whole(world: World) -> None:
    recorded = world.recorded
    assert all(item.converged for item in recorded.instances)
    assert len(recorded.vms) == len(recorded.instances)
    assert all(vm.state is VmState.RUNNING for vm in recorded.vms)
    assert world.machines() == frozenset(vm.cid for vm in recorded.vms)


async def test_a_deploy_that_fails_brings_everything_back(world: World) -> None:
    await world.deploy_well(manifest(webs=3))
    before, record = specs(world), world.recorded.deployment
    fail_when_asked(world, "start", "web/1")
    task = await world.deploy(manifest(webs=3, text="Bye"), on_failure="rollback")

    assert task.state is TaskState.ERROR
    assert "it does not want to" in (task.result or "")
    assert BACK in (task.result or "")
    assert (specs(world), world.recorded.deployment) == (before, record)
    check_whole(world)


async def test_the_manifest_can_ask_for_it(world: World) -> None:
    await world.deploy_well()
    before = specs(world)
    fail_when_asked(world, "apply", "web/0")
    wanted = manifest(text="Bye").replace("update:\n", "update:\n  on_failure: rollback\n")
    assert BACK in ((await world.deploy(wanted)).result or "")
    assert specs(world) == before


async def test_what_was_not_begun_is_not_touched_on_the_way_back(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    fail_when_asked(world, "start", "web/0")
    world.questions.clear()
    await world.deploy(manifest(webs=4, text="Bye"), on_failure="rollback")
    assert set(world.asked("apply")) == {"web/0"}


async def test_new_instances_go_and_removed_ones_were_never_taken_away(world: World) -> None:
    await world.deploy_well(manifest(dbs=2, webs=2))
    disks = {disk.cid for disk in world.recorded.disks}
    ids = {item.instance_id for item in world.recorded.instances}
    fail_when_asked(world, "start", "web/0")
    await world.deploy(manifest(dbs=1, webs=4, text="Bye"), on_failure="rollback")
    assert {item.instance_id for item in world.recorded.instances} == ids
    assert {disk.cid for disk in world.recorded.disks} == disks
    assert not world.store.disks(orphaned=True)
    check_whole(world)


async def test_instances_that_go_away_go_when_all_is_well(world: World) -> None:
    await world.deploy_well(manifest(dbs=2))
    await world.deploy_well(manifest(dbs=1, text="Bye"), on_failure="rollback")
    order = [call for call in world.asked("stop") + world.calls if call.startswith("delete_vm")]
    assert len(order) == 1
    assert world.calls[-1] == "delete_vm"


async def test_vms_are_brought_back_to_the_stemcell_of_before(world: World) -> None:
    await world.deploy_well()
    await world.add_stemcell("1.2")
    fail_when_asked(world, "stop", "web/1")
    task = await world.deploy(on_failure="rollback")
    assert BACK in (task.result or "")
    assert {vm.stemcell.version for vm in world.recorded.vms} == {"1.1"}
    check_whole(world)


async def test_configs_of_before_are_taken_again(world: World) -> None:
    await world.deploy_well()
    used = world.recorded.deployment.cloud_config_ids
    saved = world.configs.latest("cloud")[0].content
    await world.configs.save("cloud", "default", saved.replace("ram: 1", "ram: 2"))
    fail_when_asked(world, "stop", "web/1")
    await world.deploy(on_failure="rollback")
    assert world.recorded.deployment.cloud_config_ids == used
    assert all(vm.cloud_properties == {"ram": 1} for vm in world.recorded.vms)
    check_whole(world)


async def test_the_first_deploy_has_nothing_to_go_back_to(world: World) -> None:
    world.fail_calls("create_vm")
    task = await world.deploy(on_failure="rollback")
    assert task.state is TaskState.ERROR
    assert NEVER_WHOLE in (task.result or "")


async def test_a_deploy_of_a_part_stops_instead(world: World) -> None:
    await world.deploy_well()
    fail_when_asked(world, "start", "web/1")
    task = await world.deploy(manifest(text="Bye"), on_failure="rollback", only=("web",))
    assert IN_PART in (task.result or "")


async def test_a_cancelled_deploy_does_not_go_back(world: World) -> None:
    await world.deploy_well()
    hold = world.hold("apply")
    request = DeployRequest(manifest=manifest(text="Bye"), on_failure="rollback")
    task = await world.submit(request)
    await hold.reached.wait()
    await world.tasks.cancel(task.task_id)
    hold.go.set()
    assert (await world.tasks.wait(task.task_id)).state is TaskState.CANCELLED
    assert "Rolling back" not in str(world.events(task.task_id))


async def test_a_rollback_that_fails_says_who_is_not_back(world: World) -> None:
    await world.deploy_well(manifest(webs=4))
    fail_when_asked(world, "start", "web/1", times=2)
    task = await world.deploy(
        manifest(webs=4, text="Bye"), on_failure="rollback", canaries="0", max_in_flight="4"
    )
    label = f"web/{world.instance('web/1').instance_id} (1)"
    assert "The rollback came to no end either" in (task.result or "")
    assert f"Not back: {label}. All others are as before." in (task.result or "")
    broken = [item for item in world.recorded.instances if not item.converged]
    assert [item.index for item in broken] == [1]


async def test_a_deploy_after_a_rollback_is_a_deploy_like_any_other(world: World) -> None:
    await world.deploy_well()
    fail_when_asked(world, "start", "web/1")
    await world.deploy(manifest(text="Bye"), on_failure="rollback")
    await world.deploy_well(manifest(text="Bye"), on_failure="rollback")
    check_whole(world)
    assert "Bye" in (world.recorded.deployment.manifest or "")


async def test_a_rollback_goes_on_after_any_kill_and_never_forward(
    tmp_path: Path, shop_tarball: Path
) -> None:
    points = await _run(await _world(tmp_path / "first", shop_tarball), None)
    begin = points.index("after note of rolling back")
    last = len(points) - 1
    chosen = sorted({begin + round(n * (last - begin) / POINTS) for n in range(POINTS)})
    for number in chosen:
        world = await _world(tmp_path / f"point-{number}", shop_tarball)
        before = specs(world)
        await _run(world, number)
        assert specs(world) == before, f"killed {points[number]}"
        check_whole(world)


async def _world(folder: Path, tarball: Path) -> World:
    folder.mkdir()  # noqa: ASYNC240 - once, before anything runs
    world = World(folder)
    await world.prepare(tarball)
    await world.deploy_well(manifest(dbs=1, webs=3))
    return world


async def _run(world: World, die_at: int | None) -> list[str]:
    """Run a deploy that fails and goes back; kill the director at a point of it, if any."""
    fail_when_asked(world, "start", "web/1")
    request = DeployRequest(manifest=manifest(webs=4, text="Bye"), on_failure="rollback")
    world.reaper.revive(die_at)
    if die_at is None:
        task = await world.do(request)
    else:
        submission = asyncio.create_task(world.submit(request))
        await world.until_dead()
        await world.kill()
        submission.cancel()
        world.start()
        (task_id,) = await world.tasks.resume()
        task = await world.tasks.wait(task_id)
    assert task.state is TaskState.ERROR
    assert BACK in (task.result or ""), task.result
    return list(world.reaper.points)
