"""Static addresses that groups ask for, against the pools of the networks.

Source: spec bosh.md 1.7, 4.3; BOSH ``networks_to_static_ips``. Ranges are compared as ranges; only
the ends of what does not fit are named.
"""

from dataclasses import dataclass

from paasta_deploy.diagnostics import Label, Span, codes
from paasta_deploy.manifest.document.node import is_given
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.addresses import AddressRange, AddressSet
from paasta_deploy.model.cloud_config import (
    CloudConfig,
    DynamicNetwork,
    ManualNetwork,
    Subnet,
    VipNetwork,
)
from paasta_deploy.model.deployment import DeploymentManifest, InstanceGroup, NetworkUse
from paasta_deploy.model.ids import NetworkName


@dataclass(frozen=True, slots=True)
class _Wish:
    """One entry of one group's ``static_ips``."""

    range: AddressRange
    group: InstanceGroup
    use: NetworkUse
    number: int


def check_static_addresses(
    manifest: DeploymentManifest, cloud: CloudConfig, report: Report
) -> None:
    """Report addresses that no subnet offers, that are in other AZs, or wanted by two groups."""
    wishes: dict[NetworkName, list[_Wish]] = {}
    for group in manifest.instance_groups:
        for use in group.networks:
            network = cloud.networks.get(use.name)
            if not use.static_ips:
                if isinstance(network, VipNetwork) and group.instances:
                    _check_vip(use, network, report)
                continue
            match network:
                case ManualNetwork():
                    _check_manual(group, use, network, report)
                case DynamicNetwork():
                    _on_dynamic(use, report)
                case VipNetwork() if network.subnets:
                    _two_ways(use, report)
                case _:
                    pass
            for number, item in enumerate(use.static_ips):
                wishes.setdefault(use.name, []).append(_Wish(item, group, use, number))
    for name, of_network in wishes.items():
        _check_shared(name, of_network, report)


def _span(use: NetworkUse, number: int) -> Span | None:
    return use.source.span("static_ips", number)


def _check_manual(
    group: InstanceGroup, use: NetworkUse, network: ManualNetwork, report: Report
) -> None:
    for number, item in enumerate(use.static_ips):
        _check_base(use, number, network, report)
        offered = [subnet for subnet in network.subnets if subnet.static.overlaps(item)]
        left = AddressSet((item,))
        for subnet in offered:
            left = left.minus(subnet.static)
        if left:
            _nowhere(use, number, network, left.ranges[0], report)
            continue
        for subnet in offered:
            elsewhere = subnet.azs is not None and not set(subnet.azs) & set(group.azs)
            if elsewhere and group.azs:
                _other_az(group, use, number, subnet, report)


def _check_base(use: NetworkUse, number: int, network: ManualNetwork, report: Report) -> None:
    """Check that an address begins a block, where each instance gets a whole block."""
    item = use.static_ips[number]
    for subnet in network.subnets:
        if subnet.prefix is None or not subnet.static.overlaps(item):
            continue
        size = 1 << (item.first.max_prefixlen - subnet.prefix)
        below = int(item.first) % size
        if below:
            report.error(
                codes.STATIC_NOT_BASE,
                f"{item.first} is not the first address of a /{subnet.prefix}",
                _span(use, number),
                f"each instance of the subnet {subnet.range} gets a block of {size} addresses",
                f"write {item.first - below} or {item.first - below + size}",
            )


def _nowhere(
    use: NetworkUse, number: int, network: ManualNetwork, item: AddressRange, report: Report
) -> None:
    detail = f'no subnet of "{network.name}" has it'
    hint = ""
    related: tuple[Label, ...] = ()
    for subnet in network.subnets:
        if subnet.range is None or item.first not in subnet.range:
            continue
        span = subnet.source.span("static") or subnet.source.span()
        if item.first in subnet.restricted():
            detail = f"in the subnet {subnet.range} it is reserved, the gateway, or an edge"
            hint = "choose another address"
        else:
            detail = f"the subnet {subnet.range} does not list it below `static`"
            hint = "add it there, or choose an address that is listed"
        related = () if span is None else (Label(span=span, text="the static addresses"),)
        break
    pools = [str(subnet.static) for subnet in network.subnets if subnet.static]
    if not hint and pools:
        hint = f"the network offers {'; '.join(pools[:3])}"
    report.error(
        codes.STATIC_NOWHERE,
        f'the static address {item} is not offered by the network "{network.name}"',
        _span(use, number),
        detail,
        hint,
        related=related,
    )


def _other_az(
    group: InstanceGroup, use: NetworkUse, number: int, subnet: Subnet, report: Report
) -> None:
    azs = ", ".join(f"`{az}`" for az in subnet.azs or ())
    report.error(
        codes.STATIC_OTHER_AZ,
        f"the static address {use.static_ips[number]} is in none of the group's AZs",
        _span(use, number),
        f"its subnet {subnet.range} is in {azs}",
        f"choose an address in {', '.join(f'`{az}`' for az in group.azs)}, or add the AZ",
    )


def _on_dynamic(use: NetworkUse, report: Report) -> None:
    report.error(
        codes.STATIC_ON_DYNAMIC,
        f'the network "{use.name}" has no static addresses',
        use.source.key_span("static_ips"),
        "it is dynamic: the cloud chooses the addresses",
        "remove `static_ips:`, or use a manual network",
    )


def _check_vip(use: NetworkUse, network: VipNetwork, report: Report) -> None:
    if network.subnets or is_given(use.source, "static_ips") or use.default:
        return  # there are some, or what is wrong has been said
    report.error(
        codes.VIP_WITHOUT_ADDRESSES,
        f'nothing says which addresses of "{use.name}" the instances have',
        use.source.span("name"),
        "neither this group nor the cloud config lists any (type vip)",
        "add `static_ips:` here, or `subnets:` with `static:` in the cloud config",
    )


def _two_ways(use: NetworkUse, report: Report) -> None:
    report.error(
        codes.VIP_TWO_WAYS,
        f'the addresses of "{use.name}" are given in two places',
        use.source.key_span("static_ips"),
        "the cloud config lists them, too, for the director to choose from",
        "remove `static_ips:` here, or the `subnets:` there",
    )


def _check_shared(name: NetworkName, wishes: list[_Wish], report: Report) -> None:
    """Complain of an address that two groups want; sorted, one walk finds every overlap."""
    wishes.sort(key=lambda wish: (wish.range.version, int(wish.range.first)))
    widest = wishes[0]
    for wish in wishes[1:]:
        if widest.group is not wish.group and widest.range.overlaps(wish.range):
            first = _span(widest.use, widest.number)
            label = f"the group `{widest.group.name}`"
            report.error(
                codes.STATIC_SHARED,
                f'two groups want the address {wish.range.first} of the network "{name}"',
                _span(wish.use, wish.number),
                f"the group `{wish.group.name}`",
                "give one of them another address",
                related=() if first is None else (Label(span=first, text=label),),
            )
        if _end(wish) >= _end(widest):
            widest = wish


def _end(wish: _Wish) -> tuple[int, int]:
    return (wish.range.version, int(wish.range.last))
