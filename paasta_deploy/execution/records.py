"""The records that one run works with: read once, then kept up with the run's own writes.

The task holds the lock of its deployment, so nobody else writes these records while it runs; a
look-up costs nothing, and the store is asked only for what belongs to no deployment of the plan
(orphans, stemcells, compiled packages). A change is taken in after it is durable, never before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import (
    AgentId,
    CpiName,
    DeploymentName,
    DiskCid,
    DiskId,
    InstanceId,
    StemcellCid,
)
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    DiskRecord,
    InstanceRecord,
    Put,
    RecordChange,
    VmRecord,
)
from paasta_deploy.model.spec import InstanceSpec, PackageInSpec, StemcellKey
from paasta_deploy.ports.store import Store

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

CompiledKey = tuple[str, str, str, str]
"""Fingerprint, dependency key, stemcell OS, stemcell version."""


class Records:
    """What is recorded of one deployment now, as far as this run knows."""

    def __init__(
        self,
        store: Store,
        deployment: DeploymentName,
        *,
        current: Callable[[CpiName], CpiName] = lambda name: name,
    ) -> None:
        """``current`` gives the present name of a CPI: stemcells are recorded with former ones."""
        self._store = store
        self._current = current
        recorded = store.recorded_deployment(deployment)
        self._instances = {r.instance_id: r for r in recorded.instances} if recorded else {}
        self._vms = {r.agent_id: r for r in recorded.vms} if recorded else {}
        self._agents: dict[InstanceId, dict[AgentId, None]] = {}
        for vm in self._vms.values():
            self._note_agent(vm)
        self._disks = {r.disk_id: r for r in recorded.disks} if recorded else {}
        self._named_disks: dict[InstanceId, dict[DiskId, None]] = {}
        for disk in self._disks.values():
            self._note_disk(disk)
        self._stemcells: dict[tuple[str, str, CpiName], StemcellCid] | None = None
        self._compiled: dict[CompiledKey, CompiledPackageRecord] = {}
        self._compiled_read: set[tuple[str, str]] = set()

    def take_in(self, changes: Iterable[RecordChange]) -> None:
        """Keep up with changes that are durable now."""
        for change in changes:
            record, stays = change.record, isinstance(change, Put)
            match record:
                case InstanceRecord():
                    _replace(self._instances, record.instance_id, record, stays=stays)
                case VmRecord():
                    _replace(self._vms, record.agent_id, record, stays=stays)
                    self._note_agent(record)
                case DiskRecord():
                    _replace(self._disks, record.disk_id, record, stays=stays)
                    self._note_disk(record)
                case CompiledPackageRecord():
                    _replace(self._compiled, _key(record), record, stays=stays)
                case _:
                    pass  # nothing that a step looks up

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance of the deployment."""
        return self._instances.get(instance_id)

    def placed_instance(self, instance_id: InstanceId) -> InstanceRecord:
        """Return one instance that planning has placed, and therefore recorded."""
        record = self.instance(instance_id)
        assert record is not None, f"instance {instance_id} is planned but not recorded"
        return record

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM of the deployment."""
        return self._vms.get(agent_id)

    def vms_of(self, instance_id: InstanceId) -> Sequence[VmRecord]:
        """Return all VMs of one instance."""
        known = (self._vms.get(agent_id) for agent_id in self._agents.get(instance_id, ()))
        return [vm for vm in known if vm is not None]

    def _note_agent(self, vm: VmRecord) -> None:
        if vm.instance_id is not None:
            self._agents.setdefault(vm.instance_id, {})[vm.agent_id] = None

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        return self._disks.get(disk_id) or self._store.disk(disk_id)

    def known_disk(self, disk_id: DiskId) -> DiskRecord:
        """Return one disk. Raises NotFoundError."""
        record = self.disk(disk_id)
        if record is None:
            raise NotFoundError(f"Disk '{disk_id}' is not recorded; it may have been deleted.")
        return record

    def named_disks(self, instance_id: InstanceId) -> Mapping[str, DiskCid]:
        """Return those disks that are attached to an instance's VM and have a name, by name."""
        known = (self._disks.get(disk_id) for disk_id in self._named_disks.get(instance_id, ()))
        return {
            disk.name: disk.cid
            for disk in known
            if disk is not None
            and disk.instance_id == instance_id
            and disk.cid is not None
            and disk.state is DiskState.ATTACHED
        }

    def _note_disk(self, disk: DiskRecord) -> None:
        if disk.name and disk.instance_id is not None:
            self._named_disks.setdefault(disk.instance_id, {})[disk.disk_id] = None

    def stemcell(self, key: StemcellKey, cpi: CpiName) -> StemcellCid:
        """Return the stemcell at one CPI. Raises NotFoundError."""
        if self._stemcells is None:
            self._stemcells = {
                (record.name, record.version, self._current(record.cpi)): record.cid
                for record in self._store.stemcells()
            }
        cid = self._stemcells.get((key.name, key.version, self._current(cpi)))
        if cid is None:
            where = f" for CPI '{cpi}'" if cpi else ""
            raise NotFoundError(
                f"Stemcell '{key.name}/{key.version}' is not uploaded{where}.",
                code=50003,
                hint="Upload it with `paasta-deploy upload-stemcell`, then deploy again.",
            )
        return cid

    def compiled_package(
        self, fingerprint: str, dependency_key: str, stemcell: StemcellKey
    ) -> CompiledPackageRecord | None:
        """Return one compiled package, if it is there."""
        target = (stemcell.os, stemcell.version)
        if target not in self._compiled_read:
            self._compiled_read.add(target)
            for record in self._store.compiled_packages(
                stemcell_os=stemcell.os, stemcell_version=stemcell.version
            ):
                self._compiled.setdefault(_key(record), record)
        return self._compiled.get((fingerprint, dependency_key, *target))

    def with_blobs(self, spec: InstanceSpec) -> InstanceSpec:
        """Return ``spec`` with the packages that were compiled after it was planned.

        Raises NotFoundError when one is still not compiled.
        """
        if all(package.blob is not None for package in spec.packages):
            return spec
        packages = tuple(self._with_blob(item, spec.vm.stemcell) for item in spec.packages)
        return replace(spec, packages=packages)

    def _with_blob(self, package: PackageInSpec, stemcell: StemcellKey) -> PackageInSpec:
        if package.blob is not None:
            return package
        compiled = self.compiled_package(package.fingerprint, package.dependency_key, stemcell)
        if compiled is None:
            raise NotFoundError(
                f"Package '{package.name}/{package.fingerprint}' is not compiled for"
                f" {stemcell.os} {stemcell.version}.",
                code=430003,
            )
        return replace(package, blob=compiled.blob)


def _key(record: CompiledPackageRecord) -> CompiledKey:
    return (
        record.fingerprint,
        record.dependency_key,
        record.stemcell_os,
        record.stemcell_version,
    )


def _replace(known: dict[_Key, _Value], key: _Key, value: _Value, *, stays: bool) -> None:
    if stays:
        known[key] = value
    else:
        known.pop(key, None)
