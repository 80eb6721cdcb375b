"""The calls to one provider: admitted by their account, bounded in time, tried again if need be.

How many calls an IaaS account takes, and whose turn it is, is decided by `limits` and `admission`;
the account is shared by all tasks of the director. Where calls run is handed in (`workers`): the
simulator lets them take virtual time.

A call that outlives its deadline fails its step, which says so: it is killed where it is a process
of its own, and left behind where it is a thread. It is not tried again, since it may still be at
work; the next plan looks what it has done. Other failures are tried again when they say that this
may help: 429 for as long as the account lets anything through, everything else a few times, with
growing jittered pauses. Two budgets bound that, one for the task and one for the account.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import (
    CloudDeadlineError,
    CloudError,
    CloudThrottledError,
    CloudUnavailableError,
)
from paasta_deploy.cpi.provider import KillableCalls, Provider
from paasta_deploy.execution.accounts import Account, Caller
from paasta_deploy.execution.admission import Turn
from paasta_deploy.execution.call_rules import CallRules
from paasta_deploy.execution.limits import Answer, GotThrough, Throttled, Troubled
from paasta_deploy.execution.retry import retry_delay_s
from paasta_deploy.execution.workers import (
    CallJob,
    CloudCall,
    MakeWorkers,
    worker_threads,
)
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.ports.clock import Clock, IdSource

_Value = TypeVar("_Value")

THROTTLED_PATIENCE_S = 600.0
"""An account that has let nothing through for ten minutes is told as a failure."""

THROTTLED_TRIES_MAX = 100
"""A call that is refused so often while others get through is refused for its own sake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangingCall:
    """A call that was given up and has not come back: it still holds a thread."""

    cpi: CpiName
    method: str
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True, eq=False)
class _Pause:
    """A call between two tries."""

    party: str
    until_s: float
    error: str


Undo = Callable[[Provider, object], None]
"""Takes back what a call has made whose answer nobody wants any more. Blocks; may raise."""


class _Act:
    """The function of one call, and what is to be done when it returns too late.

    Whoever disowns it before it has returned can be sure that its result is undone; afterwards its
    result can be found in the cloud. The lock is what makes these the only two cases.
    """

    __slots__ = ("_function", "_has_returned", "_lock", "_undo")

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._lock = threading.Lock()
        self._undo: Callable[[object], None] | None = None
        self._has_returned = False

    def __call__(self) -> object:
        value = self._function()
        with self._lock:
            self._has_returned = True
            undo = self._undo
        if undo is not None:
            undo(value)
        return value

    def disown(self, undo: Callable[[object], None]) -> None:
        """Undo the result, if it is still to come."""
        with self._lock:
            if not self._has_returned:
                self._undo = undo


