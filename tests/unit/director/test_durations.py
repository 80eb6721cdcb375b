"""Durations over restarts: own ones first, then those of others, then what providers say."""

from paasta_deploy.director.durations import DurationBook
from paasta_deploy.execution.estimate import Durations
from paasta_deploy.model.first_guesses import first_guess_s
from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.planning.actions import DeleteVm
from tests.unit.director.director_world import SHOP, World, manifest

OTHER = DeploymentName("other")
DELETE_VM = DeleteVm(agent_id=AgentId("a"), cid=None)


def book(world: World) -> DurationBook:
    return DurationBook(store=world.store, observation=world.observation)


def seen(seconds: float) -> Durations:
    found = Durations()
    found.saw(DELETE_VM, seconds)
    return found


async def test_what_was_seen_is_known_after_a_restart(world: World) -> None:
    book(world).keep(SHOP, seen(7.0))

    assert book(world).of(SHOP).expected_s(DELETE_VM) == 7.0


async def test_another_deployment_is_better_than_a_guess(world: World) -> None:
    book(world).keep(SHOP, seen(7.0))

    assert book(world).of(OTHER).expected_s(DELETE_VM) == 7.0
    book(world).keep(OTHER, seen(9.0))
    assert book(world).of(SHOP).expected_s(DELETE_VM) == 7.0, "its own ones count first"


async def test_a_provider_is_better_than_a_guess(world: World) -> None:
    expected_s = world.provider.capabilities().expected_s["delete_vm"]

    assert book(world).of(SHOP).expected_s(DELETE_VM) == expected_s
    assert expected_s != first_guess_s("DeleteVm")


async def test_a_task_remembers_what_its_steps_took(world: World) -> None:
    await world.deploy_well()

    known = book(world).of(SHOP).known_s

    assert {"CreateVm", "CreateVm/db", "StartInstance/web", "ApplyInstance"} <= set(known)


async def test_a_deploy_of_nothing_writes_nothing(world: World) -> None:
    await world.deploy_well()
    world.store.put_setting("durations/shop", '{"CreateVm": 5.0}')
    await world.deploy_well(manifest())

    assert book(world).of(SHOP).known_s["CreateVm"] == 5.0


async def test_a_damaged_book_is_an_empty_one(world: World) -> None:
    world.store.put_setting("durations/shop", "{")

    assert book(world).of(SHOP).known_s == {}
