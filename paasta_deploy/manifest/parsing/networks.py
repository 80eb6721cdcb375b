"""``networks:`` of a cloud config: manual, dynamic and vip. Source: spec bosh.md 2.1."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from paasta_deploy.diagnostics import Label, codes
from paasta_deploy.manifest.document.node import NodeSource
from paasta_deploy.manifest.parsing.addresses import address_set, read_ranges
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import check_name
from paasta_deploy.manifest.parsing.subnets import parse_dns, parse_subnet, parse_subnet_azs
from paasta_deploy.model.addresses import AddressRange
from paasta_deploy.model.cloud_config import (
    DynamicNetwork,
    DynamicSubnet,
    ManualNetwork,
    Network,
    Subnet,
    VipNetwork,
    VipSubnet,
)
from paasta_deploy.model.ids import AzName, NetworkName


class NetworkType(Enum):
    """Who gives out the addresses of a network."""

    MANUAL = "manual"
    DYNAMIC = "dynamic"
    VIP = "vip"


def parse_network(fields: Fields, azs: Sequence[AzName], *, gateway_needed: bool) -> Network:
    """Return a network. ``azs`` are the ones that the cloud config has."""
    name = NetworkName(fields.text("name", need=True))
    check_name(fields, name)
    problems = len(fields.report.diagnostics)
    kind = fields.choice("type", NetworkType, NetworkType.MANUAL, codes.BAD_NETWORK_TYPE)
    if len(fields.report.diagnostics) > problems:
        # What else it should have depends on the type, so nothing more can be said of it.
        return ManualNetwork(name=name, subnets=(), source=NodeSource(fields.node))
    network = _READERS[kind](fields, name, azs, gateway_needed)
    fields.finish()
    return network


def _manual(
    fields: Fields, name: NetworkName, azs: Sequence[AzName], gateway_needed: bool
) -> ManualNetwork:
    managed = bool(fields.flag("managed", default=False))
    items = fields.objects("subnets", "subnet", need=True)
    subnets = tuple(
        parse_subnet(item, azs, managed=managed, gateway_needed=gateway_needed) for item in items
    )
    _check_overlaps(fields, subnets)
    _check_azs(fields, [(item, subnet.azs) for item, subnet in zip(items, subnets, strict=True)])
    _check_prefixes(fields, subnets)
    return ManualNetwork(
        name=name, subnets=subnets, managed=managed, source=NodeSource(fields.node)
    )


def _check_overlaps(fields: Fields, subnets: Sequence[Subnet]) -> None:
    """Complain of subnets that share addresses; sorted, only neighbours have to be compared."""
    ranged = [(AddressRange.of_network(s.range), s) for s in subnets if s.range is not None]
    ranged.sort(key=lambda item: (item[0].version, int(item[0].first), -item[0].size))
    widest: tuple[AddressRange, Subnet] | None = None
    for whole, subnet in ranged:
        if widest is not None and widest[0].overlaps(whole):
            spans = [widest[1].source.span("range"), subnet.source.span("range")]
            first, second = sorted(
                (span for span in spans if span is not None),
                key=lambda span: (span.line, span.column),
            )
            fields.report.error(
                codes.OVERLAPPING_SUBNETS,
                f"the subnets {widest[1].range} and {subnet.range} overlap",
                second,
                "an address can only belong to one subnet of a network",
                related=(Label(span=first, text="the other one"),),
            )
        if widest is None or int(whole.last) >= int(widest[0].last):
            widest = (whole, subnet)


def _check_azs(
    fields: Fields, subnets: Sequence[tuple[Fields, tuple[AzName, ...] | None]]
) -> None:
    without = [item for item, azs in subnets if azs is None]
    if not without or len(without) == len(subnets):
        return
    owner = next(item for item, azs in subnets if azs is not None)
    key = "azs" if "azs" in owner.node.entries else "az"
    fields.report.error(
        codes.BAD_AZ,
        "a subnet belongs to no AZ",
        without[0].node.span,
        "either all subnets of a network name their AZs, or none does",
        "add `azs:` to this subnet",
        related=(Label(span=owner.key_span(key), text="this one does"),),
    )


def _check_prefixes(fields: Fields, subnets: Sequence[Subnet]) -> None:
    first = subnets[0] if subnets else None
    for subnet in subnets[1:]:
        if first is not None and subnet.prefix != first.prefix:
            fields.report.error(
                codes.numbered(codes.BAD_PREFIX, 16014),
                "the subnets of a network have different prefixes",
                subnet.source.span("prefix"),
                f"the first subnet has {first.prefix or 'none'}",
                "give all of them the same `prefix:`",
            )
            return


def _dynamic(
    fields: Fields, name: NetworkName, azs: Sequence[AzName], _gateway_needed: bool
) -> DynamicNetwork:
    for key in ("az", "azs", "managed", "prefix"):
        if fields.raw(key) is not None:
            _misplaced(fields, key, "a dynamic network cannot have it here")
    if "subnets" not in fields.node.entries:
        fields.raw("subnets")
        subnet = DynamicSubnet(
            dns=parse_dns(fields),
            cloud_properties=fields.free("cloud_properties"),
            source=NodeSource(fields.node),
        )
        return DynamicNetwork(name=name, subnets=(subnet,), source=NodeSource(fields.node))
    for key in ("dns", "cloud_properties"):
        if fields.raw(key) is not None:
            _misplaced(fields, key, "it belongs into each of the `subnets`")
    subnets: list[DynamicSubnet] = []
    for item in fields.objects("subnets", "subnet of a dynamic network"):
        subnets.append(
            DynamicSubnet(
                azs=parse_subnet_azs(item, azs),
                dns=parse_dns(item),
                cloud_properties=item.free("cloud_properties"),
                source=NodeSource(item.node),
            )
        )
        item.text("name")
        item.finish()
    return DynamicNetwork(name=name, subnets=tuple(subnets), source=NodeSource(fields.node))


def _misplaced(fields: Fields, key: str, why: str) -> None:
    fields.report.error(
        codes.BAD_NETWORK_KEY,
        f"`{key}` cannot stand here",
        fields.key_span(key),
        why,
        "move or remove it",
    )


def _vip(
    fields: Fields, name: NetworkName, azs: Sequence[AzName], _gateway_needed: bool
) -> VipNetwork:
    subnets: list[VipSubnet] = []
    for item in fields.objects("subnets", "subnet of a vip network"):
        subnets.append(
            VipSubnet(
                static=address_set(read_ranges(item, "static")),
                azs=parse_subnet_azs(item, azs),
                prefix=item.integer("prefix") if "prefix" in item.node.entries else None,
                source=NodeSource(item.node),
            )
        )
        item.finish()
    return VipNetwork(
        name=name,
        subnets=tuple(subnets),
        cloud_properties=fields.free("cloud_properties"),
        source=NodeSource(fields.node),
    )


_READERS: Mapping[
    NetworkType, Callable[[Fields, NetworkName, Sequence[AzName], bool], Network]
] = {
    NetworkType.MANUAL: _manual,
    NetworkType.DYNAMIC: _dynamic,
    NetworkType.VIP: _vip,
}
