"""A cloud config made up for a manifest that comes without one. Pure.

It has every AZ, VM type, extension, disk type and network that the manifest names, with room for
any number of machines. Static addresses cannot be made up: with those a real cloud config is
needed, and the manifest's check says so.
"""

from collections.abc import Iterable

from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.values import JsonObject, JsonValue

_AZ = "z1"
_NETWORK, _VM_TYPE = "made-up", "made-up"

WORKERS = 6
"""Compilation VMs: what most cloud configs have."""


def made_up_cloud_config(manifest: DeploymentManifest) -> JsonObject:
    """Return a cloud config with everything that ``manifest`` names."""
    groups = manifest.instance_groups
    azs = sorted({str(az) for group in groups for az in group.azs}) or [_AZ]
    networks = sorted({str(use.name) for group in groups for use in group.networks}) or [_NETWORK]
    vm_types = {group.vm_type for group in groups if group.vm_type} or {_VM_TYPE}
    disk_types = {group.persistent_disk_type for group in groups if group.persistent_disk_type}
    disk_types |= {disk.disk_type for group in groups for disk in group.persistent_disks}
    extensions = {name for group in groups for name in group.vm_extensions}
    disks: list[JsonValue] = [{"name": name, "disk_size": 10_240} for name in sorted(disk_types)]
    return {
        "azs": _named(azs),
        "vm_types": _named(sorted(vm_types)),
        "vm_extensions": _named(sorted(extensions)),
        "disk_types": disks,
        "networks": [_network(name, number, azs) for number, name in enumerate(networks)],
        "compilation": {
            "workers": WORKERS,
            "reuse_compilation_vms": True,
            "az": azs[0],
            "vm_type": min(vm_types),
            "network": networks[0],
        },
    }


def _named(names: Iterable[str]) -> list[JsonValue]:
    return [{"name": name} for name in names]


def _network(name: str, number: int, azs: Iterable[str]) -> JsonObject:
    """Return a network with a million addresses, apart from all others."""
    first = f"10.{number * 16 % 256}.0"
    listed: list[JsonValue] = list(azs)
    return {
        "name": name,
        "type": "manual",
        "subnets": [
            {"range": f"{first}.0/12", "gateway": f"{first}.1", "azs": listed, "dns": ["10.0.0.2"]}
        ],
    }
