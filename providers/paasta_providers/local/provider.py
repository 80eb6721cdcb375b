"""The local provider: machines on this host, through the one contract.

Translate, call, translate back: the work is done by ``vms.py``, ``attachments.py``, ``disks.py``
and ``stemcells.py``. Here OSErrors become CloudErrors, and the parts are put together.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address

from paasta_providers.local import cloud_properties, host_checks
from paasta_providers.local.attachments import Attachments
from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import ControlGroups, trees_of_this_host
from paasta_providers.local.client import Launchers
from paasta_providers.local.cloud_properties import ProviderProperties
from paasta_providers.local.disks import Disks
from paasta_providers.local.errors import PROVIDER, cloud_error
from paasta_providers.local.host_network import HostNetwork
from paasta_providers.local.machines import Machines
from paasta_providers.local.process_table import SharedLooks
from paasta_providers.local.stemcells import FORMAT, Stemcells
from paasta_providers.local.translate import GROUP_PREFIX, director_tag
from paasta_providers.local.vms import LocalHost, Vms
from typing_extensions import override

from paasta_deploy.cpi.capabilities import Capabilities, Feature, NetworkKind
from paasta_deploy.cpi.errors import CloudError, QuotaExceededError, StemcellNotFoundError
from paasta_deploy.cpi.provider import Provider, ProviderContext, ProviderFactory
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
from paasta_deploy.model.counting import counted
from paasta_deploy.model.ids import AgentId, DiskCid, SnapshotCid, StemcellCid, VmCid
from paasta_deploy.model.values import JsonObject

CALLS_IN_FLIGHT_MAX = 16
"""Creating and killing is the kernel's work; beyond a few per CPU, calls only wait for locks."""

DEFAULT_HOST_ADDRESSES: Mapping[Isolation, IPv4Address] = {
    Isolation.NAMESPACES: IPv4Address("10.245.0.1"),
    Isolation.PROCESSES: IPv4Address("127.0.0.1"),
}
"""Where machines reach the director, unless the CPI's properties say ``host_address``."""

_MIB = 1 << 20


@contextmanager
def _told(doing: str, method: str, cid: str = "") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cloud_error(error, doing, method=method, cid=cid) from error


