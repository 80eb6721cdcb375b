"""Our requests in the words of the simulated cloud, and its answers in ours. Pure.

Cids follow from the id that was chosen before the act: the same agent id always means the same
machine. That is what makes creating idempotent here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from paasta_providers.simulated.client import Quota
from paasta_providers.simulated.inventory import Image, Machine, Volume
from paasta_providers.simulated.weather import Climate, LatencyRange

from paasta_deploy.cpi.capabilities import Capabilities, Feature, NetworkKind
from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.cpi.requests import (
    CreateDisk,
    CreateStemcell,
    CreateVm,
    ListedDisk,
    ListedVm,
    VmResources,
)
from paasta_deploy.model.ids import AgentId, DiskCid, StemcellCid, VmCid
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject, JsonValue

CALLS_IN_FLIGHT_MAX = 32
"""BOSH's ``max_threads``; the simulated cloud itself would take any number."""

DISK_STEP_MIB = 1


def capabilities(properties: JsonObject) -> Capabilities:
    """Return what this cloud can do: everything, less what ``lacks`` names."""
    lacks = _texts(properties, "lacks")
    return Capabilities(
        provider="simulated",
        stemcell_formats=("simulated", "light", "warden-tar", "general-tar"),
        network_kinds=frozenset(NetworkKind),
        features=frozenset(
            feature
            for feature in Feature
            if feature.value not in lacks and feature not in _NOT_HERE
        ),
        calls_in_flight_max=_integer(properties, "calls_in_flight_max") or CALLS_IN_FLIGHT_MAX,
        disk_step_mib=DISK_STEP_MIB,
        ipv6=True,
        verified_against="the conformance suite; it is a simulation and no endpoint of others",
        notes=("VMs exist in memory only; without simulated agents no agent ever answers.",),
        expected_s=dict.fromkeys(_QUICK, 0.0),
        creation_settles_s=_seconds(properties, "creation_settles_s"),
        account=_text(properties, "account"),
    )


def refused_methods(properties: JsonObject) -> frozenset[str]:
    """Return the methods that this cloud promises and does not have, as some CPIs do."""
    return frozenset(_texts(properties, "refuses"))


_QUICK = ("create_vm", "delete_vm", "create_disk", "attach_disk", "detach_disk")
"""Calls that take no time unless ``latency_s`` says so."""

_NOT_HERE = frozenset({Feature.UPDATE_DISK, Feature.CREATE_NETWORK})


def climate(properties: JsonObject) -> Climate:
    """Return the weather that ``properties`` ask for. Raises CloudConfigError."""
    return Climate(
        seed=_integer(properties, "seed") or 0,
        latencies={
            method: LatencyRange(low_s=low_s, high_s=high_s)
            for method, (low_s, high_s) in _ranges(properties, "latency_s").items()
        },
        refused=_rate(properties, "refused"),
        throttled=_rate(properties, "throttled"),
        answer_lost=_rate(properties, "answer_lost"),
        vm_failure=_rate(properties, "vm_failure"),
    )


def quota(properties: JsonObject) -> Quota:
    """Return the limits of the account. Raises CloudConfigError."""
    limits = properties.get("quota", {})
    if not isinstance(limits, Mapping):
        raise _wrong("quota", "a mapping with vms, disks, disks_size_mib")
    return Quota(
        machines=_integer(limits, "vms"),
        volumes=_integer(limits, "disks"),
        volumes_size_mib=_integer(limits, "disks_size_mib"),
    )


def is_persistent(properties: JsonObject) -> bool:
    """Return whether the cloud outlives its process; it does unless told otherwise."""
    return properties.get("persist", True) is not False


def _wrong(key: str, wanted: str) -> CloudConfigError:
    return CloudConfigError(
        f"The simulated CPI's property `{key}` must be {wanted}.",
        provider="simulated",
        hint="providers/paasta_providers/simulated/README.md lists all properties.",
    )


def _integer(properties: JsonObject, key: str) -> int | None:
    value = properties.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(key, "a whole number, 0 or more")
    return value


