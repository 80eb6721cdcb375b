"""What agents say by themselves, and that they come and go: kept, and told to listeners.

On a bus of our own the server tells who is there. On another one an agent is there once it said
anything, and away once nobody listens to its subject or it announced its end.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

from nats.aio.msg import Msg

from paasta_deploy.adapters.bus.links import AgentLink, AgentLinks
from paasta_deploy.adapters.bus.presence import PresenceChange
from paasta_deploy.model.ids import AgentId
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener
from paasta_deploy.ports.clock import Clock
from paasta_deploy.wire.agent_messages import AgentTaskId, decode_answer
from paasta_deploy.wire.reading import WireError, decode_object
from paasta_deploy.wire.subjects import AgentTopic, parse_topic_subject

log = logging.getLogger(__name__)


class AgentVoices:
    """Hears all agents. For one event loop. ``server_tells``: who is there comes by the server."""

    def __init__(
        self,
        links: AgentLinks,
        *,
        clock: Clock,
        is_known: Callable[[AgentId], bool],
        server_tells: bool,
    ) -> None:
        self._links = links
        self._clock = clock
        self._is_known = is_known
        self._server_tells = server_tells
        self._listeners: list[AgentListener] = []
        self._now_s = asyncio.get_running_loop().time

    def listen(self, listener: AgentListener) -> None:
        """Tell ``listener`` everything from now on; who is there already is told at once."""
        self._listeners.append(listener)
        for link in self._links:
            if link.is_connected:
                listener.on_connected(link.agent_id)

    def on_presence(self, change: PresenceChange) -> None:
        """Take who came and who went."""
        for agent_id in change.came:
            self._came(self._links.of(agent_id))
        for agent_id in change.went:
            link = self._links.get(agent_id)
            if link is not None:
                self._went(link)

    def on_unheard(self, link: AgentLink) -> None:
        """Take that nobody listens to an agent's subject."""
        if not self._server_tells and link.is_connected:
            self._went(link)

    def on_message(self, message: Msg) -> None:
        """Take what an agent says by itself."""
        said = parse_topic_subject(message.subject)
        if said is None:
            return
        topic, agent_id, task_id = said
        link = self._link_of(agent_id)
        if link is None:
            return
        if not self._server_tells and not link.is_connected:
            self._came(link)
        try:
            self._hear(link, topic, task_id, message.data)
        except WireError as error:
            extra = {"agent": agent_id, "subject": message.subject, "reason": str(error)}
            log.warning("an agent said nonsense", extra=extra)

    def _link_of(self, agent_id: AgentId) -> AgentLink | None:
        """Return the agent's link; the first word may overtake the news of its connection."""
        link = self._links.get(agent_id)
        if link is None and not self._links.was_forgotten(agent_id) and self._is_known(agent_id):
            link = self._links.of(agent_id)
        return link

    def _hear(
        self, link: AgentLink, topic: AgentTopic, task_id: AgentTaskId | None, content: bytes
    ) -> None:
        match topic:
            case AgentTopic.HEARTBEAT:
                fields = decode_object(content, "heartbeat")
                heartbeat = AgentHeartbeat(
                    agent_id=link.agent_id,
                    job_state=fields.text("job_state", "unknown"),
                    vitals=fields.object("vitals").raw,
                    at=self._clock.now(),
                )
                link.beat(heartbeat)
                for listener in self._listeners:
                    listener.on_heartbeat(heartbeat)
            case AgentTopic.ALERT:
                alert = decode_object(content, "alert").raw
                for listener in self._listeners:
                    listener.on_alert(link.agent_id, alert)
            case AgentTopic.SHUTDOWN:
                for listener in self._listeners:
                    listener.on_shutdown(link.agent_id)
                if not self._server_tells:
                    self._went(link)
            case AgentTopic.TASK:
                assert task_id is not None, "the subject of a task names it"
                self._links.finished(link.agent_id, task_id, decode_answer(content))
            case _:
                assert_never(topic)

    def _came(self, link: AgentLink) -> None:
        link.connected(self._now_s())
        for listener in self._listeners:
            listener.on_connected(link.agent_id)

    def _went(self, link: AgentLink) -> None:
        link.disconnected(self._now_s())
        for listener in self._listeners:
            listener.on_disconnected(link.agent_id)
