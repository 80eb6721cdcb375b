"""What holds of every history of deploys, whatever is asked for.

Laws: placing what was placed changes nothing; growing a group moves nobody; a group that is added
anywhere, or groups in another order, change nobody else; without disks and static addresses a
group is even over its AZs within one; no address twice, none reserved or outside or of another
AZ, none static that is not listed; what is taken away and asked for again is a right placement;
indexes are unique in a group, and exactly one of its instances is the bootstrap.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network

from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.model.cloud_config import ManualNetwork
from paasta_deploy.model.ids import AzName, NetworkName
from paasta_deploy.model.recorded import InstanceRecord, RecordedDeployment
from paasta_deploy.planning.placement import Placement
from tests.unit.planning.placing import after, cloud_config, holders, nothing, placed

AZS = st.lists(st.sampled_from(["z1", "z2", "z3"]), min_size=1, max_size=3, unique=True)
ALL = ("z1", "z2", "z3")
"""The AZs of groups with static addresses: an address cannot follow them out of an AZ (130008)."""
NETWORKS = st.sampled_from(["default", "wide", "over", "six", "blocks", "default,wide", "cloud"])


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One group that is asked for."""

    name: str
    count: int
    azs: tuple[str, ...]
    networks: str
    disk: bool = False
    first_static: int = 0

    def text(self) -> str:
        """Return the group in the language of ``placing``."""
        words = [self.name, str(self.count), ",".join(self.azs), f"net={self.networks}"]
        if self.disk:
            words.append("disk")
        if self.first_static and self.count:
            low = self.first_static
            words.append(f"static=10.1.0.{low}-10.1.0.{low + self.count - 1}")
        return " ".join(words)


def wishes(name: str) -> st.SearchStrategy[Wish]:
    chosen = st.builds(
        Wish,
        name=st.just(name),
        count=st.integers(0, 4),
        azs=AZS.map(tuple),
        networks=NETWORKS,
        disk=st.booleans(),
    )
    # Each group has its own part of the static pool, so that no two want one address.
    low = 100 + 5 * (ord(name) - ord("a"))
    return st.one_of(
        chosen, chosen.map(lambda wish: replace(wish, networks="wide", first_static=low, azs=ALL))
    )


def deploys() -> st.SearchStrategy[tuple[Wish, ...]]:
    return (
        st.lists(st.sampled_from("abc"), max_size=3, unique=True)
        .flatmap(lambda names: st.tuples(*(wishes(name) for name in names)))
        .map(tuple)
    )


def text_of(deploy: Sequence[Wish]) -> str:
    return "; ".join(wish.text() for wish in deploy)


def carried_out(
    history: Sequence[Sequence[Wish]],
) -> tuple[RecordedDeployment, Placement | None]:
    """Return the records after the whole history, and its last placement."""
    recorded, placement = nothing(), None
    for deploy in history:
        text = text_of(deploy)
        placement = placed(text, recorded)
        assert not placement.diagnostics
        recorded = after(placement, recorded, deploy=text)
    return recorded, placement


def by_id(records: Sequence[InstanceRecord]) -> dict[str, InstanceRecord]:
    return {record.instance_id: record for record in records}


HISTORIES = st.lists(deploys(), min_size=1, max_size=4)


@settings(max_examples=60)
@given(history=HISTORIES)
def test_every_placement_is_right_and_a_fixpoint(history: list[tuple[Wish, ...]]) -> None:
    recorded, placement = carried_out(history)
    assert placement is not None

    check_identities(placement, history[-1])
    check_addresses(placement, history[-1])
    again = placed(text_of(history[-1]), recorded)
    assert again.changes == ()
    assert again.obsolete == ()


def check_identities(placement: Placement, deploy: Sequence[Wish]) -> None:
    for wish in deploy:
        members = [item.record for item in placement.instances if item.record.group == wish.name]
        assert len({record.index for record in members}) == len(members) == wish.count
        assert sum(record.bootstrap for record in members) == min(1, wish.count)
        assert {record.az for record in members} <= set(wish.azs)


