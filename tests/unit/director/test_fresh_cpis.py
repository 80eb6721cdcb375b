"""Tasks begin with CPIs that have the newest values."""

from typing import NoReturn

from paasta_deploy.manifest import Node
from paasta_deploy.model.errors import VariableError
from paasta_deploy.model.lifecycle import TaskState
from tests.unit.director.director_world import World
from tests.unit.director.test_variables_in_configs import CPI, text


async def test_a_cpi_config_without_variables_is_not_looked_at_again(world: World) -> None:
    await world.configs.save("cpi", "default", CPI.replace("((/shared/key))", "me"))
    before = len(world.toy_cpis.used)
    await world.deploy_well()

    assert len(world.toy_cpis.used) == before


async def test_a_value_that_cannot_be_opened_stops_no_task(world: World) -> None:
    await world.deploy_well(text())
    await world.configs.save("cpi", "default", CPI)
    before = len(world.toy_cpis.used)

    def lost(_node: Node) -> NoReturn:
        raise VariableError("The value was sealed with another key.")

    world.configs._fill = lost  # noqa: SLF001 - the operator's accident
    task = await world.change("stopped")

    assert task.state is TaskState.DONE, task.result
    assert len(world.toy_cpis.used) == before
