"""Provider calls under virtual time: each has its effect at its end, or never."""

import asyncio
import math

import pytest

from paasta_deploy.cpi.errors import CloudDeadlineError, CloudThrottledError
from paasta_deploy.execution.clouds import CloudCall, CloudCalls
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.simulator.throttling import REFUSAL_S
from paasta_deploy.testing.simulator.virtual_time import VirtualClock, run_virtually
from paasta_deploy.testing.simulator.workers import VirtualWorkers, virtual_workers
from paasta_deploy.wiring.simulating import make_simulated_cloud


def cloud(
    clock: VirtualClock, takes_s: float, made: list[VirtualWorkers] | None = None
) -> CloudCalls:
    make = virtual_workers(lambda _call: takes_s, made if made is not None else [])
    provider = make_simulated_cloud({"calls_in_flight_max": 2})
    return CloudCalls(provider, clock=clock, ids=FakeIds(), make_workers=make)


def test_a_call_takes_its_time_and_acts_at_the_end() -> None:
    acted_at: list[float] = []

    async def main(clock: VirtualClock) -> float:
        call = CloudCall(method="has_vm", subject="vm")
        await cloud(clock, 30.0).run(call, lambda: acted_at.append(clock.monotonic_s()))
        return clock.monotonic_s()

    assert run_virtually(main) == 30.0
    assert acted_at == [30.0]


def test_a_call_that_never_answers_ends_at_its_deadline() -> None:
    async def main(clock: VirtualClock) -> float:
        call = CloudCall(method="has_vm", subject="vm", deadline_s=60.0)
        with pytest.raises(CloudDeadlineError):
            await cloud(clock, math.inf).run(call, lambda: None)
        return clock.monotonic_s()

    assert run_virtually(main) == 60.0


def test_a_call_whose_caller_is_gone_acts_all_the_same() -> None:
    acted: list[bool] = []

    async def main(clock: VirtualClock) -> None:
        call = CloudCall(method="has_vm", subject="vm")
        caller = asyncio.ensure_future(cloud(clock, 30.0).run(call, lambda: acted.append(True)))
        await clock.wait(1.0)
        caller.cancel()
        await clock.wait(60.0)

    run_virtually(main)
    assert acted == [True]


def test_the_limit_of_the_account_holds_and_its_peak_is_known() -> None:
    made: list[VirtualWorkers] = []

    async def main(clock: VirtualClock) -> float:
        calls = cloud(clock, 10.0, made)
        call = CloudCall(method="has_vm", subject="vm")
        await asyncio.gather(*(calls.run(call, lambda: None) for _ in range(5)))
        return clock.monotonic_s()

    assert run_virtually(main) == 30.0
    assert made[0].peak_in_flight == 2


def test_a_call_that_the_api_refuses_comes_back_at_once_and_never_acts() -> None:
    made: list[VirtualWorkers] = []
    acted: list[bool] = []
    refused = iter([CloudThrottledError("429", retry_after_s=5.0), None])

    async def main(clock: VirtualClock) -> float:
        make = virtual_workers(lambda _call: 30.0, made, lambda _call, _others: next(refused))
        calls = CloudCalls(make_simulated_cloud({}), clock=clock, ids=FakeIds(), make_workers=make)
        await calls.run(CloudCall(method="has_vm", subject="vm"), lambda: acted.append(True))
        return clock.monotonic_s()

    assert run_virtually(main) == pytest.approx(REFUSAL_S + 5.0 + 30.0)
    assert acted == [True]
