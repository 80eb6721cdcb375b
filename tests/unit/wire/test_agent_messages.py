"""Properties: requests and answers read back as they were written; the recorded ones are read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.agent_messages import (
    AgentAnswer,
    AgentFailure,
    AgentInfo,
    AgentMethod,
    AgentRequest,
    AgentTaskId,
    AgentValue,
    decode_answer,
    decode_info,
    decode_request,
    encode_answer,
    encode_info,
    encode_request,
    running_task,
    running_value,
)
from paasta_deploy.wire.reading import WireError

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(method=st.text(), arguments=st.lists(JSON), reply_to=st.text())
def test_a_request_is_read_as_it_was_written(
    method: str, arguments: list[JsonValue], reply_to: str
) -> None:
    request = AgentRequest(method=method, arguments=tuple(arguments), reply_to=reply_to)
    assert decode_request(encode_request(request)) == request


@given(
    st.builds(AgentValue, value=JSON)
    | st.builds(AgentFailure, message=st.text(), backtrace=st.text(), blobstore_id=st.text())
)
def test_an_answer_is_read_as_it_was_written(answer: AgentAnswer) -> None:
    assert decode_answer(encode_answer(answer)) == answer


def test_every_recorded_request_is_known_and_written_alike() -> None:
    requests = [one["payload"] for one in RECORDED if one["subject"].startswith("agent.")]
    assert requests
    for recorded in requests:
        request = decode_request(json.dumps(recorded).encode())
        assert AgentMethod(request.method).value == recorded["method"]
        assert json.loads(encode_request(request)) == recorded


def test_every_recorded_answer_is_read_and_written_alike() -> None:
    answers = [one["payload"] for one in RECORDED if one["subject"].startswith("director.")]
    assert answers
    for recorded in answers:
        answer = decode_answer(json.dumps(recorded).encode())
        assert json.loads(encode_answer(answer)) == recorded


def test_a_running_task_is_recognised() -> None:
    task_id = AgentTaskId("5eb7695a")
    assert running_task(running_value(task_id)) == task_id


@pytest.mark.parametrize(
    "value",
    [None, "applied", {}, [], 0, {"agent_task_id": "x"}, {"agent_task_id": "x", "state": "done"}],
)
def test_a_final_value_is_no_running_task(value: JsonValue) -> None:
    assert running_task(value) is None


def test_an_answer_with_neither_value_nor_exception_is_refused() -> None:
    with pytest.raises(WireError, match="neither"):
        decode_answer(b"{}")


def test_a_value_of_null_is_an_answer() -> None:
    assert decode_answer(b'{"value":null}') == AgentValue(value=None)


def test_an_old_agents_exception_may_lack_its_message() -> None:
    assert decode_answer(b'{"exception":{}}') == AgentFailure(message="the agent gave no reason")


@given(st.builds(AgentInfo, api_version=st.integers(), push_tasks=st.booleans()))
def test_info_is_read_as_it_was_written(info: AgentInfo) -> None:
    assert decode_info(encode_info(info)) == info


@pytest.mark.parametrize("value", [{"api_version": 1}, {}, None, "1", {"push_tasks": "yes"}])
def test_only_an_agent_that_says_so_pushes_tasks(value: JsonValue) -> None:
    assert not decode_info(value).push_tasks
