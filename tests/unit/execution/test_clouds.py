"""CPIs are found by name, share the limits of their account, and tell what holds their calls."""

import asyncio
from dataclasses import replace

import pytest
from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import (
    CloudDeadlineError,
    CloudError,
    CloudUnavailableError,
)
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.execution.clouds import Caller, CloudCall, Clouds
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.testing.clock import FakeClock, FakeIds
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


def test_a_cpi_that_is_not_configured_is_named() -> None:
    clouds = Clouds(
        {DEFAULT_CPI: calls().provider, CpiName("aws"): calls().provider},
        clock=JumpingClock(),
        ids=FakeIds(),
    )

    with pytest.raises(CloudError, match=r"no CPI 'awz'\. Configured: 'default', 'aws'"):
        clouds.calls(CpiName("awz"))
    assert clouds.left_behind == 0
    clouds.close()


def of_account(account: str) -> Provider:
    class OfAccount(SimulatedProvider):
        @override
        def capabilities(self) -> Capabilities:
            return replace(super().capabilities(), account=account, calls_in_flight_max=9)

    return OfAccount(context())


async def test_cpis_of_one_account_share_its_limits() -> None:
    one, two, other = CpiName("z1"), CpiName("z2"), CpiName("other")
    clouds = Clouds(
        {one: of_account("me"), two: of_account("me"), other: of_account("")},
        clock=FakeClock(),
        ids=FakeIds(),
    )

    waiting = asyncio.create_task(
        clouds.calls(one).run(CALL, Failing(1, throttled), caller=Caller(party="task 7"))
    )
    while not clouds.holds("task 7"):  # noqa: ASYNC110 - a thread has to refuse it first
        await asyncio.sleep(0)

    (hold,) = clouds.holds("task 7")
    assert (hold.cpis, hold.waiting, hold.standing.held_s) == ((one, two), 1, 5.0)
    assert set(clouds.standings()) == {(one, two), (other,)}
    assert clouds.holds("task 8") == []
    waiting.cancel()
    clouds.close()


async def test_a_call_between_two_tries_is_told_with_its_reason() -> None:
    clouds = Clouds({DEFAULT_CPI: calls().provider}, clock=FakeClock(), ids=FakeIds())
    waiting = asyncio.create_task(
        clouds.calls(DEFAULT_CPI).run(
            CALL, Failing(1, CloudUnavailableError), caller=Caller(party="task 7")
        )
    )
    while not clouds.holds("task 7"):  # noqa: ASYNC110 - a thread has to refuse it first
        await asyncio.sleep(0)

    (hold,) = clouds.holds("task 7")
    assert (hold.waiting, hold.pausing, hold.error) == (0, 1, "busy")
    assert hold.next_try_s > 0
    waiting.cancel()
    clouds.close()


async def test_a_call_that_hangs_is_listed_until_it_returns() -> None:
    clouds = Clouds({DEFAULT_CPI: calls().provider}, clock=JumpingClock(), ids=FakeIds())
    hanging = Hanging()
    with pytest.raises(CloudDeadlineError):
        await clouds.calls(DEFAULT_CPI).run(
            CloudCall(method="detach_disk", subject="disk-7", deadline_s=HUNG_S), hanging
        )

    (told,) = clouds.hanging
    assert (told.cpi, told.method, told.subject) == (DEFAULT_CPI, "detach_disk", "disk-7")
    hanging.release.set()
    while clouds.hanging:  # noqa: ASYNC110 - the thread needs an instant, and has no event
        await asyncio.sleep(0)
    clouds.close()
