"""Calls to providers: bounded in number and in time, tried again when that may help.

Provider calls block (SDKs do), so each provider has its own few threads, as many as its
capabilities allow at once; the limit is the account's, hence shared by all tasks of the director.
Where the calls run is handed in (:class:`Workers`): the simulator lets them take virtual time.

A call that outlives its deadline fails its step. Its thread cannot be stopped in Python: it is
left behind, counted in :attr:`CloudCalls.left_behind`, and another thread takes its place. The
threads are daemons, since ``concurrent.futures`` joins its threads when the interpreter ends, and
one call that never returns would keep the director from ever stopping.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol, TypeVar

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import CloudDeadlineError, CloudError
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.execution.cpis import Cpis
from paasta_deploy.execution.retry import (
    CLOUD_CALL_RETRIES,
    RetryBudget,
    RetryPolicy,
    retry_delay_s,
)
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.ports.clock import Clock, IdSource

_Value = TypeVar("_Value")

CALL_DEADLINE_S = 600.0
"""Most calls take seconds; detaching a disk from a busy VM takes minutes on some clouds."""

CREATE_VM_DEADLINE_S = 1800.0
"""vSphere clones a stemcell to a new datastore in up to half an hour; nobody takes longer."""

DELETE_VM_DEADLINE_S = 1800.0
"""Ends only when the VM is proven gone; clouds let a VM shut down in its own time first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudCall:
    """One call about to be made: ``method`` and ``subject`` (a cid or key) are for messages."""

    method: str
    subject: str
    deadline_s: float = CALL_DEADLINE_S
    retries: RetryPolicy = CLOUD_CALL_RETRIES


class Carrier:
    """Carries a value or an error from the thread where it arose to the step that waits for it.

    It swallows nothing: every error is raised again on the other side.
    """

    __slots__ = ("error", "value")

    def __init__(self) -> None:
        self.value: object = None
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        """Watch the block."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        self.error = error
        return True

    def hand_over(self, future: asyncio.Future[object]) -> None:
        """Settle ``future``, unless its step is gone."""
        if future.done():
            return
        if self.error is None:
            future.set_result(self.value)
        else:
            future.set_exception(self.error)


class CallJob:
    """One call on its way through a worker and back."""

    __slots__ = ("abandoned", "answer", "call", "carrier", "ended", "function", "loop")

    def __init__(
        self,
        call: CloudCall,
        function: Callable[[], object],
        answer: asyncio.Future[object],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.call = call
        self.function = function
        self.answer = answer
        self.loop = loop
        self.carrier = Carrier()
        self.abandoned = False
        self.ended = False


class Workers(Protocol):
    """Where the calls to one provider run."""

    @property
    def left_behind(self) -> int:
        """How many calls were given up and still run."""
        ...

    def submit(self, job: CallJob) -> None:
        """Have ``job.function`` run, then hand its outcome over on ``job.loop``."""
        ...

    def leave_behind(self, job: CallJob) -> bool:
        """Give ``job`` up. Return False when it has just ended by itself."""
        ...

    def close(self) -> None:
        """Take no more jobs. Calls that still run are not waited for."""
        ...


MakeWorkers = Callable[[Capabilities], Workers]
"""Makes the workers of one provider."""


class WorkerThreads:
    """Daemon threads that take jobs from one queue; made when needed, at most ``limit`` alive."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._jobs: SimpleQueue[CallJob | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._busy = 0
        self._left_behind = 0

    @property
    def left_behind(self) -> int:
        """How many threads are lost to calls that were given up."""
        return self._left_behind

    def submit(self, job: CallJob) -> None:
        """Queue the job; a thread that is free, or a new one, takes it."""
        with self._lock:
            self._busy += 1
            needs_thread = self._busy > self._threads and self._threads < self._limit
            if needs_thread:
                self._threads += 1
        self._jobs.put(job)
        if needs_thread:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def leave_behind(self, job: CallJob) -> bool:
        """Count the thread that runs ``job`` as lost, so that another one may take its place.

        Return False when the job has just ended by itself.
        """
        with self._lock:
            if job.ended:
                return False
            job.abandoned = True
            self._left_behind += 1
            self._threads -= 1
            self._busy -= 1
            return True

    def close(self) -> None:
        """Let idle threads end; a thread at work ends after its call."""
        with self._lock:
            threads = self._threads
        for _ in range(threads):
            self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            with job.carrier:
                job.carrier.value = job.function()
            with self._lock:
                if job.abandoned:
                    self._left_behind -= 1
                    return
                job.ended = True
                self._busy -= 1
            try:
                job.loop.call_soon_threadsafe(job.carrier.hand_over, job.answer)
            except RuntimeError:
                return  # the loop is closed: the director is ending, nobody waits any more


