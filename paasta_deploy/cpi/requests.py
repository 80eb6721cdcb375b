"""Values that go into and come out of a provider. All sizes in MiB, all times aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, StemcellCid, VmCid
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject

DiskHint = str | JsonObject
"""How the agent finds an attached disk: a device path, or a mapping such as ``{"path": ...}``.

Source: BOSH CPI v2 ``attach_disk``.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStemcell:
    """``image`` is the path of the unpacked image file on the director's machine."""

    name: str
    version: str
    image: PurePath
    cloud_properties: JsonObject
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateVm:
    """Everything a new VM needs.

    ``agent_id`` is the key of the act: a provider tags or names the VM with it, so that a second
    call with the same ``agent_id`` returns the VM that the first one made.
    ``agent_settings`` is the JSON text of the agent's settings without ``vm``, ``networks`` and
    ``disks``; the provider adds those and hands it to the VM (user data, config drive, a file).
    ``disks_near`` are disks that will be attached: the VM must be placed where they can be.
    """

    agent_id: AgentId
    stemcell: StemcellCid
    cloud_properties: JsonObject
    networks: tuple[NetworkSpec, ...]
    agent_settings: Secret
    disks_near: tuple[DiskCid, ...] = ()
    env: JsonObject = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedVm:
    """The new VM and its networks as the cloud made them (dynamic addresses filled in)."""

    cid: VmCid
    networks: tuple[NetworkSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVm:
    """One VM that carries our mark, as ``list_vms`` finds it."""

    cid: VmCid
    agent_id: AgentId
    running: bool
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDisk:
    """A detached, unformatted disk.

    ``disk_id`` is the key of the act: where the cloud allows it, a second call with the same
    ``disk_id`` returns the disk that the first one made.
    """

    disk_id: DiskId
    size_mib: int
    cloud_properties: JsonObject
    near: VmCid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDisk:
    """One disk that carries our mark."""

    cid: DiskCid
    disk_id: DiskId
    size_mib: int
    attached_to: VmCid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VmResources:
    """What ``vm_resources`` asks for: CPUs, RAM in MiB, ephemeral disk in MiB."""

    cpu: int
    ram_mib: int
    ephemeral_disk_size_mib: int
