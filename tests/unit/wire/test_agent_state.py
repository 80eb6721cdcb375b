"""Properties: the answer to `get_state` reads back as it was written; recorded ones are read."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import AgentId
from paasta_deploy.model.lifecycle import JobState
from paasta_deploy.wire.agent_state import (
    AgentState,
    ProcessStatus,
    decode_agent_state,
    encode_agent_state,
)
from paasta_deploy.wire.apply_spec import ApplySpec
from paasta_deploy.wire.vitals import Vitals

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded.jsonl").read_text().splitlines()
]


@given(
    st.builds(
        AgentState,
        agent_id=st.text().map(AgentId),
        job_state=st.sampled_from(JobState),
        spec=st.builds(ApplySpec, deployment=st.text(), index=st.none() | st.integers(0, 9)),
        vm_name=st.text(),
        processes=st.lists(
            st.builds(
                ProcessStatus,
                name=st.text(),
                state=st.text(),
                uptime_s=st.integers(0, 10**9),
                memory_kib=st.integers(0, 10**9),
                memory_percent=st.floats(0, 100),
                cpu_percent=st.floats(0, 100),
            )
        ).map(tuple),
        vitals=st.none() | st.just(Vitals(uptime_s=3)),
        ntp=st.just({}) | st.just({"offset": "0.1"}),
    )
)
def test_a_state_is_read_as_it_was_written(state: AgentState) -> None:
    assert decode_agent_state(encode_agent_state(state)) == state


def test_recorded_states_are_read_whole() -> None:
    states = [
        decode_agent_state(one["payload"]["value"])
        for one in RECORDED
        if isinstance(one["payload"], dict) and "job_state" in str(one["payload"].get("value"))
    ]
    assert states
    for state in states:
        assert state.spec.deployment == "simple"
        assert [process.name for process in state.processes] == [
            "process-1",
            "process-2",
            "process-3",
        ]
        assert state.processes[2].state == "failing"
        assert state.processes[2].cpu_percent == 0.3
        assert state.vm_name == f"vm-{state.agent_id}"
