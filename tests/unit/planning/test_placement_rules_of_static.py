"""The rules of BOSH 4.3, one row each: static addresses, what is refused, ignored instances.

See ``placing`` for the language of the rows.
"""

import pytest

from tests.unit.planning.placing import errors, gone, history, told

S1, S2, S3 = "10.0.1.100", "10.0.2.100", "10.0.3.100"

STATIC_RULES: list[tuple[str, str, str, str]] = [
    (
        "an address decides about the AZ",
        f"web 2 z1,z2 static={S2},{S1}",
        f"web/0*+ z1 {S1}, web/1+ z2 {S2}",
        "",
    ),
    (
        "addresses all in one AZ put every instance there, however many AZs are asked for",
        "web 2 z1,z2 static=10.0.2.100,10.0.2.101",
        "web/0*+ z2 10.0.2.100, web/1+ z2 10.0.2.101",
        "",
    ),
    (
        "addresses of a subnet with several AZs are spread evenly",
        "web 3 z1,z2,z3 net=wide static=10.1.0.100-10.1.0.102",
        "web/0*+ z1 10.1.0.100, web/1+ z2 10.1.0.101, web/2+ z3 10.1.0.102",
        "",
    ),
    (
        "who holds a listed address keeps it, wherever it stands in the list",
        f"web 2 z1,z2 static={S1},{S2} -> web 2 z1,z2 static={S2},{S1}",
        f"web/0* z1 {S1}, web/1 z2 {S2}",
        "",
    ),
    (
        "an address that is taken from the list takes its instance with it",
        "web 3 z1 static=10.0.1.100-10.0.1.102 -> web 2 z1 static=10.0.1.100,10.0.1.102",
        "web/0* z1 10.0.1.100, web/2 z1 10.0.1.102",
        "web/1",
    ),
    (
        "an address that is exchanged: the instance stays in its AZ and gets the other one",
        "web 2 z1 static=10.0.1.100,10.0.1.101 -> web 2 z1 static=10.0.1.100,10.0.1.105",
        "web/0* z1 10.0.1.100, web/1 z1 10.0.1.105",
        "",
    ),
    (
        "an address of another AZ needs another instance there",
        f"web 2 z1 static=10.0.1.100,10.0.1.101 -> web 2 z1,z2 static=10.0.1.100,{S2}",
        f"web/0* z1 10.0.1.100, web/2+ z2 {S2}",
        "web/1",
    ),
    (
        "growing: the new address goes to the new instance",
        f"web 1 z1 static={S1} -> web 2 z1,z2 static={S2},{S1}",
        f"web/0* z1 {S1}, web/1+ z2 {S2}",
        "",
    ),
    (
        "static in two networks: each instance has one of each, both of its AZ",
        f"web 2 z1,z2 net=default,wide static={S1},{S2} static2=10.1.0.100,10.1.0.101",
        f"web/0*+ z1 {S1}+10.1.0.100, web/1+ z2 {S2}+10.1.0.101",
        "",
    ),
    (
        "static in one network, chosen in the other",
        f"web 2 z1,z2 net=default,wide static={S1},{S2}",
        f"web/0*+ z1 {S1}+10.1.0.2, web/1+ z2 {S2}+10.1.0.4",
        "",
    ),
    (
        "from chosen to static: the instance stays, its address changes",
        f"web 1 z1 -> web 1 z1 static={S1}",
        f"web/0* z1 {S1}",
        "",
    ),
    (
        "from static to chosen: the instance stays, its address changes",
        f"web 1 z1 static={S1} -> web 1 z1",
        "web/0* z1 10.0.1.2",
        "",
    ),
    (
        "static addresses without AZs",
        "web 2 - net=flat static=10.3.0.101,10.3.0.100",
        "web/0*+ - 10.3.0.101, web/1+ - 10.3.0.100",
        "",
    ),
    (
        "a group that takes another over takes its static address over",
        f"old 1 z1 static={S1} -> new 1 z1 static={S1} from=old",
        f"new/0* z1 {S1}",
        "",
    ),
    (
        "with a disk: the instance stays where an address is left for it",
        "web 2 z1,z2 disk -> web 2 z1,z2 disk static=10.0.2.100,10.0.1.100",
        "web/0* z1 10.0.1.100, web/1 z2 10.0.2.100",
        "",
    ),
]


@pytest.mark.parametrize(
    ("deploys", "instances", "obsolete"),
    [row[1:] for row in STATIC_RULES],
    ids=[row[0] for row in STATIC_RULES],
)
def test_a_rule_of_static_addresses(deploys: str, instances: str, obsolete: str) -> None:
    placement = history(deploys)

    assert errors(placement) == []
    assert ", ".join(told(placement)) == instances
    assert " ".join(gone(placement)) == obsolete


REFUSED: list[tuple[str, str, int]] = [
    (
        "static addresses that fit in no way over the AZs of two networks",
        (
            "web 2 z1,z2 net=default,wide static=10.0.1.100,10.0.1.101"
            " -> web 2 z1,z2 net=wide,default static=10.1.0.100,10.1.0.101"
            " static2=10.0.3.100,10.0.1.101"
        ),
        150002,
    ),
    (
        "migrated_from names another AZ than the recorded one",
        "old 1 z1 -> new 1 z1,z2 from=old:z2",
        190018,
    ),
]


@pytest.mark.parametrize(
    ("deploys", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_placed_is_refused_as_in_bosh(deploys: str, code: int) -> None:
    assert errors(history(deploys)) == [code]


IGNORED: list[tuple[str, str, list[str], list[str], list[int]]] = [
    # rule, deploys, ignored, instances, errors
    (
        "ignored instances are placed first",
        "web 3 z1 -> web 1 z1",
        ["web/2"],
        ["web/2* z1 10.0.1.4"],
        [],
    ),
    (
        "ignored instances are not moved when an AZ is added",
        "web 2 z1 -> web 2 z1,z2",
        ["web/1"],
        ["web/1* z1 10.0.1.3", "web/2+ z2 10.0.2.2"],
        [],
    ),
    (
        "fewer instances than ignored ones",
        "web 2 z1 -> web 1 z1",
        ["web/0", "web/1"],
        [],
        [190020],
    ),
    (
        "an AZ with an ignored instance is given up",
        "web 1 z1 -> web 1 z2",
        ["web/0"],
        [],
        [190020],
    ),
    (
        "a group with an ignored instance is given up",
        "a 1 z1; b 1 z1 -> b 1 z1",
        ["a/0"],
        [],
        [190020],
    ),
    (
        "the static address of an ignored instance is given up",
        f"web 1 z1 static={S1} -> web 1 z1 static=10.0.1.105",
        ["web/0"],
        [],
        [190020],
    ),
]


@pytest.mark.parametrize(
    ("deploys", "ignored", "instances", "refused"),
    [row[1:] for row in IGNORED],
    ids=[row[0] for row in IGNORED],
)
def test_a_rule_of_ignored_instances(
    deploys: str, ignored: list[str], instances: list[str], refused: list[int]
) -> None:
    placement = history(deploys, ignored=ignored)

    assert errors(placement) == refused
    if not refused:
        assert told(placement) == instances
