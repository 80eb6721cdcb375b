"""Provider calls that are made only by a director that may still act.

A process can be stopped for minutes between the journalled intent and the call that follows it,
and another director may have finished the work by then. So the last thing before each call, in the
thread that makes it, is to look whether that can have happened.
"""

from collections.abc import Callable
from functools import partial

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.execution.clouds import CallJob, MakeWorkers, Workers, worker_threads
from paasta_deploy.ports.permits import Permit


class PermittedWorkers:
    """Workers that ask before each call."""

    def __init__(self, workers: Workers, permit: Permit) -> None:
        self._workers = workers
        self._permit = permit

    @property
    def left_behind(self) -> int:
        """How many calls were given up and still run."""
        return self._workers.left_behind

    def submit(self, job: CallJob) -> None:
        """Have the job run if that is still permitted; else it fails with what the permit says."""
        job.function = partial(_if_permitted, self._permit, job.function)
        self._workers.submit(job)

    def leave_behind(self, job: CallJob) -> bool:
        """Give the job up. Return False when it has just ended by itself."""
        return self._workers.leave_behind(job)

    def close(self) -> None:
        """Take no more jobs."""
        self._workers.close()


def permitted(permit: Permit, make: MakeWorkers = worker_threads) -> MakeWorkers:
    """Return how to make workers that ask ``permit`` before each call."""

    def make_permitted(capabilities: Capabilities) -> Workers:
        return PermittedWorkers(make(capabilities), permit)

    return make_permitted


def _if_permitted(permit: Permit, function: Callable[[], object]) -> object:
    permit.confirm()
    return function()
