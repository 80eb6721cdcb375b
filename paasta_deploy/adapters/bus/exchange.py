"""One request to an agent over a bus that promises nothing: when to send, when to give up. Pure.

NATS delivers a message to whoever listens at that moment, or to nobody. What is done about it:

- The request carries its answer's subject as NATS reply, too; when nobody listens to the agent's
  subject, the server says so at once, and the request can be sent again without any risk: to an
  agent that connects at this moment after milliseconds, then less often.
- An agent that is away may come back: a request waits ``grace_s`` for it, counted from when it
  went, so a request to one that has long been away fails at once.
- What only asks (:data:`REPEATABLE`) is sent again when a connection on either side was renewed,
  and every few seconds: a second answer is dropped. What acts is never sent again once somebody
  took it; if its answer does not come within the grace after an interruption, the caller is told
  that nobody knows whether it was done (the error is retryable: every step looks before it acts).

All times are seconds of the event loop's clock, and handed in.
"""

import asyncio
import math
from dataclasses import dataclass

from paasta_deploy.adapters.bus.links import AgentLink
from paasta_deploy.model.errors import AgentUnreachableError
from paasta_deploy.wire.agent_messages import AgentAnswer, AgentMethod, AgentRequest

REPEATABLE = frozenset(
    method.value
    for method in (
        AgentMethod.PING,
        AgentMethod.INFO,
        AgentMethod.GET_STATE,
        AgentMethod.GET_TASK,
        AgentMethod.LIST_DISK,
    )
)
"""Methods that only ask, and so may reach the agent twice."""

# An answer to a question takes milliseconds; after this long, question or answer may be lost.
REPEAT_S = 5.0
# Pauses while nobody listens: an agent subscribes some milliseconds after it connected. While it
# is away, the news that it connected comes by itself.
PAUSE_S_MIN, PAUSE_S_MAX, PAUSE_AWAY_S_MAX = 0.005, 0.25, 2.0


@dataclass(slots=True)
class Exchange:
    """The state of one request. ``wake`` is set by every change of the link and of this state.

    ``sent_at_s`` is None until it was sent, and again when the server said: to nobody.
    """

    link: AgentLink
    request: AgentRequest
    grace_s: float
    wake: asyncio.Event
    answer: AgentAnswer | None = None
    sent_at_s: float | None = None
    unheard_since_s: float | None = None
    next_send_s: float = -math.inf
    _generation: int = -1
    _pause_s: float = PAUSE_S_MIN

    @property
    def is_repeatable(self) -> bool:
        """Whether it does no harm to send it twice."""
        return self.request.method in REPEATABLE

    def may_send(self, now_s: float) -> bool:
        """Return whether to send now: for the first time, after nobody heard it, or again."""
        if self.sent_at_s is not None and not self.is_repeatable:
            return False
        return self._is_renewed or now_s >= self.next_send_s

    def sent(self, now_s: float) -> None:
        """Note that it is being sent."""
        if self._is_renewed:
            self._pause_s = PAUSE_S_MIN
        self._generation = self.link.generation
        self.sent_at_s = now_s
        self.next_send_s = now_s + REPEAT_S if self.is_repeatable else math.inf

    def unheard(self, now_s: float) -> None:
        """Note that nobody listened to what was sent last."""
        self.sent_at_s = None
        if self.unheard_since_s is None:
            self.unheard_since_s = now_s
        self.next_send_s = now_s + self._pause_s
        longest_s = PAUSE_S_MAX if self.link.is_connected else PAUSE_AWAY_S_MAX
        self._pause_s = min(2 * self._pause_s, longest_s)
        self.wake.set()

    def answered(self, answer: AgentAnswer) -> None:
        """Note the answer."""
        self.answer = answer
        self.wake.set()

    def check(self, now_s: float) -> None:
        """Raise AgentUnreachableError when there is no more hope of an answer."""
        if self.link.is_forgotten:
            raise self.silence("because its VM was deleted")
        if now_s < self.give_up_s:
            return
        if self.sent_at_s is None:
            raise self.silence("because it is not connected")
        raise self.silence("before a connection was cut; it may have done what was asked, or not")

    @property
    def give_up_s(self) -> float:
        """When hope ends, as things stand now; infinite while nothing speaks against it."""
        lost_since_s = self._lost_since_s
        return math.inf if lost_since_s is None else lost_since_s + self.grace_s

    def silence(self, why: str) -> AgentUnreachableError:
        """Return the error that tells of no answer."""
        return AgentUnreachableError(
            f"Agent '{self.link.agent_id}' did not answer '{self.request.method}' {why}.",
            hint="Look whether its VM runs and whether its network reaches the director's"
            " message bus.",
        )

    @property
    def _is_renewed(self) -> bool:
        """Whether a connection was renewed since it was sent last."""
        return self.link.generation != self._generation

    @property
    def _lost_since_s(self) -> float | None:
        link = self.link
        if self.sent_at_s is None:
            if self.unheard_since_s is None:
                return None
            # Connected, and yet it listens to nothing: counted from when that was found out.
            return self.unheard_since_s if link.is_connected else link.lost_at_s
        if not link.is_connected and link.lost_at_s >= self.sent_at_s:
            return link.lost_at_s
        if self._is_renewed and not self.is_repeatable:
            return link.renewed_at_s
        return None
