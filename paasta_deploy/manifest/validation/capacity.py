"""Whether the networks have enough addresses for all instances of a deployment.

Only what is impossible in every placement is reported: what other deployments hold and where
existing instances stay is known to planning, which checks again, exactly.

Theory: a group can use the subnets that serve its AZs. For each such set of subnets, the groups
that can use no other subnets must not need more addresses than the set has (Hall's condition).
Sets are few, because groups with the same AZs are counted together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import codes
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.addresses import AddressSet
from paasta_deploy.model.cloud_config import CloudConfig, ManualNetwork, Subnet, VipSubnet
from paasta_deploy.model.counting import counted, verb
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, NetworkUse
from paasta_deploy.model.ids import AzName, NetworkName

_GROUPS_SHOWN_MAX = 4


@dataclass(slots=True)
class _Demand:
    """Groups that can use the same subnets of one network, and how many addresses they need."""

    count: int = 0
    users: list[tuple[InstanceGroup, NetworkUse]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pool:
    """A network's subnets as capacities, in order."""

    azs: tuple[frozenset[AzName] | None, ...]
    sizes: tuple[int, ...]

    def usable(self, azs: Sequence[AzName]) -> frozenset[int]:
        """Return the numbers of the subnets that serve at least one of the AZs."""
        wanted = frozenset(azs)
        return frozenset(
            number
            for number, have in enumerate(self.azs)
            if have is None or not wanted or wanted & have
        )


def check_capacity(manifest: DeploymentManifest, cloud: CloudConfig, report: Report) -> None:
    """Report networks (or AZs of them) that have fewer addresses than the instances need."""
    pools = _pools(cloud)
    demands: dict[NetworkName, dict[frozenset[int], _Demand]] = {}
    for group in manifest.instance_groups:
        for use in group.networks:
            pool = pools.get(use.name)
            if pool is None or use.static_ips or not group.instances:
                continue
            key = pool.usable(group.azs)
            if not key:
                continue  # no subnet is in its AZs, or there are no such AZs: that has been told
            demand = demands.setdefault(use.name, {}).setdefault(key, _Demand())
            demand.count += group.instances
            demand.users.append((group, use))
    for name, of_network in demands.items():
        _check_network(name, pools[name], of_network, report)


def _pools(cloud: CloudConfig) -> Mapping[NetworkName, _Pool]:
    pools: dict[NetworkName, _Pool] = {}
    for name, network in cloud.networks.items():
        subnets: Sequence[Subnet | VipSubnet] = ()
        if isinstance(network, ManualNetwork):
            # The range of a managed network is not known yet, nor is one that cannot be read.
            known = all(subnet.range is not None for subnet in network.subnets)
            subnets = network.subnets if known and not network.managed else ()
        else:
            subnets = [subnet for subnet in network.subnets if isinstance(subnet, VipSubnet)]
        if subnets:
            pools[name] = _Pool(
                azs=tuple(None if s.azs is None else frozenset(s.azs) for s in subnets),
                sizes=tuple(_size(subnet) for subnet in subnets),
            )
    return pools


def _size(subnet: Subnet | VipSubnet) -> int:
    """Return how many instances a subnet can serve: whole blocks of its prefix."""
    pool = subnet.static if isinstance(subnet, VipSubnet) else subnet.dynamic_pool()
    return blocks_in(pool, subnet.prefix)


def blocks_in(pool: AddressSet, prefix: int | None) -> int:
    """Return the number of whole aligned blocks of ``prefix`` bits; None: single addresses."""
    if prefix is None:
        return pool.size
    total = 0
    for item in pool.ranges:
        block = 1 << (item.first.max_prefixlen - prefix)
        first = -(-int(item.first) // block)
        total += max(0, (int(item.last) + 1) // block - first)
    return total


def _check_network(
    name: NetworkName,
    pool: _Pool,
    demands: Mapping[frozenset[int], _Demand],
    report: Report,
) -> None:
    everything = frozenset(range(len(pool.sizes)))
    told: set[frozenset[int]] = set()
    for subnets in sorted({*demands, everything}, key=len):
        if any(smaller <= subnets for smaller in told):
            continue
        within = [demand for usable, demand in demands.items() if usable <= subnets]
        needed = sum(demand.count for demand in within)
        have = sum(pool.sizes[number] for number in subnets)
        if needed > have:
            told.add(subnets)
            users = [user for demand in within for user in demand.users]
            summary = f'no free address: the network "{name}" has {have}{_where(pool, subnets)}'
            report.error(
                codes.NO_FREE_ADDRESS,
                f"{summary}, {needed} {verb(needed, 'is', 'are')} needed",
                users[-1][1].source.span("name"),
                f"without static and reserved ones; {_shares(users)}",
                "enlarge the range, shorten `reserved` and `static`, or ask for fewer instances",
            )


def _where(pool: _Pool, subnets: frozenset[int]) -> str:
    if len(subnets) == len(pool.sizes):
        return ""
    azs = sorted({az for number in subnets for az in pool.azs[number] or ()})
    return f" in {', '.join(f'`{az}`' for az in azs)}"


def _shares(users: Sequence[tuple[InstanceGroup, NetworkUse]]) -> str:
    """Return who needs how many, the largest first."""
    ordered = sorted((group for group, _ in users), key=lambda g: g.instances, reverse=True)
    shown, rest = ordered[:_GROUPS_SHOWN_MAX], ordered[_GROUPS_SHOWN_MAX:]
    shares = [f"`{group.name}` needs {group.instances}" for group in shown]
    if rest:
        others = f"{counted(len(rest), 'other')} {verb(len(rest), 'needs', 'need')}"
        shares.append(f"{others} {sum(group.instances for group in rest)}")
    return ", ".join(shares)
