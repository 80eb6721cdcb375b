"""Properties: attributes and messages come back as they were written, one or many."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.netlink import (
    ERROR,
    Request,
    attribute,
    attributes,
    error_number,
    message,
    messages,
)

kinds = st.integers(min_value=1, max_value=0x3FFF)
values = st.binary(max_size=300)


@given(st.dictionaries(kinds, values, max_size=8))
def test_attributes_come_back_as_they_were_written(written: dict[int, bytes]) -> None:
    data = b"".join(attribute(kind, value) for kind, value in written.items())

    assert attributes(data) == written


@given(kinds, values)
def test_an_attribute_is_padded_to_four_bytes_and_tells_its_length_without(
    kind: int, value: bytes
) -> None:
    data = attribute(kind, value)

    assert len(data) % 4 == 0
    assert struct.unpack_from("=H", data)[0] == 4 + len(value)


@given(st.lists(st.tuples(kinds, st.binary(max_size=60).map(lambda b: b + b"\0" * (-len(b) % 4)))))
def test_messages_come_back_in_order(written: list[tuple[int, bytes]]) -> None:
    data = b"".join(
        message(Request(kind=kind, flags=1, body=body), number)
        for number, (kind, body) in enumerate(written)
    )

    read = [(item.kind, item.body, item.sequence) for item in messages(data)]

    assert read == [(kind, body, number) for number, (kind, body) in enumerate(written)]


@pytest.mark.parametrize(
    "data",
    [b"\0" * 15, struct.pack("=IHHII", 99, 1, 0, 0, 0), struct.pack("=IHHII", 4, 1, 0, 0, 0)],
    ids=["cut", "longer than what came", "shorter than a header"],
)
def test_a_message_that_cannot_be_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="netlink"):
        list(messages(data))


def test_an_attribute_that_cannot_be_is_an_error() -> None:
    with pytest.raises(ValueError, match="attribute of 200 bytes"):
        attributes(struct.pack("=HH", 200, 1))


@given(st.integers(min_value=0, max_value=133))
def test_errors_are_numbers_as_errno_has_them(number: int) -> None:
    assert ERROR == 2
    assert error_number(struct.pack("=i", -number) + b"the request") == number


def test_the_end_of_a_list_without_a_number_is_no_error() -> None:
    assert error_number(b"") == 0
