"""Slugs, states and overrides, from texts to what planning wants."""

import pytest

from paasta_deploy.director.requests import DeployRequest, StatesRequest
from paasta_deploy.director.selecting import selected, wants_of
from paasta_deploy.director.slugs import selector
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.planning.wants import Renewal, Selector
from tests.unit.director.director_world import World

TASK = TaskId(7)


@pytest.mark.parametrize(
    ("slug", "group", "id_or_index"),
    [
        ("*", None, None),
        ("web", "web", None),
        ("web/0", "web", "0"),
        ("web/*", "web", None),
        ("web/", "web", None),
        ("*/0", None, "0"),
        ("web/a/b", "web", "a/b"),
    ],
)
def test_a_slug_is_a_group_and_an_id_or_index(
    slug: str, group: str | None, id_or_index: str | None
) -> None:
    made = selector(slug)
    assert (made.group, made.id_or_index) == (group, id_or_index)


async def test_a_slug_selects_what_it_names(world: World) -> None:
    await world.deploy_well()
    recorded = world.recorded
    assert len(selected(recorded, "*")) == 3
    assert [item.index for item in selected(recorded, "web")] == [0, 1]
    one = world.instance("web/1")
    assert selected(recorded, f"web/{one.instance_id}") == selected(recorded, "web/1") == (one,)


async def test_a_slug_that_names_nothing_tells_what_there_is(world: World) -> None:
    await world.deploy_well()
    with pytest.raises(NotFoundError) as caught:
        selected(world.recorded, "wbe")
    assert "'wbe' names no instance of deployment 'shop'" in str(caught.value)
    assert caught.value.hint == "there are: db/0, web/0, web/1"


@pytest.mark.parametrize(
    ("state", "renewal", "run_state"),
    [
        ("started", None, RunState.STARTED),
        ("stopped", None, RunState.STOPPED),
        ("detached", None, RunState.DETACHED),
        ("restart", Renewal.RESTART, RunState.STARTED),
        ("recreate", Renewal.RECREATE, RunState.STARTED),
    ],
)
def test_boshs_states_are_a_renewal_or_a_wish(
    state: str, renewal: Renewal | None, run_state: RunState
) -> None:
    wants = wants_of(StatesRequest(state=state, selector="web/0"), TASK)
    assert (wants.renewal, wants.run_state) == (renewal, run_state)
    assert wants.selectors == (selector("web/0"),)
    assert wants.task_id == TASK


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(PaastaError, match="asleep"):
        wants_of(StatesRequest(state="asleep"), TASK)


def test_the_options_of_a_deploy_become_wants() -> None:
    request = DeployRequest(
        manifest="", recreate=True, fix=True, skip_drain=("web", "*"), canaries="2",
        max_in_flight="50%",
    )  # fmt: skip
    wants = wants_of(request, TASK)
    assert wants.renewal is Renewal.RECREATE
    assert (wants.fix, wants.canaries, wants.max_in_flight) == (True, "2", "50%")
    assert wants.skip_drain == (selector("web"), Selector())
    assert wants_of(DeployRequest(manifest=""), TASK).renewal is None
