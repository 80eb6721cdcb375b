"""What is known of agents: bounded, dropped when forgotten, and no news is lost by a waiter."""

import asyncio
from collections.abc import Callable

import pytest

from paasta_deploy.adapters.bus.links import FORGOTTEN_MAX, AgentLink, AgentLinks
from paasta_deploy.model.ids import AgentId
from paasta_deploy.wire.agent_messages import AgentInfo, AgentTaskId, AgentValue

A = AgentId("a")
T = AgentTaskId("t")
DONE = AgentValue(value="done")


async def test_the_end_of_a_task_is_claimed_once() -> None:
    links = AgentLinks()
    links.of(A)
    links.finished(A, T, DONE)

    assert links.claim(A, T) == DONE
    assert links.claim(A, T) is None


async def test_ends_that_nobody_claims_do_not_pile_up() -> None:
    links = AgentLinks(unclaimed_max=2)
    links.of(A)
    for number in range(5):
        links.finished(A, AgentTaskId(str(number)), DONE)
    claimed = [links.claim(A, AgentTaskId(str(number))) for number in range(5)]

    assert claimed == [None, None, None, DONE, DONE]


async def test_the_end_of_a_task_of_an_unknown_agent_is_not_kept() -> None:
    links = AgentLinks()
    links.finished(A, T, DONE)

    assert links.claim(A, T) is None
    assert links.get(A) is None


async def test_forgetting_drops_everything_and_tells_who_waits() -> None:
    links = AgentLinks()
    link = links.of(A)
    links.finished(A, T, DONE)
    with link.watched() as watcher:
        links.forget(A)

        assert watcher.is_set()
    assert link.is_forgotten
    assert links.get(A) is None
    assert links.claim(A, T) is None
    assert links.was_forgotten(A)
    assert list(links) == []


async def test_only_the_latest_forgotten_agents_are_remembered() -> None:
    links = AgentLinks()
    for number in range(FORGOTTEN_MAX + 1):
        links.forget(AgentId(str(number)))

    assert not links.was_forgotten(AgentId("0"))
    assert links.was_forgotten(AgentId(str(FORGOTTEN_MAX)))


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link.connected(1.0),
        lambda link: link.disconnected(2.0),
        lambda link: link.interrupted(3.0),
        lambda link: link.notify(),
    ],
)
async def test_every_change_wakes_every_watcher_until_it_leaves(
    change: Callable[[AgentLink], None],
) -> None:
    link = AgentLinks().of(A)
    with link.watched() as one, link.watched() as two:
        change(link)
        assert [one.is_set(), two.is_set()] == [True, True]

    assert link.watchers == set()


async def test_a_new_connection_may_be_another_process_so_what_info_said_is_forgotten() -> None:
    link = AgentLink(A, 0.0, info=AgentInfo(push_tasks=True))
    link.connected(1.0)

    assert link.info is None
    assert link.generation == 1


async def test_an_agent_that_was_never_seen_is_away_since_the_beginning() -> None:
    began_s = asyncio.get_running_loop().time()
    link = AgentLinks().of(A)

    assert link.lost_at_s >= began_s
    assert not link.is_connected
