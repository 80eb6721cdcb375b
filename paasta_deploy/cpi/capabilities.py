"""What a provider can do, as data: planning finds gaps before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class NetworkKind(Enum):
    """Kinds of networks in a cloud config."""

    MANUAL = "manual"
    DYNAMIC = "dynamic"
    VIP = "vip"


class Feature(Enum):
    """Optional methods of the contract. The value is the method's name."""

    SNAPSHOT_DISK = "snapshot_disk"
    RESIZE_DISK = "resize_disk"
    UPDATE_DISK = "update_disk"
    REBOOT_VM = "reboot_vm"
    CALCULATE_VM_CLOUD_PROPERTIES = "calculate_vm_cloud_properties"
    CREATE_NETWORK = "create_network"
    LIST_VMS = "list_vms"
    LIST_DISKS = "list_disks"
    VM_METADATA = "set_vm_metadata"
    DISK_METADATA = "set_disk_metadata"


CREATION_SETTLES_S = 10.0
"""An IaaS lists what it has accepted within a second or two; this leaves room for a slow day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The limits and features of one provider.

    ``calls_in_flight_max`` bounds concurrent calls: more would only queue or be throttled there.
    ``proves_absence`` says that ``has_vm`` answering False proves that the VM's processes are
    gone, which is what fencing needs (ARCHITECTURE law 3). ``resolves_names``: a machine has a
    hosts file or a DNS server of its own, so that it can look up what ``sync_dns`` told its agent.
    ``expected_s`` says how long calls usually take, in seconds by method; ``create_vm`` includes
    the time until the agent answers.
    ``account`` names what the limits of the IaaS count together (its endpoint and the name of the
    credentials, never a secret): CPIs with the same one share their limits. Empty: only this CPI.
    ``creation_settles_s`` is how long after a ``create_vm`` whose caller died the VM may still
    appear, unseen by ``find_vm`` until then.
    """

    provider: str
    stemcell_formats: tuple[str, ...]
    network_kinds: frozenset[NetworkKind]
    features: frozenset[Feature]
    calls_in_flight_max: int
    name_length_max: int = 255
    disk_step_mib: int = 1
    disk_size_mib_max: int | None = None
    disks_per_vm_max: int | None = None
    ipv6: bool = False
    several_networks: bool = True
    proves_absence: bool = True
    resolves_names: bool = True
    verified_against: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
    expected_s: Mapping[str, float] = field(default_factory=dict)
    creation_settles_s: float = CREATION_SETTLES_S
    account: str = ""
