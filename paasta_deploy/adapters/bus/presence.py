"""Which agents have an open connection, from the server's events and its list. Pure.

An agent may have two connections for a moment: the new one is opened before the old one is seen
to be closed. It is gone only when all are. The list (asked for when our own connection is new) and
the events overtake each other, so what events said while the list was under way is laid over it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from paasta_deploy.model.ids import AgentId

ConnectionId = tuple[str, int]
"""The server's id and the number it gave the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChange:
    """Who came and who went."""

    came: tuple[AgentId, ...] = ()
    went: tuple[AgentId, ...] = ()


@dataclass(slots=True)
class _Sync:
    opened: dict[ConnectionId, AgentId] = field(default_factory=dict)
    closed: set[ConnectionId] = field(default_factory=set)


class Presence:
    """The open connections."""

    def __init__(self) -> None:
        self._connections: dict[ConnectionId, AgentId] = {}
        self._of_agent: dict[AgentId, set[ConnectionId]] = {}
        self._sync: _Sync | None = None

    def is_connected(self, agent_id: AgentId) -> bool:
        """Return whether at least one connection of the agent is open."""
        return agent_id in self._of_agent

    def connections_of(self, agent_id: AgentId) -> frozenset[ConnectionId]:
        """Return the open connections of an agent."""
        return frozenset(self._of_agent.get(agent_id, ()))

    def opened(self, connection: ConnectionId, agent_id: AgentId) -> PresenceChange:
        """Note a new connection. ``came`` also names an agent that was there: it is a new one."""
        if self._sync is not None:
            self._sync.opened[connection] = agent_id
        if connection in self._connections:
            return PresenceChange()
        self._connections[connection] = agent_id
        self._of_agent.setdefault(agent_id, set()).add(connection)
        return PresenceChange(came=(agent_id,))

    def closed(self, connection: ConnectionId) -> PresenceChange:
        """Note a closed connection."""
        if self._sync is not None:
            self._sync.closed.add(connection)
        agent_id = self._connections.pop(connection, None)
        if agent_id is None:
            return PresenceChange()
        remaining = self._of_agent[agent_id]
        remaining.discard(connection)
        if remaining:
            return PresenceChange()
        del self._of_agent[agent_id]
        return PresenceChange(went=(agent_id,))

    def begin_sync(self) -> None:
        """Note that the list was asked for: from now on events are remembered."""
        self._sync = _Sync()

    def end_sync(self, listed: Iterable[tuple[ConnectionId, AgentId]]) -> PresenceChange:
        """Take the list over, with what events said since it was asked for."""
        sync, self._sync = self._sync or _Sync(), None
        open_now = {**dict(listed), **sync.opened}
        for connection in sync.closed:
            open_now.pop(connection, None)
        came: list[AgentId] = []
        went: list[AgentId] = []
        for connection in [one for one in self._connections if one not in open_now]:
            went += self.closed(connection).went
        for connection, agent_id in open_now.items():
            came += self.opened(connection, agent_id).came
        # Who only changed the connection came, and did not go.
        return PresenceChange(
            came=tuple(dict.fromkeys(came)), went=tuple(one for one in went if one not in came)
        )
