"""How a machine is doing, in BOSH's shape: most numbers travel as decimal texts.

Source: bosh.md 6.3 and wire/nats.jsonl; every part may be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.wire.reading import Fields, WireError

LOADS = 3
"""Load averages over 1, 5 and 15 minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuVitals:
    """Shares of all CPUs since the previous look, in percent."""

    sys_percent: float
    user_percent: float
    wait_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryVitals:
    """Memory (or swap) in use."""

    used_kib: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskVitals:
    """How full one file system is."""

    percent: int
    inode_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """One look at a machine. ``disks`` has ``system``, ``ephemeral`` and maybe ``persistent``."""

    cpu: CpuVitals | None = None
    memory: MemoryVitals | None = None
    swap: MemoryVitals | None = None
    disks: Mapping[str, DiskVitals] = field(default_factory=dict)
    load: tuple[float, float, float] | None = None
    uptime_s: int | None = None


def encode_vitals(vitals: Vitals) -> JsonObject:
    """Return the JSON object that BOSH's health monitor and CLI read."""
    encoded: dict[str, JsonValue] = {}
    if vitals.cpu is not None:
        encoded["cpu"] = {
            "sys": f"{vitals.cpu.sys_percent:.1f}",
            "user": f"{vitals.cpu.user_percent:.1f}",
            "wait": f"{vitals.cpu.wait_percent:.1f}",
        }
    encoded["disk"] = {
        name: {"inode_percent": str(disk.inode_percent), "percent": str(disk.percent)}
        for name, disk in vitals.disks.items()
    }
    if vitals.load is not None:
        encoded["load"] = [f"{load:.2f}" for load in vitals.load]
    for name, memory in (("mem", vitals.memory), ("swap", vitals.swap)):
        if memory is not None:
            encoded[name] = {"kb": str(memory.used_kib), "percent": str(memory.percent)}
    if vitals.uptime_s is not None:
        encoded["uptime"] = {"secs": vitals.uptime_s}
    return encoded


def decode_vitals(fields: Fields) -> Vitals:
    """Read vitals. Raises WireError."""
    return Vitals(
        cpu=_decode_cpu(fields.object("cpu")) if fields.has("cpu") else None,
        memory=_decode_memory(fields.object("mem")) if fields.has("mem") else None,
        swap=_decode_memory(fields.object("swap")) if fields.has("swap") else None,
        disks={
            name: DiskVitals(
                percent=round(disk.number("percent", 0)),
                inode_percent=round(disk.number("inode_percent", 0)),
            )
            for name, disk in fields.objects_by_name("disk").items()
        },
        load=_decode_load(fields),
        uptime_s=(fields.object("uptime").integer("secs", 0) if fields.has("uptime") else None),
    )


def _decode_cpu(fields: Fields) -> CpuVitals:
    return CpuVitals(
        sys_percent=fields.number("sys", 0),
        user_percent=fields.number("user", 0),
        wait_percent=fields.number("wait", 0),
    )


def _decode_memory(fields: Fields) -> MemoryVitals:
    return MemoryVitals(
        used_kib=fields.integer("kb", 0), percent=round(fields.number("percent", 0))
    )


def _decode_load(fields: Fields) -> tuple[float, float, float] | None:
    loads = fields.items("load")
    if not loads:
        return None
    numbers = [
        Fields({"load": load}, f"{fields.where}.load[{place}]").number("load")
        for place, load in enumerate(loads)
    ]
    if len(numbers) != LOADS:
        raise WireError(f"{fields.where}: 'load' must hold {LOADS} numbers, found {len(numbers)}")
    return numbers[0], numbers[1], numbers[2]
