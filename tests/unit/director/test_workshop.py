"""Making values: what fails, what is cut off, and what stays."""

import asyncio

import pytest

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.ids import DeploymentName, VariableId
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import SHOP, World
from tests.unit.director.test_variables import PASSWORD, versions, with_token

MANY = PASSWORD + "".join(f"- {{name: p{n}, type: password}}\n" for n in range(20))


async def test_a_generator_that_fails_ends_the_deploy_and_keeps_what_was_made(
    world: World,
) -> None:
    world.values.broken = "p7"
    task = await world.deploy(with_token(variables=MANY))
    assert task.state is TaskState.ERROR
    assert "p7 cannot be made" in str(task.result)
    assert world.store.recorded_deployment(SHOP) is None

    kept = {one.name: one.variable_id for one in world.store.variables()}
    world.values.broken = ""
    await world.deploy_well(with_token(variables=MANY))
    assert kept.items() <= {one.name: one.variable_id for one in world.store.variables()}.items()


async def test_a_cancelled_deploy_makes_no_more_values(world: World) -> None:
    made = await world.submit(DeployRequest(manifest=with_token(variables=MANY)))
    loop = asyncio.get_running_loop()
    world.values.when_made = lambda: asyncio.run_coroutine_threadsafe(
        world.tasks.cancel(made.task_id), loop
    ).result(60)
    ended = await world.tasks.wait(made.task_id)

    assert ended.state is TaskState.CANCELLED
    assert len(world.store.variables()) < 21


async def test_an_environment_whose_version_is_gone_is_told(world: World) -> None:
    await world.deploy_well(with_token())
    with pytest.raises(VariableError, match="token is gone in the version"):
        world.variables.fill_env(
            DeploymentName("shop"), {"a": "((token))"}, {"token": VariableId("gone")}
        )
    (version,) = versions(world, "token")
    filled = world.variables.fill_env(
        DeploymentName("shop"), {"a": "x((token))"}, {"token": version.variable_id}
    )
    assert filled == {"a": "xpassword token#1"}