class CloudCalls:
    """All calls to one provider. One per CPI and director; used from one event loop."""

    def __init__(
        self,
        provider: Provider,
        *,
        clock: Clock,
        ids: IdSource,
        make_workers: MakeWorkers = worker_threads,
        cpi: CpiName = DEFAULT_CPI,
        rules: CallRules = CallRules(),  # noqa: B008 - frozen
        account: Account | None = None,
    ) -> None:
        """``account`` None: this CPI has one for itself."""
        self.provider = provider
        self.cpi = cpi
        self.capabilities: Capabilities = provider.capabilities()
        self.account = account or Account(rules.bounds(self.capabilities), clock=clock)
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._workers = make_workers(self.capabilities)
        self._given_up: list[tuple[CallJob, _Act, HangingCall]] = []
        self._pauses: set[_Pause] = set()

    @property
    def left_behind(self) -> int:
        """How many calls outlived their deadline and still hold a thread."""
        return self._workers.left_behind

    @property
    def hanging(self) -> Sequence[HangingCall]:
        """Which calls outlived their deadline and still hold a thread."""
        self._given_up = [item for item in self._given_up if not item[0].ended]
        return [told for _, _, told in self._given_up]

    def disown(self, method: str, subject: str, undo: Undo) -> None:
        """Have undone what calls that were given up make, should they still come back.

        What came back before is in the cloud, so look there afterwards.
        """
        for _, act, told in self._given_up:
            if (told.method, told.subject) == (method, subject):
                act.disown(partial(undo, self.provider))

    def pauses_of(self, party: str) -> Sequence[tuple[float, str]]:
        """Return, for each call of a party that waits for its next try, when and why."""
        now_s = self._clock.monotonic_s()
        return sorted(
            (max(0.0, pause.until_s - now_s), pause.error)
            for pause in self._pauses
            if pause.party == party
        )

    async def run(
        self,
        call: CloudCall,
        function: Callable[[], _Value],
        *,
        caller: Caller | None = None,
    ) -> _Value:
        """Make the call in a thread, again if it failed in a way that may pass.

        Raises what the provider raised last, or CloudDeadlineError. The deadline is that of one
        try and starts when the account has admitted it. Waits before and between tries stand in
        ``caller.interruptible``; who names no caller is the director itself.
        """
        caller = caller or Caller()
        turn = Turn(caller.party, caller.urgency)
        tries = throttled = 0
        began_s = self._clock.monotonic_s()
        while True:
            await self.account.enter(turn, caller, again=tries + throttled > 0)
            try:
                value = await self._admitted(call, function, turn)
            except CloudThrottledError:
                throttled += 1  # the account holds it back, so it asks at once for its next turn
                if call.retries.tries_max <= 1 or self._is_hopeless(throttled, began_s):
                    raise
            except CloudError as error:
                tries += 1
                jitter = self._ids.jitter()
                delay_s = retry_delay_s(call.retries, error, tries=tries, jitter=jitter)
                if delay_s is None or not self._may_try_again(caller):
                    raise
                await self._pause(delay_s, error, caller)
            else:
                self.account.budget.succeeded()
                caller.budget.succeeded()
                return value

    def _is_hopeless(self, throttled: int, began_s: float) -> bool:
        """Whether to give up a call that the account has refused: 429 asks for patience."""
        let_through_s = max(began_s, self.account.got_through_at_s or began_s)
        silent_s = self._clock.monotonic_s() - let_through_s
        return throttled >= THROTTLED_TRIES_MAX or silent_s > THROTTLED_PATIENCE_S

    def _may_try_again(self, caller: Caller) -> bool:
        return caller.budget.take() and self.account.budget.take()

    async def _pause(self, delay_s: float, error: CloudError, caller: Caller) -> None:
        pause = _Pause(caller.party, self._clock.monotonic_s() + delay_s, str(error))
        self._pauses.add(pause)
        try:
            with caller.interruptible():
                await self._clock.wait(delay_s)
        finally:
            self._pauses.discard(pause)

    async def _admitted(
        self, call: CloudCall, function: Callable[[], _Value], turn: Turn
    ) -> _Value:
        """Make one try, and let the account learn from its answer."""
        answer: Answer | None = None
        began_s = self._clock.monotonic_s()
        try:
            value = await self._once(call, function)
        except CloudThrottledError as error:
            answer = Throttled(began_s, error.retry_after_s, self._ids.jitter())
            raise
        except (CloudUnavailableError, CloudDeadlineError):
            answer = Troubled(began_s, self._ids.jitter())
            raise
        except CloudError:
            answer = GotThrough(call.method, began_s, None)
            raise
        else:
            took_s = self._clock.monotonic_s() - began_s
            answer = GotThrough(call.method, began_s, took_s)
            return value
        finally:
            self.account.leave(turn, answer)

    async def _once(self, call: CloudCall, function: Callable[[], _Value]) -> _Value:
        loop = asyncio.get_running_loop()
        act = _Act(function)
        job = CallJob(call, act, loop.create_future(), loop)
        deadline_s = self._rules.deadline_s(call.method)
        if call.deadline_s is not None:
            deadline_s = min(deadline_s, call.deadline_s)
        since = self._clock.now()
        self._workers.submit(job)
        timer = loop.call_later(deadline_s, self._give_up, job, act, deadline_s, since)
        try:
            return await job.answer  # type: ignore[return-value]  # the function's own value
        except asyncio.CancelledError:
            self._workers.leave_behind(job)
            raise
        finally:
            timer.cancel()

    def _give_up(self, job: CallJob, act: _Act, deadline_s: float, since: datetime) -> None:
        if job.answer.done() or not self._workers.leave_behind(job):
            return
        call, provider = job.call, self.provider
        was_killed = (
            isinstance(provider, KillableCalls)
            and job.thread_id is not None
            and provider.kill_call(job.thread_id)
        )
        hanging = HangingCall(cpi=self.cpi, method=call.method, subject=call.subject, since=since)
        self._given_up = [item for item in self._given_up if not item[0].ended]
        self._given_up.append((job, act, hanging))
        job.answer.set_exception(self._deadline_error(hanging, deadline_s, killed=was_killed))

    def _deadline_error(
        self, call: HangingCall, deadline_s: float, *, killed: bool
    ) -> CloudDeadlineError:
        name = self.cpi or "default"
        what = "its process was killed" if killed else "it was left behind in its thread"
        return CloudDeadlineError(
            f"CPI '{name}' ({self.capabilities.provider}) did not answer {call.method} for"
            f" '{call.subject}' within {deadline_s:g} seconds, since"
            f" {call.since:%H:%M:%S} UTC; {what}.",
            provider=self.capabilities.provider,
            method=call.method,
            cid=call.subject,
            hint="Look whether the IaaS is in trouble, then run the same again: it finds out what"
            " the call has done, and ends what is half made. If this IaaS just takes longer, raise"
            f" `calls.deadlines.{call.method}` in director.yml.",
        )

    def close(self) -> None:
        """Let the threads end. Calls that still run are not waited for."""
        self.account.close()
        self._workers.close()
