"""Plain scalars mean what they mean to the BOSH CLI (spec: bosh.md 3.8, measured there).

Properties: numbers that are written are read back; a text that needs no quotes reads as itself.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest.document.scalars import (
    TagError,
    format_float,
    format_scalar,
    is_read_as_text,
    resolve_plain,
    resolve_tagged,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True), ("Y", True), ("n", False), ("N", False), ("yes", True), ("on", True),
        ("Off", False), ("TRUE", True), ("nO", "nO"), ("tRue", "tRue"),
        ("1e3", 1000.0), ("1.20e2", 120.0), ("1.0", 1.0), ("1.", 1.0), (".5", 0.5),
        ("0o10", 8), ("08", 8.0), ("09.5", 9.5), ("010", 8), ("007", 7), ("0x1F", 31),
        ("0b11", 3), ("1_000", 1000), ("-0x10", -16), ("+5", 5), ("-0b11", -3),
        ("12:30:45", "12:30:45"), ("1:20", "1:20"),
        ("2001-01-01", "2001-01-01"), ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
        ("=", "="), ("18446744073709551616", 1.8446744073709552e19),
        ("18446744073709551615", (1 << 64) - 1), ("-9223372036854775808", -(1 << 63)),
        ("~", None), ("null", None), ("", None), ("Null", None), ("nULL", "nULL"),
        (".inf", math.inf), ("-.Inf", -math.inf), ("1e400", "1e400"), ("0b12", "0b12"),
        (".2_2", 0.22), (".63_1e1_0", 0.631e10), (".2__2", ".2__2"), (".2_", ".2_"),
        ("._2", "._2"), (".2_e1", ".2_e1"), ("0b+1", 1), ("0b-11", -3), ("-0b+1", "-0b+1"),
        ("0b+" + "1" * 64, "0b+" + "1" * 64),
        ("0x", "0x"), ("-", "-"), ("+", "+"), (".", "."), ("1.2.3", "1.2.3"),
        ("10.0.0.1", "10.0.0.1"),
        ("1e", "1e"), ("<<", "<<"), ("_1", "_1"), ("٣", "٣"), ("1٣", "1٣"), ("x1", "x1"),
    ],
)  # fmt: skip
def test_a_plain_scalar_means_what_it_means_to_the_cli(text: str, value: object) -> None:
    resolved = resolve_plain(text)

    assert resolved == value
    assert type(resolved) is type(value)


def test_not_a_number_is_a_number() -> None:
    number = resolve_plain(".NaN")

    assert isinstance(number, float)
    assert math.isnan(number)


def test_ten_thousand_digits_are_no_trouble() -> None:
    assert resolve_plain("1" * 10_000) == "1" * 10_000


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1000.0, "1000"), (120.0, "120"), (1.0, "1"), (1.5, "1.5"), (0.0, "0"), (-0.0, "-0"),
        (1.8446744073709552e19, "1.8446744073709552e+19"), (1e6, "1e+06"), (123456.7, "123456.7"),
        (1234567.5, "1.2345675e+06"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1e21, "1e+21"),
        (-2.5, "-2.5"), (999999.0, "999999"), (1e100, "1e+100"), (5e-324, "5e-324"),
        (math.inf, ".inf"), (-math.inf, "-.inf"), (math.nan, ".nan"), (100.25, "100.25"),
    ],
)  # fmt: skip
def test_a_fraction_is_written_as_go_writes_it(number: float, text: str) -> None:
    assert format_float(number) == text


@given(st.floats(allow_nan=False))
def test_a_written_number_reads_as_the_same_number(number: float) -> None:
    assert resolve_plain(format_float(number)) == number


@given(st.integers(min_value=-(1 << 63), max_value=(1 << 64) - 1))
def test_a_written_integer_reads_as_the_same_integer(number: int) -> None:
    assert resolve_plain(format_scalar(number)) == number


@given(st.text(min_size=1))
def test_what_is_read_as_text_is_read_as_that_text(text: str) -> None:
    if is_read_as_text(text):
        assert resolve_plain(text) == text


@pytest.mark.parametrize("text", ["2001-01-01", "12:30:45", "1_0", "", "no", "2001-1-2 1:2:3"])
def test_a_text_that_some_parser_reads_otherwise_needs_quotes(text: str) -> None:
    assert not is_read_as_text(text)


@pytest.mark.parametrize("text", ["a", "<<", "10.0.0.1", "1.2.3", "12:3x", "2001-01-45", "-x"])
def test_other_texts_need_no_quotes(text: str) -> None:
    assert is_read_as_text(text)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "5", "5"), ("int", "5", 5), ("float", "5", 5.0), ("bool", "yes", True),
        ("null", "~", None), ("binary", "aGk=", "hi"), ("binary", "aG\n k=", "hi"),
        ("timestamp", "2001-01-01", "2001-01-01"), ("float", "1.5", 1.5), ("omap", "1", "1"),
    ],
)  # fmt: skip
def test_an_explicit_tag_decides(tag: str, text: str, value: object) -> None:
    resolved = resolve_tagged("tag:yaml.org,2002:" + tag, text)

    assert resolved == value
    assert type(resolved) is type(value)


def test_a_tag_of_somebody_else_leaves_the_text() -> None:
    assert resolve_tagged("!vault", "5") == "5"


@pytest.mark.parametrize(
    ("tag", "text"),
    [("int", "x"), ("bool", "1"), ("binary", "!"), ("binary", "/w=="), ("null", "0")],
)
def test_a_tag_that_does_not_fit_is_refused(tag: str, text: str) -> None:
    with pytest.raises(TagError):
        resolve_tagged("tag:yaml.org,2002:" + tag, text)


def test_words_are_written_in_one_way() -> None:
    assert [format_scalar(x) for x in (True, False, None, 7, 1.5)] == [
        "true",
        "false",
        "null",
        "7",
        "1.5",
    ]