class LocalProvider(Provider):
    """Machines on this host. Any number of threads may call it; one process per state folder."""

    def __init__(self, context: ProviderContext, properties: ProviderProperties) -> None:
        state = context.state_folder.absolute().resolve()
        tag = director_tag(state)
        self._state = state
        self.isolation = host_checks.choose_isolation(properties.isolation)
        self.host_address = properties.host_address or DEFAULT_HOST_ADDRESSES[self.isolation]
        if self.isolation is Isolation.NAMESPACES:
            host_checks.require_hidden(state)
        self._host = LocalHost(
            isolation=self.isolation,
            address=self.host_address,
            tag=tag,
            machines=Machines(state),
            disks=Disks(state, overcommit=properties.overcommit_disks),
            stemcells=Stemcells(state),
            launchers=Launchers(state, self.isolation),
            groups=ControlGroups(trees_of_this_host(), GROUP_PREFIX + tag),
            network=HostNetwork(state, self.host_address),
            looks=SharedLooks(),
        )
        self._vms = Vms(self._host)
        self._attachments = Attachments(self._host)

    # For wiring, beyond the contract.

    def prepare_host(self) -> None:
        """Put the director's address on this host, so that it can listen there, and get warm.

        Without namespaces, 127/8 is always there. Getting warm is to start the launchers of the
        stemcells that machines have, so that the first resurrection does not wait for one.
        Does not wait for them. Safe to repeat. Raises CloudError.
        """
        with _told("preparing the host", "prepare_host"):
            if self.isolation is Isolation.NAMESPACES:
                self._host.network.prepare()
            records = map(self._host.machines.read, self._host.machines.cids())
            for stemcell in {record.stemcell for record in records if record is not None}:
                with suppress(StemcellNotFoundError):
                    self._host.launchers.start(stemcell, self._host.stemcells.image(stemcell))

    def release_host(self) -> bool:
        """Take address, walls and empty folders off this host if no machine is left.

        Return whether that was so. Safe to repeat. Raises CloudError.
        """
        if self._host.machines.cids():
            return False
        self._host.launchers.close()
        with _told("leaving the host as it was", "release_host"):
            if self.isolation is Isolation.NAMESPACES:
                self._host.network.release()
            self._host.groups.remove_all()
            shutil.rmtree(self._state / "launchers", ignore_errors=True)
        return True

    # VMs

    @override
    def create_vm(self, request: CreateVm) -> CreatedVm:
        with _told("making a machine", "create_vm", request.agent_id):
            return self._vms.create(request)

    @override
    def find_vm(self, agent_id: AgentId) -> VmCid | None:
        return self._vms.find(agent_id)

    @override
    def delete_vm(self, cid: VmCid) -> None:
        with _told("deleting the machine", "delete_vm", cid):
            self._vms.delete(cid)

    @override
    def has_vm(self, cid: VmCid) -> bool:
        with _told("looking for the machine", "has_vm", cid):
            return self._vms.has(cid)

    @override
    def set_vm_metadata(self, cid: VmCid, metadata: Mapping[str, str]) -> None:
        with _told("writing down metadata", "set_vm_metadata", cid):
            self._vms.set_metadata(cid, metadata)

    @override
    def reboot_vm(self, cid: VmCid) -> None:
        with _told("rebooting the machine", "reboot_vm", cid):
            self._vms.reboot(cid)

    @override
    def list_vms(self) -> Sequence[ListedVm]:
        with _told("listing machines", "list_vms"):
            return self._vms.list()

    @override
    def calculate_vm_cloud_properties(self, resources: VmResources) -> JsonObject:
        cpus = os.cpu_count() or 1
        ram_mib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MIB
        if resources.cpu > cpus or resources.ram_mib > ram_mib:
            raise QuotaExceededError(
                f"A machine with {resources.cpu} CPUs and {resources.ram_mib} MiB is larger than "
                f"this host, which has {cpus} CPUs and {ram_mib} MiB.",
                provider=PROVIDER,
                method="calculate_vm_cloud_properties",
                hint="ask for less in vm_resources",
            )
        return {"cpus": resources.cpu, "ram_mib": resources.ram_mib}

    # Disks

    @override
    def create_disk(self, request: CreateDisk) -> DiskCid:
        with _told("making a disk", "create_disk", request.disk_id):
            return self._host.disks.create(request)

    @override
    def delete_disk(self, cid: DiskCid) -> None:
        with _told("deleting the disk", "delete_disk", cid):
            self._attachments.refuse_attached(cid, "delete_disk")
            self._host.disks.delete(cid)

    @override
    def has_disk(self, cid: DiskCid) -> bool:
        return self._host.disks.exists(cid)

    @override
    def attach_disk(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        with _told(f"attaching it to {vm}", "attach_disk", disk):
            return self._attachments.attach(vm, disk)

    @override
    def detach_disk(self, vm: VmCid, disk: DiskCid) -> None:
        with _told(f"detaching it from {vm}", "detach_disk", disk):
            self._attachments.detach(vm, disk)

    @override
    def get_disks(self, vm: VmCid) -> Sequence[DiskCid]:
        return self._attachments.attached_to(vm)

    @override
    def list_disks(self) -> Sequence[ListedDisk]:
        records = [self._host.disks.read(cid) for cid in self._host.disks.cids()]
        return [
            ListedDisk(
                cid=record.cid,
                disk_id=record.disk_id,
                size_mib=record.size_mib,
                attached_to=self._attachments.holder(record.cid),
            )
            for record in records
        ]

    @override
    def set_disk_metadata(self, cid: DiskCid, metadata: Mapping[str, str]) -> None:
        with _told("writing down metadata", "set_disk_metadata", cid):
            self._host.disks.set_metadata(cid, metadata)

    @override
    def resize_disk(self, cid: DiskCid, size_mib: int) -> None:
        with _told("resizing the disk", "resize_disk", cid):
            self._attachments.refuse_attached(cid, "resize_disk")
            self._host.disks.resize(cid, size_mib)

    @override
    def snapshot_disk(self, cid: DiskCid, metadata: Mapping[str, str]) -> SnapshotCid:
        with _told("copying the disk", "snapshot_disk", cid):
            return self._host.disks.snapshot(cid, metadata)

    @override
    def delete_snapshot(self, cid: SnapshotCid) -> None:
        with _told("deleting the snapshot", "delete_snapshot", cid):
            self._host.disks.delete_snapshot(cid)

    # Stemcells

    @override
    def create_stemcell(self, request: CreateStemcell) -> StemcellCid:
        with _told("copying the stemcell", "create_stemcell", request.name):
            cid = self._host.stemcells.create(request)
            # Its first machine is near, and loading the agent takes longer than all the rest.
            self._host.launchers.start(cid, self._host.stemcells.image(cid))
            return cid

    @override
    def delete_stemcell(self, cid: StemcellCid) -> None:
        users = [vm for vm in self._host.machines.cids() if self._uses(vm, cid)]
        if users:
            raise CloudError(
                f"Stemcell {cid} is in use by {users[0]}"
                f" ({counted(len(users), 'machine')} in all).",
                provider=PROVIDER,
                method="delete_stemcell",
                cid=cid,
                hint="delete or recreate them first: they still load code from it",
            )
        self._host.launchers.close(cid)
        with _told("deleting the stemcell", "delete_stemcell", cid):
            self._host.stemcells.delete(cid)

    def _uses(self, vm: VmCid, stemcell: StemcellCid) -> bool:
        record = self._host.machines.read(vm)
        return record is not None and record.stemcell == stemcell

    # The provider itself

    @override
    def capabilities(self) -> Capabilities:
        return Capabilities(
            provider=PROVIDER,
            stemcell_formats=(FORMAT,),
            network_kinds=frozenset({NetworkKind.MANUAL}),
            features=frozenset(Feature) - {Feature.UPDATE_DISK, Feature.CREATE_NETWORK},
            calls_in_flight_max=CALLS_IN_FLIGHT_MAX,
            proves_absence=True,
            resolves_names=self.isolation is Isolation.NAMESPACES,
            verified_against="the Linux kernel of this host",
            notes=_NOTES[self.isolation],
            expected_s=EXPECTED_S,
            creation_settles_s=CREATION_SETTLES_S,
        )

    @override
    def check(self) -> Sequence[Diagnostic]:
        return host_checks.check_host(self.isolation, self._host.groups)

    @override
    def check_cloud_properties(self, noun: str, properties: JsonObject) -> Sequence[Diagnostic]:
        return cloud_properties.check(noun, properties)

    @override
    def close(self) -> None:
        self._host.launchers.close()


EXPECTED_S: Mapping[str, float] = {
    "create_vm": 0.5,
    "delete_vm": 0.3,
    "create_disk": 0.05,
    "attach_disk": 0.2,
    "detach_disk": 0.2,
}
"""Measured on two cores (docs/performance.md); a machine here is a fork and some mounts."""

_NOTES: Mapping[Isolation, tuple[str, ...]] = {
    Isolation.NAMESPACES: (
        "machines share the host's kernel and its programs under /usr",
        "disk sizes are recorded, not enforced",
    ),
    Isolation.PROCESSES: (
        "machines are plain processes: no isolation of files, memory or other machines",
        "disk sizes are recorded, not enforced",
    ),
}


class LocalProviderFactory(ProviderFactory):
    """Makes local providers."""

    @override
    def property_schema(self) -> JsonObject | None:
        return cloud_properties.cpi_schema()

    @override
    def create(self, context: ProviderContext) -> LocalProvider:
        properties = cloud_properties.provider_properties(context.name, context.properties)
        return LocalProvider(context, properties)


CREATION_SETTLES_S = 1.0
"""The launcher outlives a killed director and finishes the machine that it is making: in tens of
milliseconds, on a very busy host in some hundreds."""
