"""Properties: a subject that was built is taken apart into the same parts."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.ids import AgentId, DirectorUuid
from paasta_deploy.wire.agent_messages import AgentTaskId
from paasta_deploy.wire.subjects import (
    AgentTopic,
    agent_subject,
    parse_reply_subject,
    parse_topic_subject,
    replies_to,
    reply_subject,
    task_subject,
    topic_subject,
)


@given(agent=st.uuids(), task=st.uuids())
def test_a_task_subject_names_agent_and_task(agent: UUID, task: UUID) -> None:
    parsed = parse_topic_subject(task_subject(AgentId(str(agent)), AgentTaskId(str(task))))
    assert parsed == (AgentTopic.TASK, str(agent), str(task))


@given(st.uuids(), st.sampled_from([AgentTopic.HEARTBEAT, AgentTopic.ALERT, AgentTopic.SHUTDOWN]))
def test_a_topic_subject_names_the_agent(agent: UUID, topic: AgentTopic) -> None:
    parsed = parse_topic_subject(topic_subject(topic, AgentId(str(agent))))
    assert parsed == (topic, str(agent), None)


@given(st.uuids(), st.uuids(), st.uuids())
def test_a_reply_subject_names_director_agent_and_request(
    director: UUID, agent: UUID, request: UUID
) -> None:
    subject = reply_subject(DirectorUuid(str(director)), AgentId(str(agent)), str(request))
    assert parse_reply_subject(subject) == (str(director), str(agent), str(request))
    assert subject.startswith(replies_to(DirectorUuid(str(director))).removesuffix(">"))


def test_subjects_are_those_of_the_recorded_agents() -> None:
    agent = AgentId("785b9b98")
    assert agent_subject(agent) == "agent.785b9b98"
    assert topic_subject(AgentTopic.HEARTBEAT, agent) == "hm.agent.heartbeat.785b9b98"


def test_foreign_subjects_are_nobodys() -> None:
    for subject in ("", "hm.director.alert", "hm.agent.rumour.x", "agent.x", "hm.agent.task.x"):
        assert parse_topic_subject(subject) is None
        assert parse_reply_subject(subject) is None
