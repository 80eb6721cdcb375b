"""Whether there are enough addresses. Properties: blocks never overlap the rest of a pool."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.validation.capacity import blocks_in
from paasta_deploy.model.addresses import AddressRange, AddressSet
from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, GROUP, changed, misfits

# 256 addresses without both edges, the gateway, 8 reserved and 10 static ones.
FREE = 235


def needing(instances: int, azs: str = "[z1]") -> str:
    """Return the deployment with that many instances."""
    return changed(DEPLOYMENT, ("instances: 2", f"instances: {instances}"), ("[z1]", azs))


@pytest.mark.parametrize(("instances", "fits"), [(FREE, True), (FREE + 1, False), (0, True)])
def test_every_instance_needs_an_address(instances: int, *, fits: bool) -> None:
    assert (misfits(needing(instances))[1] == []) is fits


def test_the_message_counts() -> None:
    diagnostics, found = misfits(needing(FREE + 1))

    assert found == [("PD0501", "private")]
    assert diagnostics[0].summary == (
        'no free address: the network "private" has 235, 236 are needed'
    )
    assert diagnostics[0].detail == "without static and reserved ones; `web` needs 236"
    assert diagnostics[0].bosh_code == 130011


def test_groups_add_up_and_the_largest_are_named() -> None:
    groups = "".join(
        changed(GROUP, ("name: web", f"name: g{n}"), ("instances: 2", f"instances: {n}"))
        for n in range(36, 43)
    )
    diagnostics, _ = misfits(DEPLOYMENT + groups)

    assert "has 235, 275 are needed" in diagnostics[0].summary
    assert diagnostics[0].detail.endswith(
        "`g42` needs 42, `g41` needs 41, `g40` needs 40, `g39` needs 39, 4 others need 113"
    )


TWO_SUBNETS = changed(
    CLOUD,
    ("azs: [z1, z2]", "azs: [z1]"),
    (
        "- name: cloudy",
        """  - range: 10.1.0.0/29
    gateway: 10.1.0.1
    az: z2
- name: cloudy""",
    ),
)


@pytest.mark.parametrize(
    ("instances", "azs", "expected"),
    [
        (5, "[z2]", []),
        (6, "[z2]", ["in `z2`, 6 are needed"]),
        (FREE + 5, "[z1, z2]", []),
        (FREE + 6, "[z1, z2]", ["has 240, 241 are needed"]),
    ],
)
def test_each_az_is_counted_by_itself(instances: int, azs: str, expected: list[str]) -> None:
    diagnostics, _ = misfits(needing(instances, azs), TWO_SUBNETS)

    assert len(diagnostics) == len(expected)
    for diagnostic, gist in zip(diagnostics, expected, strict=True):
        assert gist in diagnostic.summary


def test_a_group_that_can_go_elsewhere_leaves_room() -> None:
    other = changed(
        GROUP, ("name: web", "name: db"), ("instances: 2", "instances: 5"), ("[z1]", "[z2]")
    )
    text = needing(4, "[z1, z2]") + other

    assert misfits(text, TWO_SUBNETS)[1] == []


def test_static_addresses_are_not_taken_from_the_pool() -> None:
    text = changed(
        DEPLOYMENT,
        ("  - name: private\n", "  - name: private\n    static_ips: [10.0.0.10, 10.0.0.11]\n"),
    )
    reserved = "[10.0.0.2 - 10.0.0.9, 10.0.0.20 - 10.0.0.255]"
    small = changed(CLOUD, ("[10.0.0.2 - 10.0.0.9]", reserved))

    assert misfits(text, small)[1] == []
    assert misfits(DEPLOYMENT, small)[1] == [("PD0501", "private")]


def test_public_addresses_can_run_out() -> None:
    text = changed(
        DEPLOYMENT,
        ("  - name: private\n", "  - {name: private, default: [dns, gateway]}\n  - name: vip\n"),
    )
    cloud = CLOUD.replace("  type: vip\n", "  type: vip\n  subnets: [{static: [1.1.1.1]}]\n")

    assert misfits(text)[1] == [("PD0510", "vip")]
    assert misfits(text, cloud)[1] == [("PD0501", "vip")]


def test_managed_networks_are_not_counted() -> None:
    cloud = changed(
        CLOUD,
        ("- name: private\n", "- name: private\n  managed: true\n"),
        ("  - range: 10.0.0.0/24\n", "  - range: 10.0.0.0/24\n    name: s\n"),
    )

    assert misfits(needing(5000), cloud)[1] == []


def addresses(first: int, last: int) -> AddressSet:
    """Return a pool of addresses by their numbers."""
    return AddressSet([AddressRange(IPv4Address(first), IPv4Address(last))])


@pytest.mark.parametrize(
    ("first", "last", "prefix", "count"),
    [
        (0, 15, 28, 1),
        (1, 15, 28, 0),
        (1, 31, 28, 1),
        (0, 31, 28, 2),
        (3, 3, 32, 1),
        (0, 9, None, 10),
    ],
)
def test_whole_aligned_blocks_are_counted(
    first: int, last: int, prefix: int | None, count: int
) -> None:
    assert blocks_in(addresses(first, last), prefix) == count


@given(st.integers(0, 500), st.integers(0, 500), st.integers(24, 32))
def test_blocks_never_have_more_addresses_than_the_pool(
    first: int, length: int, prefix: int
) -> None:
    pool = addresses(first, first + length)
    block = 1 << (32 - prefix)
    count = blocks_in(pool, prefix)

    assert count * block <= pool.size
    assert pool.size < (count + 2) * block
