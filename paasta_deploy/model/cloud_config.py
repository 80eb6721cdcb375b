"""What a cloud offers under which names: AZs, VM types, disk types, networks, compilation.

A value of these types has passed parsing and its own checks (addresses inside their subnets, no
overlaps, known AZs). ``cloud_properties`` are opaque here; the provider checks them with its
schema. Addresses are kept as ranges and never listed. Sources take no part in equality.
Source: BOSH cloud config (spec: bosh.md section 2.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.addresses import (
    NO_ADDRESSES,
    AddressRange,
    AddressSet,
    IpNetwork,
)
from paasta_deploy.model.deployment import VmResources
from paasta_deploy.model.ids import AzName, CpiName, NetworkName
from paasta_deploy.model.source import NOWHERE, Source
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.model.values import JsonObject

DEFAULT_CPI = CpiName("")
"""The CPI of the director's own configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Az:
    """An availability zone. ``cpi`` empty: the director's default CPI."""

    name: AzName
    cpi: CpiName = DEFAULT_CPI
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VmType:
    """A kind of VM."""

    name: str
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VmExtension:
    """Cloud properties that a group lays over those of its VM type."""

    name: str
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskType:
    """A kind of persistent disk. ``disk_size_mib`` 0 means no disk."""

    name: str
    disk_size_mib: int
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A part of a manual network.

    ``azs`` None: the subnet belongs to no AZ (then no subnet of its network does). ``prefix`` is
    the size of the block that each instance gets: 32 or 128 means one address. ``range`` is None
    only in a managed network, where the CPI chooses it.
    """

    range: IpNetwork | None
    gateway: IpAddress | None = None
    reserved: AddressSet = NO_ADDRESSES
    static: AddressSet = NO_ADDRESSES
    dns: tuple[str, ...] = ()
    azs: tuple[AzName, ...] | None = None
    name: str = ""
    netmask_bits: int | None = None
    prefix: int | None = None
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)

    def restricted(self) -> AddressSet:
        """Return what no instance may have: network id, broadcast, gateway, reserved."""
        edges: list[AddressRange] = []
        if self.range is not None and self.range.num_addresses > 1:
            low, high = self.range.network_address, self.range.broadcast_address
            edges = [AddressRange(low, low), AddressRange(high, high)]
        if self.gateway is not None:
            edges.append(AddressRange(self.gateway, self.gateway))
        return AddressSet(edges).union(self.reserved)

    def dynamic_pool(self) -> AddressSet:
        """Return what instances without static addresses may have, as ranges, lowest first."""
        if self.range is None:
            return NO_ADDRESSES
        whole = AddressSet((AddressRange.of_network(self.range),))
        return whole.minus(self.restricted()).minus(self.static)

    def serves(self, az: AzName | None) -> bool:
        """Whether an instance in ``az`` may have an address of this subnet."""
        return self.azs is None or az is None or az in self.azs


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualNetwork:
    """A network whose addresses the director gives out."""

    name: NetworkName
    subnets: tuple[Subnet, ...]
    managed: bool = False
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicSubnet:
    """A part of a dynamic network. ``azs`` None: it belongs to no AZ."""

    azs: tuple[AzName, ...] | None = None
    dns: tuple[str, ...] = ()
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicNetwork:
    """A network whose addresses the cloud gives out. There is always at least one subnet."""

    name: NetworkName
    subnets: tuple[DynamicSubnet, ...]
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VipSubnet:
    """Public addresses that the director may give out."""

    static: AddressSet
    azs: tuple[AzName, ...] | None = None
    prefix: int | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VipNetwork:
    """Public addresses. Without ``subnets`` each group names its own ``static_ips``."""

    name: NetworkName
    subnets: tuple[VipSubnet, ...] = ()
    cloud_properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


Network = ManualNetwork | DynamicNetwork | VipNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """How packages are compiled. At most one of the three ways to describe the VM is set."""

    workers: int
    network: NetworkName
    az: AzName | None = None
    reuse_compilation_vms: bool = False
    orphan_workers: bool = False
    vm_type: str = ""
    vm_resources: VmResources | None = None
    cloud_properties: JsonObject = field(default_factory=dict)
    vm_extensions: tuple[str, ...] = ()
    env: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudConfig:
    """All cloud configs of a director, merged. Mappings keep the order of the files."""

    azs: Mapping[AzName, Az] = field(default_factory=dict)
    vm_types: Mapping[str, VmType] = field(default_factory=dict)
    vm_extensions: Mapping[str, VmExtension] = field(default_factory=dict)
    disk_types: Mapping[str, DiskType] = field(default_factory=dict)
    networks: Mapping[NetworkName, Network] = field(default_factory=dict)
    compilation: Compilation | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)
