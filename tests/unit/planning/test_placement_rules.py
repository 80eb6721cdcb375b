"""The rules of BOSH 4.3, one row each: which instances exist, where, under which index.

See ``placing`` for the language of the rows.
"""

import pytest

from tests.unit.planning.placing import errors, gone, history, told

AZ_RULES: list[tuple[str, str, str, str]] = [
    # rule, deploys, instances, obsolete
    (
        "as many instances as asked for, spread over the AZs, lowest name first",
        "web 3 z1,z2",
        "web/0*+ z1 10.0.1.2, web/1+ z2 10.0.2.2, web/2+ z1 10.0.1.3",
        "",
    ),
    (
        "a tie is decided by the name of the AZ, not by the order in the manifest",
        "web 1 z3,z2",
        "web/0*+ z2 10.0.2.2",
        "",
    ),
    (
        "AZs with most existing instances come first when there is room for fewer than AZs",
        "web 3 z2 -> web 2 z1,z2,z3",
        "web/0* z2 10.0.2.2, web/3+ z1 10.0.1.2",
        "web/1 web/2",
    ),
    (
        "among AZs that have least, one with an unclaimed instance is preferred",
        "web 1 z3 -> web 1 z1,z2,z3",
        "web/0* z3 10.0.3.2",
        "",
    ),
    (
        "the AZ that has least gets the next one",
        "web 2 z2 -> web 4 z1,z2",
        "web/0* z2 10.0.2.2, web/1 z2 10.0.2.3, web/2+ z1 10.0.1.2, web/3+ z1 10.0.1.3",
        "",
    ),
    (
        "an AZ that is added gets instances, and one without disk makes room for it",
        "web 4 z1,z2 -> web 4 z1,z2,z3",
        "web/0* z1 10.0.1.2, web/1 z2 10.0.2.2, web/2 z1 10.0.1.3, web/4+ z3 10.0.3.2",
        "web/3",
    ),
    (
        "an instance with a persistent disk stays in its AZ while that is wanted",
        "web 4 z1,z2 disk -> web 4 z1,z2,z3 disk",
        "web/0* z1 10.0.1.2, web/1 z2 10.0.2.2, web/2 z1 10.0.1.3, web/3 z2 10.0.2.3",
        "",
    ),
    (
        "disks pin an uneven spread until there is room to even it out",
        "web 2 z1 disk -> web 4 z1,z2 disk",
        "web/0* z1 10.0.1.2, web/1 z1 10.0.1.3, web/2+ z2 10.0.2.2, web/3+ z2 10.0.2.3",
        "",
    ),
    (
        "an AZ that is given up loses its instances, without disks",
        "web 2 z1,z2 -> web 2 z1",
        "web/0* z1 10.0.1.2, web/2+ z1 10.0.1.3",
        "web/1",
    ),
    (
        "an AZ that is given up loses its instances, with disks",
        "web 2 z1,z2 disk -> web 2 z1 disk",
        "web/0* z1 10.0.1.2, web/2+ z1 10.0.1.3",
        "web/1",
    ),
    (
        "scaling in gives up the highest indexes and keeps the spread",
        "web 5 z1,z2 -> web 2 z1,z2",
        "web/0* z1 10.0.1.2, web/1 z2 10.0.2.2",
        "web/2 web/3 web/4",
    ),
    (
        "scaling in of instances with disks, too",
        "web 3 z1,z2 disk -> web 1 z1,z2 disk",
        "web/0* z1 10.0.1.2",
        "web/1 web/2",
    ),
    (
        "scaling out keeps everything and continues the spread",
        "web 2 z1,z2 -> web 3 z1,z2",
        "web/0* z1 10.0.1.2, web/1 z2 10.0.2.2, web/2+ z1 10.0.1.3",
        "",
    ),
    ("no instances", "web 2 z1 -> web 0 z1", "", "web/0 web/1"),
    (
        "no AZs: instances are in none",
        "web 2 - net=flat",
        "web/0*+ - 10.3.0.2, web/1+ - 10.3.0.3",
        "",
    ),
    (
        "a new index is the smallest that is free",
        "web 4 z1,z2 -> web 2 z2 -> web 4 z1,z2",
        "web/0+ z1 10.0.1.2, web/1* z2 10.0.2.2, web/2+ z1 10.0.1.3, web/3 z2 10.0.2.3",
        "",
    ),
    (
        "an index is not free while its obsolete instance exists",
        "web 1 z1 => web 1 z2",
        "web/1*+ z2 10.0.2.2",
        "web/0",
    ),
    (
        "the bootstrap instance keeps its role while it survives",
        "web 2 z2 -> web 4 z1,z2",
        "web/0* z2 10.0.2.2, web/1 z2 10.0.2.3, web/2+ z1 10.0.1.2, web/3+ z1 10.0.1.3",
        "",
    ),
    (
        "when the bootstrap goes, the lowest index takes over",
        "web 4 z1,z2 -> web 2 z2",
        "web/1* z2 10.0.2.2, web/3 z2 10.0.2.3",
        "web/0 web/2",
    ),
    (
        "a role that has passed on does not pass back to a lower index",
        "web 4 z1,z2 -> web 2 z2 -> web 3 z1,z2",
        "web/0+ z1 10.0.1.2, web/1* z2 10.0.2.2, web/3 z2 10.0.2.3",
        "",
    ),
    (
        "each group has its own indexes and its own bootstrap",
        "a 1 z1; b 2 z1",
        "a/0*+ z1 10.0.1.2, b/0*+ z1 10.0.1.3, b/1+ z1 10.0.1.4",
        "",
    ),
    (
        "a group that is gone is obsolete as a whole",
        "a 2 z1; b 1 z1 -> b 1 z1",
        "b/0* z1 10.0.1.4",
        "a/0 a/1",
    ),
    (
        "randomised placement: the tie is decided by the group",
        "a 1 z1,z2,z3; b 1 z1,z2,z3; c 1 z1,z2,z3; d 1 z1,z2,z3 randomized",
        "a/0*+ z2 10.0.2.2, b/0*+ z1 10.0.1.2, c/0*+ z1 10.0.1.3, d/0*+ z1 10.0.1.4",
        "",
    ),
    (
        "randomised placement: the spread stays even and nothing moves",
        "a 2 z1,z2,z3 randomized -> a 4 z1,z2,z3 randomized",
        "a/0* z2 10.0.2.2, a/1 z3 10.0.3.2, a/2+ z1 10.0.1.2, a/3+ z2 10.0.2.3",
        "",
    ),
    (
        "migrated_from: id, index and addresses stay, under the new name",
        "old 2 z1,z2 -> new 2 z1,z2 from=old",
        "new/0* z1 10.0.1.2, new/1 z2 10.0.2.2",
        "",
    ),
    (
        "migrated_from several groups: indexes stay unique, one bootstrap",
        "a 2 z1; b 2 z2 -> c 4 z1,z2 from=a,b",
        "c/0* z1 10.0.1.2, c/1 z1 10.0.1.3, c/2 z2 10.0.2.2, c/3 z2 10.0.2.3",
        "",
    ),
    (
        "migrated_from with AZs: instances that were in none are in the one that is named",
        "a 1 - net=flat; b 1 - net=flat -> c 2 z1,z2 from=a:z1,b:z2",
        "c/0* z1 10.0.1.2, c/1 z2 10.0.2.2",
        "",
    ),
    (
        "migrated_from and fewer instances: the rest is obsolete",
        "old 3 z1 -> new 1 z1 from=old",
        "new/0* z1 10.0.1.2",
        "old/1 old/2",
    ),
    (
        "migrated_from and more instances: new ones fill up",
        "old 1 z1 -> new 2 z1,z2 from=old",
        "new/0* z1 10.0.1.2, new/1+ z2 10.0.2.2",
        "",
    ),
    (
        "migrated_from a group that was never deployed is no mistake",
        "new 1 z1 from=old",
        "new/0*+ z1 10.0.1.2",
        "",
    ),
    (
        "migrated_from: what this group has already keeps its index and its bootstrap",
        "new 1 z1; old 1 z1 -> new 2 z1 from=old",
        "new/0* z1 10.0.1.2, new/1 z1 10.0.1.3",
        "",
    ),
]


@pytest.mark.parametrize(
    ("deploys", "instances", "obsolete"),
    [row[1:] for row in AZ_RULES],
    ids=[row[0] for row in AZ_RULES],
)
def test_a_rule_of_azs_and_indexes(deploys: str, instances: str, obsolete: str) -> None:
    placement = history(deploys)

    assert errors(placement) == []
    assert ", ".join(told(placement)) == instances
    assert " ".join(gone(placement)) == obsolete
