"""How many calls an IaaS account takes at once and per second, learned from its answers. Pure.

``learned(state, answer, now) -> state``; what may begin now follows from the state. Who waits, and
who goes first, is `admission`'s business; who really calls is `clouds`'.

Theory. Two limits work together, since clouds have both: a *window* of calls in flight and a
*rate* of calls per second. Both are cut when the account says that it has enough, and come back
along a cubic curve over time (as CUBIC does for TCP, and the adaptive mode of AWS' SDKs for
requests): quickly to where the trouble began, flat around it, then ever faster beyond. Time, not
the number of answers, drives the way back, since a call may take a hundred milliseconds or half an
hour. One cut answers one excess: what was begun before it says nothing new.

- 429 holds the whole account for as long as it asks (``Retry-After``). When more than a few in a
  hundred calls get it, rate and window are cut; a single one costs only its own second try.
- 5xx cuts the window when about half of the calls get it: then the service is in trouble, and not
  by chance. Rare ones say nothing about load.
- Latency is the weakest sign: calls that take twice as long as they used to cut the window a
  little, never below a quarter of its ceiling, and only where waiting is felt at all.
- When nothing gets through any more, one call at a time asks whether it does again, with pauses
  that double: a dead cloud is not hammered.

The window begins at its ceiling, which is what the provider declares: in fair weather nothing is
slower than with fixed limits. It is never below one, the rate never below one call in five
seconds, and no hold is longer than two minutes, so nothing is ever stuck.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

RETURN_S = 15.0
"""From a deep cut back to where the trouble began. Each probe beyond costs some refused calls, in
about half a minute; with twice as long a way back, rollouts after a storm are slower
(`scripts/bench limits`)."""

DEEP_CUT = 0.3
"""The share by which 429 and 5xx cut; CUBIC's."""

SLIGHT_CUT = 0.1
"""The share by which latency cuts: it is a guess."""

RATE_MIN = 0.2
"""Calls a second: one in five seconds finds out within a retry's patience that it works again."""

FORGOTTEN_AT = 4.0
"""A rate that has grown to four times what was once too much limits nothing: it is forgotten."""

RATE_SEEN_OVER_S = 2.0
"""Over how long the rate of calls is measured: longer than a refusal takes to come back."""

THROTTLED_SHARE_MAX = 0.05
"""One refused call in twenty is a fair price for knowing where the limit is."""

THROTTLED_WEIGHT = 0.02
"""The last fifty calls decide; three refused ones in a row are enough."""

TROUBLED_SHARE_MAX = 0.5
"""As many failures as successes are no accident."""

TROUBLED_WEIGHT = 0.2
"""The last five calls or so decide: a service that is down should not get fifty more."""

SLOW_AT = 2.0
"""Calls that take twice as long as before queue somewhere; natural spread stays below that."""

SLOW_S_MIN = 1.0
"""Nobody waits for calls below a second, and a busy director makes those slow itself."""

SLOW_FLOOR_SHARE = 0.25
"""Latency alone leaves a quarter of the calls: the cause may be nothing of ours."""

NEWEST_LATENCY_WEIGHT = 0.2
USUAL_RISE_WEIGHT = 0.02
USUAL_FALL_WEIGHT = 0.05
"""What is usual follows a lasting change within a hundred calls, downwards sooner."""

HOLD_S_MAX = 120.0
"""A longer ``Retry-After`` is not believed; the account is asked again."""

PROBING_FROM = 3
"""So many refusals with nothing that got through in between: ask with one call at a time."""

PROBE_S_FIRST = 0.5
PROBE_S_MAX = 15.0
"""Pauses between these calls: an account that works again is noticed within that."""


