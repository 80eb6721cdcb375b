"""Providers by the name of their CPI: present and former names, changes at run time."""

from pathlib import Path

import pytest
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.cpi.errors import CloudError
from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.execution.clouds import Clouds
from paasta_deploy.execution.cpis import Cpis, CpiSet
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.testing.clock import FakeClock, FakeIds

EAST, OLD = CpiName("east"), CpiName("old")


def provider(folder: Path) -> Provider:
    """Return a cloud of its own."""
    return SimulatedProvider(
        ProviderContext(
            name="", properties={"persist": False}, state_folder=folder, director_uuid="d"
        )
    )


def test_a_former_name_is_found_and_not_listed(tmp_path: Path) -> None:
    own, east = provider(tmp_path), provider(tmp_path)
    cpis = Cpis({DEFAULT_CPI: own})
    before = cpis.has_renamed

    cpis.switch(CpiSet(providers={DEFAULT_CPI: own, EAST: east}, successors={OLD: EAST}))

    assert cpis[OLD] is cpis[EAST] is east
    assert list(cpis) == [DEFAULT_CPI, EAST]
    assert len(cpis) == 2
    assert (before, cpis.has_renamed) == (False, True)
    assert (cpis.current(OLD), cpis.current(EAST), cpis.current(DEFAULT_CPI)) == (
        EAST,
        EAST,
        DEFAULT_CPI,
    )
    assert OLD in cpis
    assert CpiName("west") not in cpis
    assert Cpis.of(cpis) is cpis


def test_calls_go_to_whatever_provider_has_the_name_now(tmp_path: Path) -> None:
    own, first, second = (provider(tmp_path) for _ in range(3))
    cpis = Cpis({DEFAULT_CPI: own})
    clouds = Clouds(cpis, clock=FakeClock(), ids=FakeIds(1))
    with pytest.raises(CloudError, match="There is no CPI 'east'"):
        clouds.calls(EAST)

    cpis.switch(CpiSet(providers={DEFAULT_CPI: own, EAST: first}, successors={OLD: EAST}))
    calls = clouds.calls(EAST)
    assert calls.provider is first
    assert clouds.calls(OLD) is calls, "one account has one limit, under whatever name"
    assert clouds.current(OLD) == EAST

    cpis.switch(CpiSet(providers={DEFAULT_CPI: own, EAST: second}))
    assert clouds.calls(EAST).provider is second
    assert clouds.calls(DEFAULT_CPI).provider is own
    assert clouds.left_behind == 0
    clouds.close()
