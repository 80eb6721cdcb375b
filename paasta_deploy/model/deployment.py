"""What an operator asks for: a parsed deployment manifest, and nothing that is not in it.

A value of these types has passed parsing: types are right, defaults are filled in, and every
instance group carries its complete update policy. References (to networks, VM types, releases...)
are still names; ``manifest.validate`` says whether a cloud config has them.

Every named thing carries a ``source``: where it was written. Sources take no part in equality.
Source: BOSH manifest v2 (spec: bosh.md section 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.addresses import AddressRange
from paasta_deploy.model.ids import (
    AzName,
    DeploymentName,
    InstanceGroupName,
    JobName,
    NetworkName,
    ReleaseName,
)
from paasta_deploy.model.source import NOWHERE, Source
from paasta_deploy.model.spec import WatchTime
from paasta_deploy.model.values import JsonObject, deep_merge


class Lifecycle(Enum):
    """Whether instances run all the time or only while somebody runs them."""

    SERVICE = "service"
    ERRAND = "errand"


class VmStrategy(Enum):
    """How a VM that must change is replaced."""

    DELETE_CREATE = "delete-create"
    CREATE_SWAP_DELETE = "create-swap-delete"


class AzUpdateStrategy(Enum):
    """Whether the very first deploy goes AZ by AZ or through all of them at once."""

    SERIAL = "serial"
    PARALLEL = "parallel"


class RolloutOrder(Enum):
    """What decides in which order groups are updated."""

    MANIFEST = "manifest"  # as BOSH does: as they are written, see ``UpdatePolicy.serial``
    GRAPH = "graph"  # by links: providers before consumers, everything else at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A number of instances: ``amount`` of them, or ``amount`` percent of those that change."""

    amount: int
    is_percent: bool = False

    def of(self, count: int) -> int:
        """Return how many of ``count`` instances are meant; percents round down, count is the top.

        Callers apply their own minimum (max in flight is at least 1, canaries may be 0).
        """
        wanted = count * self.amount // 100 if self.is_percent else self.amount
        return min(wanted, count)


class OnFailure(Enum):
    """What a failed change of a group means for the deploy; an extension of ours."""

    STOP = "stop"  # BOSH's way: nothing new begins, what has begun is finished
    ROLLBACK = "rollback"  # so, too, and then everything goes back to the last good manifest
    CONTINUE = "continue"  # what failed is left as it is, the rest goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePolicy:
    """How instances of one group are rolled out. Complete: nothing is left to inherit.

    ``vm_strategy`` None means that the director's default applies. ``order`` is that of the whole
    deployment; with ``graph``, ``serial`` means nothing.
    """

    canaries: Share
    max_in_flight: Share
    canary_watch_time: WatchTime
    update_watch_time: WatchTime
    serial: bool = True
    vm_strategy: VmStrategy | None = None
    initial_deploy_az_update_strategy: AzUpdateStrategy = AzUpdateStrategy.SERIAL
    on_failure: OnFailure = OnFailure.STOP
    order: RolloutOrder = RolloutOrder.MANIFEST


