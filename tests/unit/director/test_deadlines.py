"""A deploy that runs out of time finishes what has begun, says what is left, and can go on."""

from collections.abc import Sequence

import pytest

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.values import JsonValue
from tests.unit.director.director_world import World, manifest

WEBS = 5
CHANGED = manifest(text="Bye", webs=WEBS)
HOUR_S = 3600


async def test_a_deadline_that_is_far_off_changes_nothing(world: World) -> None:
    await world.deploy_well(CHANGED, deadline_s=1_000_000)


async def test_a_deadline_that_has_passed_lets_nothing_begin(world: World) -> None:
    await world.deploy_well()
    machines = world.machines()

    task = await world.deploy(CHANGED, deadline_s=0)

    assert task.state is TaskState.CANCELLED
    assert world.machines() == machines
    assert world.recorded.deployment.manifest == manifest()
    assert "changes were not begun (web/" in str(task.result)


@pytest.mark.parametrize("late_at", range(1, 6))
async def test_nothing_is_left_half_done_and_the_next_deploy_finishes(
    world: World, late_at: int
) -> None:
    await world.deploy_well()
    starts, before = 0, world.agents.before_answer
    assert before is not None

    async def spend(agent: AgentId, method: str, arguments: Sequence[JsonValue]) -> None:
        nonlocal starts
        starts += method == "start"
        if method == "start" and starts == late_at:
            world.clock.advance(2 * HOUR_S)
        await before(agent, method, arguments)

    world.agents.before_answer = spend
    task = await world.deploy(CHANGED, deadline_s=HOUR_S)
    world.agents.before_answer = before

    done = [item for item in world.recorded.instances if item.group == "web" and item.converged]
    assert task.state is (TaskState.DONE if len(done) == WEBS else TaskState.CANCELLED)
    assert late_at > 1 or len(done) < WEBS, "not all begin at once"
    assert len(done) >= min(late_at, WEBS), "what had begun was finished"
    await world.deploy_well(CHANGED)
    assert len(world.machines()) == 1 + WEBS
    assert world.recorded.deployment.manifest == CHANGED
