"""A group's ``static_ips`` as single addresses, each with the AZs that its subnet serves."""

from collections.abc import Mapping, Sequence

from paasta_deploy.model.cloud_config import CloudConfig, ManualNetwork, Network
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.ids import AzName, NetworkName
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.static_placement import StaticAddress


def has_static_addresses(group: InstanceGroup) -> bool:
    """Return whether static addresses decide about the AZs of ``group``."""
    return any(use.static_ips for use in group.networks)


def static_lists(
    group: InstanceGroup, cloud_config: CloudConfig
) -> Mapping[NetworkName, Sequence[StaticAddress]]:
    """Return the listed addresses by network, in the order of the manifest.

    Parsing has seen to it that there is one for each instance.
    """
    azs: Sequence[AzName | None] = group.azs or (None,)
    return {
        use.name: [
            StaticAddress(ip=ip, azs=_azs_of(cloud_config.networks[use.name], ip, azs))
            for item in use.static_ips
            for ip in item
        ]
        for use in group.networks
        if use.static_ips
    }


def _azs_of(network: Network, ip: IpAddress, azs: Sequence[AzName | None]) -> int:
    everywhere = (1 << len(azs)) - 1
    if not isinstance(network, ManualNetwork):
        return everywhere
    for subnet in network.subnets:
        if ip in subnet.static:
            return sum(1 << number for number, az in enumerate(azs) if subnet.serves(az))
    return 0
