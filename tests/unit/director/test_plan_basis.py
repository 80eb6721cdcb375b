"""Exactly the plan that was looked at, or a refusal that names what has moved."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from paasta_deploy.director.plan_basis import basis_from
from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.requests import DeployRequest, ListVmsRequest
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonObject
from tests.unit.director.director_world import CLOUD_CONFIG, SHOP, World, manifest
from tests.unit.director.shop_release import build_shop
from tests.unit.director.test_deploying_kills import killed_and_resumed
from tests.unit.director.test_rotating import rotate_well
from tests.unit.director.test_variables import with_token

CHANGED = manifest(text="Bye", webs=3)
DIE_AT = 12
"""A point at which the deploy has recorded and changed something."""


async def basis(world: World, text: str = CHANGED, **options: object) -> JsonObject:
    request = DeployRequest(manifest=text, **options)  # type: ignore[arg-type]  # a test's own
    told = await world.planner.describe(request)
    found = told["basis"]
    assert isinstance(found, dict)
    return found


async def refusal(world: World, planned: JsonObject, text: str = CHANGED) -> list[str]:
    """Return what a deploy is refused for, and see that it did nothing."""
    before = world.recorded
    world.calls.clear()
    task = await world.deploy(text, plan_basis=planned)
    assert task.state is TaskState.ERROR
    assert world.recorded == before
    assert set(world.calls) <= {"has_vm"}, "looking is no change"
    return (task.result or "").splitlines()


async def test_a_plan_to_which_nothing_happened_is_carried_out(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world)

    task = await world.deploy(CHANGED, plan_basis=planned)

    assert task.state is TaskState.DONE
    assert len(world.machines()) == 4


async def test_a_first_deploy_can_be_planned_too(world: World) -> None:
    planned = await basis(world, manifest())

    await world.deploy_well(manifest(), plan_basis=planned)


async def test_the_same_plan_has_the_same_basis_every_time(world: World) -> None:
    await world.deploy_well()

    first, second = basis_from(await basis(world)), basis_from(await basis(world))

    assert first == second


async def test_another_manifest_is_refused(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world)

    (line,) = await refusal(world, planned, manifest(text="Bye", webs=4))

    assert "the manifest is not the one that the plan was made from" in line
    assert line.endswith("[PD0701]")


async def test_another_options_make_another_plan(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world, recreate=True)

    (line,) = await refusal(world, planned)

    assert line.endswith("[PD0706]")


async def another_cloud_config(world: World) -> None:
    await world.configs.save("cloud", "default", CLOUD_CONFIG.replace("{ram: 1}", "{ram: 2}"))


async def another_stemcell(world: World) -> None:
    await world.add_stemcell("1.2")


async def another_runtime_config(world: World) -> None:
    await world.configs.save("runtime", "default", "tags: {a: b}\n")


async def another_release(world: World) -> None:
    with TemporaryDirectory() as folder:
        await world.upload(build_shop(Path(folder), version="9"))


async def another_deploy(world: World) -> None:
    await world.deploy_well(manifest(webs=1))


async def a_crash(world: World) -> None:
    world.crash("web/1")


@pytest.mark.parametrize(
    ("happen", "code", "named"),
    [
        (another_cloud_config, "PD0702", "config `cloud/default` is `2`, and was `1`"),
        (another_runtime_config, "PD0702", "config `runtime/default` is `2`, and was not there"),
        (another_release, "PD0703", "release `shop` is `9`, and was"),
        (another_stemcell, "PD0703", "stemcell `default` is `made-up/1.2`"),
        (another_deploy, "PD0704", "by me: a test (done)"),
        (a_crash, "PD0705", "web/1 missing (it answered before)"),
    ],
)
async def test_what_has_moved_is_named(
    world: World, happen: Callable[[World], Awaitable[None]], code: str, named: str
) -> None:
    await world.deploy_well()
    planned = await basis(world)
    await happen(world)

    lines = await refusal(world, planned)

    assert any(named in line and line.endswith(f"[{code}]") for line in lines), lines


async def test_tasks_that_changed_nothing_are_no_reason(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world)
    await world.deploy_well(manifest())
    world.fail_calls("create_vm")

    await world.deploy_well(manifest(), dry_run=True)
    world.fail_calls()

    assert (await world.deploy(CHANGED, plan_basis=planned)).state is TaskState.DONE


async def test_a_deploy_that_was_killed_goes_on_although_it_moved_things_itself(
    world: World,
) -> None:
    await world.deploy_well()
    request = DeployRequest(manifest=CHANGED, plan_basis=await basis(world))

    await killed_and_resumed(world, request, DIE_AT)

    assert len(world.machines()) == 4


async def test_a_value_that_was_made_meanwhile_is_named(world: World) -> None:
    planned = await basis(world, with_token())
    assert planned["variables"] == {"/paasta/shop/token": "to be made"}
    await world.deploy_well(with_token())

    lines = await refusal(world, planned, with_token())

    assert any("the variable `/paasta/shop/token` was to be made then" in line for line in lines)
    assert any(line.endswith("[PD0709]") for line in lines)


async def test_a_plan_that_makes_values_is_carried_out(world: World) -> None:
    await world.deploy_well(with_token(), plan_basis=await basis(world, with_token()))

    await world.deploy_well(with_token(webs=3), plan_basis=await basis(world, with_token(webs=3)))


@pytest.mark.parametrize(
    "change", [{"state": "00"}, {"shown": "sha256:00"}, {"configs": {}}, {"seal": ""}]
)
async def test_a_basis_that_somebody_changed_is_refused_as_that(
    world: World, change: JsonObject
) -> None:
    await world.deploy_well()

    (line,) = await refusal(world, {**await basis(world), **change})

    assert "the plan is not as this director gave it out" in line
    assert line.endswith("[PD0707]")


async def test_a_new_value_is_named_without_its_version(world: World) -> None:
    await world.deploy_well(with_token())
    planned = await basis(world, with_token(webs=3))
    await rotate_well(world, "token")

    lines = await refusal(world, planned, with_token(webs=3))

    assert any("the variable `/paasta/shop/token` has a new value" in line for line in lines)


async def test_tasks_that_only_look_are_not_named(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world)
    await world.do(ListVmsRequest(instances=True), deployment=SHOP)
    await another_deploy(world)

    (line,) = [line for line in await refusal(world, planned) if "PD0704" in line]

    assert line.count("task ") == 1


async def test_the_check_ahead_refuses_without_a_task(world: World) -> None:
    await world.deploy_well()
    planned = await basis(world)
    await another_deploy(world)
    tasks = len(world.store.tasks())

    with pytest.raises(RejectedError, match="PD0704"):
        await world.planner.check_basis(DeployRequest(manifest=CHANGED, plan_basis=planned))
    assert len(world.store.tasks()) == tasks


async def test_a_basis_survives_json_and_tells_no_secret(world: World) -> None:
    secret = "correct-horse-battery-staple"
    await world.deploy_well(manifest(text=secret))
    planned = await basis(world, manifest(text=f"{secret}-2"))

    again = basis_from(json.loads(json.dumps(planned))).as_json()
    assert {**planned, **again} == planned
    assert planned.keys() - again.keys() == {"seal", "shown"}
    assert secret not in json.dumps(planned)


@pytest.mark.parametrize(
    "data", [{}, {"version": 2}, {"version": 1}, {"version": 2, "configs": 1}]
)
def test_what_is_no_basis_is_refused(data: JsonObject) -> None:
    with pytest.raises(ValueError, match="basis"):
        basis_from(data)
