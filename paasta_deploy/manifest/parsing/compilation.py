"""``compilation:`` of a cloud config, checked against the rest of it. Source: spec bosh.md 2.1."""

from collections.abc import Iterable

from paasta_deploy.diagnostics import Code, codes, did_you_mean
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.groups import parse_vm_resources
from paasta_deploy.model.cloud_config import CloudConfig, Compilation, Network, VipNetwork
from paasta_deploy.model.ids import AzName, NetworkName

_WAYS = ("vm_type", "vm_resources", "cloud_properties")


def parse_compilation(fields: Fields, config: CloudConfig) -> Compilation:
    """Return the compilation block; ``config`` has everything else of all cloud configs."""
    az = fields.text("az")
    compilation = Compilation(
        workers=fields.integer("workers", need=True, low=1, default=1),
        network=NetworkName(fields.text("network", need=True)),
        az=AzName(az) if az else None,
        reuse_compilation_vms=bool(fields.flag("reuse_compilation_vms", default=False)),
        orphan_workers=bool(fields.flag("orphan_workers", default=False)),
        vm_type=fields.text("vm_type"),
        vm_resources=parse_vm_resources(fields),
        cloud_properties=fields.free("cloud_properties"),
        vm_extensions=fields.texts("vm_extensions"),
        env=fields.free("env"),
        source=NodeSource(fields.node),
    )
    fields.finish()
    _check_vm(fields, compilation, config)
    _check_place(fields, compilation, config)
    return compilation


def _check_vm(fields: Fields, compilation: Compilation, config: CloudConfig) -> None:
    used = [
        key
        for key, value in zip(
            _WAYS,
            (compilation.vm_type, compilation.vm_resources, compilation.cloud_properties),
            strict=True,
        )
        if value
    ]
    if len(used) > 1:
        fields.report.error(
            codes.COMPILATION_VM,
            f"`{used[0]}` and `{used[1]}` contradict each other",
            fields.key_span(used[1]),
            "only one of them can say what compilation VMs are like",
            "remove one of them",
        )
    if compilation.vm_type and compilation.vm_type not in config.vm_types:
        _unknown(
            fields, "vm_type", compilation.vm_type, config.vm_types, codes.COMPILATION_VM_TYPE
        )
    for name in compilation.vm_extensions:
        if name not in config.vm_extensions:
            _unknown(
                fields, "vm_extensions", name, config.vm_extensions, codes.COMPILATION_VM_EXTENSION
            )
    if compilation.vm_extensions and not (compilation.vm_type or compilation.vm_resources):
        fields.report.error(
            codes.COMPILATION_VM,
            "`vm_extensions` need a VM to extend",
            fields.key_span("vm_extensions"),
            "there is neither `vm_type` nor `vm_resources`",
            "add `vm_type:`",
        )


def _unknown(fields: Fields, key: str, name: str, known: Iterable[str], code: Code) -> None:
    fields.report.error(
        code,
        f"unknown {_NOUNS[key]} `{name}`",
        fields.source_of(key),
        "the cloud config has none of that name",
        did_you_mean(name, known),
    )


_NOUNS = {
    "vm_type": "VM type",
    "vm_extensions": "VM extension",
    "az": "AZ",
    "network": "network",
}


def _check_place(fields: Fields, compilation: Compilation, config: CloudConfig) -> None:
    az = compilation.az
    if az is not None and az not in config.azs:
        _unknown(fields, "az", az, config.azs, codes.COMPILATION_AZ)
        return
    if not compilation.network:
        return
    network = config.networks.get(compilation.network)
    if network is None:
        if not config.networks:
            return  # that there are none has been said
        name = compilation.network
        _unknown(fields, "network", name, config.networks, codes.COMPILATION_NETWORK)
        return
    if isinstance(network, VipNetwork) or az in azs_of(network) or is_unclear(network):
        return
    has_none = None in azs_of(network)
    fields.report.error(
        codes.NETWORK_MISSES_AZ,
        f"the network `{network.name}` does not cover the compilation VMs",
        fields.source_of("az"),
        "its subnets belong to no AZ" if has_none else f"no subnet of it is in {_az_text(az)}",
        "remove `az:`" if has_none else _azs_hint(network),
    )


def _az_text(az: AzName | None) -> str:
    return "no AZ at all" if az is None else f"the AZ `{az}`"


def _azs_hint(network: Network) -> str:
    names = sorted(str(az) for az in azs_of(network) if az is not None)
    return f"name one of its AZs: {', '.join(f'`{name}`' for name in names)}" if names else ""


def is_unclear(network: Network) -> bool:
    """Whether a network's AZs could not be read, of which the operator has been told."""
    return not network.subnets or any(subnet.azs == () for subnet in network.subnets)


def azs_of(network: Network) -> frozenset[AzName | None]:
    """Return the AZs that a network's subnets name; None stands for a subnet without any."""
    found: set[AzName | None] = set()
    for subnet in network.subnets:
        found.update((None,) if subnet.azs is None else subnet.azs)
    return frozenset(found)
