"""What agents are told about names: who is where, for hosts files and for DNS servers on machines.

Format (BOSH 4.7, the real bosh-dns reads it): ``records`` are address and full name, for a hosts
file; ``record_infos`` have the same instances by the keys of ``record_keys``, for whoever answers
queries; ``aliases`` are names of one's own for the instances of a link. An instance is where its
VM is; one whose VM is about to be made is where that will be. What has no VM has no name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from paasta_deploy.model.ids import (
    AgentId,
    AzName,
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)
from paasta_deploy.model.lifecycle import VmState
from paasta_deploy.model.recorded import InstanceRecord, RecordedDeployment, VmRecord
from paasta_deploy.model.spec import InstanceSpec, IpAddress
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.actions import ApplyInstance, CreateVm
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_names import (
    group_number,
    instance_number,
    link_group_number,
    network_number,
)
from paasta_deploy.planning.link_providers import (
    ROOT_DOMAIN,
    canonical,
    dns_name,
    providers_of,
)
from paasta_deploy.planning.plan import Plan

RECORD_KEYS = (
    "id",
    "num_id",
    "instance_group",
    "group_ids",
    "az",
    "az_id",
    "network",
    "network_id",
    "deployment",
    "ip",
    "domain",
    "agent_id",
    "instance_index",
)

_DNS_SERVER_JOB = "bosh-dns"
"""The job of BOSH's own DNS server: where it runs, names are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInstance:
    """One instance that has names."""

    instance_id: InstanceId
    deployment: DeploymentName
    group: InstanceGroupName
    index: int
    az: AzName | None
    addresses: tuple[tuple[NetworkName, IpAddress], ...]
    agent_id: AgentId
    link_groups: tuple[str, ...] = ()
    aliases: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What a plan will make: the VMs of instances, by their agents, and recipes that it brings."""

    agents: Mapping[InstanceId, AgentId]
    specs: Mapping[InstanceId, InstanceSpec]

    @classmethod
    def of(cls, plan: Plan) -> "Coming":
        """Return what ``plan`` will make. A VM that stands by has no names until it is elected."""
        actions = [step.action for step in plan.steps]
        return cls(
            agents={
                action.instance_id: action.agent_id
                for action in actions
                if isinstance(action, CreateVm)
                and action.instance_id is not None
                and not action.standby
            },
            specs={
                action.instance_id: action.spec
                for action in actions
                if isinstance(action, ApplyInstance)
            },
        )


NOTHING_COMING = Coming(agents={}, specs={})


def wants_names(desired: Desired) -> bool:
    """Return whether anything in the deployment uses DNS names, so that they must be served."""
    features = desired.manifest.features
    if features.use_dns_addresses or features.use_link_dns_names:
        return True
    return any(
        job.name == _DNS_SERVER_JOB
        or any(link.ip_addresses is False for link in job.consumes.values())
        or any(link.dns_aliases for link in job.provides.values())
        for group in desired.manifest.instance_groups
        for job in group.jobs
    )


def link_groups(
    desired: Desired,
) -> Mapping[InstanceGroupName, tuple[tuple[str, ...], tuple[JsonObject, ...]]]:
    """Return the DNS groups that links make of each instance group, and their aliases."""
    names: dict[InstanceGroupName, dict[str, None]] = {}
    aliases: dict[InstanceGroupName, list[JsonObject]] = {}
    for provider in providers_of(desired, []):
        if provider.hidden:
            continue
        names.setdefault(provider.group.name, {})[provider.group_name] = None
        said = provider.bound.use.provides.get(provider.name)
        for alias in () if said is None else said.dns_aliases:
            found = aliases.setdefault(provider.group.name, [])
            found.append({"group": provider.group_name, **alias})
    return {group: (tuple(found), tuple(aliases.get(group, ()))) for group, found in names.items()}


def named_instances(
    recorded: RecordedDeployment, coming: Coming = NOTHING_COMING
) -> Iterator[NamedInstance]:
    """Yield the instances of one deployment that have names, or will as soon as they are made."""
    vms = {
        vm.instance_id: vm
        for vm in recorded.vms
        if vm.instance_id is not None and vm.active and vm.state is not VmState.DELETING
    }
    for record in recorded.instances:
        vm = vms.get(record.instance_id)
        agent_id = coming.agents.get(record.instance_id)
        is_coming = agent_id is not None
        if vm is not None and not is_coming:
            agent_id = vm.agent_id
        if agent_id is None:
            continue
        spec = coming.specs.get(record.instance_id) or record.spec
        addresses = _addresses(record, None if is_coming else vm, spec)
        if addresses:
            yield NamedInstance(
                instance_id=record.instance_id,
                deployment=record.deployment,
                group=record.group,
                index=record.index,
                az=record.az,
                addresses=addresses,
                agent_id=agent_id,
                link_groups=() if spec is None else spec.link_groups,
                aliases=() if spec is None else spec.dns_aliases,
            )


def _addresses(
    record: InstanceRecord, vm: VmRecord | None, spec: InstanceSpec | None
) -> tuple[tuple[NetworkName, IpAddress], ...]:
    networks = vm.networks if vm is not None else () if spec is None else spec.vm.networks
    given = {item.network: item.ip for item in record.addresses}
    found: list[tuple[NetworkName, IpAddress]] = []
    for network in networks:
        ip = network.ip or given.get(network.name)
        if ip is not None:
            found.append((network.name, ip))
    return tuple(found)


def records_of(
    instances: Iterable[NamedInstance], version: int, az_numbers: Mapping[str, int]
) -> JsonObject:
    """Return the document that agents get; equal instances make an equal one, in any order."""
    ordered = sorted(instances, key=lambda one: (one.deployment, one.group, one.index))
    records: list[JsonValue] = []
    infos: list[JsonValue] = []
    aliases: dict[str, JsonValue] = {}
    for one in ordered:
        groups = [str(number) for number in _groups(one)]
        for network, ip in one.addresses:
            for host in (one.instance_id, str(one.index)):
                name = dns_name(host, one.group, network, one.deployment)
                records.append([str(ip), name])
            infos.append(_info(one, network, ip, groups, az_numbers))
        for alias in one.aliases:
            _add_alias(aliases, one, alias)
    return {
        "version": version,
        "records": records,
        "record_keys": list(RECORD_KEYS),
        "record_infos": infos,
        "aliases": aliases,
    }


def _groups(one: NamedInstance) -> tuple[int, ...]:
    return (
        group_number(one.deployment, one.group),
        *(link_group_number(one.deployment, name) for name in one.link_groups),
    )


def _info(
    one: NamedInstance,
    network: NetworkName,
    ip: IpAddress,
    groups: list[str],
    az_numbers: Mapping[str, int],
) -> JsonValue:
    az_number = None if one.az is None else az_numbers.get(one.az)
    return [
        one.instance_id,
        str(instance_number(one.instance_id)),
        canonical(one.group),
        list(groups),
        one.az,
        None if az_number is None else str(az_number),
        canonical(network),
        str(network_number(network)),
        canonical(one.deployment),
        str(ip),
        ROOT_DOMAIN,
        one.agent_id,
        one.index,
    ]


def _add_alias(aliases: dict[str, JsonValue], one: NamedInstance, alias: JsonObject) -> None:
    domain = str(alias["domain"])
    entry: JsonObject = {
        "root_domain": ROOT_DOMAIN,
        "group_id": str(link_group_number(one.deployment, str(alias["group"]))),
        **{
            key: alias[key]
            for key in ("placeholder_type", "health_filter", "initial_health_check")
            if key in alias
        },
    }
    known = aliases.get(domain)
    entries = list(known) if isinstance(known, list) else []
    if entry not in entries:
        aliases[domain] = [*entries, entry]
