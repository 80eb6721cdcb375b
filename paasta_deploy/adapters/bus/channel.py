"""Talking to agents: the port ``AgentChannel`` on NATS.

Three connections, each its own user: *director* asks agents and hears them, *callout* answers
whom the server lets in, *system* hears of connections. On a bus that is not ours (``nats.mode:
external``) there is only the first; who is there is then told by what agents say.

The parts: ``exchanges`` does one request, ``long_actions`` what takes long, ``presence_feed`` and
``voices`` hear who is there and what is said, ``links`` holds what is known of each agent. Costs
are constant per message, and memory is bounded by the VMs that exist.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass

from paasta_deploy.adapters.bus.authorisation import AgentAuthoriser
from paasta_deploy.adapters.bus.client import BusClient
from paasta_deploy.adapters.bus.errors import BusError
from paasta_deploy.adapters.bus.exchanges import Exchanges
from paasta_deploy.adapters.bus.keys import BusKeys
from paasta_deploy.adapters.bus.links import AgentLinks
from paasta_deploy.adapters.bus.long_actions import LongActions
from paasta_deploy.adapters.bus.presence import PresenceChange
from paasta_deploy.adapters.bus.presence_feed import PresenceFeed
from paasta_deploy.adapters.bus.voices import AgentVoices
from paasta_deploy.adapters.certificates import CertificateFiles
from paasta_deploy.model.ids import AgentId, DirectorUuid
from paasta_deploy.model.values import JsonValue
from paasta_deploy.ports.agents import AgentHeartbeat, AgentListener, Interrupt
from paasta_deploy.ports.clock import Clock, IdSource
from paasta_deploy.wire.agent_messages import AgentMethod, running_task
from paasta_deploy.wire.subjects import FROM_AGENTS, replies_to

log = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 20.0
# How long a request waits for an agent whose connection was just cut. Ours are back in less than a
# second; a real bosh-agent takes 2 to 10 s, and the error that its caller gets is retryable.
GRACE_S = 3.0
# After the server itself was started again, agents get this long before they count as gone.
SETTLE_S = 10.0
_REFRESH_AGAIN_S = 1.0
_CALLOUT_SUBJECT = "$SYS.REQ.USER.AUTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusAccess:
    """How the director gets to the bus; ``keys`` is None on a bus that is not ours.

    ``director`` is part of the subjects on which this director's answers come.
    """

    url: str
    certificates: CertificateFiles
    keys: BusKeys | None
    director: DirectorUuid


class NatsAgentChannel:
    """The channel. Make it inside the event loop, ``connect()``, use it, ``close()``.

    ``is_known`` says whether an agent's VM is recorded; only those are let in.
    """

    def __init__(
        self,
        access: BusAccess,
        *,
        clock: Clock,
        ids: IdSource,
        is_known: Callable[[AgentId], bool],
        grace_s: float = GRACE_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._access = access
        self._settle_s = settle_s
        self._is_known = is_known
        self._loop = asyncio.get_running_loop()
        self._renewal: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._missing: set[AgentId] = set()
        self._links = AgentLinks()
        self._voices = AgentVoices(
            self._links, clock=clock, is_known=is_known, server_tells=access.keys is not None
        )
        tls, keys = access.certificates.client_context(), access.keys
        self._tls = tls
        self._director = BusClient(
            access.url,
            name="director",
            tls=tls,
            key=None if keys is None else keys.director,
            on_up=self._on_director_up,
        )
        self._clients = [self._director]
        self._feed: PresenceFeed | None = None
        if keys is not None:
            system = BusClient(
                access.url, name="system", tls=tls, key=keys.system, on_up=self._on_system_up
            )
            self._callout = BusClient(access.url, name="callout", tls=tls, key=keys.callout)
            self._authoriser = AgentAuthoriser(
                keys.issuer, is_known=self._may_connect, clock=clock
            )
            self._feed = PresenceFeed(system, own_user=keys.director.public)
            self._clients += [system, self._callout]
        self._exchanges = Exchanges(
            self._director,
            director=access.director,
            ids=ids,
            grace_s=grace_s,
            on_unheard=self._voices.on_unheard,
        )
        self._long = LongActions(self._exchanges, self._links, grace_s=grace_s)

    def show_certificates(self) -> None:
        """Use what is in the certificate's file now, from the next connection on."""
        files = self._access.certificates
        self._tls.load_cert_chain(files.certificate, files.private_key)
        self._tls.load_verify_locations(files.ca)

    async def connect(self, *, deadline_s: float = CONNECT_DEADLINE_S) -> None:
        """Open the connections and learn who is there. Raises BusError; then all is closed."""
        try:
            async with asyncio.timeout(deadline_s):
                await self._connect(deadline_s)
        except TimeoutError as error:
            await self.close()
            raise BusError(
                f"The message bus {self._access.url} answers too slowly: not connected within "
                f"{deadline_s:.0f} s.",
                hint="Look whether this machine is out of memory or processors.",
            ) from error
        except BusError:
            await self.close()
            raise

    async def close(self) -> None:
        """Close the connections; calls under way fail at their deadline. Repeating it is fine."""
        for task in (self._renewal, *self._background):
            if task is not None:
                task.cancel()
        await asyncio.gather(*(one.close() for one in self._clients))

    async def call(
        self,
        agent_id: AgentId,
        method: str,
        arguments: Sequence[JsonValue] = (),
        *,
        deadline_s: float,
        interrupt: Interrupt | None = None,
    ) -> JsonValue:
        """Send one request and return its final value, a long action's from its end.

        An agent is asked to end a long action early once ``interrupt`` is set.
        Raises AgentUnreachableError (retryable): no answer in time, or the agent is away for
        longer than the grace. Raises AgentActionError when it answered with an exception.
        """
        end_s = self._loop.time() + deadline_s
        link = self._links.of(agent_id)
        value = await self._exchanges.ask(link, method, arguments, end_s=end_s)
        task_id = running_task(value)
        if task_id is None or method == AgentMethod.GET_TASK.value:
            return value
        if interrupt is None:
            return await self._long.follow(link, task_id, end_s=end_s)
        return await self._long.follow_until(link, task_id, interrupt, end_s=end_s)

    async def wait_until_ready(self, agent_id: AgentId, *, deadline_s: float) -> None:
        """Return as soon as the agent answers ``ping``. Raises AgentUnreachableError.

        An agent that was never seen, or is away for long, is waited for just the same.
        """
        end_s = self._loop.time() + deadline_s
        link = self._links.of(agent_id)
        await self._exchanges.ask(link, AgentMethod.PING.value, end_s=end_s, grace_s=math.inf)
        # Asked now, while nothing waits for it: the first long action needs to know.
        await self._long.info(link, end_s=end_s)

    async def wait_for_job_state(
        self, agent_id: AgentId, wanted: frozenset[str], *, deadline_s: float
    ) -> str:
        """Return the job state once it is wanted, or the last one at the deadline.

        Raises AgentUnreachableError when the agent is gone, or never said its state.
        """
        end_s = self._loop.time() + deadline_s
        link = self._links.of(agent_id)
        return await self._long.wait_for_job_state(link, wanted, end_s=end_s)

    def last_heartbeat(self, agent_id: AgentId) -> AgentHeartbeat | None:
        """Return what the agent said last, if anything since the director started."""
        link = self._links.get(agent_id)
        return None if link is None else link.heartbeat

    def is_connected(self, agent_id: AgentId) -> bool:
        """Return whether the agent's connection is open now."""
        link = self._links.get(agent_id)
        return link is not None and link.is_connected

    def listen(self, listener: AgentListener) -> None:
        """Tell ``listener`` everything from now on; who is there already is told at once."""
        self._voices.listen(listener)

    def forget(self, agent_id: AgentId) -> None:
        """Drop what is kept of an agent whose VM is gone; calls under way fail at once.

        Should the VM live on after all, its agent is put off the bus and not let in again.
        """
        self._links.forget(agent_id)
        if self._feed is not None and self._feed.presence.is_connected(agent_id):
            self._in_background(self._put_off(self._feed, agent_id))

    def _may_connect(self, agent_id: AgentId) -> bool:
        return not self._links.was_forgotten(agent_id) and self._is_known(agent_id)

    async def _connect(self, deadline_s: float) -> None:
        await asyncio.gather(*(one.connect(deadline_s=deadline_s) for one in self._clients))
        replies = replies_to(self._access.director)
        await self._director.subscribe(replies, self._exchanges.on_reply)
        await self._director.subscribe(FROM_AGENTS, self._voices.on_message)
        await self._director.flush(deadline_s=deadline_s)
        if self._feed is not None:
            await self._feed.start(self._on_presence)
            self._on_presence(await self._feed.refresh())
            self._in_background(self._put_off_strangers(self._feed))
            # Last, so that whoever is let in is heard.
            await self._callout.serve(_CALLOUT_SUBJECT, self._authoriser.answer)

    def _on_presence(self, change: PresenceChange) -> None:
        """Take the server's news; who was forgotten before its connection was told is put off."""
        came = [one for one in change.came if not self._links.was_forgotten(one)]
        self._voices.on_presence(PresenceChange(came=tuple(came), went=change.went))
        for agent_id in change.came:
            if self._feed is not None and self._links.was_forgotten(agent_id):
                self._in_background(self._put_off(self._feed, agent_id))

    async def _put_off_strangers(self, feed: PresenceFeed) -> None:
        """Close connections of agents whose VMs were removed while no director looked."""
        for link in self._links:
            if not self._is_known(link.agent_id):
                await self._put_off(feed, link.agent_id)
            # Each look reads the store; with thousands of agents others want to go on.
            await asyncio.sleep(0)

    @staticmethod
    async def _put_off(feed: PresenceFeed, agent_id: AgentId) -> None:
        try:
            await feed.kick(agent_id)
        except BusError as error:
            extra = {"agent": agent_id, "reason": str(error)}
            log.warning("a connection cannot be closed", extra=extra)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name="bus")
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _on_director_up(self) -> None:
        """Our connection was renewed: answers may have been lost."""
        for link in self._links:
            link.interrupted(self._loop.time())

    def _on_system_up(self) -> None:
        """The system's connection was renewed: events were lost, so ask who is there."""
        if self._renewal is not None:
            self._renewal.cancel()
        self._renewal = asyncio.create_task(self._renew_presence(), name="presence")

    async def _renew_presence(self) -> None:
        """Find out who is there. The others may be on their way back, so they get some time."""
        assert self._feed is not None
        change = await self._refreshed(self._feed)
        self._on_presence(PresenceChange(came=change.came))
        # Kept over renewals that interrupt each other.
        self._missing.update(change.went)
        await asyncio.sleep(self._settle_s)
        missing, self._missing = self._missing, set()
        gone = [one for one in missing if not self._feed.presence.is_connected(one)]
        self._on_presence(PresenceChange(went=tuple(gone)))

    @staticmethod
    async def _refreshed(feed: PresenceFeed) -> PresenceChange:
        while True:
            try:
                return await feed.refresh()
            except BusError as error:
                log.warning("connections cannot be listed", extra={"reason": str(error)})
                await asyncio.sleep(_REFRESH_AGAIN_S)
