"""What is known of each agent's end of the bus, and who waits for news of it. Pure but for events.

A waiter hangs an event into ``watchers``, looks at the state, and sleeps until the event is set;
since every change sets it, no news between the look and the sleep is lost. Links are made for
agents that connected or are talked to, and dropped by ``forget``: there are no more than VMs.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from paasta_deploy.model.ids import AgentId
from paasta_deploy.ports.agents import AgentHeartbeat
from paasta_deploy.wire.agent_messages import AgentAnswer, AgentInfo, AgentTaskId

# Ends of tasks that nobody follows yet or any more: those whose end overtook the first answer (a
# handful at a time), and those whose follower gave up. The oldest go first; who misses one polls.
UNCLAIMED_MAX = 1024
# Agents that were forgotten lately; their last words come within seconds, hundreds at a time.
FORGOTTEN_MAX = 4096


@dataclass(slots=True)
class AgentLink:
    """One agent. Times are seconds of the event loop's clock.

    ``lost_at_s`` is since when it is known to be away (the channel's beginning for one that was
    never seen). ``generation`` counts up, and ``renewed_at_s`` is set, whenever a message may have
    been lost on the way: the agent's connection or our own was renewed.
    """

    agent_id: AgentId
    lost_at_s: float
    is_connected: bool = False
    is_forgotten: bool = False
    generation: int = 0
    renewed_at_s: float = 0.0
    info: AgentInfo | None = None
    heartbeat: AgentHeartbeat | None = None
    watchers: set[asyncio.Event] = field(default_factory=set)

    def connected(self, at_s: float) -> None:
        """Note a new connection: perhaps another process, so what ``info`` said is forgotten."""
        self.is_connected = True
        self.info = None
        self.interrupted(at_s)

    def disconnected(self, at_s: float) -> None:
        """Note that the last connection was closed."""
        self.is_connected = False
        self.lost_at_s = at_s
        self.notify()

    def interrupted(self, at_s: float) -> None:
        """Note that a connection was renewed: what was under way may have been lost."""
        self.generation += 1
        self.renewed_at_s = at_s
        self.notify()

    def beat(self, heartbeat: AgentHeartbeat) -> None:
        """Keep the newest heartbeat."""
        self.heartbeat = heartbeat
        self.notify()

    def notify(self) -> None:
        """Wake everybody who waits for news of this agent."""
        for watcher in self.watchers:
            watcher.set()

    @contextmanager
    def watched(self) -> Iterator[asyncio.Event]:
        """Give an event that is set by every change for as long as the block lasts."""
        watcher = asyncio.Event()
        self.watchers.add(watcher)
        try:
            yield watcher
        finally:
            self.watchers.discard(watcher)


class AgentLinks:
    """The links of all agents, and the ends of their tasks. For one event loop."""

    def __init__(self, *, unclaimed_max: int = UNCLAIMED_MAX) -> None:
        self._links: dict[AgentId, AgentLink] = {}
        self._unclaimed: OrderedDict[tuple[AgentId, AgentTaskId], AgentAnswer] = OrderedDict()
        self._unclaimed_max = unclaimed_max
        self._forgotten: OrderedDict[AgentId, None] = OrderedDict()
        self._began_s = asyncio.get_running_loop().time()

    def __iter__(self) -> Iterator[AgentLink]:
        return iter(tuple(self._links.values()))

    def get(self, agent_id: AgentId) -> AgentLink | None:
        """Return the link of an agent that was heard of."""
        return self._links.get(agent_id)

    def of(self, agent_id: AgentId) -> AgentLink:
        """Return the link of an agent, a new one if it was not heard of yet."""
        link = self._links.get(agent_id)
        if link is None:
            link = self._links[agent_id] = AgentLink(agent_id, self._began_s)
        return link

    def forget(self, agent_id: AgentId) -> None:
        """Drop what is known of an agent; who waits for it is told that it is gone."""
        link = self._links.pop(agent_id, None)
        if link is not None:
            link.is_forgotten = True
            link.notify()
        self._forgotten[agent_id] = None
        while len(self._forgotten) > FORGOTTEN_MAX:
            self._forgotten.popitem(last=False)
        for key in [one for one in self._unclaimed if one[0] == agent_id]:
            del self._unclaimed[key]

    def was_forgotten(self, agent_id: AgentId) -> bool:
        """Return whether what arrives of this agent are its last words."""
        return agent_id in self._forgotten

    def finished(self, agent_id: AgentId, task_id: AgentTaskId, answer: AgentAnswer) -> None:
        """Keep the end of a task until somebody claims it."""
        link = self._links.get(agent_id)
        if link is None:
            return
        self._unclaimed[agent_id, task_id] = answer
        while len(self._unclaimed) > self._unclaimed_max:
            self._unclaimed.popitem(last=False)
        link.notify()

    def claim(self, agent_id: AgentId, task_id: AgentTaskId) -> AgentAnswer | None:
        """Return the end of a task, once, if it was told."""
        return self._unclaimed.pop((agent_id, task_id), None)