@dataclass(frozen=True, slots=True, kw_only=True)
class OsVersion:
    """A stemcell's operating system and version, as releases name it."""

    os: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRef:
    """A release that the deployment uses. ``version`` may be ``latest`` or ``N.latest``.

    ``url``, ``sha1``, ``stemcell`` are for whoever uploads it; the director does not read them.
    """

    name: ReleaseName
    version: str
    url: str = ""
    sha1: str = ""
    stemcell: OsVersion | None = None
    exported_from: tuple[OsVersion, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StemcellRef:
    """A stemcell under the alias that groups use. Either ``os`` or ``name`` is set, not both."""

    alias: str
    version: str
    os: str = ""
    name: str = ""
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Switches of one deployment. None: the director decides."""

    use_dns_addresses: bool | None = None
    use_short_dns_addresses: bool | None = None
    use_link_dns_names: bool | None = None
    randomize_az_placement: bool | None = None
    converge_variables: bool = False
    use_tmpfs_config: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidedLink:
    """How a job offers one of its links. ``hidden``: written as ``nil``, nobody may consume it."""

    name: str
    alias: str = ""
    shared: bool = False
    hidden: bool = False
    dns_aliases: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualLink:
    """A link's content written out in the manifest instead of taken from a provider."""

    instances: tuple[JsonObject, ...]
    properties: JsonObject = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumedLink:
    """How a job's wish for a link is to be met.

    ``blocked``: written as ``nil``. ``from_alias`` empty: the only provider of the type is meant.
    ``deployment`` empty: the provider is in this deployment.
    """

    name: str
    from_alias: str = ""
    deployment: str = ""
    network: str = ""
    ip_addresses: bool | None = None
    blocked: bool = False
    manual: ManualLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomProvider:
    """A link provider that the manifest adds to a job; ``properties`` are dotted names."""

    name: str
    link_type: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUse:
    """A release job that runs on a group's instances.

    ``properties`` None: the job takes the (deprecated) properties of its group and deployment.
    """

    name: JobName
    release: ReleaseName
    properties: JsonObject | None = None
    consumes: Mapping[str, ConsumedLink] = field(default_factory=dict)
    provides: Mapping[str, ProvidedLink] = field(default_factory=dict)
    custom_providers: tuple[CustomProvider, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


class NetworkDefault(Enum):
    """What a group may take from one of its networks."""

    DNS = "dns"
    GATEWAY = "gateway"
    ADDRESSABLE = "addressable"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkUse:
    """A network that a group's instances are on.

    ``static_ips`` keeps the order of the manifest and is kept as ranges. ``default`` is complete:
    a group's only network has ``dns`` and ``gateway`` whether written or not.
    """

    name: NetworkName
    static_ips: tuple[AddressRange, ...] = ()
    default: frozenset[NetworkDefault] = frozenset()
    nic_group: str = ""
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VmResources:
    """A VM described by its needs; the CPI finds the fitting VM type."""

    cpu: int
    ram_mib: int
    ephemeral_disk_mib: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDisk:
    """An additional disk that is attached and never formatted or mounted."""

    name: str
    disk_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedFrom:
    """A former group (or a part of it in one AZ) whose instances this group takes over."""

    name: InstanceGroupName
    az: AzName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceGroup:
    """Equal instances. Exactly one of ``vm_type`` (not empty) and ``vm_resources`` is set.

    ``azs`` empty: the group asks for no AZ. At most one of ``persistent_disk_mib`` (0: none),
    ``persistent_disk_type`` (empty: none) and ``persistent_disks`` is set.
    """

    name: InstanceGroupName
    instances: int
    stemcell: str
    jobs: tuple[JobUse, ...]
    networks: tuple[NetworkUse, ...]
    update: UpdatePolicy
    azs: tuple[AzName, ...] = ()
    vm_type: str = ""
    vm_resources: VmResources | None = None
    vm_extensions: tuple[str, ...] = ()
    persistent_disk_mib: int = 0
    persistent_disk_type: str = ""
    persistent_disks: tuple[NamedDisk, ...] = ()
    lifecycle: Lifecycle = Lifecycle.SERVICE
    env: JsonObject = field(default_factory=dict)
    properties: JsonObject = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    migrated_from: tuple[MigratedFrom, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """One job of one release."""

    name: JobName
    release: ReleaseName


@dataclass(frozen=True, slots=True, kw_only=True)
class AddonFilter:
    """Which instances an addon is for: every part that is given must match one of its items."""

    deployments: tuple[DeploymentName, ...] | None = None
    jobs: tuple[JobFilter, ...] | None = None
    instance_groups: tuple[InstanceGroupName, ...] | None = None
    stemcell_os: tuple[str, ...] | None = None
    networks: tuple[NetworkName, ...] | None = None
    teams: tuple[str, ...] | None = None
    azs: tuple[AzName, ...] | None = None
    lifecycle: Lifecycle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addon:
    """Jobs that are added to every instance that ``include`` takes and ``exclude`` does not."""

    name: str
    jobs: tuple[JobUse, ...]
    include: AddonFilter | None = None
    exclude: AddonFilter | None = None
    properties: JsonObject = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


class VariableUpdateMode(Enum):
    """What happens to a value that exists when its definition is met again."""

    NO_OVERWRITE = "no-overwrite"
    OVERWRITE = "overwrite"
    CONVERGE = "converge"


class VariableUpdateStrategy(Enum):
    """When instances get a new value."""

    ON_DEPLOY = "on-deploy"
    ON_STEMCELL_CHANGE = "on-stemcell-change"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableLink:
    """A link whose addresses go into a certificate, as ``alternative_name`` or ``common_name``."""

    target: str
    from_alias: str
    link_type: str = "address"
    wildcard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableDefinition:
    """A value that is to be made when it does not exist. ``options`` belong to the generator."""

    name: str
    variable_type: str
    options: JsonObject = field(default_factory=dict)
    update_mode: VariableUpdateMode | None = None
    update_strategy: VariableUpdateStrategy = VariableUpdateStrategy.ON_DEPLOY
    consumes: tuple[VariableLink, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentManifest:
    """A whole deployment as asked for, in the order of the manifest."""

    name: DeploymentName
    update: UpdatePolicy
    releases: tuple[ReleaseRef, ...] = ()
    stemcells: tuple[StemcellRef, ...] = ()
    instance_groups: tuple[InstanceGroup, ...] = ()
    addons: tuple[Addon, ...] = ()
    variables: tuple[VariableDefinition, ...] = ()
    features: Features = field(default_factory=Features)
    properties: JsonObject = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)

    def property_defaults(self, group: InstanceGroup) -> JsonObject:
        """Return what a job of ``group`` without ``properties`` of its own sees (deprecated)."""
        return deep_merge(self.properties, group.properties)
