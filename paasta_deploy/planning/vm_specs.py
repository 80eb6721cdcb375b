"""What each instance's VM and disk are made from: cloud properties, environment, networks.

Parts that instances share (a group in an AZ, a subnet) are built once and shared as objects, so
ten thousand specs cost ten thousand small values.
Source: BOSH 1.6 (merge order), 1.8 (env), 2.1 (networks), 4.11 (groups).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.model.cloud_config import (
    DiskType,
    DynamicNetwork,
    ManualNetwork,
    Network,
    VipNetwork,
)
from paasta_deploy.model.deployment import (
    DeploymentManifest,
    InstanceGroup,
    NetworkUse,
    VmResources,
)
from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    AzName,
    CpiName,
    DeploymentName,
    InstanceGroupName,
    NetworkName,
    VariableId,
)
from paasta_deploy.model.spec import DiskSpec, IpAddress, NetworkSpec, VmSpec
from paasta_deploy.model.values import JsonObject, JsonValue, canonical_json, deep_merge
from paasta_deploy.planning.cloud_variables import NO_VERSIONS, used_versions
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.link_providers import canonical
from paasta_deploy.planning.placement import PlacedInstance


@dataclass(frozen=True, slots=True)
class _SubnetParts:
    """What all addresses of one subnet have in common."""

    netmask: str | None
    gateway: IpAddress | None
    dns: tuple[str, ...]
    cloud_properties: JsonObject
    prefix: int | None = None


class VmSpecs:
    """Builds VM and disk specs of one desired deployment. Lives for one planning."""

    def __init__(self, desired: Desired) -> None:
        self._desired = desired
        self._cloud_config = desired.cloud_config
        self._cloud_properties: dict[tuple[InstanceGroupName, AzName | None], JsonObject] = {}
        self._envs: dict[InstanceGroupName, JsonObject] = {}
        self._env_versions: dict[InstanceGroupName, Mapping[str, VariableId]] = {}
        self._cloud_versions: dict[tuple[int, ...], Mapping[str, VariableId]] = {}
        self._disks: dict[InstanceGroupName, DiskSpec | None] = {}
        self._named_disks: dict[InstanceGroupName, tuple[DiskSpec, ...]] = {}
        self._defaults: dict[tuple[InstanceGroupName, NetworkName], tuple[str, ...]] = {}
        self._subnets: dict[tuple[NetworkName, int], _SubnetParts] = {}
        self._texts: dict[tuple[NetworkName, int, tuple[str, ...], str], str] = {}

    def vm(self, group: InstanceGroup, placed: PlacedInstance) -> VmSpec:
        """Return what the VM of ``placed`` is made from."""
        az = placed.record.az
        cpi = self.cpi(az)
        cloud_properties, networks = self.cloud_properties(group, az), self.networks(group, placed)
        return VmSpec(
            stemcell=self._desired.stemcells_at[group.stemcell, cpi],
            cloud_properties=cloud_properties,
            env=self.env(group),
            networks=networks,
            cpi=cpi,
            env_variables=self._env_variables(group),
            cloud_variables=self.cloud_variables(cloud_properties, networks),
        )

    def cpi(self, az: AzName | None) -> CpiName:
        """Return the CPI that serves ``az``."""
        return DEFAULT_CPI if az is None else self._cloud_config.azs[az].cpi

    def cloud_properties(self, group: InstanceGroup, az: AzName | None) -> JsonObject:
        """Return the merged cloud properties of ``group`` in ``az``."""
        key = (group.name, az)
        found = self._cloud_properties.get(key)
        if found is None:
            found = self._cloud_properties[key] = merged_cloud_properties(
                self._desired,
                az=az,
                vm_type=group.vm_type,
                vm_resources=group.vm_resources,
                extensions=group.vm_extensions,
            )
        return found

    def env(self, group: InstanceGroup) -> JsonObject:
        """Return the environment of the VMs of ``group`` with what the director adds."""
        found = self._envs.get(group.name)
        if found is None:
            manifest = self._desired.manifest
            found = self._envs[group.name] = director_env(
                _with_tmpfs(group.env, manifest),
                self._desired.director_name,
                manifest.name,
                group.name,
                tags_of(manifest, group),
            )
        return found

    def _env_variables(self, group: InstanceGroup) -> Mapping[str, VariableId]:
        """Return the versions of the variables in the environment of ``group``."""
        if not self._desired.variables:
            return NO_VERSIONS
        found = self._env_versions.get(group.name)
        if found is None:
            found = self._env_versions[group.name] = used_versions(
                group.env, self._desired.variables
            )
        return found

    def cloud_variables(
        self, cloud_properties: JsonObject, networks: Sequence[NetworkSpec]
    ) -> Mapping[str, VariableId]:
        """Return the versions of the variables in all cloud properties of a VM."""
        if not self._desired.variables:
            return NO_VERSIONS
        parts = [cloud_properties, *(network.cloud_properties for network in networks)]
        # Instances share these objects with the cloud config, which outlives this.
        key = tuple(id(part) for part in parts)
        found = self._cloud_versions.get(key)
        if found is None:
            found = self._cloud_versions[key] = used_versions(parts, self._desired.variables)
        return found

    def disk(self, group: InstanceGroup) -> DiskSpec | None:
        """Return the persistent disk that each instance of ``group`` has, if any."""
        if group.name not in self._disks:
            self._disks[group.name] = _disk(group, self._desired)
        return self._disks[group.name]

    def named_disks(self, group: InstanceGroup) -> tuple[DiskSpec, ...]:
        """Return the disks with names that each instance of ``group`` has, in their order."""
        if not group.persistent_disks:
            return ()
        found = self._named_disks.get(group.name)
        if found is None:
            types = self._desired.cloud_config.disk_types
            found = self._named_disks[group.name] = tuple(
                disk
                for named in group.persistent_disks
                if (disk := _disk_of(types[named.disk_type], self._desired, named.name))
                is not None
            )
        return found

    def networks(self, group: InstanceGroup, placed: PlacedInstance) -> tuple[NetworkSpec, ...]:
        """Return the networks of ``placed`` in the order of the manifest."""
        return tuple(
            self.network(
                use.name,
                placed.addresses.get(use.name),
                placed.record.az,
                self._default(group, use),
                use.nic_group,
            )
            for use in group.networks
        )

    def network_texts(self, group: InstanceGroup, placed: PlacedInstance) -> list[list[str]]:
        """Return address and a text for all else of each network: equal texts, equal networks."""
        found: list[list[str]] = []
        for use in group.networks:
            ip = placed.addresses.get(use.name)
            network = self._cloud_config.networks[use.name]
            default = self._default(group, use)
            number = _subnet_number(network, ip, placed.record.az)
            key = (use.name, number, default, use.nic_group)
            text = self._texts.get(key)
            if text is None:
                spec = self.network(use.name, ip, placed.record.az, default, use.nic_group)
                text = self._texts[key] = canonical_json(
                    [
                        spec.name,
                        spec.kind,
                        spec.netmask,
                        str(spec.gateway),
                        list(spec.dns),
                        list(default),
                        spec.cloud_properties,
                        spec.prefix,
                        spec.nic_group,
                    ]
                )
            found.append([str(ip), text])
        return found

    def network(
        self,
        name: NetworkName,
        ip: IpAddress | None,
        az: AzName | None,
        default: tuple[str, ...],
        nic_group: str = "",
    ) -> NetworkSpec:
        """Return one network of one VM."""
        network = self._cloud_config.networks[name]
        parts = self._parts(network, ip, az)
        return NetworkSpec(
            name=name,
            kind=_kind(network),
            ip=ip,
            netmask=parts.netmask,
            gateway=parts.gateway,
            dns=parts.dns,
            default=default,
            cloud_properties=parts.cloud_properties,
            prefix=parts.prefix,
            nic_group=nic_group,
        )

    def _default(self, group: InstanceGroup, use: NetworkUse) -> tuple[str, ...]:
        key = (group.name, use.name)
        found = self._defaults.get(key)
        if found is None:
            found = self._defaults[key] = tuple(sorted(item.value for item in use.default))
        return found

    def _parts(self, network: Network, ip: IpAddress | None, az: AzName | None) -> _SubnetParts:
        number = _subnet_number(network, ip, az)
        key = (network.name, number)
        found = self._subnets.get(key)
        if found is None:
            found = self._subnets[key] = _subnet_parts(network, number)
        return found


def merged_cloud_properties(
    desired: Desired,
    *,
    az: AzName | None,
    vm_type: str,
    vm_resources: VmResources | None,
    extensions: Sequence[str],
    cloud_properties: JsonObject | None = None,
) -> JsonObject:
    """Return AZ below VM type (or calculated, or given) below extensions, later ones winning."""
    config = desired.cloud_config
    merged: JsonObject = {} if az is None else config.azs[az].cloud_properties
    if vm_type:
        merged = deep_merge(merged, config.vm_types[vm_type].cloud_properties)
    elif vm_resources is not None:
        cpi = DEFAULT_CPI if az is None else config.azs[az].cpi
        merged = deep_merge(merged, desired.calculated[cpi, vm_resources])
    elif cloud_properties is not None:
        merged = deep_merge(merged, cloud_properties)
    for name in extensions:
        merged = deep_merge(merged, config.vm_extensions[name].cloud_properties)
    return merged


def director_env(
    env: JsonObject,
    director: str,
    deployment: DeploymentName,
    group: InstanceGroupName,
    tags: Mapping[str, str],
) -> JsonObject:
    """Return ``env`` with ``bosh.group``, ``bosh.groups`` and ``bosh.tags`` as BOSH adds them."""
    names = (director, deployment, group)
    groups = [
        *names,
        "-".join(names[:2]),
        "-".join(names[1:]),
        "-".join(names),
    ]
    own = env.get("bosh")
    bosh: dict[str, JsonValue] = dict(own) if isinstance(own, Mapping) else {}
    bosh["group"] = canonical(groups[-1])
    bosh["groups"] = [canonical(name) for name in groups]
    if tags:
        bosh["tags"] = dict(tags)
    return {**env, "bosh": bosh}


def tags_of(manifest: DeploymentManifest, group: InstanceGroup) -> Mapping[str, str]:
    """Return the tags of the VMs of ``group``: the deployment's below the group's own."""
    return {**manifest.tags, **group.tags}


def _with_tmpfs(env: JsonObject, manifest: DeploymentManifest) -> JsonObject:
    wanted = manifest.features.use_tmpfs_config
    if wanted is None:
        return env
    default: JsonObject = {
        "bosh": {"job_dir": {"tmpfs": wanted}, "agent": {"settings": {"tmpfs": wanted}}}
    }
    return deep_merge(default, env)


def _disk(group: InstanceGroup, desired: Desired) -> DiskSpec | None:
    if group.persistent_disk_mib:
        return DiskSpec(size_mib=group.persistent_disk_mib)
    if group.persistent_disk_type:
        return _disk_of(desired.cloud_config.disk_types[group.persistent_disk_type], desired)
    return None


def _disk_of(disk_type: DiskType, desired: Desired, name: str = "") -> DiskSpec | None:
    """Return a disk of the type; one without a size is none (BOSH 1.8)."""
    if not disk_type.disk_size_mib:
        return None
    return DiskSpec(
        size_mib=disk_type.disk_size_mib,
        cloud_properties=disk_type.cloud_properties,
        disk_type=disk_type.name,
        variables=used_versions(disk_type.cloud_properties, desired.variables),
        name=name,
    )


def _subnet_parts(network: Network, number: int) -> _SubnetParts:
    match network:
        case ManualNetwork(subnets=subnets):
            subnet = subnets[number]
            return _SubnetParts(
                netmask=None if subnet.range is None else str(subnet.range.netmask),
                gateway=subnet.gateway,
                dns=subnet.dns,
                cloud_properties=subnet.cloud_properties,
                prefix=subnet.prefix,
            )
        case DynamicNetwork(subnets=dynamic):
            chosen = dynamic[number]
            return _SubnetParts(None, None, chosen.dns, chosen.cloud_properties)
        case VipNetwork(cloud_properties=cloud_properties, subnets=vips):
            prefix = vips[number].prefix if vips else None
            return _SubnetParts(None, None, (), cloud_properties, prefix)


def _subnet_number(network: Network, ip: IpAddress | None, az: AzName | None) -> int:
    if len(network.subnets) < 2:
        return 0
    fitting: Iterator[int]
    match network:
        case ManualNetwork(subnets=manual):
            fitting = (
                n for n, item in enumerate(manual) if ip and item.range and ip in item.range
            )
        case VipNetwork(subnets=vips):
            fitting = (n for n, item in enumerate(vips) if ip and ip in item.static)
        case DynamicNetwork(subnets=dynamic):
            fitting = (n for n, item in enumerate(dynamic) if not item.azs or az in item.azs)
    return next(fitting, 0)


def _kind(network: Network) -> str:
    match network:
        case ManualNetwork():
            return "manual"
        case DynamicNetwork():
            return "dynamic"
        case VipNetwork():
            return "vip"
