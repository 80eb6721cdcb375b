"""The provider contract, by noun. One class per IaaS inherits all of it.

Calls are blocking and may come from several threads at once; the core runs them in bounded threads
with a deadline. Every method is safe to repeat: create methods are keyed (``agent_id``,
``disk_id``), delete and detach of something absent succeed. A provider keeps no truth: what it
needs to find its things again is in the cloud (tags, names) or, for local machines, on disk.
Source of names and meanings: BOSH CPI v2 (spec: bosh.md 5.3).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Protocol, runtime_checkable

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.cpi.errors import NotSupportedError
from paasta_deploy.cpi.requests import (
    CreateDisk,
    CreatedVm,
    CreateStemcell,
    CreateVm,
    DiskHint,
    ListedDisk,
    ListedVm,
    VmResources,
)
from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import AgentId, DiskCid, SnapshotCid, StemcellCid, VmCid
from paasta_deploy.model.values import JsonObject


class VmOperations(ABC):
    """VMs of one IaaS account."""

    @abstractmethod
    def create_vm(self, request: CreateVm) -> CreatedVm:
        """Make a VM that boots, starts its agent and return it.

        Idempotent by ``agent_id``. On failure nothing is left behind, or what is left is found by
        ``find_vm``. Raises VmCreationError, QuotaExceededError, StemcellNotFoundError.
        """

    @abstractmethod
    def find_vm(self, agent_id: AgentId) -> VmCid | None:
        """Return the VM that carries ``agent_id``, also a half-made one, or None."""

    @abstractmethod
    def delete_vm(self, cid: VmCid) -> None:
        """Delete the VM and return when it is proven gone. An absent VM is success."""

    @abstractmethod
    def has_vm(self, cid: VmCid) -> bool:
        """Return whether the VM exists and can run. A dead local machine does not exist."""

    @abstractmethod
    def set_vm_metadata(self, cid: VmCid, metadata: Mapping[str, str]) -> None:
        """Put names and tags on the VM for people who look at the IaaS' console."""

    def reboot_vm(self, cid: VmCid) -> None:
        """Restart the VM hard. Raises VmNotFoundError, NotSupportedError."""
        raise NotSupportedError(f"This provider cannot reboot {cid}.", method="reboot_vm")

    def list_vms(self) -> Sequence[ListedVm]:
        """Return all VMs that carry our mark."""
        raise NotSupportedError("This provider cannot list its VMs.", method="list_vms")

    def calculate_vm_cloud_properties(self, resources: VmResources) -> JsonObject:
        """Return the ``cloud_properties`` of the smallest VM that has at least ``resources``."""
        raise NotSupportedError(
            f"This provider cannot choose a VM for {resources}.",
            method="calculate_vm_cloud_properties",
        )


class DiskOperations(ABC):
    """Persistent disks."""

    @abstractmethod
    def create_disk(self, request: CreateDisk) -> DiskCid:
        """Make one detached, unformatted disk. Idempotent by ``disk_id`` where the cloud can.

        The size is rounded up to ``Capabilities.disk_step_mib``.
        """

    @abstractmethod
    def delete_disk(self, cid: DiskCid) -> None:
        """Delete the disk with its data. An absent disk is success, an attached one an error."""

    @abstractmethod
    def has_disk(self, cid: DiskCid) -> bool:
        """Return whether the disk exists."""

    @abstractmethod
    def attach_disk(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        """Attach and say how the agent finds it. Attached there already is success.

        Raises DiskInUseError when another VM has it, VmNotFoundError, DiskNotFoundError.
        """

    @abstractmethod
    def detach_disk(self, vm: VmCid, disk: DiskCid) -> None:
        """Detach. Not attached, or the VM absent, is success."""

    @abstractmethod
    def get_disks(self, vm: VmCid) -> Sequence[DiskCid]:
        """Return the persistent disks attached to the VM."""

    def list_disks(self) -> Sequence[ListedDisk]:
        """Return all disks that carry our mark."""
        raise NotSupportedError("This provider cannot list its disks.", method="list_disks")

    def set_disk_metadata(  # noqa: B027 - a provider without tags does nothing
        self, cid: DiskCid, metadata: Mapping[str, str]
    ) -> None:
        """Put names and tags on the disk; a provider without tags does nothing."""

    def resize_disk(self, cid: DiskCid, size_mib: int) -> None:
        """Grow the detached disk. Raises NotSupportedError."""
        raise NotSupportedError(
            f"This provider cannot grow {cid} to {size_mib} MiB.", method="resize_disk"
        )

    def snapshot_disk(self, cid: DiskCid, metadata: Mapping[str, str]) -> SnapshotCid:
        """Take a snapshot. Raises NotSupportedError."""
        raise NotSupportedError(
            f"This provider cannot take a snapshot of {cid} ({len(metadata)} tags).",
            method="snapshot_disk",
        )

    def delete_snapshot(self, cid: SnapshotCid) -> None:
        """Delete a snapshot; an absent one is success."""
        raise NotSupportedError(
            f"This provider cannot delete snapshot {cid}.", method="delete_snapshot"
        )


class StemcellOperations(ABC):
    """Images that VMs boot from."""

    @abstractmethod
    def create_stemcell(self, request: CreateStemcell) -> StemcellCid:
        """Register the image. Registered already with the same name and version is success."""

    @abstractmethod
    def delete_stemcell(self, cid: StemcellCid) -> None:
        """Remove the image; an absent one is success."""


class Provider(VmOperations, DiskOperations, StemcellOperations):
    """One IaaS account or host, ready to be called."""

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """Return limits and features. Cheap, no call to the IaaS."""

    @abstractmethod
    def check(self) -> Sequence[Diagnostic]:
        """Look whether the endpoint, the credentials and the host are fit; told for operators."""

    @abstractmethod
    def check_cloud_properties(self, noun: str, properties: JsonObject) -> Sequence[Diagnostic]:
        """Check ``cloud_properties`` of ``vm_type``, ``disk_type``, ``network`` or ``az``."""

    def close(self) -> None:
        """Let go of connections and helper processes; machines stay."""


@runtime_checkable
class HostOperations(Protocol):
    """What a provider has besides, when its machines run on the director's own host.

    They reach the director at ``host_address``, which exists between the two calls.
    """

    host_address: IPv4Address

    def prepare_host(self) -> None:
        """Make ``host_address`` ours and look after machines of a former life. Repeatable."""
        ...

    def release_host(self) -> bool:
        """Give ``host_address`` back unless machines still need it; return whether it is gone."""
        ...


@runtime_checkable
class KillableCalls(Protocol):
    """What a provider has besides, when its calls are processes of their own."""

    def kill_call(self, thread_id: int) -> bool:
        """End the call that was made in this thread, which then raises CloudError.

        Called from another thread when the call has outlived its deadline; does not wait. Return
        whether there was something to end.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderContext:
    """What a provider is constructed from.

    ``state_folder`` is private to this CPI and survives restarts; ``properties`` come from the
    CPI config or ``director.yml``. ``director_uuid`` marks our things in shared accounts.
    """

    name: str
    properties: JsonObject
    state_folder: Path
    director_uuid: str


class ProviderFactory(ABC):
    """What an entry point ``paasta_deploy.providers`` names."""

    def property_schema(self) -> JsonObject | None:
        """Return the JSON schema of ``ProviderContext.properties``; None: it is not told.

        With a schema a mistake in a CPI config is found when it is saved, with its line.
        """
        return None

    @abstractmethod
    def create(self, context: ProviderContext) -> Provider:
        """Return a provider. Makes no call to the IaaS; may raise CloudConfigError."""
