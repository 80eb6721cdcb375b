"""An order of groups by links.

Laws, over random graphs of groups:
- nobody waits for itself, over any number of steps;
- who reads a needed link waits for its provider, unless both are in one ring;
- groups of a ring wait for the same others;
- what is not tied by links waits for nobody (nothing is ordered without a reason);
- the order of taking away is the order of starting, the other way round.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.link_order import LinkOrder, Reading, link_order, reversed_order
from paasta_deploy.model.ids import InstanceGroupName

Names = tuple[InstanceGroupName, ...]


def names(text: str) -> Names:
    return tuple(map(InstanceGroupName, text.split()))


def readings(*texts: str) -> list[Reading]:
    """Return who reads whom from ``web db``, and ``web?db`` where it can do without."""
    found = []
    for text in texts:
        consumer, provider = text.replace("?", " ").split()
        found.append(
            Reading(
                consumer=InstanceGroupName(consumer),
                provider=InstanceGroupName(provider),
                is_optional="?" in text,
            )
        )
    return found


def waits(order: LinkOrder) -> Mapping[str, Sequence[str]]:
    return {name: list(others) for name, others in order.waits.items()}


def test_consumers_wait_for_providers_and_everything_else_for_nobody() -> None:
    order = link_order(names("web api db mail"), readings("web api", "api db", "web web"))

    assert waits(order) == {"web": ["api"], "api": ["db"], "db": [], "mail": []}
    assert order.sequence == ("db", "mail", "api", "web")
    assert order.rings == ()


def test_groups_of_a_ring_go_together_and_wait_for_the_same_others() -> None:
    order = link_order(
        names("one two three web"), readings("one two", "two one", "one three", "web two")
    )

    assert order.rings == (("one", "two"),)
    assert waits(order) == {"one": ["three"], "two": ["three"], "three": [], "web": ["two"]}


def test_what_waits_for_one_of_a_ring_waits_for_that_one() -> None:
    order = link_order(names("a b c"), readings("a b", "b a", "c a"))

    assert waits(order)["c"] == ["a"]


def test_an_optional_link_orders_where_it_closes_no_ring() -> None:
    order = link_order(names("db watch web"), readings("watch db", "db?watch", "web?db"))

    assert waits(order) == {"db": [], "watch": ["db"], "web": ["db"]}


def test_groups_that_do_not_take_part_are_no_reason() -> None:
    order = link_order(names("web"), readings("web errand", "errand web"))

    assert waits(order) == {"web": []}


def test_taking_away_goes_the_other_way_round() -> None:
    order = reversed_order(link_order(names("web api db"), readings("web api", "api db")))

    assert waits(order) == {"web": [], "api": ["web"], "db": ["api"]}


def test_a_long_chain_needs_no_deep_stack() -> None:
    chain = names(" ".join(f"g{number}" for number in range(3000)))
    ties = [Reading(consumer=one, provider=other) for one, other in pairwise(chain)]

    order = link_order(chain, ties)

    assert order.levels[chain[0]] == 3000
    assert order.sequence == tuple(reversed(chain))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Names, list[Reading]]:
    groups = names(" ".join("abcdefg"[: draw(st.integers(1, 7))]))
    some = st.sampled_from(groups)
    made = st.builds(Reading, consumer=some, provider=some, is_optional=st.booleans())
    return groups, draw(st.lists(made, max_size=14))


def reached(order: LinkOrder, start: InstanceGroupName) -> set[InstanceGroupName]:
    """Return everybody whom ``start`` waits for."""
    seen: set[InstanceGroupName] = set()
    stack = [start]
    while stack:
        fresh = set(order.waits[stack.pop()]) - seen
        seen |= fresh
        stack.extend(fresh)
    return seen


@given(given_=graphs())
def test_an_order_is_sound_complete_and_has_no_more_than_is_needed(
    given_: tuple[Names, list[Reading]],
) -> None:
    groups, ties = given_
    order = link_order(groups, ties)
    ring_of = {name: ring for ring in order.rings for name in ring}

    assert set(order.waits) == set(groups)
    for name in groups:
        assert name not in reached(order, name)
    for tie in ties:
        together = ring_of.get(tie.consumer)
        if tie.consumer == tie.provider or tie.is_optional:
            continue
        is_one_ring = together is not None and tie.provider in together
        assert is_one_ring or tie.provider in order.waits[tie.consumer]
    for ring in order.rings:
        assert len({order.waits[name] for name in ring}) == 1
    wanted = {(tie.consumer, tie.provider) for tie in ties}
    for name, others in order.waits.items():
        mine = ring_of.get(name, (name,))
        assert all(any((one, other) in wanted for one in mine) for other in others)


@given(given_=graphs())
def test_nobody_stands_before_whom_it_waits_for(given_: tuple[Names, list[Reading]]) -> None:
    order = link_order(*given_)
    place = {name: number for number, name in enumerate(order.sequence)}
    back = reversed_order(order)

    for name, others in order.waits.items():
        assert all(place[other] < place[name] for other in others)
        assert all(name in back.waits[other] for other in others)
