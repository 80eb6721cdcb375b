"""What CPI executables answer becomes a result or the error that they mean.

Property: whatever a program prints, it is a result or a CloudError, never anything else.
"""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.cpi.answers import decode_answer
from paasta_deploy.cpi.errors import (
    CloudError,
    CloudThrottledError,
    CloudUnavailableError,
    DiskNotFoundError,
    NoDiskSpaceError,
    NotSupportedError,
    VmCreationError,
    VmCreationRetryableError,
    VmNotFoundError,
)
from paasta_deploy.model.values import JsonValue

JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def decode(text: str) -> JsonValue:
    return decode_answer(text, provider="aws_cpi", method="create_vm", cid="agent-1")


def error(kind: str, message: str, *, ok_to_retry: bool = False) -> str:
    told = {"type": kind, "message": message, "ok_to_retry": ok_to_retry}
    return json.dumps({"result": None, "error": told, "log": ""})


@given(JSON)
def test_a_result_is_passed_on(result: JsonValue) -> None:
    assert decode(json.dumps({"result": result, "error": None, "log": ""})) == result


@given(st.text() | JSON.map(json.dumps) | st.builds(error, st.text(), st.text()))
def test_anything_else_is_a_cloud_error(text: str) -> None:
    with suppress(CloudError):
        decode(text)


@pytest.mark.parametrize(
    ("kind", "message", "ok_to_retry", "meant"),
    [
        ("Bosh::Clouds::VMNotFound", "gone", False, VmNotFoundError),
        ("Bosh::Clouds::VMCreationFailed", "broken", False, VmCreationError),
        ("Bosh::Clouds::VMCreationFailed", "broken", True, VmCreationRetryableError),
        ("Bosh::Clouds::NoDiskSpace", "full", False, NoDiskSpaceError),
        ("Bosh::Clouds::DiskNotFound", "gone", False, DiskNotFoundError),
        ("Bosh::Clouds::NotImplemented", "resize_disk", False, NotSupportedError),
        ("Bosh::Clouds::CloudError", "Invalid Method: x", False, NotSupportedError),
        ("InvalidCall", "Method is not known, got x", False, NotSupportedError),
        ("Bosh::Clouds::CloudError", "connection reset", True, CloudUnavailableError),
        ("Bosh::Clouds::CloudError", "connection reset", False, CloudError),
        ("Bosh::Clouds::CloudError", "RequestLimitExceeded", True, CloudThrottledError),
        ("Bosh::Clouds::VMCreationFailed", "HTTP 429", True, CloudThrottledError),
        ("Bosh::Clouds::VMCreationFailed", "HTTP 429", False, VmCreationError),
    ],
)
def test_the_types_of_the_contract_are_known(
    kind: str, message: str, *, ok_to_retry: bool, meant: type[CloudError]
) -> None:
    with pytest.raises(CloudError) as caught:
        decode(error(kind, message, ok_to_retry=ok_to_retry))

    assert type(caught.value) is meant
    assert caught.value.retryable == (ok_to_retry and meant is not NotSupportedError)


@pytest.mark.parametrize(
    ("message", "retry_after_s"),
    [
        ("429 Too Many Requests", 1.0),
        ("Rate exceeded, Retry-After: 17", 17.0),
        ('over limit: {"code": 429, "retryAfter": "2.5"}', 2.5),
    ],
)
def test_a_throttled_cpi_says_for_how_long_if_it_knows(message: str, retry_after_s: float) -> None:
    with pytest.raises(CloudThrottledError) as caught:
        decode(error("Bosh::Clouds::CloudError", message, ok_to_retry=True))

    assert caught.value.retry_after_s == retry_after_s


def test_an_unknown_type_is_told_as_bosh_tells_it() -> None:
    with pytest.raises(
        CloudError, match="Unknown CPI error 'Odd' with message 'no' in 'create_vm'"
    ):
        decode(error("Odd", "no"))


@pytest.mark.parametrize("text", ["", "panic: oh", "[]", '{"result": 1}', '{"error": "x"}'])
def test_an_answer_that_is_none_is_shown(text: str) -> None:
    with pytest.raises(CloudError, match="Invalid CPI response") as caught:
        decode(text)

    assert (text or "nothing") in str(caught.value)
