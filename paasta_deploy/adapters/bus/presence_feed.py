"""The server's news of connections: who is there now, and every change from then on.

The system account hears each connection that is opened and closed, at the moment at which the
server sees it. When our own connection is new, the server is asked for the list of all.
Source: NATS "system events" and "connz"; tried against nats-server 2.15.
"""

import json
import logging
from collections.abc import Callable

from nats.aio.msg import Msg

from paasta_deploy.adapters.bus.authorisation import AGENTS_ACCOUNT
from paasta_deploy.adapters.bus.client import BusClient
from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.presence import ConnectionId, Presence, PresenceChange
from paasta_deploy.model.ids import AgentId
from paasta_deploy.wire.reading import Fields, WireError, decode_object

log = logging.getLogger(__name__)

REQUEST_DEADLINE_S = 10.0
# Connections in one answer: some hundred bytes each, far below the largest message.
PAGE = 1024
_EVENTS = f"$SYS.ACCOUNT.{AGENTS_ACCOUNT}"
_LIST = "$SYS.REQ.SERVER.PING.CONNZ"


class PresenceFeed:
    """Hears who comes and goes. ``own_user`` is our own connection's name among agents."""

    def __init__(self, client: BusClient, *, own_user: str) -> None:
        self._client = client
        self._own_user = own_user
        self._on_change: Callable[[PresenceChange], None] | None = None
        self.presence = Presence()

    async def start(self, on_change: Callable[[PresenceChange], None]) -> None:
        """Tell every event to ``on_change``; call :meth:`refresh` then. Raises BusError."""
        self._on_change = on_change
        await self._client.subscribe(f"{_EVENTS}.CONNECT", self._on_connect)
        await self._client.subscribe(f"{_EVENTS}.DISCONNECT", self._on_disconnect)
        await self._client.flush(deadline_s=REQUEST_DEADLINE_S)

    async def refresh(self) -> PresenceChange:
        """Ask who is there and return what differs from before. Raises BusError."""
        self.presence.begin_sync()
        listed: list[tuple[ConnectionId, AgentId]] = []
        total, offset = 1, 0
        while offset < total:
            query = {"acc": AGENTS_ACCOUNT, "auth": True, "limit": PAGE, "offset": offset}
            answer = await self._client.request(
                _LIST, json.dumps(query).encode(), deadline_s=REQUEST_DEADLINE_S
            )
            try:
                data = decode_object(answer, "list of connections").object("data")
                server, total = data.text("server_id"), data.integer("total")
                listed += self._agents_in(server, data)
            except WireError as error:
                raise BusError(f"nats-server answered nonsense: {error}") from error
            offset += PAGE
        return self.presence.end_sync(listed)

    async def kick(self, agent_id: AgentId) -> None:
        """Let the server close all connections of an agent. Raises BusError."""
        for server, number in self.presence.connections_of(agent_id):
            order = json.dumps({"cid": number}).encode()
            # A request, because the server does not obey a plain message.
            await self._client.request(
                f"$SYS.REQ.SERVER.{server}.KICK", order, deadline_s=REQUEST_DEADLINE_S
            )

    def _agents_in(self, server: str, data: Fields) -> list[tuple[ConnectionId, AgentId]]:
        return [
            ((server, one.integer("cid")), AgentId(one.text("authorized_user")))
            for one in data.objects("connections")
            if one.text("authorized_user", "") not in ("", self._own_user)
        ]

    def _on_connect(self, message: Msg) -> None:
        event = self._read(message)
        if event is not None:
            connection, agent_id = event
            self._tell(self.presence.opened(connection, agent_id))

    def _on_disconnect(self, message: Msg) -> None:
        event = self._read(message)
        if event is not None:
            self._tell(self.presence.closed(event[0]))

    def _read(self, message: Msg) -> tuple[ConnectionId, AgentId] | None:
        try:
            event = decode_object(message.data, "connection event")
            client = event.object("client")
            user = client.text("user", "")
            connection = (event.object("server").text("id"), client.integer("id"))
        except WireError as error:
            log.warning("nats-server said nonsense", extra={"reason": str(error)})
            return None
        return (connection, AgentId(user)) if user not in ("", self._own_user) else None

    def _tell(self, change: PresenceChange) -> None:
        if self._on_change is not None and (change.came or change.went):
            self._on_change(change)