class Cause(Enum):
    """Why less is allowed than the ceiling. The value completes "limited to 4 calls at once"."""

    NONE = ""
    THROTTLED = "after 429"
    TROUBLED = "after 5xx"
    SLOW = "because its answers have become slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is never exceeded. ``adaptive`` False: nothing is learned but to hold when asked to."""

    in_flight_max: int
    per_second_max: float | None = None
    adaptive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A limit on its way back. ``goal`` is what it was when it was cut by ``depth`` (a share)."""

    goal: float
    depth: float
    cut_at_s: float

    def value(self, now_s: float) -> float:
        """Return the limit at a moment."""
        return_s: float = RETURN_S * (self.depth / DEEP_CUT) ** (1 / 3)
        way = (now_s - self.cut_at_s) / return_s - 1.0
        return self.goal * (1.0 + self.depth * way**3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """What calls of one method take: ``newest_s`` of late, ``usual_s`` in the long run."""

    newest_s: float
    usual_s: float

    def with_one(self, took_s: float) -> "Latency":
        """Return this with one more call taken in."""
        newest_s = self.newest_s + NEWEST_LATENCY_WEIGHT * (took_s - self.newest_s)
        weight = USUAL_RISE_WEIGHT if took_s > self.usual_s else USUAL_FALL_WEIGHT
        return Latency(newest_s=newest_s, usual_s=self.usual_s + weight * (took_s - self.usual_s))

    @property
    def is_slow(self) -> bool:
        """Whether calls take much longer than they used to."""
        return self.newest_s >= SLOW_S_MIN and self.newest_s > SLOW_AT * self.usual_s


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """What is known of one account.

    ``window`` and ``rate`` None: nothing but the bounds. Calls that began before ``cut_at_s`` cut
    nothing any more. Nothing may begin before ``held_until_s`` (the account asked for that) and
    ``next_at_s`` (the rate). ``refused_in_row`` counts since something got through, and ``is_cut``
    says that since then a cut was made: further refusals tell no limit.
    """

    bounds: Bounds
    window: Curve | None = None
    rate: Curve | None = None
    cause: Cause = Cause.NONE
    cut_at_s: float = float("-inf")
    held_until_s: float = float("-inf")
    next_at_s: float = float("-inf")
    seen_rate: float = 0.0
    seen_at_s: float = 0.0
    throttled_share: float = 0.0
    troubled_share: float = 0.0
    refused_in_row: int = 0
    is_cut: bool = False
    got_through_at_s: float | None = None
    latencies: Mapping[str, Latency] = field(default_factory=dict)

    @property
    def is_probing(self) -> bool:
        """Whether nothing gets through, so that only one call at a time is tried."""
        return self.bounds.adaptive and self.refused_in_row >= PROBING_FROM

    def in_flight_max(self, now_s: float) -> int:
        """Return how many calls may be under way, at least 1; while probing, how many new ones."""
        return 1 if self.is_probing else max(1, int(self.window_now(now_s)))

    def window_now(self, now_s: float) -> float:
        """Return the window at a moment, as if calls got through."""
        ceiling = float(self.bounds.in_flight_max)
        return ceiling if self.window is None else min(ceiling, self.window.value(now_s))

    def per_second_max(self, now_s: float) -> float | None:
        """Return how many calls may begin in a second; None: any number."""
        bound = self.bounds.per_second_max
        if self.rate is None:
            return bound
        value = max(RATE_MIN, self.rate.value(now_s))
        return value if bound is None else min(bound, value)

    def may_begin_at_s(self) -> float:
        """Return when the next call may begin, as far as time alone decides."""
        return max(self.held_until_s, self.next_at_s)


@dataclass(frozen=True, slots=True)
class Begun:
    """A call was let through."""


@dataclass(frozen=True, slots=True)
class GotThrough:
    """The account did, or refused for good, what was asked. ``took_s`` None: says nothing."""

    method: str
    began_at_s: float
    took_s: float | None


@dataclass(frozen=True, slots=True)
class Throttled:
    """429, with what the account asks for; ``jitter`` in [0, 1) spreads our own pauses."""

    began_at_s: float
    retry_after_s: float
    jitter: float


@dataclass(frozen=True, slots=True)
class Troubled:
    """5xx, or no answer at all."""

    began_at_s: float
    jitter: float


Answer = Begun | GotThrough | Throttled | Troubled


def learned(state: LimitState, answer: Answer, now_s: float, *, in_flight: int) -> LimitState:
    """Return what is known after ``answer``. ``now_s`` never goes back.

    ``in_flight`` counts the other calls that are under way.
    """
    match answer:
        case Begun():
            return _begun(state, now_s)
        case GotThrough():
            return _got_through(state, answer, now_s)
        case Throttled():
            return _throttled(state, answer, now_s, in_flight)
        case Troubled():
            return _troubled(state, answer, now_s)


def _begun(state: LimitState, now_s: float) -> LimitState:
    seen = _seen_rate(state, now_s) + 1.0 / RATE_SEEN_OVER_S
    rate = state.rate
    if rate is not None and rate.value(now_s) >= FORGOTTEN_AT * rate.goal:
        state = replace(state, rate=None, window=None, cause=Cause.NONE)
    per_second = state.per_second_max(now_s)
    next_at_s = state.next_at_s
    if per_second is not None:
        next_at_s = max(now_s, next_at_s) + 1.0 / per_second
    return replace(state, seen_rate=seen, seen_at_s=now_s, next_at_s=next_at_s)


def _seen_rate(state: LimitState, now_s: float) -> float:
    """Return the rate of calls of late: it fades by itself while none begins."""
    passed_s = max(0.0, now_s - state.seen_at_s)
    faded: float = max(0.0, 1.0 - passed_s / RATE_SEEN_OVER_S)
    return state.seen_rate * faded


def _got_through(state: LimitState, answer: GotThrough, now_s: float) -> LimitState:
    window = state.window
    if window is not None and window.value(now_s) >= state.bounds.in_flight_max:
        window = None
    is_free = window is None and state.rate is None
    latency, latencies = None, state.latencies
    if answer.took_s is not None and state.bounds.adaptive:
        latency = _latency(latencies.get(answer.method), answer.took_s)
        latencies = {**latencies, answer.method: latency}
    is_new = answer.began_at_s >= state.cut_at_s
    state = replace(
        state,
        window=window,
        cause=Cause.NONE if is_free else state.cause,
        throttled_share=state.throttled_share * (1.0 - THROTTLED_WEIGHT),
        troubled_share=state.troubled_share * (1.0 - TROUBLED_WEIGHT),
        refused_in_row=0,
        is_cut=False,
        got_through_at_s=now_s,
        latencies=latencies,
    )
    floor = max(1.0, SLOW_FLOOR_SHARE * state.bounds.in_flight_max)
    if latency is None or not latency.is_slow or not is_new or state.window_now(now_s) <= floor:
        return state
    return _cut(state, Cause.SLOW, SLIGHT_CUT, now_s)


def _latency(known: Latency | None, took_s: float) -> Latency:
    if known is None:
        return Latency(newest_s=took_s, usual_s=took_s)
    return known.with_one(took_s)


def _throttled(state: LimitState, answer: Throttled, now_s: float, in_flight: int) -> LimitState:
    """Hold the account, always; cut when this happens too often."""
    refused = state.refused_in_row + (answer.began_at_s >= state.cut_at_s)
    hold_s = max(answer.retry_after_s, _probe_s(refused, answer.jitter))
    held_until_s = max(state.held_until_s, now_s + min(HOLD_S_MAX, hold_s))
    state = replace(state, held_until_s=held_until_s)
    if answer.began_at_s < state.cut_at_s or not state.bounds.adaptive:
        return state
    share = state.throttled_share + THROTTLED_WEIGHT * (1.0 - state.throttled_share)
    state = replace(state, throttled_share=share, refused_in_row=refused)
    if state.is_probing:
        state = replace(state, cause=Cause.THROTTLED)
    if share <= THROTTLED_SHARE_MAX or state.is_cut:
        return state
    seen = max(RATE_MIN, _seen_rate(state, now_s))
    allowed = state.per_second_max(now_s)
    goal = seen if allowed is None else min(seen, allowed)
    rate = Curve(goal=goal, depth=DEEP_CUT, cut_at_s=now_s)
    state = replace(state, rate=rate, throttled_share=share / 2)
    return _cut(state, Cause.THROTTLED, DEEP_CUT, now_s, window_max=in_flight)


def _troubled(state: LimitState, answer: Troubled, now_s: float) -> LimitState:
    if answer.began_at_s < state.cut_at_s or not state.bounds.adaptive:
        return state
    share = state.troubled_share + TROUBLED_WEIGHT * (1.0 - state.troubled_share)
    refused = state.refused_in_row + 1
    state = replace(state, troubled_share=share, refused_in_row=refused)
    if state.is_probing:
        until_s = max(state.held_until_s, now_s + _probe_s(refused, answer.jitter))
        state = replace(state, held_until_s=until_s, cause=Cause.TROUBLED)
    if share <= TROUBLED_SHARE_MAX or state.is_cut:
        return state
    return _cut(replace(state, troubled_share=share / 2), Cause.TROUBLED, DEEP_CUT, now_s)


def _probe_s(refused: int, jitter: float) -> float:
    """Return how long to wait before the next call asks whether anything gets through again."""
    if refused < PROBING_FROM:
        return 0.0
    window_s: float = min(PROBE_S_MAX, PROBE_S_FIRST * 2.0 ** min(16, refused - PROBING_FROM))
    return window_s * (0.5 + jitter / 2)


def _cut(
    state: LimitState,
    cause: Cause,
    depth: float,
    now_s: float,
    *,
    window_max: float = float("inf"),
) -> LimitState:
    goal = max(1.0, min(window_max, state.window_now(now_s)))
    window = Curve(goal=goal, depth=depth, cut_at_s=now_s)
    return replace(state, window=window, cause=cause, cut_at_s=now_s, is_cut=True)
