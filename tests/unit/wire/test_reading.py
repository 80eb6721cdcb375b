"""Properties: what was encoded is decoded unchanged; no JSON value crashes a getter."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.reading import Fields, WireError, decode_json, decode_object, encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_what_was_encoded_is_decoded_unchanged(value: JsonValue) -> None:
    assert decode_json(encode_json(value), "test") == value


@given(JSON)
def test_a_getter_returns_its_type_or_names_the_key(value: JsonValue) -> None:
    fields = Fields({"key": value}, "message")
    getters: list[tuple[Callable[[str], object], type | tuple[type, ...]]] = [
        (fields.text, str),
        (fields.integer, int),
        (fields.number, float),
        (fields.boolean, bool),
        (fields.object, Fields),
        (fields.objects, tuple),
        (fields.objects_by_name, dict),
        (fields.texts, tuple),
        (fields.texts_by_name, dict),
    ]
    for getter, kind in getters:
        try:
            assert isinstance(getter("key"), kind)
        except WireError as error:
            assert "key" in str(error)  # noqa: PT017 - most values fit most getters not at all


def test_null_counts_as_absent() -> None:
    fields = Fields({"key": None}, "message")
    assert not fields.has("key")
    assert fields.text("key", "default") == "default"
    assert fields.objects("key") == ()


def test_a_missing_key_is_named() -> None:
    with pytest.raises(WireError, match=r"message\.inner: the key 'key' is missing"):
        Fields({"inner": {}}, "message").object("inner").text("key")


def test_an_error_never_shows_the_value() -> None:
    with pytest.raises(WireError) as caught:
        Fields({"password": ["hunter2"]}, "message").text("password")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3.0), ("18.3", 18.3), ("3.0", 3.0), (2.5, 2.5), ("-1", -1.0)]
)
def test_numbers_and_their_texts_are_numbers(value: JsonValue, number: float) -> None:
    assert Fields({"key": value}, "m").number("key") == number


@pytest.mark.parametrize("value", ["nan", "inf", "", "x", True, [], 10**400, "1e999"])
def test_what_is_no_finite_number_is_refused(value: JsonValue) -> None:
    with pytest.raises(WireError):
        Fields({"key": value}, "m").number("key")


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(WireError, match="whole number"):
        Fields({"key": 1.5}, "m").integer("key")


def test_a_number_may_stand_where_a_text_is_wanted() -> None:
    assert Fields({"prefix": 32}, "m").text("prefix") == "32"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"nonsense", b"[" * 100_000])
def test_bytes_that_are_no_json_are_refused(data: bytes) -> None:
    with pytest.raises(WireError, match="not JSON"):
        decode_object(data, "message")


@pytest.mark.parametrize("data", [b"[]", b"null", b"1", b'"x"', b"true"])
def test_json_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(WireError, match="expected an object"):
        decode_object(data, "message")
