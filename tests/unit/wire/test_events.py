"""Properties: event lines read back as they were written, each on one line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.wire.events import (
    ErrorEvent,
    ForecastEvent,
    RemarkEvent,
    RemarkKind,
    StageEvent,
    StageTaskState,
    TaskEventLine,
    decode_event,
    encode_event,
)
from paasta_deploy.wire.reading import WireError

TIMES = st.integers(0, 2**40)
EVENTS: st.SearchStrategy[TaskEventLine] = (
    st.builds(
        StageEvent,
        at_s=TIMES,
        stage=st.text(),
        task=st.text(),
        state=st.sampled_from(StageTaskState),
        index=st.integers(0, 100),
        total=st.integers(0, 100),
        tags=st.lists(st.text()).map(tuple),
        progress=st.integers(0, 100),
        status=st.text(),
        error=st.text(),
        data=st.dictionaries(st.sampled_from(["more"]), st.text()),
    )
    | st.builds(RemarkEvent, at_s=TIMES, kind=st.sampled_from(RemarkKind), message=st.text())
    | st.builds(ErrorEvent, at_s=TIMES, code=st.integers(0, 10**6), message=st.text())
    | st.builds(
        ForecastEvent,
        at_s=TIMES,
        done=st.integers(0, 100),
        total=st.integers(0, 100),
        remaining_s=st.none() | st.floats(0, 1e6),
        running=st.lists(st.text()).map(tuple),
        critical_path=st.lists(st.text()).map(tuple),
        waiting=st.lists(st.text()).map(tuple),
        held=st.lists(st.text()).map(tuple),
    )
)


@given(EVENTS)
def test_an_event_is_read_as_it_was_written(event: TaskEventLine) -> None:
    assert decode_event(encode_event(event)) == event


@given(EVENTS)
def test_an_event_is_exactly_one_line(event: TaskEventLine) -> None:
    line = encode_event(event)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        (
            '{"time":1795347153,"stage":"Extracting release","tags":[],"total":1,'
            '"task":"Extracting release","index":1,"state":"started","progress":0}'
        ),
        (
            '{"time":1795347197,"stage":"Updating instance","tags":["foobar"],"total":2,'
            '"task":"foobar/bd4 (0) (canary)","index":1,"state":"in_progress","progress":5,'
            '"data":{"status":"executing pre-stop"}}'
        ),
        (
            '{"time":1795347661,"stage":"Deleting instances","tags":[],"total":4,'
            '"task":"foobar/7e3 (2)","index":2,"state":"failed","progress":100,'
            '"data":{"error":"Timed out"}}'
        ),
        '{"time":1795347661,"error":{"code":450002,"message":"Timed out"}}',
        '{"time":1,"type":"deprecation","message":"old"}',
    ],
)
def test_recorded_lines_are_written_to_the_letter(line: str) -> None:
    assert encode_event(decode_event(line)).decode().rstrip("\n") == line


def test_a_state_of_the_future_is_progress() -> None:
    event = decode_event(json.dumps({"time": 1, "stage": "s", "state": "pondering"}))
    assert isinstance(event, StageEvent)
    assert event.state is StageTaskState.IN_PROGRESS


def test_a_line_without_a_time_is_refused() -> None:
    with pytest.raises(WireError, match="'time' is missing"):
        decode_event('{"stage":"s"}')
