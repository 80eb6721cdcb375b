"""Taps hear every call of a provider, and may break it on either side."""

from pathlib import Path

import pytest
from paasta_providers.simulated import SimulatedProvider

from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.model.ids import VmCid
from paasta_deploy.testing.tapped_provider import TAPPED, tap

_WITHOUT_CALL = {
    "capabilities",
    "check",
    "check_cloud_properties",
    "close",
    "calculate_vm_cloud_properties",
}


def provider() -> SimulatedProvider:
    context = ProviderContext(
        name="sim", properties={"persist": False}, state_folder=Path("x"), director_uuid="d"
    )
    return SimulatedProvider(context)


def test_every_method_that_reaches_the_cloud_is_tapped() -> None:
    methods = {name for name in dir(Provider) if not name.startswith("_")}

    assert methods - _WITHOUT_CALL == set(TAPPED)


def test_a_tap_hears_before_and_after() -> None:
    tapped, heard = provider(), list[str]()
    tap(
        tapped,
        before=lambda name, arguments: heard.append(f"before {name} {arguments[0]}"),
        after=lambda name, _: heard.append(f"after {name}"),
    )

    assert not tapped.has_vm(VmCid("vm-1"))

    assert heard == ["before has_vm vm-1", "after has_vm"]


def test_what_a_tap_raises_the_call_raises() -> None:
    tapped = provider()

    def break_it(_name: str, _arguments: tuple[object, ...]) -> None:
        raise ConnectionResetError

    tap(tapped, after=break_it)
    with pytest.raises(ConnectionResetError):
        tapped.has_vm(VmCid("vm-1"))
