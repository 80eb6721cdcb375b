"""The simulated cloud keeps the provider contract."""

from ipaddress import IPv4Address
from pathlib import Path

from paasta_providers.simulated import SimulatedProvider
from typing_extensions import override

from paasta_deploy.cpi.provider import Provider, ProviderContext
from paasta_deploy.model.ids import NetworkName, VmCid
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.testing.provider_conformance import ProviderConformance, Surroundings


class TestSimulated(ProviderConformance):
    @classmethod
    @override
    def make_provider(cls, state_folder: Path) -> Provider:
        context = ProviderContext(
            name="sim", properties={}, state_folder=state_folder, director_uuid="d"
        )
        return SimulatedProvider(context)

    @classmethod
    @override
    def surroundings(cls) -> Surroundings:
        return Surroundings(networks=_networks, stemcell_image=Path("image"), is_alive=_is_alive)


def _networks(number: int) -> tuple[NetworkSpec, ...]:
    ip, name = IPv4Address(0x0A000000 + number), NetworkName("default")
    return (NetworkSpec(name=name, kind="manual", ip=ip, netmask="255.0.0.0", gateway=None),)


def _is_alive(provider: Provider, cid: VmCid) -> bool:
    assert isinstance(provider, SimulatedProvider)
    return provider.cloud.machines.get(cid) is not None
