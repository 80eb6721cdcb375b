"""Certificates of the director and of agents never come to their end unnoticed."""

import asyncio
from datetime import timedelta

from paasta_deploy.testing.clock import EPOCH
from tests.unit.director.director_world import World

DAY_S = timedelta(days=1).total_seconds()


def told(world: World) -> list[str]:
    """Return the agents that got settings, since the last deploy."""
    return world.asked("update_settings")


async def test_they_are_listed_as_boshs_cli_reads_them(world: World) -> None:
    first, second = world.certificates.expiries()

    assert first == {
        "certificate_path": "nats.pem",
        "expiry": "2027-02-02T00:00:00Z",
        "days_left": 397,
    }
    assert second["certificate_path"] == "ca.pem"
    assert world.certificates.full()[1]["renewal"] == "by a test"


async def test_a_server_certificate_is_renewed_and_shown_before_its_end(world: World) -> None:
    await world.certificates.look()
    assert world.own_certificates.shown == 0
    world.clock.advance(340 * DAY_S)
    await world.certificates.look()
    await world.certificates.look()

    assert world.own_certificates.shown == 1
    assert world.certificates.expiries()[0]["days_left"] == 397


async def test_who_ends_soon_is_told_with_what_to_do(world: World) -> None:
    assert world.certificates.remarks() == []
    world.own_certificates.end_soon()

    assert world.certificates.remarks() == [
        "the certificate `ca.pem` expires in 3 days; it is renewed by a test"
    ]
    assert world.certificates.full()[0]["ends_soon"]


async def test_agents_that_nobody_deploys_to_get_new_certificates_in_time(world: World) -> None:
    await world.deploy_well()
    await world.certificates.look()
    world.questions.clear()
    await world.certificates.look()
    assert told(world) == []
    world.clock.advance(122 * DAY_S)
    await world.certificates.look()

    assert sorted(told(world)) == ["db/0", "web/0", "web/1"]
    world.questions.clear()
    await world.certificates.look()
    assert told(world) == [], "all have one: it is a third of a year again"


async def test_a_silent_agent_is_told_of_and_tried_again(world: World) -> None:
    await world.deploy_well()
    world.deafen("update_settings", slug="web/1")
    await world.certificates.look()
    (remark,) = world.certificates.remarks()
    assert "1 agents have not taken a new certificate" in remark
    world.listen()
    world.questions.clear()
    await world.certificates.look()

    assert "web/1" in told(world)
    assert world.certificates.remarks() == []


async def test_it_looks_again_every_day(world: World) -> None:
    world.certificates.start()
    try:
        async with asyncio.timeout(60):
            await world.own_certificates.was_shown.wait()
    finally:
        await world.certificates.close()

    assert world.clock.now() - EPOCH >= timedelta(days=337)


async def test_a_new_certificate_says_nothing_of_disks(world: World) -> None:
    """Disks keep the names that the last deploy gave them."""
    await world.deploy_well()
    (vm, *_) = world.store.vms()
    agent = world.agents.agent(vm.agent_id)
    assert agent is not None
    agent.named = {"wal": "disk-1"}

    await world.certificates.look()

    assert world.asked("update_settings")
    assert agent.named == {"wal": "disk-1"}
