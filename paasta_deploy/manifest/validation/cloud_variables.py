"""Whether the cloud properties that a deployment uses have values for all their variables.

A cloud config is for many deployments, so a value that is missing matters only to those that use
the part it stands in.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.cloud_config import CloudConfig, VipNetwork
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.source import PathStep, Source
from paasta_deploy.model.values import JsonObject, JsonValue

_Path = tuple[PathStep, ...]
_Name = TypeVar("_Name", bound=str)
_Part = TypeVar("_Part", bound="_Named")


def missing_in_used(
    manifest: DeploymentManifest,
    config: CloudConfig,
    known: Collection[str],
    *,
    relative_only: bool = False,
) -> Iterator[Diagnostic]:
    """Yield an error for each variable without a value in cloud properties that are used."""
    told: set[tuple[str, object]] = set()
    for properties, source in _used(manifest, config):
        for path, name in _places(properties, ()):
            span = source.span("cloud_properties", *path)
            whole = name.startswith("/")
            if name in known or (name, span) in told or (whole and relative_only):
                continue
            told.add((name, span))
            yield error(
                codes.UNRESOLVED_VARIABLE,
                f"the variable `{name}` has no value",
                span=span,
                detail=f"`{manifest.name}` uses these cloud properties",
                hint="define it below `variables:` of a manifest or a runtime config"
                if whole
                else f"define it below `variables:` of `{manifest.name}`, or give the value with\n"
                f"`-v {name}=VALUE` when the cloud config is saved",
            )


def _used(
    manifest: DeploymentManifest, config: CloudConfig
) -> Iterator[tuple[JsonObject, Source]]:
    """Yield all cloud properties that VMs and disks of a deployment are made with."""
    compilation = config.compilation
    azs = {az for group in manifest.instance_groups for az in group.azs}
    networks = {use.name for group in manifest.instance_groups for use in group.networks}
    vm_types = {group.vm_type for group in manifest.instance_groups}
    extensions = {name for group in manifest.instance_groups for name in group.vm_extensions}
    disk_types = {group.persistent_disk_type for group in manifest.instance_groups}
    disk_types |= {
        disk.disk_type for group in manifest.instance_groups for disk in group.persistent_disks
    }
    disk_types |= {
        disk.disk_type for group in manifest.instance_groups for disk in group.persistent_disks
    }
    if compilation is not None:
        yield compilation.cloud_properties, compilation.source
        vm_types.add(compilation.vm_type)
        extensions |= set(compilation.vm_extensions)
        networks.add(compilation.network)
        azs |= {compilation.az} if compilation.az is not None else set()
    yield from _named(config.azs, azs)
    yield from _named(config.vm_types, vm_types)
    yield from _named(config.vm_extensions, extensions)
    yield from _named(config.disk_types, disk_types)
    for network in config.networks.values():
        if network.name not in networks:
            continue
        if isinstance(network, VipNetwork):
            yield network.cloud_properties, network.source
        else:
            for subnet in network.subnets:
                yield subnet.cloud_properties, subnet.source


class _Named(Protocol):
    """What stands in a cloud config under a name and has cloud properties."""

    @property
    def cloud_properties(self) -> JsonObject:
        """For the cloud's provider."""
        ...

    @property
    def source(self) -> Source:
        """Where it is written."""
        ...


def _named(
    parts: Mapping[_Name, _Part], names: Collection[str]
) -> Iterator[tuple[JsonObject, Source]]:
    for name, part in parts.items():
        if name in names:
            yield part.cloud_properties, part.source


def _places(value: JsonValue, path: _Path) -> Iterator[tuple[_Path, str]]:
    """Yield each variable in a value, with the path to where it stands."""
    if isinstance(value, str):
        for found in placeholders(value):
            yield path, found.name
    elif isinstance(value, Mapping):
        for key, item in value.items():
            for found in placeholders(key):
                yield path, found.name
            yield from _places(item, (*path, key))
    elif isinstance(value, Sequence):
        for number, item in enumerate(value):
            yield from _places(item, (*path, number))
