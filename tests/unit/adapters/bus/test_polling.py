"""When to ask an agent about a long action."""

from itertools import pairwise

from paasta_deploy.adapters.bus.links import AgentLink
from paasta_deploy.adapters.bus.polling import POLL_S_MAX, SAFETY_POLL_S, Polling
from paasta_deploy.model.ids import AgentId

GRACE_S = 3.0


def link(*, connected: bool = True) -> AgentLink:
    """Return an agent's end."""
    return AgentLink(AgentId("a"), 0.0, is_connected=connected)


def test_a_bosh_agent_is_asked_soon_and_then_every_second() -> None:
    polling = Polling(link(), pushes=False, grace_s=GRACE_S, next_s=100.0)
    asked: list[float] = []
    now_s = 100.0
    while len(asked) < 10:
        assert polling.is_due(now_s)
        asked.append(now_s)
        polling.asked(now_s)
        assert not polling.is_due(now_s)
        now_s = polling.next_s
    pauses = [round(after - before, 3) for before, after in pairwise(asked)]

    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.8, POLL_S_MAX, POLL_S_MAX, POLL_S_MAX, POLL_S_MAX]


def test_an_agent_that_tells_is_asked_seldom() -> None:
    polling = Polling(link(), pushes=True, grace_s=GRACE_S, next_s=100.0)
    polling.asked(100.0)

    assert not polling.is_due(100.0 + SAFETY_POLL_S - 0.1)
    assert polling.is_due(100.0 + SAFETY_POLL_S)


def test_a_renewed_connection_makes_it_due_once() -> None:
    agent = link()
    polling = Polling(agent, pushes=True, grace_s=GRACE_S, next_s=100.0)
    agent.interrupted(50.0)

    assert polling.is_due(50.0)
    polling.asked(50.0)
    assert not polling.is_due(51.0)


def test_an_agent_that_went_is_asked_after_the_grace_once() -> None:
    agent = link()
    polling = Polling(agent, pushes=True, grace_s=GRACE_S, next_s=100.0)
    agent.disconnected(50.0)

    assert not polling.is_due(52.0)
    assert polling.next_s == 53.0
    assert polling.is_due(53.0)
    polling.asked(53.0)
    assert not polling.is_due(54.0)


def test_an_agent_that_went_just_before_is_asked_as_well() -> None:
    agent = link()
    agent.disconnected(49.0)
    polling = Polling(agent, pushes=True, grace_s=GRACE_S, next_s=100.0)

    assert not polling.is_due(50.0)
    assert polling.is_due(52.0)
