"""Where calls to providers run: threads that can be given up, since the calls in them block.

A call that outlives its deadline cannot be stopped in Python: its thread is left behind, counted,
and another one takes its place. The threads are daemons, since ``concurrent.futures`` joins its
threads when the interpreter ends, and one call that never returns would keep the director from
ever stopping. Who may call at all, and when, is not decided here.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Protocol

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.execution.retry import CLOUD_CALL_RETRIES, RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudCall:
    """One call about to be made: ``method`` and ``subject`` (a cid or key) are for messages.

    ``deadline_s`` is for callers who cannot wait as long as the deadline of the method allows.
    """

    method: str
    subject: str
    deadline_s: float | None = None
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
    """One call on its way through a worker and back.

    ``ended`` tells that the function has returned, in time or not. ``thread_id`` is that of the
    thread in which it runs, by which a provider knows the call; None where there is none.
    """

    __slots__ = (
        "abandoned",
        "answer",
        "call",
        "carrier",
        "ended",
        "function",
        "loop",
        "thread_id",
    )

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
        self.thread_id: int | None = None


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
            job.thread_id = threading.get_ident()
            with job.carrier:
                job.carrier.value = job.function()
            with self._lock:
                job.ended = True
                if job.abandoned:
                    self._left_behind -= 1
                    return
                self._busy -= 1
            try:
                job.loop.call_soon_threadsafe(job.carrier.hand_over, job.answer)
            except RuntimeError:
                return  # the loop is closed: the director is ending, nobody waits any more


def worker_threads(capabilities: Capabilities) -> Workers:
    """Return the threads for one provider, as many as it takes calls at once."""
    return WorkerThreads(f"cpi-{capabilities.provider}", capabilities.calls_in_flight_max)
