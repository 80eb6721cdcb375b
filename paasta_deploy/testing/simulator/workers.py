"""Provider calls that take virtual time: the simulator's place of ``execution.clouds.Workers``.

A call has its effect at the end of its time, as a request that is slow on its way. An infinite
time tells one that never answers: the caller's deadline ends it, and its effect never comes.
"""

import asyncio
import math
from collections.abc import Callable

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.execution.clouds import CallJob, CloudCall, MakeWorkers, Workers
from paasta_deploy.testing.simulator.throttling import REFUSAL_S

CallTime = Callable[[CloudCall], float]
"""Says how many seconds a call takes; ``math.inf``: it never answers."""

Refusal = Callable[[CloudCall, int], CloudError | None]
"""Says with what the API refuses a call when so many others are under way; None: it takes it."""


def _take_all(_call: CloudCall, _under_way: int) -> None:
    """Refuse nothing."""


class VirtualWorkers:
    """Runs calls on the event loop, each after its own time."""

    def __init__(self, call_time: CallTime, refusal: Refusal = _take_all) -> None:
        self._call_time = call_time
        self._refusal = refusal
        self._waiting: dict[CallJob, asyncio.TimerHandle] = {}
        self._in_flight = 0
        self.peak_in_flight = 0
        self._left_behind = 0

    @property
    def left_behind(self) -> int:
        """How many calls were given up."""
        return self._left_behind

    def submit(self, job: CallJob) -> None:
        """Have the call take its time, or be refused soon."""
        refusal = self._refusal(job.call, self._in_flight)
        self._in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self._in_flight)
        if refusal is None:
            takes_s = self._call_time(job.call)
        else:
            takes_s, job.function = REFUSAL_S, _raising(refusal)
        if not math.isinf(takes_s):
            self._waiting[job] = job.loop.call_later(takes_s, self._end, job)

    def leave_behind(self, job: CallJob) -> bool:
        """Forget the call; its effect comes at its time all the same, as in a real cloud."""
        if job.ended:
            return False
        job.abandoned = True
        self._in_flight -= 1
        self._left_behind += 1
        return True

    def close(self) -> None:
        """Calls that still wait have their effect at their time."""

    def _end(self, job: CallJob) -> None:
        self._waiting.pop(job, None)
        with job.carrier:
            job.carrier.value = job.function()
        job.ended = True
        if job.abandoned:
            self._left_behind -= 1
            return
        self._in_flight -= 1
        job.carrier.hand_over(job.answer)


def _raising(error: CloudError) -> Callable[[], object]:
    def refuse() -> object:
        raise error

    return refuse


def virtual_workers(
    call_time: CallTime, made: list[VirtualWorkers], refusal: Refusal = _take_all
) -> MakeWorkers:
    """Return what makes the workers of each provider; ``made`` collects them, to be looked at."""

    def make(_capabilities: Capabilities) -> Workers:
        workers = VirtualWorkers(call_time, refusal)
        made.append(workers)
        return workers

    return make
