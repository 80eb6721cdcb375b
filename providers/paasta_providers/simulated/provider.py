"""The simulated cloud as a provider: translate, call, translate back."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from time import sleep as real_sleep

from paasta_providers.simulated import translate
from paasta_providers.simulated.client import ApiError, CloudClient
from paasta_providers.simulated.errors import PROVIDER, cloud_error
from typing_extensions import override

from paasta_deploy.cpi.capabilities import Capabilities, Feature
from paasta_deploy.cpi.cloud_properties import check_properties
from paasta_deploy.cpi.cpi_properties import SCHEMA_KEY
from paasta_deploy.cpi.errors import NotSupportedError
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
from paasta_deploy.model.ids import AgentId, DiskCid, SnapshotCid, StemcellCid, VmCid
from paasta_deploy.model.values import JsonObject
from paasta_deploy.testing.simulated_cloud import MachineListener


@contextmanager
def _errors(method: str, cid: str) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise cloud_error(error, method=method, cid=cid) from error


class SimulatedProvider(Provider):
    """One account of the simulated cloud.

    ``sleep`` waits for simulated latencies; ``listener`` plays the agents (see
    ``paasta_deploy.testing.simulated_agents``). ``cloud`` is there to be looked at by tests.
    """

    def __init__(
        self,
        context: ProviderContext,
        *,
        sleep: Callable[[float], None] = real_sleep,
        listener: MachineListener | None = None,
    ) -> None:
        properties = context.properties
        self._capabilities = translate.capabilities(properties)
        self._refused = translate.refused_methods(properties)
        self.cloud = CloudClient(
            climate=translate.climate(properties),
            quota=translate.quota(properties),
            folder=context.state_folder if translate.is_persistent(properties) else None,
            sleep=sleep,
            listener=listener,
        )

    def hear_machines(self, listener: MachineListener) -> None:
        """Tell ``listener`` of every machine from now on."""
        self.cloud.machines.listen(listener)

    def crash_vm(self, cid: VmCid) -> None:
        """Let a machine die by itself."""
        self.cloud.machines.crash(cid)

    @override
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @override
    def check(self) -> Sequence[Diagnostic]:
        return ()

    @override
    def check_cloud_properties(self, noun: str, properties: JsonObject) -> Sequence[Diagnostic]:
        return check_properties(_schema(), noun, properties, provider=PROVIDER)

    def _require(self, feature: Feature, subject: str) -> None:
        if feature.value in self._refused or feature not in self._capabilities.features:
            raise NotSupportedError(
                f"This simulated cloud was told to lack {feature.value} ('{subject}').",
                provider=PROVIDER,
                method=feature.value,
                cid=subject,
            )

    @override
    def create_vm(self, request: CreateVm) -> CreatedVm:
        networks = translate.with_addresses(request.agent_id, request.networks)
        wanted = translate.machine(request, networks)
        with _errors("create_vm", request.agent_id):
            machine = self.cloud.machines.start(wanted)
        return CreatedVm(cid=machine.cid, networks=networks)

    @override
    def find_vm(self, agent_id: AgentId) -> VmCid | None:
        with _errors("find_vm", agent_id):
            machine = self.cloud.machines.of_agent(agent_id)
        return machine.cid if machine else None

    @override
    def delete_vm(self, cid: VmCid) -> None:
        with _errors("delete_vm", cid):
            self.cloud.machines.end(cid)

    @override
    def has_vm(self, cid: VmCid) -> bool:
        with _errors("has_vm", cid):
            machine = self.cloud.machines.get(cid)
        return machine is not None and machine.running

    @override
    def set_vm_metadata(self, cid: VmCid, metadata: Mapping[str, str]) -> None:
        self._require(Feature.VM_METADATA, cid)
        with _errors("set_vm_metadata", cid):
            self.cloud.machines.tag(cid, metadata)

    @override
    def reboot_vm(self, cid: VmCid) -> None:
        self._require(Feature.REBOOT_VM, cid)
        with _errors("reboot_vm", cid):
            self.cloud.machines.restart(cid)

    @override
    def list_vms(self) -> Sequence[ListedVm]:
        self._require(Feature.LIST_VMS, "")
        with _errors("list_vms", ""):
            return tuple(map(translate.listed_vm, self.cloud.machines.all()))

    @override
    def calculate_vm_cloud_properties(self, resources: VmResources) -> JsonObject:
        self._require(Feature.CALCULATE_VM_CLOUD_PROPERTIES, str(resources))
        return translate.vm_cloud_properties(resources)

    @override
    def create_disk(self, request: CreateDisk) -> DiskCid:
        with _errors("create_disk", request.disk_id):
            return self.cloud.volumes.make(translate.volume(request)).cid

    @override
    def delete_disk(self, cid: DiskCid) -> None:
        with _errors("delete_disk", cid):
            self.cloud.volumes.delete(cid)

    @override
    def has_disk(self, cid: DiskCid) -> bool:
        with _errors("has_disk", cid):
            return self.cloud.volumes.get(cid) is not None

    @override
    def attach_disk(self, vm: VmCid, disk: DiskCid) -> DiskHint:
        with _errors("attach_disk", disk):
            self.cloud.volumes.attach(vm, disk)
        return {"path": f"/dev/disk/by-id/{disk}"}

    @override
    def detach_disk(self, vm: VmCid, disk: DiskCid) -> None:
        with _errors("detach_disk", disk):
            self.cloud.volumes.detach(vm, disk)

    @override
    def get_disks(self, vm: VmCid) -> Sequence[DiskCid]:
        with _errors("get_disks", vm):
            return self.cloud.volumes.of_machine(vm)

    @override
    def list_disks(self) -> Sequence[ListedDisk]:
        self._require(Feature.LIST_DISKS, "")
        with _errors("list_disks", ""):
            return tuple(map(translate.listed_disk, self.cloud.volumes.all()))

    @override
    def set_disk_metadata(self, cid: DiskCid, metadata: Mapping[str, str]) -> None:
        self._require(Feature.DISK_METADATA, cid)
        with _errors("set_disk_metadata", cid):
            self.cloud.volumes.tag(cid, metadata)

    @override
    def resize_disk(self, cid: DiskCid, size_mib: int) -> None:
        self._require(Feature.RESIZE_DISK, cid)
        with _errors("resize_disk", cid):
            self.cloud.volumes.grow(cid, size_mib)

    @override
    def snapshot_disk(self, cid: DiskCid, metadata: Mapping[str, str]) -> SnapshotCid:
        self._require(Feature.SNAPSHOT_DISK, cid)
        with _errors("snapshot_disk", cid):
            return self.cloud.images.take_snapshot(cid, metadata)

    @override
    def delete_snapshot(self, cid: SnapshotCid) -> None:
        self._require(Feature.SNAPSHOT_DISK, cid)
        with _errors("delete_snapshot", cid):
            self.cloud.images.drop_snapshot(cid)

    @override
    def create_stemcell(self, request: CreateStemcell) -> StemcellCid:
        image = translate.image(request)
        with _errors("create_stemcell", image.cid):
            self.cloud.images.register(image)
        return image.cid

    @override
    def delete_stemcell(self, cid: StemcellCid) -> None:
        with _errors("delete_stemcell", cid):
            self.cloud.images.drop(cid)


@cache
def _schema() -> JsonObject:
    text = files(__package__).joinpath("cloud_properties.schema.json").read_text("utf-8")
    schema: JsonObject = json.loads(text)
    return schema


def _cpi_schema() -> JsonObject:
    text = files(__package__).joinpath("cloud_properties.schema.json").read_text("utf-8")
    shape: JsonObject = json.loads(text)["properties"][SCHEMA_KEY]
    return shape


class SimulatedProviderFactory(ProviderFactory):
    """What the entry point names."""

    @override
    def property_schema(self) -> JsonObject | None:
        return _cpi_schema()

    @override
    def create(self, context: ProviderContext) -> Provider:
        return SimulatedProvider(context)
