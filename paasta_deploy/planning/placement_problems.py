"""What is said when instances cannot be placed: each function makes one diagnostic."""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.deployment import InstanceGroup, NetworkUse
from paasta_deploy.model.ids import AzName, InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import IpAddress
from paasta_deploy.planning.addresses import Holder

_UNIGNORE = "`unignore` them first, or leave them where they are"


def no_free_address(
    group: InstanceGroup, use: NetworkUse, az: AzName | None, missing: int, size: int
) -> Diagnostic:
    """Not every instance gets an address. ``size`` is what the network has in ``az`` in all."""
    where = f" in AZ `{az}`" if az is not None else ""
    return error(
        codes.NO_FREE_ADDRESS,
        f"network `{use.name}` has no free address left for {_instances(missing)} of "
        f"`{group.name}`{where}",
        span=use.source.span("name") or group.source.span("networks"),
        detail=f"the network gives out {size} address{'es' if size != 1 else ''}{where}, all of "
        "them are held",
        hint="widen the range, take addresses out of `reserved` or `static` in the cloud config, "
        "or ask for fewer instances",
    )


def static_address_held(
    group: InstanceGroup, use: NetworkUse, ip: IpAddress, holder: Holder
) -> Diagnostic:
    """A listed address belongs to somebody else."""
    return error(
        codes.STATIC_SHARED,
        f"{ip} is held by `{holder.what}` of deployment `{holder.deployment}`",
        span=use.source.span("static_ips"),
        detail=f"group `{group.name}` lists it in network `{use.name}`",
        hint="take another address; if the group was renamed, say so with `migrated_from`; if the "
        "other instance goes away in this deploy, deploy once without the address first",
    )


def static_spread_impossible(group: InstanceGroup) -> Diagnostic:
    """The listed addresses do not fit together over the AZs."""
    use = next(use for use in group.networks if use.static_ips)
    return error(
        codes.STATIC_COUNT,
        f"the static addresses of `{group.name}` cannot be spread over its AZs",
        span=use.source.span("static_ips"),
        detail="an instance needs, in every network with static addresses, one that its AZ has; "
        "instances that exist stay in their AZ",
        hint="list as many addresses of each AZ in every such network",
    )


def ignored_left_over(group: InstanceGroup, ignored: int) -> Diagnostic:
    """More instances are ignored than wanted."""
    return error(
        codes.IGNORED_CHANGED,
        f"group `{group.name}` wants {_instances(group.instances)}, but {ignored} of its "
        "instances are ignored",
        span=group.source.span("instances"),
        detail="an ignored instance is not deleted",
        hint=_UNIGNORE,
    )


def ignored_azs(group: InstanceGroup, azs: Sequence[AzName]) -> Diagnostic:
    """An AZ with ignored instances was dropped."""
    names = ", ".join(f"`{az}`" for az in azs)
    return error(
        codes.IGNORED_CHANGED,
        f"group `{group.name}` no longer has {names}, where ignored instances are",
        span=group.source.span("azs"),
        detail="an ignored instance is not moved",
        hint=_UNIGNORE,
    )


def ignored_networks(group: InstanceGroup) -> Diagnostic:
    """Networks or static addresses of an ignored instance were changed."""
    return error(
        codes.IGNORED_CHANGED,
        f"the networks of `{group.name}` changed, and some of its instances are ignored",
        span=group.source.span("networks"),
        detail="an ignored instance keeps its networks and addresses",
        hint=_UNIGNORE,
    )


def ignored_group(name: InstanceGroupName, ignored: int) -> Diagnostic:
    """A group with ignored instances is gone from the manifest."""
    return error(
        codes.IGNORED_CHANGED,
        f"group `{name}` is gone from the manifest, but {ignored} of its instances are ignored",
        detail="an ignored instance is not deleted",
        hint=_UNIGNORE,
    )


def migration_from_other_az(
    group: InstanceGroup, position: int, record: InstanceRecord
) -> Diagnostic:
    """``migrated_from`` names another AZ than the one where the instance is."""
    return error(
        codes.BAD_MIGRATED_FROM,
        f"`{record.group}/{record.index}` is in AZ `{record.az}`, not where `migrated_from` says",
        span=group.source.span("migrated_from", position),
        detail=f"group `{group.name}` would not take it over, and it would be deleted",
        hint=f"write `az: {record.az}`, or one item for each AZ",
    )


def migration_without_az(
    group: InstanceGroup, position: int, record: InstanceRecord
) -> Diagnostic:
    """A group with AZs takes over an instance that is in none, and nobody says where that is."""
    return error(
        codes.BAD_MIGRATED_FROM,
        f"`{record.group}/{record.index}` is in no AZ, and `{group.name}` has AZs",
        span=group.source.span("migrated_from", position),
        detail="which of them it is in must be said, because it stays where it is",
        hint=f"write `az: {group.azs[0]}`, or whichever of the group's AZs it is in",
    )


def _instances(count: int) -> str:
    return f"{count} instance{'s' if count != 1 else ''}"
