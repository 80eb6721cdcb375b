"""The same deployment with another number of machines: "what if we had ten thousand?". Pure."""

from collections.abc import Mapping, Sequence

from paasta_deploy.model.values import JsonObject, JsonValue


def scaled(document: JsonObject, machines: int) -> JsonObject:
    """Return a manifest whose groups have ``machines`` instances in all, shared out as before.

    Groups with static addresses, without instances, and errands keep their number: one cannot
    have more of them just so. Of the others each keeps at least one.
    """
    groups = _groups(document)
    fixed = sum(_count(group) for group in groups if not _may_grow(group))
    growing = sum(_count(group) for group in groups if _may_grow(group))
    left = machines - fixed
    shares: dict[int, int] = {}
    rest = sum(map(_may_grow, groups))
    for number, group in enumerate(groups):
        if not _may_grow(group):
            continue
        rest -= 1
        share = max(1, min(round(left * _count(group) / growing), left - rest))
        growing -= _count(group)
        left -= share
        shares[number] = share
    return {
        **document,
        "instance_groups": [
            {**group, "instances": shares.get(number, _count(group))}
            for number, group in enumerate(groups)
        ],
    }


def _groups(document: JsonObject) -> list[JsonObject]:
    groups = document.get("instance_groups")
    items = groups if isinstance(groups, Sequence) and not isinstance(groups, str) else ()
    return [item for item in items if isinstance(item, Mapping)]


def _count(group: JsonObject) -> int:
    count = group.get("instances")
    return count if isinstance(count, int) else 0


def _may_grow(group: JsonObject) -> bool:
    networks: JsonValue = group.get("networks")
    items = networks if isinstance(networks, Sequence) and not isinstance(networks, str) else ()
    has_static = any(isinstance(item, Mapping) and item.get("static_ips") for item in items)
    return _count(group) > 0 and not has_static and group.get("lifecycle") != "errand"
