"""Who is connected, from events and lists that overtake each other.

Properties: an agent is connected exactly when it has an open connection; a list with the events
around it, in any interleaving that a server can produce, ends with what is really open.
"""

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.bus.presence import ConnectionId, Presence, PresenceChange
from paasta_deploy.model.ids import AgentId

A, B = AgentId("a"), AgentId("b")
NUMBERS = st.integers(0, 9)


def connection(number: int) -> ConnectionId:
    """Return one connection; its number tells whose it is."""
    return ("server", number)


def owner(number: int) -> AgentId:
    """Return whose connection a number is: two agents share ten numbers."""
    return A if number % 2 else B


def apply(presence: Presence, open_now: set[int], number: int) -> PresenceChange:
    """Open the connection, or close it if it is open; keep ``open_now`` as the server does."""
    if number in open_now:
        open_now.discard(number)
        return presence.closed(connection(number))
    open_now.add(number)
    return presence.opened(connection(number), owner(number))


@given(st.lists(NUMBERS, max_size=30))
def test_an_agent_is_connected_exactly_when_a_connection_is_open(numbers: list[int]) -> None:
    presence, open_now = Presence(), set[int]()
    for number in numbers:
        change = apply(presence, open_now, number)
        owners = {owner(one) for one in open_now}

        assert {agent for agent in (A, B) if presence.is_connected(agent)} == owners
        assert all(agent in owners for agent in change.came)
        assert all(agent not in owners for agent in change.went)


@given(
    before=st.lists(NUMBERS, max_size=10),
    unseen=st.lists(NUMBERS, max_size=10),
    before_list=st.lists(NUMBERS, max_size=10),
    after_list=st.lists(NUMBERS, max_size=10),
)
def test_a_list_and_the_events_around_it_end_with_what_is_open(
    before: list[int], unseen: list[int], before_list: list[int], after_list: list[int]
) -> None:
    presence, open_now = Presence(), set[int]()
    for number in before:
        apply(presence, open_now, number)
    for number in unseen:  # while our connection was down
        open_now ^= {number}
    # Numbers are never used twice by a server, so what is seen now is new or was open.
    presence.begin_sync()
    fresh = {number: 10 + number for number in range(10)}
    events: list[tuple[bool, int]] = []

    def server_does(number: int) -> None:
        live = number if number in open_now else fresh[number]
        if live in open_now:
            open_now.discard(live)
            fresh[number] += 10
            events.append((False, live))
        else:
            open_now.add(live)
            events.append((True, live))

    for number in before_list:
        server_does(number)
    listed = [(connection(one), owner(one)) for one in open_now]
    for number in after_list:
        server_does(number)
    for is_opened, live in events:
        if is_opened:
            presence.opened(connection(live), owner(live))
        else:
            presence.closed(connection(live))
    was = {agent for agent in (A, B) if presence.is_connected(agent)}
    change = presence.end_sync(listed)
    now = {owner(one) for one in open_now}

    assert {agent for agent in (A, B) if presence.is_connected(agent)} == now
    assert was - set(change.went) | set(change.came) == now
    assert not set(change.came) & set(change.went)


def test_an_agent_that_only_changed_its_connection_came_and_did_not_go() -> None:
    presence = Presence()
    presence.opened(connection(1), A)
    presence.begin_sync()

    change = presence.end_sync([(connection(3), A)])
    assert change == PresenceChange(came=(A,), went=())


def test_an_event_that_is_told_twice_counts_once() -> None:
    presence = Presence()
    presence.opened(connection(1), A)
    assert presence.opened(connection(1), A) == PresenceChange()
    assert presence.closed(connection(1)) == PresenceChange(went=(A,))
    assert presence.closed(connection(1)) == PresenceChange()


def test_equal_numbers_of_two_servers_are_two_connections() -> None:
    presence = Presence()
    presence.opened(("one", 1), A)
    presence.opened(("two", 1), A)

    assert presence.closed(("one", 1)) == PresenceChange()
    assert presence.closed(("two", 1)) == PresenceChange(went=(A,))
