"""Requests to agents and their answers on the bus: the shell around ``exchange``.

While our own connection is down, nothing is held against any agent; only the deadline counts.
"""

import asyncio
import math
from collections.abc import Callable, Sequence

from nats.aio.msg import Msg

from paasta_deploy.adapters.bus.client import BusClient
from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.exchange import Exchange
from paasta_deploy.adapters.bus.links import AgentLink
from paasta_deploy.model.errors import AgentActionError
from paasta_deploy.model.ids import DirectorUuid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.clock import IdSource
from paasta_deploy.wire.agent_messages import (
    AgentAnswer,
    AgentFailure,
    AgentRequest,
    AgentValue,
    decode_answer,
    encode_request,
)
from paasta_deploy.wire.reading import WireError
from paasta_deploy.wire.subjects import agent_subject, reply_subject

_NO_RESPONDERS = "503"


class Exchanges:
    """All requests under way. For one event loop. ``on_unheard``: nobody listens there."""

    def __init__(
        self,
        client: BusClient,
        *,
        director: DirectorUuid,
        ids: IdSource,
        grace_s: float,
        on_unheard: Callable[[AgentLink], None],
    ) -> None:
        self._client = client
        self._on_unheard = on_unheard
        self._director = director
        self._ids = ids
        self._grace_s = grace_s
        self._open: dict[str, Exchange] = {}
        self._now_s = asyncio.get_running_loop().time

    @property
    def under_way(self) -> int:
        """How many requests wait for their answer."""
        return len(self._open)

    async def ask(
        self,
        link: AgentLink,
        method: str,
        arguments: Sequence[JsonValue] = (),
        *,
        end_s: float,
        grace_s: float | None = None,
    ) -> JsonValue:
        """Return the value of the agent's first answer.

        ``end_s`` is a time of the event loop's clock. ``grace_s`` replaces the usual grace.
        Raises AgentUnreachableError (retryable), AgentActionError.
        """
        reply_to = reply_subject(self._director, link.agent_id, self._ids.new_uuid())
        request = AgentRequest(method=method, arguments=tuple(arguments), reply_to=reply_to)
        with link.watched() as wake:
            exchange = Exchange(link, request, self._grace_s if grace_s is None else grace_s, wake)
            self._open[reply_to] = exchange
            try:
                answer = await self._converse(exchange, encode_request(request), end_s)
            finally:
                del self._open[reply_to]
        match answer:
            case AgentValue(value=value):
                return value
            case AgentFailure(message=message):
                raise AgentActionError(message)

    def on_reply(self, message: Msg) -> None:
        """Take an answer, or the server's word that nobody listens."""
        exchange = self._open.get(message.subject)
        if exchange is None:
            return  # a second answer, or one that came after the deadline
        if message.headers and message.headers.get("Status") == _NO_RESPONDERS:
            exchange.unheard(self._now_s())
            self._on_unheard(exchange.link)
            return
        try:
            exchange.answered(decode_answer(message.data))
        except WireError as error:
            exchange.answered(AgentFailure(message=f"The agent answered nonsense: {error}"))

    async def _converse(self, exchange: Exchange, content: bytes, end_s: float) -> AgentAnswer:
        while exchange.answer is None:
            now_s = self._now_s()
            if now_s >= end_s:
                raise exchange.silence("in time")
            until_s = end_s
            if self._client.is_up:
                exchange.check(now_s)
                if exchange.may_send(now_s):
                    exchange.sent(now_s)
                    await self._publish(exchange, content)
                until_s = min(end_s, exchange.next_send_s, exchange.give_up_s)
            await sleep_until(exchange.wake, until_s)
        return exchange.answer

    async def _publish(self, exchange: Exchange, content: bytes) -> None:
        subject = agent_subject(exchange.link.agent_id)
        try:
            await self._client.publish(subject, content, reply=exchange.request.reply_to)
        except BusError as error:
            raise exchange.silence(f"because it could not be sent ({error})") from error


async def sleep_until(wake: asyncio.Event, until_s: float) -> None:
    """Return when ``wake`` was set since the last call, or at a time of the loop's clock."""
    try:
        async with asyncio.timeout_at(None if until_s == math.inf else until_s):
            await wake.wait()
    except TimeoutError:
        return
    wake.clear()
