"""The query names that a hosts file can answer: what a DNS server would say, written out.

A link's address is a query (`q-s0.db.private.shop.bosh`: the healthy ones of a group), which a DNS
server on the machine answers (BOSH 4.7). A machine without one has its hosts file, where one name
may stand beside several addresses. So every instance is written down under the queries that it is
an answer to: with and without its AZ, by its group and network, long and short, and under aliases.
A hosts file knows nothing of health, so the healthy ones are all; a query for several AZs is not
written down. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence

from paasta_deploy.model.values import JsonValue
from paasta_deploy.wire.reading import Fields

INFOS_MAX = 2_000
"""Instances whose queries are written down. A hosts file is read through for every lookup; with
more machines than this a DNS server belongs on them."""

_STATUSES = ("s0", "s3", "s4")
"""By BOSH's judgement, healthy, all. Who asks for unhealthy ones (s1) gets nobody."""

_PLACEHOLDERS = {
    "uuid": "id",
    "index": "instance_index",
    "az": "az",
    "network": "network",
}


def query_names(document: Fields) -> tuple[tuple[str, str], ...]:
    """Return address and name for the queries about every instance of a document of names.

    Raises WireError when the document is not what the director writes.
    """
    rows = document.items("record_infos")
    if not rows or len(rows) > INFOS_MAX:
        return ()
    keys = [key for key in document.items("record_keys") if isinstance(key, str)]
    found: dict[tuple[str, str], None] = {}
    aliases = _aliases(document)
    for row in rows:
        if not isinstance(row, Sequence) or isinstance(row, str):
            continue
        info = dict(zip(keys, row, strict=False))
        ip = str(info.get("ip", ""))
        for name in (*_queries(info), *_alias_names(info, aliases)):
            if ip and not set(name) & set(" \t\n#"):
                found[ip, name] = None
    return tuple(found)


def _queries(info: Mapping[str, JsonValue]) -> Iterator[str]:
    domain = str(info.get("domain", "bosh"))
    group, network, deployment = (
        str(info.get(key)) for key in ("instance_group", "network", "deployment")
    )
    azs = ("", f"a{info['az_id']}") if info.get("az_id") else ("",)
    tail = f"{group}.{network}.{deployment}.{domain}"
    for az in azs:
        for status in _STATUSES:
            yield f"q-{az}{status}.{tail}"
    number = f"n{info.get('network_id')}"
    for group_id in _group_ids(info):
        short = f"q-g{group_id}.{domain}"
        yield f"q-m{info.get('num_id')}{number}s0.{short}"
        for az in azs:
            for status in _STATUSES:
                yield f"q-{az}{status}.{short}"
                yield f"q-{az}{number}{status}.{short}"


def _group_ids(info: Mapping[str, JsonValue]) -> Sequence[JsonValue]:
    found = info.get("group_ids")
    return found if isinstance(found, Sequence) and not isinstance(found, str) else ()


def _aliases(document: Fields) -> dict[str, list[tuple[str, Mapping[str, JsonValue]]]]:
    """Return the aliases by the number of their group: domain, and how it is meant."""
    found: dict[str, list[tuple[str, Mapping[str, JsonValue]]]] = {}
    outer = document.object("aliases")
    for domain in outer.raw:
        for target in outer.objects(domain):
            found.setdefault(str(target.raw.get("group_id")), []).append((domain, target.raw))
    return found


def _alias_names(
    info: Mapping[str, JsonValue],
    aliases: Mapping[str, Sequence[tuple[str, Mapping[str, JsonValue]]]],
) -> Iterator[str]:
    for group_id in _group_ids(info):
        for domain, target in aliases.get(str(group_id), ()):
            key = _PLACEHOLDERS.get(str(target.get("placeholder_type")))
            if key is None or "_" not in domain:
                yield domain
            elif info.get(key) is not None:
                yield domain.replace("_", str(info[key]), 1)
