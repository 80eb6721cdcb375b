"""Properties: heartbeats and alerts read back as they were written; recorded ones are read."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.heartbeat import (
    AgentAlert,
    AlertSeverity,
    Heartbeat,
    decode_alert,
    decode_heartbeat,
    encode_alert,
    encode_heartbeat,
    job_state_from,
)
from paasta_deploy.wire.vitals import Vitals

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]


@given(
    st.builds(
        Heartbeat,
        deployment=st.text(),
        job=st.none() | st.text(),
        index=st.none() | st.integers(0, 10_000),
        job_state=st.sampled_from(JobState),
        node_id=st.text(),
        number_of_processes=st.integers(0, 1000),
        vitals=st.just(Vitals(uptime_s=1)),
    )
)
def test_a_heartbeat_is_read_as_it_was_written(heartbeat: Heartbeat) -> None:
    assert decode_heartbeat(encode_heartbeat(heartbeat)) == heartbeat


@given(
    st.builds(
        AgentAlert,
        id=st.text(),
        severity=st.sampled_from(AlertSeverity),
        title=st.text(),
        summary=st.text(),
        created_at=st.integers(0, 2**40),
    )
)
def test_an_alert_is_read_as_it_was_written(alert: AgentAlert) -> None:
    assert decode_alert(encode_alert(alert)) == alert


def test_recorded_heartbeats_are_read_and_written_alike() -> None:
    recorded = [one["payload"] for one in RECORDED if ".heartbeat." in one["subject"]]
    assert {one["job_state"] for one in recorded} == {"running", "stopped"}
    for payload in recorded:
        heartbeat = decode_heartbeat(json.dumps(payload).encode())
        assert json.loads(encode_heartbeat(heartbeat)) == payload


def test_an_unheard_of_word_is_an_unknown_state() -> None:
    assert job_state_from("running") is JobState.RUNNING
    assert job_state_from("dancing") is JobState.UNKNOWN


def test_an_unheard_of_severity_is_critical() -> None:
    assert decode_alert(b'{"id":"x","severity":17}').severity is AlertSeverity.CRITICAL
