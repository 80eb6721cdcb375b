"""What holds calls to an IaaS account back, in words for an operator. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paasta_deploy.execution.admission import Standing
from paasta_deploy.execution.clouds import HangingCall, Hold
from paasta_deploy.model.ids import CpiName

ERROR_LENGTH_MAX = 120
"""The beginning of a message says what it is about; the whole one is told at the end."""


def named(cpis: Sequence[CpiName]) -> str:
    """Return what the CPIs of one account are called."""
    names = ", ".join(f"'{cpi or 'default'}'" for cpi in cpis)
    return f"CPI {names}" if len(cpis) == 1 else f"the account of CPIs {names}"


def standing_text(cpis: Sequence[CpiName], standing: Standing) -> str:
    """Return how an account stands: what it allows, why, and when it is asked again."""
    because = f" {standing.cause.value}" if standing.cause.value else ""
    if standing.probing:
        next_s = f", next try in {_seconds(standing.held_s)}" if standing.held_s > 0 else ""
        return f"{named(cpis)} lets nothing through{because}; one call at a time asks{next_s}"
    if not standing.is_limited:
        return f"{named(cpis)} takes {standing.ceiling} calls at once{_pace(standing)}"
    limits = f"limited to {standing.in_flight_max} of {standing.ceiling} calls at once"
    next_s = f"; next call in {_seconds(standing.held_s)}" if standing.held_s > 0 else ""
    return f"{named(cpis)} is {limits}{_pace(standing)}{because}{next_s}"


def hanging_text(call: HangingCall) -> str:
    """Return which call hangs, and what an operator can do about it."""
    return (
        f"{named([call.cpi])} has not answered {call.method} for '{call.subject}' since"
        f" {call.since:%Y-%m-%d %H:%M:%S} UTC; the call was given up and still holds a thread,"
        " until it ends or the director is restarted (machines and tasks outlive that)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why calls are not under way. ``trouble`` should not be, ``full`` is as it should be."""

    trouble: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


NOTHING_HELD = Held()


def told_of(holds: Iterable[Hold]) -> Held:
    """Return the reasons in words, one sentence each."""
    trouble: list[str] = []
    full: list[str] = []
    for hold in holds:
        if hold.waiting:
            text = f"{_calls(hold.waiting)}: {standing_text(hold.cpis, hold.standing)}"
            (trouble if hold.standing.is_limited else full).append(text)
        if hold.pausing:
            trouble.append(_pausing_text(hold))
    return Held(trouble=tuple(trouble), full=tuple(full))


def _pausing_text(hold: Hold) -> str:
    error = hold.error
    if len(error) > ERROR_LENGTH_MAX:
        error = f"{error[: ERROR_LENGTH_MAX - 3]}..."
    calls, next_s = _calls(hold.pausing), _seconds(hold.next_try_s)
    return f"{calls} to be tried again, the next in {next_s}: {error}"


def _calls(count: int) -> str:
    return "1 call waits" if count == 1 else f"{count} calls wait"


def _pace(standing: Standing) -> str:
    return "" if standing.per_second is None else f", {standing.per_second:.2g} a second"


def _seconds(seconds: float) -> str:
    return f"{max(1.0, seconds):.0f} s"
