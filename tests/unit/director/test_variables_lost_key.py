"""Variables whose key was lost: told, and what an operator can do then."""

from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.testing.toy_sealer import ToySealer
from tests.unit.director.director_world import World
from tests.unit.director.test_variables import PASSWORD, rendered, with_token


async def test_a_lost_key_is_told_and_nothing_is_changed(world: World) -> None:
    await world.deploy_well(with_token())
    world.vault._sealer = ToySealer("another key")  # noqa: SLF001 - the operator's accident
    task = await world.deploy(with_token(webs=3))

    assert task.state is TaskState.ERROR
    assert "sealed with another key" in str(task.result)
    assert len(world.recorded.instances) == 3


async def test_after_a_lost_key_everything_can_be_made_anew(world: World) -> None:
    await world.deploy_well(with_token())
    world.vault._sealer = ToySealer("another key")  # noqa: SLF001 - the operator's accident
    each_time = PASSWORD.replace("password}", "password, update_mode: overwrite}")
    await world.deploy_well(with_token(variables=each_time))
    await world.deploy_well(with_token())

    assert rendered(world) == "Hello password token#2\n"
