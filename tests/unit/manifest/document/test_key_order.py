"""The order of keys is the BOSH CLI's. Property: it is a total order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.document.key_order import compare, sorted_entries
from paasta_deploy.manifest.document.node import MapNode, key_text
from tests.unit.manifest.texts import node

keys = st.text("abAB01-_. é", max_size=6) | st.integers(-5, 5) | st.booleans() | st.none()


def order(text: str) -> list[str]:
    mapping = node(text)
    assert isinstance(mapping, MapNode)
    return [key_text(entry) for entry in sorted_entries(mapping.entries.values())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{b: 1, a: 1, A: 1}", ["A", "a", "b"]),
        ("{a_b: 1, ab: 1, a-b: 1, aB: 1}", ["a-b", "a_b", "aB", "ab"]),
        ("{z10: 1, z2: 1, z1: 1}", ["z1", "z2", "z10"]),
        ("{a1: 1, a-: 1, ab: 1, a: 1}", ["a", "a-", "a1", "ab"]),
        ("{b: 1, 10: 1, 9: 1, y: 1, ~: 1, 0.5: 1}", ["0.5", "y", "9", "10", "~", "b"]),
        ("{é: 1, z: 1, _: 1}", ["_", "z", "é"]),
        ("{a12: 1, a1b: 1}", ["a12", "a1b"]),
        ("{a10: 1, a1: 1, a01: 1, a001: 1}", ["a1", "a01", "a001", "a10"]),
        ("{v1.10: 1, v1.9: 1, v1.100: 1}", ["v1.9", "v1.10", "v1.100"]),
        # Digits of other scripts count by their code points, and long numbers overflow, as in Go.
        ("{k٤: 1, k36: 1, k8: 1}", ["k8", "k36", "k٤"]),
        ("{k18446744073709551617: 1, k2: 1}", ["k18446744073709551617", "k2"]),
    ],
)
def test_keys_come_in_the_order_of_the_cli(text: str, expected: list[str]) -> None:
    assert order(text) == expected


@given(keys, keys)
def test_turning_a_comparison_around_turns_its_result_around(
    left: str | int | None, right: str | int | None
) -> None:
    one, other = compare(left, right), compare(right, left)

    assert (one > 0) == (other < 0)
    assert (one == 0) == (other == 0)
    assert (one == 0) == (type(left) is type(right) and left == right)
