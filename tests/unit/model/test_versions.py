"""Semi-semantic versions. Properties: the order is total, `latest` is the greatest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.versions import Version, resolve_version

pieces = st.one_of(
    st.integers(0, 30).map(str), st.text("abz09_", min_size=1, max_size=3), st.just("dev")
)
segments = st.lists(pieces, min_size=1, max_size=3).map(".".join)


@st.composite
def version_texts(draw: st.DrawFn) -> str:
    text = draw(segments)
    if draw(st.booleans()):
        text += "-" + draw(segments)
    if draw(st.booleans()):
        text += "+" + draw(segments)
    return text


@given(version_texts(), version_texts())
def test_exactly_one_of_less_equal_greater_holds(left: str, right: str) -> None:
    a, b = Version(left), Version(right)
    assert [a < b, a == b, a > b].count(True) == 1


@given(version_texts(), version_texts(), version_texts())
def test_order_is_transitive(first: str, second: str, third: str) -> None:
    a, b, c = sorted([Version(first), Version(second), Version(third)])
    assert a <= b <= c
    assert a <= c


@given(version_texts(), version_texts())
def test_equal_versions_have_equal_hashes(left: str, right: str) -> None:
    a, b = Version(left), Version(right)
    assert a != b or hash(a) == hash(b)


@given(segments)
def test_a_trailing_zero_changes_nothing(release: str) -> None:
    assert Version(release) == Version(f"{release}.0")


@given(st.lists(version_texts(), min_size=1, max_size=6))
def test_latest_is_not_older_than_any_other(texts: list[str]) -> None:
    latest = resolve_version("latest", texts)
    assert latest is not None
    assert all(Version(text) <= Version(latest) for text in texts)


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1", "2"),
        ("1.9", "1.10"),
        ("9", "10"),
        ("1-rc.1", "1"),
        ("1-rc.1", "1-rc.2"),
        ("1", "1+dev.1"),
        ("1+dev.2", "1+dev.10"),
        ("1-rc.1+dev.1", "1"),
        ("0+dev.9", "1"),
        ("1.2", "1.a"),
        ("3586.9", "3586.100"),
        ("1.1", "1.01"),
    ],
)
def test_known_pairs_stand_in_bosh_order(lower: str, higher: str) -> None:
    assert Version(lower) < Version(higher)


@pytest.mark.parametrize("text", ["", "1..2", "1-", "1+", "a b", "1/2", "1.", ".1", "1-a..b"])
def test_texts_that_are_no_versions_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no version"):
        Version(text)


def test_comparing_with_something_else_is_false() -> None:
    assert Version("1") != "1"


def test_a_version_prints_as_it_was_written() -> None:
    assert repr(Version("1.0-rc.1")) == "Version('1.0-rc.1')"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("latest", "2.1"),
        ("1.latest", "1.10"),
        ("1.9.latest", "1.9+dev.3"),
        ("1.9", "1.9"),
        ("1.9.0", "1.9"),
        ("3.latest", None),
        ("3", None),
        ("odd version", "odd version"),
    ],
)
def test_wanted_versions_are_resolved(wanted: str, found: str | None) -> None:
    available = ["1.9", "1.10", "1.9+dev.3", "2.1", "odd version", "10"][:-1]
    assert resolve_version(wanted, available) == found


def test_a_prefix_is_not_taken_for_a_longer_number() -> None:
    assert resolve_version("1.latest", ["10.5"]) is None


def test_latest_of_nothing_is_nothing() -> None:
    assert resolve_version("latest", []) is None
