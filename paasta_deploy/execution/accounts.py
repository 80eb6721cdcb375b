"""The waiting room of one IaaS account, as callers see it: come in, call, go.

All CPIs that reach the same account share one (``Capabilities.account``), whatever task calls.
What is decided is decided by `admission`; this shell has the futures of those who wait, and one
timer for what time alone will change. Used from one event loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from paasta_deploy.execution.admission import Admission, Standing, Turn, Urgency
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.limits import Answer, Bounds
from paasta_deploy.execution.retry import TASK_RETRIES, RetryBudget
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.clock import Clock


def _not_interrupted() -> AbstractContextManager[None]:
    return nullcontext()


def party_of(task_id: TaskId) -> str:
    """Return the name under which a task calls accounts."""
    return f"task {task_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls: a task, or the director itself.

    Waits of a caller stand in ``interruptible``. ``budget`` bounds its retries; those of a task
    share one, so that a task whose every call fails leaves something to the others.
    """

    party: str = "director"
    urgency: Urgency = Urgency.USUAL
    budget: RetryBudget = field(default_factory=RetryBudget)
    interruptible: Callable[[], AbstractContextManager[None]] = _not_interrupted

    @classmethod
    def of_task(
        cls,
        task_id: TaskId,
        cancellation: Cancellation,
        urgency: Urgency = Urgency.USUAL,
    ) -> "Caller":
        """Return a task as a caller, with a budget of its own."""
        return cls(
            party=party_of(task_id),
            urgency=urgency,
            budget=RetryBudget(tokens_max=TASK_RETRIES),
            interruptible=cancellation.interruptible,
        )


class Account:
    """Who calls one account, and who waits."""

    def __init__(self, bounds: Bounds, *, clock: Clock) -> None:
        self._admission = Admission(bounds)
        self._clock = clock
        self._waiting: dict[Turn, asyncio.Future[None]] = {}
        self._timer: asyncio.Task[None] | None = None
        self._timer_at_s = 0.0
        self.budget = RetryBudget()

    @property
    def got_through_at_s(self) -> float | None:
        """When the account last did what it was asked; None: never yet."""
        return self._admission.state.got_through_at_s

    def standing(self) -> Standing:
        """Return how the account stands now."""
        return self._admission.standing(self._clock.monotonic_s())

    def waiting_of(self, party: str) -> int:
        """Return how many calls of one party wait here."""
        return self._admission.waiting_of(party)

    async def enter(self, turn: Turn, caller: Caller, *, again: bool = False) -> None:
        """Return when the call may be made; then :meth:`leave` must follow.

        Raises what ``caller.interruptible`` raises while it waits.
        """
        admitted = self._admission.asks(turn, self._clock.monotonic_s(), again=again)
        if turn in admitted:
            self._let_in([other for other in admitted if other is not turn])
            return
        self._let_in(admitted)
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = place
        self._set_timer()
        try:
            with caller.interruptible():
                await place
        except BaseException:
            if self._waiting.pop(turn, None) is not None:
                self._admission.leaves(turn)
            else:
                self.leave(turn, None)  # it was let in at the very moment in which it left
            raise

    def leave(self, turn: Turn, answer: Answer | None) -> None:
        """Take in that a call is over; ``answer`` None says nothing about the account."""
        self._let_in(self._admission.ends(turn, answer, self._clock.monotonic_s()))
        if self._waiting:
            self._set_timer()

    def close(self) -> None:
        """Wake nobody any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _let_in(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            place = self._waiting.pop(turn)
            if not place.done():  # else who waited has just gone, and gives the turn back
                place.set_result(None)

    def _set_timer(self) -> None:
        now_s = self._clock.monotonic_s()
        at_s = self._admission.look_at_s(now_s)
        if self._timer is not None and (at_s is None or at_s >= self._timer_at_s):
            return  # the timer looks again when it has woken
        self.close()
        if at_s is not None:
            self._timer_at_s = at_s
            self._timer = asyncio.get_running_loop().create_task(self._wake(at_s - now_s))

    async def _wake(self, delay_s: float) -> None:
        await self._clock.wait(delay_s)
        self._timer = None
        self._let_in(self._admission.admits(self._clock.monotonic_s()))
        self._set_timer()
