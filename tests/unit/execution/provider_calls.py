"""A provider to be called, and functions that fail, hang and answer as a test wants."""

import threading
from collections.abc import Callable
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.cpi.errors import CloudError, CloudThrottledError
from paasta_deploy.cpi.provider import ProviderContext
from paasta_deploy.execution.clouds import CloudCall, CloudCalls
from paasta_deploy.testing.clock import FakeIds
from tests.unit.execution.world import JumpingClock

CALL = CloudCall(method="has_vm", subject="vm-1")
HUNG_S = 0.02


def context(at_once: int = 2) -> ProviderContext:
    return ProviderContext(
        name="sim",
        properties={"persist": False, "calls_in_flight_max": at_once},
        state_folder=Path("unused"),
        director_uuid="d",
    )


def calls(*, at_once: int = 2, clock: JumpingClock | None = None) -> CloudCalls:
    provider = SimulatedProvider(context(at_once))
    return CloudCalls(provider, clock=clock or JumpingClock(), ids=FakeIds())


class Failing:
    """Fails a number of times, then answers."""

    def __init__(self, failures: int, error: Callable[[str], CloudError]) -> None:
        self.left = failures
        self.tries = 0
        self._error = error

    def __call__(self) -> str:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise self._error("busy")
        return "answer"


class Hanging:
    """A call that returns when the test lets it."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.returned = threading.Event()

    def __call__(self) -> str:
        self.release.wait(timeout=10)
        self.returned.set()
        return "late"


def throttled(message: str) -> CloudError:
    return CloudThrottledError(message, retry_after_s=5.0)
