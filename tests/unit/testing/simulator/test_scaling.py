"""Scaling a manifest: the sum is what was asked for, and what cannot grow stays.

Property: for any group sizes the instances add up, unless every group is at its least.
"""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.values import JsonObject
from paasta_deploy.testing.simulator.scaling import scaled


def counts(document: JsonObject) -> list[int]:
    groups = document["instance_groups"]
    assert isinstance(groups, Sequence)
    return [group["instances"] for group in groups]  # type: ignore[call-overload,index,misc]  # JSON of this very test


@given(st.lists(st.integers(1, 50), min_size=1, max_size=10), st.integers(10, 5000))
def test_the_instances_add_up(sizes: list[int], machines: int) -> None:
    document: JsonObject = {"instance_groups": [{"instances": size} for size in sizes]}
    found = counts(scaled(document, machines))
    assert sum(found) == max(machines, len(sizes))
    assert min(found) >= 1


def test_groups_grow_in_proportion() -> None:
    document: JsonObject = {"instance_groups": [{"instances": 1}, {"instances": 3}]}
    assert counts(scaled(document, 400)) == [100, 300]


def test_static_addresses_errands_and_empty_groups_stay() -> None:
    document: JsonObject = {
        "instance_groups": [
            {"instances": 2, "networks": [{"name": "a", "static_ips": ["10.0.0.5-10.0.0.6"]}]},
            {"instances": 1, "lifecycle": "errand"},
            {"instances": 0},
            {"instances": 1},
        ]
    }
    assert counts(scaled(document, 100)) == [2, 1, 0, 97]
