"""What an operator may set about calls to IaaS accounts: bounds, adapting, deadlines. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.cpi.capabilities import Capabilities
from paasta_deploy.execution.limits import Bounds
from paasta_deploy.model.ids import CpiName

DEADLINE_S = 600.0
"""Most calls take seconds; detaching a disk from a busy VM takes minutes on some clouds."""

DEADLINES_S: Mapping[str, float] = {
    # vSphere clones a stemcell to a new datastore in up to half an hour; nobody takes longer.
    "create_vm": 1800.0,
    # Ends only when the VM is proven gone; clouds let a VM shut down in its own time first.
    "delete_vm": 1800.0,
    # An image of some GiB over an ordinary line, and its conversion there.
    "create_stemcell": 7200.0,
    # Copies of large disks; most clouds answer at once and copy afterwards.
    "snapshot_disk": 3600.0,
    "resize_disk": 1800.0,
    # One question each, and no work in the cloud.
    "has_vm": 120.0,
    "find_vm": 120.0,
    "has_disk": 120.0,
    "get_disks": 120.0,
    "set_vm_metadata": 120.0,
    "set_disk_metadata": 120.0,
    # Pages of a list, in an account with many machines of others.
    "list_vms": 300.0,
    "list_disks": 300.0,
}
"""How long a call may take, by method of the contract; :data:`DEADLINE_S` for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """What holds for the calls to one CPI. None: as its provider says.

    ``deadlines_s`` is by method and overrides :data:`DEADLINES_S`.
    """

    in_flight_max: int | None = None
    per_second_max: float | None = None
    adaptive: bool = True
    deadlines_s: Mapping[str, float] = field(default_factory=dict)

    def deadline_s(self, method: str) -> float:
        """Return how long one try of a call may take."""
        known = DEADLINES_S.get(method, DEADLINE_S)
        return self.deadlines_s.get(method, known)

    def bounds(self, capabilities: Capabilities) -> Bounds:
        """Return what the account's limits never exceed: the provider's word is the last one."""
        able = capabilities.calls_in_flight_max
        wanted = self.in_flight_max
        return Bounds(
            in_flight_max=able if wanted is None else min(able, wanted),
            per_second_max=self.per_second_max,
            adaptive=self.adaptive,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRuleBook:
    """The rules of all CPIs: ``usual`` ones, and those of CPIs that have their own."""

    usual: CallRules = CallRules()
    of_cpis: Mapping[CpiName, CallRules] = field(default_factory=dict)

    def of(self, cpi: CpiName) -> CallRules:
        """Return the rules of one CPI."""
        return self.of_cpis.get(cpi, self.usual)


USUAL_RULES = CallRuleBook()
