"""What stands on disk about machines and disks, as values and as JSON. Pure.

``machine.json`` is the recipe of a machine and what is attached to it; ``process.json``, written
by the machine itself, says which process it is; ``disk.json`` describes a disk. Whoever changes a
field must still read the files of older versions: machines outlive the director that made them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_providers.local.boot import Isolation
from paasta_providers.local.cgroups import Limits
from paasta_providers.local.processes import ProcessMark

from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, SnapshotCid, StemcellCid, VmCid
from paasta_deploy.model.values import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRecord:
    """One machine. ``subnets`` are CIDR texts; ``disks`` may name more than is attached.

    ``disks`` is only where to look first: a disk is attached when it says so itself, too, which it
    does after this record names it and takes back before this record forgets it.
    """

    cid: VmCid
    agent_id: AgentId
    stemcell: StemcellCid
    isolation: Isolation
    hostname: str
    addresses: tuple[str, ...]
    subnets: tuple[str, ...]
    gateway: str
    dns: tuple[str, ...]
    veth: str
    limits: Limits
    privileged: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    disks: tuple[DiskCid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRecord:
    """One persistent disk."""

    cid: DiskCid
    disk_id: DiskId
    size_mib: int
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRecord:
    """One copy of a disk."""

    cid: SnapshotCid
    disk: DiskCid
    size_mib: int
    metadata: Mapping[str, str] = field(default_factory=dict)


class BrokenRecordError(ValueError):
    """The text is not a record: half written when the host went down, or edited."""


def machine_text(record: MachineRecord) -> str:
    """Return the content of ``machine.json``."""
    return _pretty(
        {
            "cid": record.cid,
            "agent_id": record.agent_id,
            "stemcell": record.stemcell,
            "isolation": record.isolation.value,
            "hostname": record.hostname,
            "addresses": list(record.addresses),
            "subnets": list(record.subnets),
            "gateway": record.gateway,
            "dns": list(record.dns),
            "veth": record.veth,
            "ram_mib": record.limits.ram_mib,
            "cpus": record.limits.cpus,
            "pids_max": record.limits.pids_max,
            "privileged": record.privileged,
            "metadata": dict(record.metadata),
            "disks": list(record.disks),
        }
    )


def machine_record(text: str) -> MachineRecord:
    """Return the record that :func:`machine_text` wrote. Raises BrokenRecordError."""
    fields = _Fields(text)
    return MachineRecord(
        cid=VmCid(fields.text("cid")),
        agent_id=AgentId(fields.text("agent_id")),
        stemcell=StemcellCid(fields.text("stemcell")),
        isolation=fields.isolation("isolation"),
        hostname=fields.text("hostname"),
        addresses=fields.texts("addresses"),
        subnets=fields.texts("subnets"),
        gateway=fields.text("gateway"),
        dns=fields.texts("dns"),
        veth=fields.text("veth"),
        limits=Limits(
            ram_mib=fields.number_or_none("ram_mib"),
            cpus=fields.float_or_none("cpus"),
            pids_max=fields.number_or_none("pids_max"),
        ),
        privileged=fields.get("privileged") is True,
        metadata=fields.mapping("metadata"),
        disks=tuple(DiskCid(disk) for disk in fields.texts("disks")),
    )


def disk_text(record: DiskRecord) -> str:
    """Return the content of ``disk.json``."""
    return _pretty(
        {
            "cid": record.cid,
            "disk_id": record.disk_id,
            "size_mib": record.size_mib,
            "metadata": dict(record.metadata),
        }
    )


def disk_record(text: str) -> DiskRecord:
    """Return the record that :func:`disk_text` wrote. Raises BrokenRecordError."""
    fields = _Fields(text)
    return DiskRecord(
        cid=DiskCid(fields.text("cid")),
        disk_id=DiskId(fields.text("disk_id")),
        size_mib=fields.number("size_mib"),
        metadata=fields.mapping("metadata"),
    )


def snapshot_text(record: SnapshotRecord) -> str:
    """Return the content of ``snapshot.json``."""
    return _pretty(
        {
            "cid": record.cid,
            "disk": record.disk,
            "size_mib": record.size_mib,
            "metadata": dict(record.metadata),
        }
    )


def process_mark(text: str) -> ProcessMark:
    """Return what a machine wrote into ``process.json``. Raises BrokenRecordError."""
    fields = _Fields(text)
    return ProcessMark(
        pid=fields.number("pid"), started=fields.number("started"), boot_id=fields.text("boot_id")
    )


def _pretty(value: JsonObject) -> str:
    return json.dumps(value, indent=2) + "\n"


class _Fields:
    """A JSON object whose fields are checked as they are taken out."""

    def __init__(self, text: str) -> None:
        try:
            value: JsonValue = json.loads(text)
        except ValueError as error:
            raise BrokenRecordError(f"no JSON: {error}") from error
        if not isinstance(value, Mapping):
            raise BrokenRecordError("no JSON object")
        self._fields = value

    def get(self, name: str) -> JsonValue:
        return self._fields.get(name)

    def text(self, name: str) -> str:
        value = self.get(name)
        if not isinstance(value, str):
            raise BrokenRecordError(f"{name} is {value!r}, not a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.get(name)
        if not isinstance(value, list):
            raise BrokenRecordError(f"{name} is {value!r}, not a list")
        return tuple(str(item) for item in value)

    def number(self, name: str) -> int:
        value = self.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BrokenRecordError(f"{name} is {value!r}, not a number")
        return value

    def number_or_none(self, name: str) -> int | None:
        return None if self.get(name) is None else self.number(name)

    def float_or_none(self, name: str) -> float | None:
        value = self.get(name)
        return float(value) if isinstance(value, int | float) else None

    def mapping(self, name: str) -> Mapping[str, str]:
        value = self.get(name)
        if not isinstance(value, Mapping):
            raise BrokenRecordError(f"{name} is {value!r}, not a mapping")
        return {key: str(item) for key, item in value.items()}

    def isolation(self, name: str) -> Isolation:
        try:
            return Isolation(self.get(name))
        except ValueError as error:
            raise BrokenRecordError(f"{name}: {error}") from error
