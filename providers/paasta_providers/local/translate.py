"""From the contract's requests to what this host understands, and back. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, NetmaskValueError
from pathlib import Path

from paasta_providers.local.boot import BootOrder, DiskMount, Isolation
from paasta_providers.local.cloud_properties import MachineProperties
from paasta_providers.local.errors import PROVIDER
from paasta_providers.local.records import MachineRecord

from paasta_deploy.cpi.errors import CloudConfigError
from paasta_deploy.cpi.requests import CreateVm, DiskHint
from paasta_deploy.model.ids import AgentId, DiskCid, DiskId, VmCid
from paasta_deploy.model.spec import NetworkSpec
from paasta_deploy.model.values import JsonObject, JsonValue

ONLINK_GATEWAY = IPv4Address("169.254.1.1")
"""The next hop where the network names none: any address does, the cable has one other end."""

LOOPBACK = IPv4Network("127.0.0.0/8")
_OWN_LOOPBACK = IPv4Address("127.0.0.1")

MACHINE_DISKS = Path("/var/vcap/disks")
"""Where a machine with namespaces finds its persistent disks."""

VETH_PREFIX = "pd"
"""Begin of the name of every interface of ours; four letters for the director follow."""

GROUP_PREFIX = "paasta-"
"""Begin of the name of every control group of ours; four letters for the director follow."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
"""What a key may look like to be used in file names as it is; UUIDs do."""

_HOSTNAME_MAX = 63


def _named(prefix: str, key: str) -> str:
    if not _KEY.fullmatch(key):
        key = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{prefix}-{key}"


def vm_cid(agent_id: AgentId) -> VmCid:
    """Return the one cid of the machine with that agent."""
    return VmCid(_named("vm", agent_id))


def disk_cid(disk_id: DiskId) -> DiskCid:
    """Return the one cid of the disk with that id."""
    return DiskCid(_named("disk", disk_id))


def is_cid(prefix: str, cid: str) -> bool:
    """Return whether ``cid`` can be one of ours; what cannot is no file name either."""
    start, dash, key = cid.partition("-")
    return start == prefix and bool(dash) and bool(_KEY.fullmatch(key))


def director_tag(state_folder: Path) -> str:
    """Return four letters that tell this director's interfaces from those of another one here."""
    return hashlib.sha256(str(state_folder).encode()).hexdigest()[:4]


def veth_name(tag: str, cid: VmCid) -> str:
    """Return the name of the host's end of the machine's cable (the kernel allows 15 letters)."""
    return f"{VETH_PREFIX}{tag}{hashlib.sha256(cid.encode()).hexdigest()[:9]}"


def machine_record(
    request: CreateVm, properties: MachineProperties, isolation: Isolation, tag: str
) -> MachineRecord:
    """Return the machine that is asked for. Raises CloudConfigError: it cannot be made here."""
    addresses = [_address(network, isolation) for network in request.networks]
    if not addresses:
        raise _unfit("A VM needs at least one network", "name one in the instance group")
    cid = vm_cid(request.agent_id)
    gateway = ""
    if isolation is Isolation.NAMESPACES:
        gateway = str(_gateway(request.networks, addresses))
    return MachineRecord(
        cid=cid,
        agent_id=request.agent_id,
        stemcell=request.stemcell,
        isolation=isolation,
        hostname=request.agent_id[:_HOSTNAME_MAX] if _KEY.fullmatch(request.agent_id) else cid,
        addresses=tuple(map(str, addresses)),
        subnets=tuple(
            str(_subnet(network, address))
            for network, address in zip(request.networks, addresses, strict=True)
        ),
        gateway=gateway,
        dns=tuple(dict.fromkeys(server for network in request.networks for server in network.dns)),
        veth=veth_name(tag, cid) if isolation is Isolation.NAMESPACES else "",
        limits=properties.limits,
        privileged=properties.privileged,
        metadata=dict(request.metadata),
    )