def worker_threads(capabilities: Capabilities) -> Workers:
    """Return the threads for one provider, as many as it takes calls at once."""
    return WorkerThreads(f"cpi-{capabilities.provider}", capabilities.calls_in_flight_max)


class CloudCalls:
    """All calls to one provider. One per CPI and director; used from one event loop."""

    def __init__(
        self,
        provider: Provider,
        *,
        clock: Clock,
        ids: IdSource,
        make_workers: MakeWorkers = worker_threads,
    ) -> None:
        self.provider = provider
        self.capabilities: Capabilities = provider.capabilities()
        self._clock = clock
        self._ids = ids
        self._workers = make_workers(self.capabilities)
        self._budget = RetryBudget()
        self._free = self.capabilities.calls_in_flight_max
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def left_behind(self) -> int:
        """How many calls outlived their deadline and still hold a thread."""
        return self._workers.left_behind

    async def run(
        self,
        call: CloudCall,
        function: Callable[[], _Value],
        *,
        pause: Callable[[float], Awaitable[None]] | None = None,
    ) -> _Value:
        """Make the call in a thread, again if it failed in a way that may pass.

        Raises what the provider raised last, or CloudDeadlineError. The deadline is that of one
        try and starts when a thread is free. ``pause`` waits between tries and may raise.
        """
        tries = 0
        while True:
            tries += 1
            try:
                value = await self._once(call, function)
            except CloudError as error:
                jitter = self._ids.jitter()
                delay_s = retry_delay_s(call.retries, error, tries=tries, jitter=jitter)
                if delay_s is None or not self._budget.take():
                    raise
                await (pause or self._clock.wait)(delay_s)
            else:
                self._budget.succeeded()
                return value

    async def _once(self, call: CloudCall, function: Callable[[], _Value]) -> _Value:
        await self._acquire()
        loop = asyncio.get_running_loop()
        job = CallJob(call, function, loop.create_future(), loop)
        self._workers.submit(job)
        timer = loop.call_later(call.deadline_s, self._give_up, call, job)
        try:
            return await job.answer  # type: ignore[return-value]  # the function's own value
        except asyncio.CancelledError:
            self._workers.leave_behind(job)
            raise
        finally:
            timer.cancel()
            self._release()

    def _give_up(self, call: CloudCall, job: CallJob) -> None:
        if job.answer.done() or not self._workers.leave_behind(job):
            return
        provider = self.capabilities.provider
        job.answer.set_exception(
            CloudDeadlineError(
                f"{provider} did not answer {call.method} for '{call.subject}' within"
                f" {call.deadline_s:g} seconds; the call was left behind.",
                provider=provider,
                method=call.method,
                cid=call.subject,
                hint="Look whether the IaaS is in trouble. The same task can be run again: it"
                " finds out what the call has done.",
            )
        )

    async def _acquire(self) -> None:
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def close(self) -> None:
        """Let the threads end. Calls that still run are not waited for."""
        self._workers.close()


class Clouds:
    """The providers of a director by the name of their CPI."""

    def __init__(
        self,
        providers: Mapping[CpiName, Provider],
        *,
        clock: Clock,
        ids: IdSource,
        make_workers: MakeWorkers = worker_threads,
    ) -> None:
        self._cpis = Cpis.of(providers)
        self._make = partial(CloudCalls, clock=clock, ids=ids, make_workers=make_workers)
        self._calls = {name: self._make(provider) for name, provider in providers.items()}
        self._former: list[CloudCalls] = []

    def current(self, cpi: CpiName) -> CpiName:
        """Return the present name of a CPI that may have been renamed."""
        return self._cpis.current(cpi)

    def calls(self, cpi: CpiName) -> CloudCalls:
        """Return the calls to one CPI, by a former name, too. Raises CloudError for no CPI.

        A CPI whose settings have changed is another provider and has limits of its own; calls to
        the former one that are under way come to their end.
        """
        name = self._cpis.current(cpi)
        provider = self._cpis.get(name)
        if provider is None:
            known = ", ".join(f"'{name or 'default'}'" for name in self._cpis)
            raise CloudError(
                f"There is no CPI '{cpi or DEFAULT_CPI or 'default'}'. Configured: {known}.",
                hint="Add it to the cpi config, or change the AZ's `cpi` in the cloud config.",
            )
        found = self._calls.get(name)
        if found is None or found.provider is not provider:
            if found is not None:
                self._former.append(found)
            found = self._calls[name] = self._make(provider)
        return found

    @property
    def left_behind(self) -> int:
        """How many calls outlived their deadline and still hold a thread, over all CPIs."""
        return sum(calls.left_behind for calls in (*self._calls.values(), *self._former))

    def close(self) -> None:
        """Let all threads end. Calls that still run are not waited for."""
        for calls in (*self._calls.values(), *self._former):
            calls.close()
