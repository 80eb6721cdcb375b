"""The whole recipe of one instance: all that is needed to make it again without any manifest.

A spec is built by planning from a manifest, stored with the instance once it is applied, and is
what resurrection, restart and recreate work from. Two specs are compared part by part to find out
what a deploy changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address

from paasta_deploy.model.ids import (
    DEFAULT_CPI,
    NO_VARIABLES,
    AzName,
    BlobId,
    CpiName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    JobName,
    NetworkName,
    PackageName,
    ReleaseName,
    ReleaseVersion,
    StemcellName,
    StemcellVersion,
    VariableId,
    VariableSetId,
)
from paasta_deploy.model.values import JsonObject

IpAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """A blob and what its bytes must hash to. ``digest`` is BOSH's multi-digest text."""

    blob_id: BlobId
    digest: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StemcellKey:
    """One stemcell in one version; ``os`` is what releases are compiled against."""

    name: StemcellName
    version: StemcellVersion
    os: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """One network of one instance as the CPI and the agent see it.

    ``kind`` is ``manual``, ``dynamic`` or ``vip``; ``ip`` is None for dynamic networks.
    ``default`` holds ``dns``, ``gateway`` and/or ``addressable``. ``prefix`` is the size of the
    block that the instance has here (None: the one address). Networks of one ``nic_group`` share a
    network interface (empty: this one has its own).
    """

    name: NetworkName
    kind: str
    ip: IpAddress | None
    netmask: str | None
    gateway: IpAddress | None
    dns: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    cloud_properties: JsonObject = field(default_factory=dict)
    prefix: int | None = None
    nic_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VmSpec:
    """What decides about the VM; any difference here needs a new VM.

    ``env`` keeps its ``((variables))``, so that no secret is recorded; ``env_variables`` pins the
    version of each, by the name that stands in ``env``. They are filled in when the VM is made.
    So do all ``cloud_properties``, also those of ``networks``, with ``cloud_variables``.
    """

    stemcell: StemcellKey
    cloud_properties: JsonObject
    env: JsonObject
    networks: tuple[NetworkSpec, ...]
    cpi: CpiName = DEFAULT_CPI
    env_variables: Mapping[str, VariableId] = field(default_factory=dict)
    cloud_variables: Mapping[str, VariableId] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskSpec:
    """A wanted persistent disk. ``name`` is empty for the one that the agent mounts at ``store``.

    A disk with a name is attached and neither formatted nor mounted; its jobs do that.
    ``variables`` pins those in ``cloud_properties``.
    """

    size_mib: int
    cloud_properties: JsonObject = field(default_factory=dict)
    disk_type: str = ""
    variables: Mapping[str, VariableId] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobInSpec:
    """One release job that runs on the instance.

    ``has_post_deploy``: it brings a ``bin/post-deploy``, so the agent must be asked to run it.
    """

    name: JobName
    release: ReleaseName
    release_version: ReleaseVersion
    fingerprint: str
    has_post_deploy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageInSpec:
    """One compiled package that the instance needs. ``blob`` is None until it is compiled.

    With ``fingerprint`` and the VM's stemcell, ``dependency_key`` finds the compiled package.
    """

    name: PackageName
    version: str
    fingerprint: str
    blob: BlobRef | None = None
    dependency_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedTemplates:
    """The rendered templates of one instance.

    ``configuration_hash`` covers contents and modes of all rendered files, not archive metadata.
    ``context_digest`` covers everything the rendering depends on; equal digest, no rendering.
    """

    configuration_hash: str
    template_hashes: Mapping[str, str]
    context_digest: str
    blob: BlobRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTime:
    """How long to wait for healthy jobs: not before ``min_ms``, not after ``max_ms``."""

    min_ms: int
    max_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSpec:
    """Everything about one instance. Serialised into the store; see the module docstring.

    ``properties`` holds digests of the given properties by job (never values), so that a plan can
    name those that changed. ``variable_set`` is the set that its templates were rendered with.
    ``link_groups`` are the DNS groups that links make of its group, ``dns_aliases`` names of one's
    own for them; both are for DNS records only. ``disk`` is the one that is mounted,
    ``named_disks`` are those of ``persistent_disks``. ``update_after`` are the groups that its
    group waits for in a rollout, where links decide about the order (``update.order: graph``).
    """

    deployment: DeploymentName
    group: InstanceGroupName
    index: int
    instance_id: InstanceId
    az: AzName | None
    bootstrap: bool
    vm: VmSpec
    disk: DiskSpec | None
    jobs: tuple[JobInSpec, ...]
    packages: tuple[PackageInSpec, ...]
    templates: RenderedTemplates
    canary_watch_time: WatchTime
    update_watch_time: WatchTime
    properties: JsonObject = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    lifecycle: str = "service"
    update_strategy: str = "delete-create"
    variable_set: VariableSetId = NO_VARIABLES
    link_groups: tuple[str, ...] = ()
    dns_aliases: tuple[JsonObject, ...] = ()
    named_disks: tuple[DiskSpec, ...] = ()
    update_after: tuple[InstanceGroupName, ...] = ()

    @property
    def disks(self) -> tuple[DiskSpec, ...]:
        """All its persistent disks; no two have the same name."""
        return self.named_disks if self.disk is None else (self.disk, *self.named_disks)