def check_addresses(placement: Placement, deploy: Sequence[Wish]) -> None:
    found = [ip for item in placement.instances for ip in item.addresses.values()]
    assert len(found) == len(set(found))
    static = {wish.name for wish in deploy if wish.first_static}
    for item in placement.instances:
        for name, ip in item.addresses.items():
            network = cloud_config().networks[name]
            assert isinstance(network, ManualNetwork)
            (subnet,) = (
                subnet
                for subnet in network.subnets
                if ip in ip_network(str(subnet.range)) and subnet.serves(item.record.az)
            )
            assert ip not in subnet.restricted()
            assert (ip in subnet.static) == (item.record.group in static)
            assert not subnet.prefix or not int(ip) % 16


@settings(max_examples=40)
@given(history=HISTORIES, more=st.integers(1, 4), which=st.integers(0, 2))
def test_growing_a_group_moves_nobody(
    history: list[tuple[Wish, ...]], more: int, which: int
) -> None:
    recorded, _ = carried_out(history)
    last = [wish for wish in history[-1] if not wish.first_static]
    if not last:
        return
    chosen = last[which % len(last)]
    grown = tuple(
        replace(wish, count=wish.count + more) if wish is chosen else wish for wish in history[-1]
    )

    placement = placed(text_of(grown), recorded)

    now = by_id([item.record for item in placement.instances])
    assert placement.obsolete == ()
    if chosen.count:
        assert all(now[record.instance_id] == record for record in recorded.instances)
    assert len(now) == len(recorded.instances) + more


@settings(max_examples=40)
@given(history=HISTORIES, new=wishes("d"), where=st.integers(0, 3))
def test_a_group_that_is_added_anywhere_changes_nobody_else(
    history: list[tuple[Wish, ...]], new: Wish, where: int
) -> None:
    recorded, _ = carried_out(history)
    more = [*history[-1]]
    more.insert(where, new)

    placement = placed(text_of(more), recorded)

    now = by_id([item.record for item in placement.instances])
    assert placement.obsolete == ()
    assert all(now[record.instance_id] == record for record in recorded.instances)


@settings(max_examples=30)
@given(history=HISTORIES, order=st.randoms(use_true_random=False))
def test_groups_in_another_order_change_nothing(
    history: list[tuple[Wish, ...]], order: object
) -> None:
    recorded, _ = carried_out(history)
    shuffled = [*history[-1]]
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' own random.Random

    placement = placed(text_of(shuffled), recorded)

    assert placement.changes == ()
    assert placement.obsolete == ()


@settings(max_examples=40)
@given(counts=st.lists(st.tuples(st.integers(0, 7), AZS), min_size=1, max_size=4))
def test_without_pins_a_group_is_always_even_over_its_azs(
    counts: list[tuple[int, list[str]]],
) -> None:
    history = [
        (Wish(name="a", count=count, azs=tuple(azs), networks="default"),) for count, azs in counts
    ]

    _, placement = carried_out(history)

    assert placement is not None
    population = Counter(item.record.az for item in placement.instances)
    in_azs = [population[AzName(az)] for az in counts[-1][1]]
    assert max(in_azs) - min(in_azs) <= 1


@settings(max_examples=30)
@given(history=HISTORIES)
def test_what_is_taken_away_and_asked_for_again_is_placed_rightly(
    history: list[tuple[Wish, ...]],
) -> None:
    _, placement = carried_out([*history, (), history[-1]])

    assert placement is not None
    assert all(item.is_new for item in placement.instances)
    check_identities(placement, history[-1])
    check_addresses(placement, history[-1])


@settings(max_examples=30)
@given(history=HISTORIES, held=st.sets(st.integers(2, 250), max_size=60))
def test_addresses_of_others_are_never_given_out(
    history: list[tuple[Wish, ...]], held: set[int]
) -> None:
    recorded, _ = carried_out(history[:-1])
    mine = {item.ip for record in recorded.instances for item in record.addresses}
    pool = [f"10.{net}.{sub}.{n}" for n in sorted(held) for net, sub in ((0, 1), (1, 0))]
    others = tuple(
        (ip, name, which)
        for ip, name, which in holders(*pool)
        if ip not in mine and not 100 <= int(ip) & 255 < 120
    )

    placement = placed(text_of(history[-1]), recorded, taken=others)

    given_out = {ip for item in placement.instances for ip in item.addresses.values()}
    assert given_out.isdisjoint({ip for ip, _, _ in others})


def test_the_networks_of_the_laws_are_in_the_cloud_config() -> None:
    assert {NetworkName("default"), NetworkName("blocks")} <= set(cloud_config().networks)
