"""What the effects of steps read: single records, and what the world answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from paasta_deploy.cpi.requests import DiskHint
from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, InstanceId, NetworkName, VmCid
from paasta_deploy.model.recorded import DiskRecord, InstanceRecord, Put, RecordChange, VmRecord
from paasta_deploy.model.spec import BlobRef, IpAddress

_Record = TypeVar("_Record")


class Records(Protocol):
    """Reads of single records."""

    def instance(self, instance_id: InstanceId) -> InstanceRecord | None:
        """Return one instance."""
        ...

    def vm(self, agent_id: AgentId) -> VmRecord | None:
        """Return one VM."""
        ...

    def vms_of(self, instance_id: InstanceId) -> Iterable[VmRecord]:
        """Return all VMs of one instance."""
        ...

    def disk(self, disk_id: DiskId) -> DiskRecord | None:
        """Return one disk."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the world answered: cloud ids, the disk hint, addresses of dynamic networks, a blob.

    ``growth_refused``: the CPI cannot grow the disk, which is as it was.
    """

    vm: VmCid | None = None
    disk: DiskCid | None = None
    hint: DiskHint | None = None
    dynamic_addresses: Mapping[NetworkName, IpAddress] = field(default_factory=dict)
    package: BlobRef | None = None
    growth_refused: bool = False


NOTHING_MADE = Made()


def unsettled(instance_id: InstanceId, records: Records) -> tuple[RecordChange, ...]:
    """Return the change after which the instance is not as it was wanted any more."""
    instance = records.instance(instance_id)
    if instance is None or not instance.converged:
        return ()
    return (Put(record=replace(instance, converged=False)),)


def known_record(record: _Record | None) -> _Record:
    """Return the record; a plan that speaks of one that does not exist is our bug."""
    assert record is not None, "the plan speaks of a record that does not exist"
    return record