def _rate(properties: JsonObject, key: str) -> float:
    value = properties.get(key, 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise _wrong(key, "a share of calls from 0 to 1")
    return float(value)


def _text(properties: JsonObject, key: str) -> str:
    value = properties.get(key, "")
    if not isinstance(value, str):
        raise _wrong(key, "a text")
    return value


def _seconds(properties: JsonObject, key: str) -> float:
    value = properties.get(key, 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise _wrong(key, "a number of seconds, 0 or more")
    return float(value)


def _texts(properties: JsonObject, key: str) -> frozenset[str]:
    value = properties.get(key, ())
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise _wrong(key, "a list of method names")
    return frozenset(str(item) for item in value)


def _ranges(properties: JsonObject, key: str) -> dict[str, tuple[float, float]]:
    value = properties.get(key, {})
    if not isinstance(value, Mapping):
        raise _wrong(key, "a mapping from method (or `default`) to seconds or [least, most]")
    return {method: _range(key, limits) for method, limits in value.items()}


def _range(key: str, limits: JsonValue) -> tuple[float, float]:
    pair = limits if isinstance(limits, list | tuple) else (limits, limits)
    numbers = [
        float(item)
        for item in pair
        if isinstance(item, int | float) and not isinstance(item, bool)
    ]
    if len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1]:
        raise _wrong(key, "seconds, or [least, most], for each method")
    return numbers[0], numbers[1]


def _digest(text: str) -> str:
    """Sixteen hex digits: enough for a cloud that has never more than a million things."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def vm_cid(agent_id: AgentId) -> VmCid:
    """Return the cid of the VM with this agent."""
    return VmCid(f"vm-{_digest(agent_id)}")


def machine(request: CreateVm, networks: tuple[NetworkSpec, ...]) -> Machine:
    """Return the machine that ``request`` asks for, on ``networks`` with all addresses known."""
    return Machine(
        cid=vm_cid(request.agent_id),
        agent_id=request.agent_id,
        image=request.stemcell,
        addresses=tuple(f"{item.name}/{item.ip}" for item in networks if item.ip is not None),
        metadata=dict(request.metadata),
    )


def with_addresses(
    agent_id: AgentId, networks: tuple[NetworkSpec, ...]
) -> tuple[NetworkSpec, ...]:
    """Return ``networks`` with an address in each dynamic one, the same for the same agent."""
    return tuple(
        replace(network, ip=_dynamic_address(agent_id, network))
        if network.kind == NetworkKind.DYNAMIC.value
        else network
        for network in networks
    )


def _dynamic_address(agent_id: AgentId, network: NetworkSpec) -> IPv4Address:
    """An address of 100.64.0.0/10, which RFC 6598 keeps out of everybody's way."""
    number = int(_digest(f"{network.name}/{agent_id}"), 16) % (1 << 22)
    return IPv4Address(int(IPv4Address("100.64.0.0")) + number)


def volume(request: CreateDisk) -> Volume:
    """Return the volume that ``request`` asks for."""
    return Volume(
        cid=DiskCid(f"disk-{_digest(request.disk_id)}"),
        disk_id=request.disk_id,
        size_mib=request.size_mib,
    )


def image(request: CreateStemcell) -> Image:
    """Return the image that ``request`` asks for: one for each name and version."""
    cid = StemcellCid(f"stemcell-{_digest(f'{request.name}/{request.version}')}")
    return Image(cid=cid, name=request.name, version=request.version)


def listed_vm(found: Machine) -> ListedVm:
    """Return ``found`` in our words."""
    return ListedVm(
        cid=found.cid,
        agent_id=found.agent_id,
        running=found.running,
        metadata=found.metadata,
    )


def listed_disk(found: Volume) -> ListedDisk:
    """Return ``found`` in our words."""
    return ListedDisk(
        cid=found.cid,
        disk_id=found.disk_id,
        size_mib=found.size_mib,
        attached_to=found.attached_to,
    )


def vm_cloud_properties(resources: VmResources) -> JsonObject:
    """Return cloud properties for exactly ``resources``: this cloud sells any size."""
    return {
        "cpu": resources.cpu,
        "ram_mib": resources.ram_mib,
        "ephemeral_disk_size_mib": resources.ephemeral_disk_size_mib,
    }
