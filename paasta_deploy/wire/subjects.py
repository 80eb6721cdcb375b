"""NATS subjects between director, health monitor and agents: built and taken apart here only.

Source: bosh.md 6.1. ``hm.agent.task`` is our extension: finished agent tasks are pushed, so that
nobody has to poll them.
"""

from enum import Enum

from paasta_deploy.model.ids import AgentId, DirectorUuid
from paasta_deploy.wire.agent_messages import AgentTaskId

FROM_AGENTS = "hm.agent.>"
"""Everything that agents say by themselves."""

DEFAULT_SERVER_NAME = "default.nats.bosh-internal"
"""What agents expect in the server's certificate (DNS SAN; ``*.nats.bosh-internal`` matches)."""


class AgentTopic(Enum):
    """What an agent says by itself."""

    HEARTBEAT = "heartbeat"
    ALERT = "alert"
    SHUTDOWN = "shutdown"
    TASK = "task"


def agent_subject(agent_id: AgentId) -> str:
    """Return the subject on which an agent listens."""
    return f"agent.{agent_id}"


def topic_subject(topic: AgentTopic, agent_id: AgentId) -> str:
    """Return where an agent says a heartbeat, an alert or its shutdown."""
    return f"hm.agent.{topic.value}.{agent_id}"


def task_subject(agent_id: AgentId, task_id: AgentTaskId) -> str:
    """Return where an agent says how one of its tasks ended: an answer, see `agent_messages`."""
    return f"hm.agent.task.{agent_id}.{task_id}"


def reply_subject(director: DirectorUuid, agent_id: AgentId, request_id: str) -> str:
    """Return a fresh subject for one answer. ``request_id`` is a UUID of this request alone."""
    return f"director.{director}.{agent_id}.{request_id}"


def replies_to(director: DirectorUuid) -> str:
    """Return the pattern that covers every answer to one director."""
    return f"director.{director}.>"


def parse_topic_subject(subject: str) -> tuple[AgentTopic, AgentId, AgentTaskId | None] | None:
    """Return topic, agent and (for ``task`` only) the task; None when it is no agent's subject."""
    match subject.split("."):
        case ["hm", "agent", "task", agent_id, task_id]:
            return AgentTopic.TASK, AgentId(agent_id), AgentTaskId(task_id)
        case ["hm", "agent", ("heartbeat" | "alert" | "shutdown") as topic, agent_id]:
            return AgentTopic(topic), AgentId(agent_id), None
        case _:
            return None


def parse_reply_subject(subject: str) -> tuple[DirectorUuid, AgentId, str] | None:
    """Return director, agent and request id; None when it is not an answer's subject."""
    match subject.split("."):
        case ["director", director, agent_id, request_id]:
            return DirectorUuid(director), AgentId(agent_id), request_id
        case _:
            return None
