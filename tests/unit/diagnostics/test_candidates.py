"""Guessing names. Properties: the distance is a distance, up to its limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics.candidates import did_you_mean, distance, either, nearest

words = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [("", "", 0), ("ab", "ab", 0), ("ab", "ba", 1), ("abc", "ac", 1), ("ac", "abc", 1),
     ("abc", "axc", 1), ("kitten", "sitting", 3), ("", "abc", 3)],
)  # fmt: skip
def test_slips_of_one_letter_count_one(left: str, right: str, apart: int) -> None:
    assert distance(left, right, 9) == apart


@given(words, words)
def test_the_distance_is_the_same_both_ways(left: str, right: str) -> None:
    assert distance(left, right, 9) == distance(right, left, 9)


@given(words, words)
def test_only_equal_words_are_not_apart(left: str, right: str) -> None:
    assert (distance(left, right, 9) == 0) == (left == right)


@given(words, words, st.integers(0, 5))
def test_above_the_limit_it_is_one_more_than_the_limit(left: str, right: str, limit: int) -> None:
    assert distance(left, right, limit) == min(distance(left, right, 9), limit + 1)


@pytest.mark.parametrize(
    ("word", "names", "near"),
    [
        ("privat", ["public", "private"], ("private",)),
        ("vm-type", ["vm_type", "vm_types"], ("vm_type", "vm_types")),
        ("Stemcell", ["stemcell"], ("stemcell",)),
        ("z4", ["z1", "z2", "z3", "z5"], ("z1", "z2", "z3")),
        ("backbone", ["private"], ()),
        ("x", [], ()),
        ("same", ["same"], ()),
    ],
)
def test_the_nearest_names_are_found(word: str, names: list[str], near: tuple[str, ...]) -> None:
    assert nearest(word, names) == near


def test_huge_lists_are_only_looked_at_in_part() -> None:
    names = [f"name-{n}" for n in range(3000)] + ["privat"]

    assert nearest("private", names) == ()


@pytest.mark.parametrize(
    ("word", "names", "text"),
    [
        ("privat", ["private"], "did you mean `private`?"),
        ("web1", ["web2", "web3"], "did you mean `web2` or `web3`?"),
        ("x-y-z", ["one", "two"], "known here: `one`, `two`"),
        ("x", [], ""),
        ("xyz", [f"name{n}" for n in range(20)],
         "known here: " + ", ".join(f"`name{n}`" for n in range(12)) + " and 8 more"),
    ],
)  # fmt: skip
def test_a_guess_or_the_list_is_offered(word: str, names: list[str], text: str) -> None:
    assert did_you_mean(word, names) == text


def test_alternatives_are_listed() -> None:
    assert [either(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "`a`",
        "`a` or `b`",
        "`a`, `b` or `c`",
    ]
