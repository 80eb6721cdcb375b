"""Names in certificates. Property: an agent is found by either of its names, and by no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.adapters.certificates.names import agent_name, agent_named, bootstrap_name
from paasta_deploy.model.ids import AgentId

AGENT_IDS = st.from_regex(r"[A-Za-z0-9_-]{1,44}", fullmatch=True).map(AgentId)


@given(AGENT_IDS)
def test_an_agent_is_found_by_either_of_its_names(agent_id: AgentId) -> None:
    assert agent_named([agent_name(agent_id)]) == agent_id
    assert agent_named(["elsewhere.example", bootstrap_name(agent_id)]) == agent_id


@given(AGENT_IDS)
def test_the_common_name_is_short_enough(agent_id: AgentId) -> None:
    assert len(agent_name(agent_id)) <= 64


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".agent.bosh-internal",
        "default.director.bosh-internal",
        "a.b.agent.bosh-internal",
        "*.agent.bosh-internal",
        ">.agent.bosh-internal",
        "a.agent.bosh-internal.example",
        f"{'a' * 45}.agent.bosh-internal",
    ],
)
def test_other_names_are_of_no_agent(name: str) -> None:
    assert agent_named([name]) is None
