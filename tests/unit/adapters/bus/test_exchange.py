"""When to send a request, when to send it again, and when to give up: told step by step."""

import asyncio
import math

import pytest

from paasta_deploy.adapters.bus.exchange import (
    PAUSE_AWAY_S_MAX,
    PAUSE_S_MAX,
    PAUSE_S_MIN,
    REPEAT_S,
    Exchange,
)
from paasta_deploy.adapters.bus.links import AgentLink
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.model.ids import AgentId
from paasta_deploy.wire.agent_messages import AgentRequest, AgentValue

GRACE_S = 3.0


def link(*, connected: bool = True, lost_at_s: float = 0.0) -> AgentLink:
    """Return an agent's end."""
    return AgentLink(AgentId("a"), lost_at_s, is_connected=connected)


def exchange(agent: AgentLink, method: str = "stop") -> Exchange:
    """Return a request that was not sent yet."""
    request = AgentRequest(method=method, reply_to="r")
    return Exchange(agent, request, GRACE_S, asyncio.Event())


def test_a_request_is_sent_at_once_and_then_waits() -> None:
    one = exchange(link())
    assert one.may_send(100.0)
    one.sent(100.0)

    assert not one.may_send(100.0)
    assert one.give_up_s == math.inf
    one.check(1e9)


def test_what_acts_is_sent_once_however_long_it_takes() -> None:
    agent = link()
    one = exchange(agent, "stop")
    one.sent(0.0)
    agent.connected(5.0)

    assert not one.may_send(1e9)


def test_what_asks_is_sent_again_from_time_to_time_and_after_each_renewal() -> None:
    agent = link()
    one = exchange(agent, "get_state")
    one.sent(0.0)
    assert not one.may_send(REPEAT_S - 0.1)
    assert one.may_send(REPEAT_S)

    one.sent(REPEAT_S)
    agent.interrupted(REPEAT_S)
    assert one.may_send(REPEAT_S)


@pytest.mark.parametrize(
    ("connected", "longest_s"), [(True, PAUSE_S_MAX), (False, PAUSE_AWAY_S_MAX)]
)
def test_what_nobody_heard_is_sent_again_soon_and_then_less_often(
    connected: bool, longest_s: float
) -> None:
    one = exchange(link(connected=connected), "stop")
    now_s, pauses = 0.0, []
    for _ in range(12):
        one.sent(now_s)
        one.unheard(now_s)
        pauses.append(round(one.next_send_s - now_s, 6))
        assert not one.may_send(now_s)
        now_s = one.next_send_s
        assert one.may_send(now_s)

    assert pauses[0] == PAUSE_S_MIN
    assert pauses == sorted(pauses)
    assert pauses[-1] == longest_s


def test_what_nobody_heard_is_sent_at_once_when_the_agent_connects() -> None:
    agent = link(connected=False)
    one = exchange(agent, "stop")
    one.sent(0.0)
    one.unheard(0.0)
    agent.connected(0.001)

    assert one.may_send(0.001)


def test_an_agent_that_has_long_been_away_is_given_up_at_once() -> None:
    one = exchange(link(connected=False, lost_at_s=10.0))
    one.sent(100.0)
    one.check(100.0)  # whether it listens is not known yet
    one.unheard(100.001)

    with pytest.raises(AgentUnreachableError, match="not connected"):
        one.check(100.001)


def test_an_agent_that_just_went_gets_its_grace() -> None:
    one = exchange(link(connected=False, lost_at_s=100.0))
    one.sent(101.0)
    one.unheard(101.0)
    one.check(102.9)

    assert one.give_up_s == 100.0 + GRACE_S
    with pytest.raises(AgentUnreachableError):
        one.check(103.0)


def test_an_agent_that_connected_and_does_not_listen_gets_its_grace_from_then() -> None:
    one = exchange(link(connected=True, lost_at_s=1.0))
    one.sent(100.0)
    one.unheard(100.0)

    assert one.give_up_s == 100.0 + GRACE_S


@pytest.mark.parametrize("method", ["stop", "get_state"])
def test_an_agent_that_goes_while_its_answer_is_awaited_gets_its_grace(method: str) -> None:
    agent = link()
    one = exchange(agent, method)
    one.sent(100.0)
    agent.disconnected(110.0)

    assert one.give_up_s == 110.0 + GRACE_S
    with pytest.raises(AgentUnreachableError, match="may have done what was asked"):
        one.check(113.0)


def test_news_of_an_old_loss_says_nothing_about_a_request_that_was_heard() -> None:
    one = exchange(link(connected=False, lost_at_s=10.0))
    one.sent(100.0)

    one.check(1e9)


def test_after_a_renewal_what_acts_is_awaited_for_the_grace_and_what_asks_for_ever() -> None:
    agent = link()
    acting, asking = exchange(agent, "stop"), exchange(agent, "ping")
    acting.sent(100.0)
    asking.sent(100.0)
    agent.interrupted(105.0)

    assert acting.give_up_s == 105.0 + GRACE_S
    assert asking.give_up_s == math.inf


def test_a_forgotten_agent_is_given_up() -> None:
    agent = link()
    one = exchange(agent)
    one.sent(0.0)
    agent.is_forgotten = True

    with pytest.raises(AgentUnreachableError, match="VM was deleted"):
        one.check(0.0)


def test_an_answer_and_a_silence_wake_who_waits() -> None:
    one, two = exchange(link()), exchange(link())
    one.answered(AgentValue(value="pong"))
    two.unheard(0.0)

    assert one.answer == AgentValue(value="pong")
    assert (one.wake.is_set(), two.wake.is_set()) == (True, True)
