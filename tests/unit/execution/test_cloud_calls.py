"""Calls to providers are bounded, tried again, given up, and never awaited for ever."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.cpi.errors import (
    CloudDeadlineError,
    CloudError,
    CloudThrottledError,
    CloudUnavailableError,
    QuotaExceededError,
)
from paasta_deploy.execution.call_rules import CallRules
from paasta_deploy.execution.cloud_calls import THROTTLED_PATIENCE_S
from paasta_deploy.execution.clouds import Caller, CloudCall, CloudCalls
from paasta_deploy.execution.retry import RetryBudget, RetryPolicy
from paasta_deploy.model.errors import TaskCancelledError
from paasta_deploy.testing.clock import FakeIds
from tests.unit.execution.provider_calls import (
    CALL,
    HUNG_S,
    Failing,
    Hanging,
    calls,
    context,
    throttled,
)
from tests.unit.execution.world import JumpingClock


async def test_a_call_returns_what_the_function_returns() -> None:
    assert await calls().run(CALL, lambda: 42) == 42


async def test_a_call_runs_in_another_thread() -> None:
    here = threading.get_ident()

    assert await calls().run(CALL, threading.get_ident) != here


async def test_a_retryable_failure_is_tried_again_after_a_while() -> None:
    clock, function = JumpingClock(), Failing(2, CloudUnavailableError)

    assert await calls(clock=clock).run(CALL, function) == "answer"

    assert function.tries == 3
    assert clock.monotonic_s() > 0


async def test_tries_have_an_end() -> None:
    function = Failing(99, CloudUnavailableError)

    with pytest.raises(CloudUnavailableError):
        await calls().run(CALL, function)

    assert function.tries == CALL.retries.tries_max


async def test_a_final_failure_is_not_tried_again() -> None:
    function = Failing(1, QuotaExceededError)

    with pytest.raises(QuotaExceededError):
        await calls().run(CALL, function)

    assert function.tries == 1


async def test_a_failure_nobody_expected_is_passed_on_whole() -> None:
    def breaks() -> None:
        raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        await calls().run(CALL, breaks)


async def test_when_nearly_everything_fails_calls_are_not_tried_again_for_long() -> None:
    cloud, tries = calls(at_once=1), 0

    for _ in range(60):
        function = Failing(99, CloudUnavailableError)
        with suppress(CloudUnavailableError):
            await cloud.run(CALL, function)
        tries += function.tries

    assert tries == 60 + RetryBudget().tokens, "the retry budget must run out"


async def test_a_pause_that_is_interrupted_ends_the_call() -> None:
    @contextmanager
    def interrupted() -> Iterator[None]:
        yield
        raise TaskCancelledError("stop")

    with pytest.raises(TaskCancelledError):
        await calls().run(
            CALL, Failing(1, CloudUnavailableError), caller=Caller(interruptible=interrupted)
        )


async def test_no_more_calls_than_allowed_are_made_at_once() -> None:
    cloud, lock = calls(at_once=3), threading.Lock()
    now, peak = 0, 0
    together = threading.Barrier(3)

    def work() -> None:
        nonlocal now, peak
        with lock:
            now += 1
            peak = max(peak, now)
        together.wait(timeout=5)
        with lock:
            now -= 1

    await asyncio.gather(*(cloud.run(CALL, work) for _ in range(12)))

    assert peak == 3


async def test_a_call_that_hangs_fails_its_step_and_names_itself() -> None:
    cloud, hanging = calls(), Hanging()
    call = CloudCall(method="detach_disk", subject="disk-7", deadline_s=HUNG_S)

    with pytest.raises(CloudDeadlineError, match="detach_disk for 'disk-7'") as caught:
        await cloud.run(call, hanging)

    assert caught.value.method == "detach_disk"
    assert caught.value.cid == "disk-7"
    assert caught.value.hint
    assert cloud.left_behind == 1
    hanging.release.set()


async def test_another_thread_takes_the_place_of_one_that_hangs() -> None:
    cloud, hanging = calls(at_once=1), Hanging()
    with pytest.raises(CloudDeadlineError):
        await cloud.run(CloudCall(method="x", subject="y", deadline_s=HUNG_S), hanging)

    assert await cloud.run(CALL, lambda: "next") == "next"
    hanging.release.set()


async def test_a_call_that_returns_late_is_not_counted_any_more() -> None:
    cloud, hanging = calls(at_once=1), Hanging()
    with pytest.raises(CloudDeadlineError):
        await cloud.run(CloudCall(method="x", subject="y", deadline_s=HUNG_S), hanging)

    hanging.release.set()
    hanging.returned.wait(timeout=5)
    while cloud.left_behind:  # noqa: ASYNC110 - the thread needs an instant, and has no event
        await asyncio.sleep(0)

    assert await cloud.run(CALL, lambda: "next") == "next"


async def test_the_deadline_begins_when_a_thread_is_free() -> None:
    cloud, hanging = calls(at_once=1), Hanging()
    first = asyncio.create_task(cloud.run(CALL, hanging))
    await asyncio.sleep(0)
    call = CloudCall(method="x", subject="y", deadline_s=HUNG_S)
    second = asyncio.create_task(cloud.run(call, lambda: "second"))
    asyncio.get_running_loop().call_later(2 * HUNG_S, hanging.release.set)

    assert await first == "late"
    assert await second == "second"


async def test_a_cancelled_caller_gives_its_turn_back() -> None:
    cloud, hanging = calls(at_once=1), Hanging()
    first = asyncio.create_task(cloud.run(CALL, hanging))
    second = asyncio.create_task(cloud.run(CALL, lambda: "second"))
    third = asyncio.create_task(cloud.run(CALL, lambda: "third"))
    await asyncio.sleep(0)

    second.cancel()
    first.cancel()

    assert await third == "third"
    assert cloud.left_behind == 1
    hanging.release.set()


async def test_idle_threads_end_when_the_calls_are_closed() -> None:
    cloud = calls(at_once=1)
    (thread,) = {await cloud.run(CALL, threading.current_thread)}

    cloud.close()
    thread.join(timeout=5)

    assert not thread.is_alive()


def never() -> str:
    raise CloudThrottledError("429", retry_after_s=5.0)


async def test_a_throttled_call_waits_as_it_was_asked_to_and_costs_no_budget() -> None:
    clock, function, budget = JumpingClock(), Failing(20, throttled), RetryBudget(tokens_max=1.0)

    assert await calls(clock=clock).run(CALL, function, caller=Caller(budget=budget)) == "answer"

    assert clock.monotonic_s() >= 20 * 5.0
    assert budget.tokens == 1.0


async def test_an_account_that_lets_nothing_through_is_told_in_the_end() -> None:
    clock = JumpingClock()

    with pytest.raises(CloudThrottledError):
        await calls(clock=clock).run(CALL, never)

    assert clock.monotonic_s() > THROTTLED_PATIENCE_S


async def test_a_caller_who_wants_one_try_gets_the_429_itself() -> None:
    once = RetryPolicy(tries_max=1, delay_s_first=0.0, delay_s_max=0.0)
    function = Failing(1, throttled)

    with pytest.raises(CloudThrottledError):
        await calls().run(CloudCall(method="has_vm", subject="x", retries=once), function)

    assert function.tries == 1


async def test_a_task_that_has_used_up_its_retries_leaves_those_of_the_account_alone() -> None:
    cloud, budget = calls(), RetryBudget(tokens_max=3.0)
    for _ in range(5):
        with suppress(CloudUnavailableError):
            await cloud.run(CALL, Failing(99, CloudUnavailableError), caller=Caller(budget=budget))

    assert budget.tokens < 1.0
    assert cloud.account.budget.tokens == RetryBudget().tokens - 3.0
    assert await cloud.run(CALL, Failing(1, CloudUnavailableError)) == "answer"


async def test_a_deadline_is_that_of_the_method_unless_configured() -> None:
    hanging = Hanging()
    rules = CallRules(deadlines_s={"attach_disk": HUNG_S})
    cloud = CloudCalls(calls().provider, clock=JumpingClock(), ids=FakeIds(), rules=rules)

    with pytest.raises(CloudDeadlineError, match="attach_disk") as caught:
        await cloud.run(CloudCall(method="attach_disk", subject="disk-7"), hanging)

    assert "`calls.deadlines.attach_disk`" in caught.value.hint
    hanging.release.set()


class Killable(SimulatedProvider):
    """A provider whose calls are processes, as far as the director can tell."""

    def __init__(self) -> None:
        super().__init__(context())
        self.hanging = Hanging()
        self.thread_id: int | None = None
        self.killed: list[int] = []

    def hang(self) -> str:
        self.thread_id = threading.get_ident()
        self.hanging()
        raise CloudError("killed")

    def kill_call(self, thread_id: int) -> bool:
        self.killed.append(thread_id)
        self.hanging.release.set()
        return True


async def test_a_call_that_is_a_process_is_killed_at_its_deadline() -> None:
    provider = Killable()
    cloud = CloudCalls(provider, clock=JumpingClock(), ids=FakeIds())

    with pytest.raises(CloudDeadlineError, match="its process was killed"):
        await cloud.run(CloudCall(method="x", subject="y", deadline_s=HUNG_S), provider.hang)

    assert provider.killed == [provider.thread_id]
    while cloud.left_behind:  # noqa: ASYNC110 - the thread needs an instant, and has no event
        await asyncio.sleep(0)
