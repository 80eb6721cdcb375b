"""Time that passes only while everybody waits: an event loop that jumps from deadline to deadline.

A simulated hour takes as long as the computing in it. Nothing on this loop may wait for the real
world (sockets, threads, processes); functions that production code hands to threads run at once,
on the loop itself, so a run is the same every time. When nobody waits for anything and the main
coroutine has not ended, it never will: that is told instead of hanging.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import TypeVarTuple, Unpack, override

from paasta_deploy.execution.clouds import Carrier
from paasta_deploy.testing.clock import EPOCH

_Value = TypeVar("_Value")
_Arguments = TypeVarTuple("_Arguments")


class NobodyWakesError(AssertionError):
    """Everybody waits for somebody else: a deadlock, found at once."""


class _Jump(selectors.BaseSelector):
    """A selector without files: waiting for it moves virtual time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._keys: dict[int, selectors.SelectorKey] = {}

    @override
    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        # The loop registers its own pipe, through which nothing ever comes.
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return self._keys[number]

    @override
    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    @override
    def select(self, timeout_s: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout_s is None:
            raise NobodyWakesError("Everybody in the simulation waits for somebody else.")
        self.now_s += max(0.0, timeout_s)
        return []

    @override
    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock stands still while code runs."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    @override
    def time(self) -> float:
        return self._jump.now_s

    @override
    def call_soon_threadsafe(
        self,
        callback: Callable[[Unpack[_Arguments]], object],
        *args: *_Arguments,
        context: Any = None,
    ) -> asyncio.Handle:
        return self.call_soon(callback, *args, context=context)

    @override
    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[Unpack[_Arguments]], _Value],
        *args: *_Arguments,
    ) -> asyncio.Future[_Value]:
        """Run ``func`` at once. What it raises is raised where its result is awaited."""
        answer: asyncio.Future[Any] = self.create_future()
        carrier = Carrier()
        with carrier:
            carrier.value = func(*args)
        carrier.hand_over(answer)
        return answer


class VirtualClock:
    """``ports.clock.Clock`` over the running loop's time."""

    def __init__(self, loop: VirtualTimeLoop, start: datetime = EPOCH) -> None:
        self._loop = loop
        self._start = start

    def now(self) -> datetime:
        """Return the start plus what has passed."""
        return self._start + timedelta(seconds=self._loop.time())

    def monotonic_s(self) -> float:
        """Return the seconds since the loop was made."""
        return self._loop.time()

    async def wait(self, delay_s: float) -> None:
        """Return after ``delay_s`` virtual seconds; zero or less only gives way."""
        await asyncio.sleep(max(0.0, delay_s))


def run_virtually(main: Callable[[VirtualClock], Coroutine[Any, Any, _Value]]) -> _Value:
    """Run a coroutine to its end under virtual time and return its value.

    Tasks that still run are cancelled then. Raises NobodyWakesError in a deadlock.
    """
    loop = VirtualTimeLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(VirtualClock(loop)))
