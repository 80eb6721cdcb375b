"""What holds calls to an IaaS account back, in words for an operator. Pure."""

from collections.abc import Sequence

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


def hold_texts(hold: Hold) -> Sequence[str]:
    """Return why calls of a task are not under way, one sentence for each reason."""
    texts: list[str] = []
    if hold.waiting:
        texts.append(f"{_calls(hold.waiting)}: {standing_text(hold.cpis, hold.standing)}")
    if hold.pausing:
        error = hold.error
        if len(error) > ERROR_LENGTH_MAX:
            error = f"{error[: ERROR_LENGTH_MAX - 3]}..."
        texts.append(
            f"{_calls(hold.pausing)} to be tried again, the next in"
            f" {_seconds(hold.next_try_s)}: {error}"
        )
    return texts


def _calls(count: int) -> str:
    return "1 call waits" if count == 1 else f"{count} calls wait"


def _pace(standing: Standing) -> str:
    return "" if standing.per_second is None else f", {standing.per_second:.2g} a second"


def _seconds(seconds: float) -> str:
    return f"{max(1.0, seconds):.0f} s"
