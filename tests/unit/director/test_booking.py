"""Two deploys that think at the same time choose different addresses, for all that they make."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from paasta_deploy.director.preparing import Prepared
from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.model.ids import DeploymentName, TaskId
from tests.unit.director.director_world import SHOP, World
from tests.unit.director.world_texts import manifest

OTHER = DeploymentName("other")
SHOPS = DeployRequest(manifest=manifest(), manifest_name="shop.yml")
OTHERS = replace(SHOPS, manifest=manifest().replace("name: shop\n", "name: other\n", 1))


def chosen(prepared: Prepared) -> Iterator[str]:
    """Yield the addresses of instances, and those of the VMs that will compile."""
    for placed in prepared.placement.instances:
        for held in placed.record.addresses:
            yield str(held.ip)
    for lane in prepared.packages.lanes:
        for network in lane.vm.networks:
            yield str(network.ip)


async def test_what_a_task_has_chosen_is_taken_for_others_until_it_ends(world: World) -> None:
    first = list(chosen(world.preparation.prepare(SHOPS, task_id=TaskId(1))))
    second = list(chosen(world.preparation.prepare(OTHERS, task_id=TaskId(2))))
    assert len(first) == len(second) == 4, "three instances and a VM that compiles"
    assert not set(first) & set(second)

    world.preparation.booking.release(SHOP)
    world.preparation.booking.release(OTHER)
    third = list(chosen(world.preparation.prepare(OTHERS, task_id=TaskId(3))))
    assert third == first


async def test_who_only_asks_keeps_nothing(world: World) -> None:
    alone = list(chosen(world.preparation.prepare(SHOPS)))
    dry = list(chosen(world.preparation.prepare(replace(OTHERS, dry_run=True), task_id=TaskId(1))))
    assert list(chosen(world.preparation.prepare(OTHERS))) == alone == dry


async def test_threads_that_choose_at_the_same_time_do_not_meet(world: World) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(world.preparation.prepare, request, task_id=TaskId(number))
            for number, request in enumerate((SHOPS, OTHERS))
        ]
        found = [address for one in both for address in chosen(one.result())]
    assert len(set(found)) == len(found)


async def test_a_deploy_that_has_ended_keeps_nothing(world: World) -> None:
    *_, compiles_at = chosen(world.preparation.prepare(SHOPS))
    await world.deploy_well()
    others = list(chosen(world.preparation.prepare(OTHERS, task_id=TaskId(9))))
    assert compiles_at in others
    assert not set(others) & {
        str(one.ip) for record in world.recorded.instances for one in record.addresses
    }
