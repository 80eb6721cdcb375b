"""Does a deployment ask its CPIs for what they can do? Told before anything is touched.

``cloud_properties`` belong to providers, so each provider looks at its own through its schema; the
kinds of networks are compared with its capabilities. Only what the deployment uses is looked at:
a cloud config may have parts for other CPIs. Source: ARCHITECTURE law 8.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from paasta_deploy.cpi.capabilities import NetworkKind
from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.cloud_config import (
    CloudConfig,
    DynamicNetwork,
    ManualNetwork,
    Network,
    VipNetwork,
)
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup
from paasta_deploy.model.ids import DEFAULT_CPI, CpiName
from paasta_deploy.model.source import Source
from paasta_deploy.model.values import JsonObject, canonical_json

_KINDS: Mapping[type[Network], NetworkKind] = {
    ManualNetwork: NetworkKind.MANUAL,
    DynamicNetwork: NetworkKind.DYNAMIC,
    VipNetwork: NetworkKind.VIP,
}


def check_clouds(
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    providers: Mapping[CpiName, Provider],
) -> tuple[Diagnostic, ...]:
    """Return what a CPI cannot do for a group, with the lines that ask for it."""
    found: dict[Diagnostic, None] = {}
    for group in manifest.instance_groups:
        found |= dict.fromkeys(_problems(group, cloud_config, providers))
    return tuple(found)


def _problems(
    group: InstanceGroup, cloud_config: CloudConfig, providers: Mapping[CpiName, Provider]
) -> Iterator[Diagnostic]:
    azs = [cloud_config.azs[name] for name in group.azs if name in cloud_config.azs]
    named = {az.cpi for az in azs} or {DEFAULT_CPI}
    used = [provider for name, provider in providers.items() if name in named]
    vm_type = cloud_config.vm_types.get(group.vm_type)
    if vm_type is not None:
        yield from _properties(used, "vm_type", vm_type.cloud_properties, vm_type.source)
    named_types = (disk.disk_type for disk in group.persistent_disks)
    for name in dict.fromkeys((group.persistent_disk_type, *named_types)):
        disk_type = cloud_config.disk_types.get(name)
        if disk_type is None:
            continue
        yield from _properties(used, "disk_type", disk_type.cloud_properties, disk_type.source)
    for az in azs:
        if az.cpi in providers:
            yield from _properties([providers[az.cpi]], "az", az.cloud_properties, az.source)
    yield from _disks(group, used)
    for use in group.networks:
        network = cloud_config.networks.get(use.name)
        if network is not None:
            yield from _network(used, network)


def _disks(group: InstanceGroup, providers: Iterable[Provider]) -> Iterator[Diagnostic]:
    wanted = len(group.persistent_disks)
    for provider in providers:
        offered = provider.capabilities()
        most = offered.disks_per_vm_max
        if most is not None and wanted > most:
            yield error(
                codes.TOO_MANY_DISKS,
                f"`{group.name}` asks for {wanted} disks on each VM, its CPI attaches {most}",
                span=group.source.span("persistent_disks"),
                detail=f"that is the limit of the CPI `{offered.provider}`",
                hint="put more on fewer disks, or use another CPI",
            )


def _properties(
    providers: Iterable[Provider], noun: str, properties: JsonObject, source: Source
) -> Iterator[Diagnostic]:
    if placeholders(canonical_json(properties)):
        return  # values are put in for each deployment, and are looked at then
    for provider in providers:
        for problem in provider.check_cloud_properties(noun, properties):
            yield replace(problem, span=problem.span or source.span("cloud_properties"))


def _network(providers: Iterable[Provider], network: Network) -> Iterator[Diagnostic]:
    kind = _KINDS[type(network)]
    for provider in providers:
        offered = provider.capabilities()
        if kind not in offered.network_kinds:
            kinds = ", ".join(sorted(item.value for item in offered.network_kinds))
            yield error(
                codes.NETWORK_NOT_OFFERED,
                f'the CPI `{offered.provider}` has no {kind.value} networks like "{network.name}"',
                span=network.source.span("type") or network.source.span(),
                detail=f"it has {kinds} networks",
                hint=f"write `type: {kinds}`, or use another CPI",
            )
