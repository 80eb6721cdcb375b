"""Requests go into the store and come out the same.

Properties: decoding what was encoded gives the request again, also through JSON.
"""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.director.requests import (
    REQUESTS,
    DeployRequest,
    TaskRequest,
    decode,
    encode,
    kind_of,
)
from paasta_deploy.model.values import JsonObject
from paasta_deploy.testing.strategies import values_of

ANY = st.one_of([values_of(kind) for kind in get_args(TaskRequest)])


@given(ANY)
def test_a_request_survives_the_store(request: TaskRequest) -> None:
    stored = json.loads(json.dumps(encode(request)))
    assert decode(kind_of(request), stored) == request


def test_every_request_has_a_kind_of_its_own() -> None:
    assert set(REQUESTS.values()) == set(get_args(TaskRequest))
    assert len(REQUESTS) == len(get_args(TaskRequest))


def test_what_an_older_director_did_not_know_has_its_default() -> None:
    assert decode("update_deployment", {"manifest": "m"}) == DeployRequest(manifest="m")


def test_what_a_newer_director_knew_is_passed_over() -> None:
    data: JsonObject = {"manifest": "m", "from_the_future": 1}
    assert decode("update_deployment", data) == DeployRequest(manifest="m")


def test_an_object_that_is_no_request_has_no_kind() -> None:
    with pytest.raises(AssertionError, match="missing in REQUESTS"):
        kind_of(object())  # type: ignore[arg-type]  # the mistake under test
