"""Property: an order and an answer come back as they were sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paasta_providers.local.boot import (
    Answer,
    BootOrder,
    DiskMount,
    MountOrder,
    Order,
    decode_answer,
    decode_order,
    encode_answer,
    encode_order,
)

texts = st.text(max_size=20)
lists = st.lists(texts, max_size=3).map(tuple)
orders = st.one_of(
    st.builds(
        BootOrder,
        cid=texts,
        folder=texts,
        hostname=texts,
        addresses=lists,
        dns=lists,
        gateway=texts,
        host_address=texts,
        veth=texts,
        cgroup_doors=lists,
        disks=st.lists(st.builds(DiskMount, source=texts, cid=texts), max_size=3).map(tuple),
        privileged=st.booleans(),
    ),
    st.builds(MountOrder, pid=st.integers(), started=st.integers(), target=texts, source=texts),
)


@given(orders)
def test_an_order_comes_back_as_it_was_sent(order: Order) -> None:
    assert decode_order(encode_order(order)) == order


@given(st.builds(Answer, error=st.integers(), doing=texts, path=texts))
def test_an_answer_comes_back_as_it_was_sent(answer: Answer) -> None:
    assert decode_answer(encode_answer(answer)) == answer


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"order": "mount", "pid": "1"}',
        encode_order(BootOrder(cid="c", folder="f", hostname="h", addresses=(), dns=())).replace(
            b'"disks": []', b'"disks": [1]'
        ),
        encode_order(BootOrder(cid="c", folder="f", hostname="h", addresses=(), dns=())).replace(
            b'"dns": []', b'"dns": 1'
        ),
    ],
)
def test_what_is_no_order_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has its own words
        decode_order(data)
