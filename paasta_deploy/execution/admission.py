"""Who may call an IaaS account next: ``(event, now) -> admitted``, fair and without I/O.

How many calls an account takes is known by `limits`; here stands who waits and in which order.

Theory. Callers are *parties*: tasks of the director, and its health monitor. The parties take
turns, whatever number of calls each of them wants to make, so a task of thousands of machines does
not hold up one of three. Parties that heal go first; every fourth turn is for the others all the
same, so nobody waits for ever. A call that the account has refused waits at the front of its own
party. One place beyond the window and under the ceiling is kept for those who heal, since a
``create_vm`` that holds a place may last for half an hour.

While nothing gets through, one call at a time asks whether it does again. One that is not refused
soon probably got through and only takes long, so then another may ask.

Everything that waits is counted and nothing is searched: an event costs O(1) plus what it admits.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from paasta_deploy.execution.limits import (
    PROBE_S_MAX,
    Answer,
    Begun,
    Bounds,
    Cause,
    LimitState,
    learned,
)

URGENT_IN_ROW_MAX = 3
"""So many turns those who heal may have in a row while others wait."""

KEPT_FREE_FROM = 8
"""From this ceiling on a place is kept for those who heal: an eighth is the most that may cost."""

LOOK_S = 5.0
"""How often a window that grows with time is looked at while somebody waits for it."""


class Urgency(Enum):
    """Who goes first. Lower is sooner."""

    HEALING = 0
    USUAL = 1


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """One call that wants to be made. Compared by identity; ``party`` names who wants it."""

    party: str
    urgency: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an account stands at a moment, to be told to people.

    ``held_s`` is how long nothing may begin at all, ``per_second`` None: any number.
    """

    in_flight: int
    in_flight_max: int
    ceiling: int
    per_second: float | None
    held_s: float
    cause: Cause
    probing: bool
    waiting: int

    @property
    def is_limited(self) -> bool:
        """Whether less is allowed than the bounds allow."""
        return self.in_flight_max < self.ceiling or self.cause is not Cause.NONE or self.held_s > 0


class Admission:
    """The waiting room of one account. Feed it every event; it says who may begin."""

    def __init__(self, bounds: Bounds) -> None:
        self.state = LimitState(bounds=bounds)
        self._under_way = dict.fromkeys(Urgency, 0)
        self._queues: dict[Urgency, OrderedDict[str, deque[Turn]]] = {
            urgency: OrderedDict() for urgency in Urgency
        }
        self._waiting = 0
        self._urgent_in_row = 0
        self._probe: tuple[Turn, float] | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait."""
        return self._waiting

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        return sum(self._under_way.values())

    def waiting_of(self, party: str) -> int:
        """Return how many calls of one party wait."""
        return sum(len(queues.get(party, ())) for queues in self._queues.values())

    def asks(self, turn: Turn, now_s: float, *, again: bool = False) -> Sequence[Turn]:
        """Take in that a call wants to be made; return who may begin.

        ``again``: the account has refused it before, so it goes to the front of its party.
        """
        queue = self._queues[turn.urgency].setdefault(turn.party, deque())
        if again:
            queue.appendleft(turn)
        else:
            queue.append(turn)
        self._waiting += 1
        return self.admits(now_s)

    def leaves(self, turn: Turn) -> None:
        """Take in that a call that waits is not wanted any more."""
        queues = self._queues[turn.urgency]
        queue = queues[turn.party]
        queue.remove(turn)
        self._waiting -= 1
        if not queue:
            del queues[turn.party]

    def ends(self, turn: Turn, answer: Answer | None, now_s: float) -> Sequence[Turn]:
        """Take in that a call is over, and what that says; return who may begin."""
        self._under_way[turn.urgency] -= 1
        assert self._under_way[turn.urgency] >= 0, "a call ends once"
        if self._probe is not None and self._probe[0] is turn:
            self._probe = None
        if answer is not None:
            self.state = learned(self.state, answer, now_s, in_flight=self.in_flight)
        return self.admits(now_s)

    def admits(self, now_s: float) -> Sequence[Turn]:
        """Return who may begin now. They count as begun."""
        admitted: list[Turn] = []
        while self._waiting and now_s >= self.state.may_begin_at_s():
            urgency = self._whose_turn(now_s)
            if urgency is None:
                break
            turn = self._next_of(urgency)
            admitted.append(turn)
            self._probe = (turn, now_s) if self.state.is_probing else None
            self._under_way[urgency] += 1
            self.state = learned(self.state, Begun(), now_s, in_flight=self.in_flight)
        return admitted

    def look_at_s(self, now_s: float) -> float | None:
        """Return when time alone may let somebody begin; None: nobody waits for time."""
        if not self._waiting:
            return None
        at_s = self.state.may_begin_at_s()
        if at_s > now_s:
            return at_s
        if self.state.is_probing:
            next_s = None if self._probe is None else self._probe[1] + PROBE_S_MAX
            return next_s if next_s is None or next_s > now_s else None
        grows = self.state.window_now(now_s) < self.state.bounds.in_flight_max
        return now_s + LOOK_S if grows else None

    def standing(self, now_s: float) -> Standing:
        """Return how the account stands."""
        state = self.state
        return Standing(
            in_flight=self.in_flight,
            in_flight_max=state.in_flight_max(now_s),
            ceiling=state.bounds.in_flight_max,
            per_second=state.per_second_max(now_s),
            held_s=max(0.0, state.held_until_s - now_s),
            cause=state.cause,
            probing=state.is_probing,
            waiting=self._waiting,
        )

    def _whose_turn(self, now_s: float) -> Urgency | None:
        healing, usual = self._queues[Urgency.HEALING], self._queues[Urgency.USUAL]
        cap, ceiling = self.state.in_flight_max(now_s), self.state.bounds.in_flight_max
        healers, load = self._under_way[Urgency.HEALING], self.in_flight
        has_own_place = False
        if self.state.is_probing:
            cap = load + self._may_probe(now_s) if load < ceiling else load
        elif ceiling >= KEPT_FREE_FROM:
            cap = min(cap, ceiling - 1)
            has_own_place = healers == 0 and load < ceiling
            load -= min(1, healers)
        if usual and load < cap and (not healing or self._urgent_in_row >= URGENT_IN_ROW_MAX):
            return Urgency.USUAL
        if healing and (load < cap or has_own_place):
            return Urgency.HEALING
        return None

    def _may_probe(self, now_s: float) -> bool:
        """Whether to ask again if anything gets through: what began before tells nothing soon."""
        return self._probe is None or now_s >= self._probe[1] + PROBE_S_MAX

    def _next_of(self, urgency: Urgency) -> Turn:
        """Take the first call of the party whose turn it is; the party goes to the end."""
        self._urgent_in_row = self._urgent_in_row + 1 if urgency is Urgency.HEALING else 0
        queues = self._queues[urgency]
        party, queue = queues.popitem(last=False)
        turn = queue.popleft()
        self._waiting -= 1
        if queue:
            queues[party] = queue
        return turn
