"""Who may have which address: decided in the order of the entries, before the database is asked.

Entries that are written together must end as if they had been written one after another: the
entry that takes an address before its holder gives it up is refused, although at the end of the
batch the address would be free. So claims are tried in order against the holders as they would be
at that point. The table's key remains the last word, should another director have been faster.
Pure: the rows that matter are handed in.
"""

from collections.abc import Iterable, Mapping

from paasta_deploy.adapters.store.prepared import AddressClaim
from paasta_deploy.model.errors import AddressTakenError

AddressRow = Mapping[str, str]
"""A row of ``addresses``: ip, network, deployment, instance_id."""


class AddressBook:
    """The holders of all addresses that a batch may touch, and what the batch changes of them.

    ``rows`` must hold every row whose address is claimed in the batch, and every row of every
    instance that claims. Use :func:`touched` to find out which these are.
    """

    def __init__(self, rows: Iterable[AddressRow]) -> None:
        self._before = {row["ip"]: row for row in rows}
        self._now = dict(self._before)
        self._held: dict[str, set[str]] = {}
        for row in self._before.values():
            self._held.setdefault(row["instance_id"], set()).add(row["ip"])

    def grant(self, claims: Iterable[AddressClaim]) -> None:
        """Give all addresses of one entry, or none. Raises AddressTakenError."""
        claims = tuple(claims)
        # One entry is one instant: what it frees, it may give to another instance.
        freed = {ip for one in claims for ip in self._held.get(one.instance_id, ())}
        wanted: dict[str, AddressRow] = {}
        for claim in claims:
            for ip, network in claim.networks:
                row = {
                    "ip": ip,
                    "network": network,
                    "deployment": claim.deployment,
                    "instance_id": claim.instance_id,
                }
                holder = wanted.get(ip) or (None if ip in freed else self._now.get(ip))
                if holder is not None:
                    raise AddressTakenError(_refusal(row, holder), hint=_HINT)
                wanted[ip] = row
        for ip in freed:
            del self._now[ip]
        self._now.update(wanted)
        for claim in claims:
            self._held[claim.instance_id] = {ip for ip, _ in claim.networks}

    def gone(self) -> list[str]:
        """Return the addresses whose row must be deleted: free now, or held by another."""
        return [ip for ip, row in self._before.items() if self._now.get(ip) != row]

    def new(self) -> list[AddressRow]:
        """Return the rows that must be written, after the gone ones are deleted."""
        return [row for ip, row in self._now.items() if self._before.get(ip) != row]


def touched(claims: Iterable[AddressClaim]) -> tuple[set[str], set[str]]:
    """Return the instances and the addresses whose rows an :class:`AddressBook` needs."""
    claims = tuple(claims)
    return (
        {claim.instance_id for claim in claims},
        {ip for claim in claims for ip, _ in claim.networks},
    )


_HINT = (
    "Give the instance another static IP, or let the plan choose one; an address of a stopped or "
    "detached instance stays its own until the instance is deleted."
)


def _refusal(wanted: AddressRow, holder: AddressRow) -> str:
    return (
        f"{wanted['ip']} in network {wanted['network']} cannot go to instance "
        f"{wanted['instance_id']} of deployment {wanted['deployment']}: instance "
        f"{holder['instance_id']} of deployment {holder['deployment']} holds it "
        f"in network {holder['network']}."
    )