def _address(network: NetworkSpec, isolation: Isolation) -> IPv4Address:
    if network.kind != "manual" or network.ip is None:
        raise _unfit(
            f"Network '{network.name}' is of type {network.kind}; the local provider has manual "
            "networks only",
            "use a manual network with a range, such as 10.245.0.0/20",
        )
    if isinstance(network.ip, IPv6Address):
        raise _unfit(f"{network.ip} on network '{network.name}' is IPv6", "use an IPv4 range")
    if isolation is Isolation.NAMESPACES:
        if network.ip.is_loopback or network.ip.is_multicast or network.ip.is_unspecified:
            raise _unfit(
                f"{network.ip} on network '{network.name}' cannot be the address of a machine "
                "with a network of its own",
                "use a private range such as 10.245.0.0/20 in the cloud config",
            )
    elif network.ip not in LOOPBACK or network.ip == _OWN_LOOPBACK:
        raise _unfit(
            f"{network.ip} on network '{network.name}': without root, machines only have "
            "addresses in 127.0.0.0/8, except 127.0.0.1",
            "use a range such as 127.77.0.0/16 in the cloud config, or run the director as root",
        )
    return network.ip


def _subnet(network: NetworkSpec, address: IPv4Address) -> IPv4Network:
    try:
        return IPv4Network(f"{address}/{network.netmask or 32}", strict=False)
    except NetmaskValueError as problem:
        raise _unfit(
            f"Network '{network.name}' has the netmask {network.netmask}", "such as 255.255.240.0"
        ) from problem


def _gateway(networks: Sequence[NetworkSpec], own: Sequence[IPv4Address]) -> IPv4Address:
    """Return the gateway of the network that is the default for it, or else of the first."""
    preferred = sorted(networks, key=lambda network: "gateway" not in network.default)
    for network in preferred:
        if isinstance(network.gateway, IPv4Address) and network.gateway not in own:
            return network.gateway
    return ONLINK_GATEWAY


def _unfit(what: str, hint: str) -> CloudConfigError:
    return CloudConfigError(f"{what}.", provider=PROVIDER, method="create_vm", hint=hint)


def boot_order(
    record: MachineRecord,
    *,
    folder: Path,
    host_address: IPv4Address,
    cgroup_doors: Iterable[Path],
    disks: Mapping[DiskCid, Path],
) -> BootOrder:
    """Return the order that brings the machine up."""
    return BootOrder(
        cid=record.cid,
        folder=str(folder),
        hostname=record.hostname,
        addresses=record.addresses,
        dns=record.dns,
        gateway=record.gateway,
        host_address=str(host_address) if record.veth else "",
        veth=record.veth,
        cgroup_doors=tuple(map(str, cgroup_doors)),
        disks=tuple(DiskMount(source=str(data), cid=disk) for disk, data in disks.items()),
        privileged=record.privileged,
    )


def disk_hint(disk: DiskCid, data: Path, isolation: Isolation) -> DiskHint:
    """Return how the agent finds a disk: a folder that is there, not a device to be mounted."""
    path = MACHINE_DISKS / disk if isolation is Isolation.NAMESPACES else data
    return {"path": str(path), "kind": "bind"}


def settings_text(
    settings: str, cid: VmCid, networks: Iterable[NetworkSpec], disks: Mapping[DiskCid, DiskHint]
) -> str:
    """Return the agent's settings with ``vm``, ``networks`` and ``disks`` filled in.

    ``settings`` is JSON from the core. Source: bosh.md 5.4.
    """
    whole: dict[str, JsonValue] = dict(json.loads(settings))
    whole["vm"] = {"name": cid, "id": cid}
    whole["networks"] = {str(network.name): _network_settings(network) for network in networks}
    return with_disks(json.dumps(whole), disks)


def with_disks(settings: str, disks: Mapping[DiskCid, DiskHint]) -> str:
    """Return whole settings with these persistent disks instead of those they had."""
    whole: dict[str, JsonValue] = dict(json.loads(settings))
    persistent: dict[str, JsonValue] = {str(cid): hint for cid, hint in disks.items()}
    whole["disks"] = {"system": "/", "ephemeral": "", "persistent": persistent}
    return json.dumps(whole, indent=2) + "\n"


def _network_settings(network: NetworkSpec) -> JsonObject:
    return {
        "type": network.kind,
        "ip": str(network.ip) if network.ip else "",
        "netmask": network.netmask or "",
        "gateway": str(network.gateway) if network.gateway else "",
        "dns": list(network.dns),
        "default": list(network.default),
        "cloud_properties": dict(network.cloud_properties),
    }
