"""Deciding who may have which address, many entries at a time.

Property: a batch decides and ends as its entries would one after another, each with a look at all
rows; and what it writes (delete the gone, insert the new) makes exactly that end.
"""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.store.addresses import AddressBook, touched
from paasta_deploy.adapters.store.prepared import AddressClaim
from paasta_deploy.model.errors import AddressTakenError

Entry = Sequence[AddressClaim]
Holders = Mapping[str, str]


def claim(instance: str, *ips: str) -> AddressClaim:
    """Return what an instance of deployment ``d`` holds from now on."""
    networks = tuple((ip, "net") for ip in ips)
    return AddressClaim(instance_id=instance, deployment="d", networks=networks)


def row(ip: str, instance: str) -> Mapping[str, str]:
    """Return a row of the table."""
    return {"ip": ip, "network": "net", "deployment": "d", "instance_id": instance}


def one_after_another(before: Holders, entries: Sequence[Entry]) -> tuple[list[bool], Holders]:
    """Return which entries are granted and who holds what at the end, the slow and plain way."""
    granted, now = [], dict(before)
    for entry in entries:
        claiming = {one.instance_id for one in entry}
        after = {ip: holder for ip, holder in now.items() if holder not in claiming}
        wanted = [(ip, one.instance_id) for one in entry for ip, _ in one.networks]
        ips = [ip for ip, _ in wanted]
        granted.append(len(set(ips)) == len(ips) and not set(ips) & set(after))
        if granted[-1]:
            now = after | dict(wanted)
    return granted, now


INSTANCES = st.sampled_from("abcd")
IPS = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])
CLAIMS = st.builds(lambda name, ips: claim(name, *ips), INSTANCES, st.lists(IPS, max_size=3))
ENTRIES = st.lists(CLAIMS, max_size=3, unique_by=lambda one: one.instance_id)


@given(st.dictionaries(IPS, INSTANCES), st.lists(ENTRIES, max_size=6))
def test_a_batch_decides_and_ends_like_its_entries_one_after_another(
    before: Holders, entries: Sequence[Entry]
) -> None:
    instances, ips = touched(one for entry in entries for one in entry)
    needed = {ip: name for ip, name in before.items() if name in instances or ip in ips}
    book = AddressBook(row(ip, name) for ip, name in needed.items())
    granted = []
    for entry in entries:
        try:
            book.grant(entry)
        except AddressTakenError:
            granted.append(False)
        else:
            granted.append(True)
    table = {ip: name for ip, name in before.items() if ip not in book.gone()}
    new = {one["ip"]: one["instance_id"] for one in book.new()}

    assert not set(new) & set(table), "an insert would meet a row"
    assert (granted, table | new) == one_after_another(before, entries)


def test_an_unchanged_claim_writes_nothing() -> None:
    book = AddressBook([row("10.0.0.1", "a")])
    book.grant([claim("a", "10.0.0.1")])

    assert (book.gone(), book.new()) == ([], [])


def test_the_refusal_names_the_address_who_wants_it_and_who_holds_it() -> None:
    book = AddressBook([row("10.0.0.1", "a")])
    with pytest.raises(AddressTakenError) as refusal:
        book.grant([claim("b", "10.0.0.1")])

    assert str(refusal.value) == (
        "10.0.0.1 in network net cannot go to instance b of deployment d: "
        "instance a of deployment d holds it in network net."
    )
    assert refusal.value.hint
