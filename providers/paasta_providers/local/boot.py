"""The order to bring a machine up, as it travels from the provider to the launcher, and answers.

Pure: values and their JSON. Both ends are of one version, because the provider starts its own
launchers, so the JSON has no version; what reads it still checks every type. Standard library
only: launchers have nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Isolation(Enum):
    """What a machine is made of."""

    NAMESPACES = "namespaces"
    """Own processes, files, host name, interfaces and address. Needs root."""
    PROCESSES = "processes"
    """A session of ordinary processes in a folder of its own, on a 127/8 address of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskMount:
    """A folder of the host that the machine sees as ``/var/vcap/disks/<cid>``."""

    source: str
    cid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BootOrder:
    """Everything that makes one machine. Paths are the host's.

    ``folder`` is the machine's own; ``vcap`` below it becomes ``/var/vcap``. ``veth`` and
    ``gateway`` are empty without namespaces. ``cgroup_doors`` are files to write the process
    number to. ``privileged`` keeps all of root's capabilities inside.
    """

    cid: str
    folder: str
    hostname: str
    addresses: tuple[str, ...]
    dns: tuple[str, ...]
    gateway: str = ""
    host_address: str = ""
    veth: str = ""
    cgroup_doors: tuple[str, ...] = ()
    disks: tuple[DiskMount, ...] = ()
    privileged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MountOrder:
    """Show (``source`` set) or hide a disk in the running machine whose first process is ``pid``.

    ``started`` is that process' start, so that nobody else's files are touched when the machine
    dies meanwhile. ``target`` is the path inside the machine.
    """

    pid: int
    started: int
    target: str
    source: str = ""


Order = BootOrder | MountOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How an order ended: an errno (0: done), what was being done, and the path it was done to."""

    error: int = 0
    doing: str = ""
    path: str = ""


def encode_order(order: Order) -> bytes:
    """Return the order as one datagram."""
    if isinstance(order, MountOrder):
        fields: dict[str, object] = {
            "order": "mount",
            "pid": order.pid,
            "started": order.started,
            "target": order.target,
            "source": order.source,
        }
    else:
        fields = {name: getattr(order, name) for name in _TEXTS + _LISTS}
        fields["order"] = "boot"
        fields["privileged"] = order.privileged
        fields["disks"] = [[disk.source, disk.cid] for disk in order.disks]
    return json.dumps(fields).encode()


_TEXTS = ("cid", "folder", "hostname", "gateway", "host_address", "veth")
_LISTS = ("addresses", "dns", "cgroup_doors")


def decode_order(data: bytes) -> Order:
    """Return the order that :func:`encode_order` wrote. Raises ValueError."""
    fields = _object(data)
    if fields.get("order") == "mount":
        return MountOrder(
            pid=_number(fields, "pid"),
            started=_number(fields, "started"),
            target=_text(fields, "target"),
            source=_text(fields, "source"),
        )
    disks = []
    for item in _list(fields, "disks"):
        if not isinstance(item, list) or len(item) != 2:
            raise ValueError(f"a disk in a boot order is {item!r}")
        disks.append(DiskMount(source=str(item[0]), cid=str(item[1])))
    return BootOrder(
        cid=_text(fields, "cid"),
        folder=_text(fields, "folder"),
        hostname=_text(fields, "hostname"),
        gateway=_text(fields, "gateway"),
        host_address=_text(fields, "host_address"),
        veth=_text(fields, "veth"),
        addresses=tuple(map(str, _list(fields, "addresses"))),
        dns=tuple(map(str, _list(fields, "dns"))),
        cgroup_doors=tuple(map(str, _list(fields, "cgroup_doors"))),
        disks=tuple(disks),
        privileged=fields.get("privileged") is True,
    )


def encode_answer(answer: Answer) -> bytes:
    """Return the answer as one datagram."""
    fields = {"error": answer.error, "doing": answer.doing, "path": answer.path}
    return json.dumps(fields).encode()


def decode_answer(data: bytes) -> Answer:
    """Return the answer that :func:`encode_answer` wrote. Raises ValueError."""
    fields = _object(data)
    return Answer(
        error=_number(fields, "error"), doing=_text(fields, "doing"), path=_text(fields, "path")
    )


def _object(data: bytes) -> Mapping[str, object]:
    value: object = json.loads(data)
    if not isinstance(value, dict):
        raise ValueError(f"{value!r} is no object"[:200])  # noqa: TRY004 - one error for all
    return value


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}, not a text")  # noqa: TRY004 - one error for all
    return value


def _number(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int):
        raise ValueError(f"{name} is {value!r}, not a number")  # noqa: TRY004 - one error for all
    return value


def _list(fields: Mapping[str, object], name: str) -> Sequence[object]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise ValueError(f"{name} is {value!r}, not a list")  # noqa: TRY004 - one error for all
    return value
