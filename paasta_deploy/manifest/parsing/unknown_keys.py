"""How bad a key is that no parser asked for, and what to say about it.

BOSH passes over every such key without a word, so a misspelt `instance-groups:` deletes everything
(bosh#1543); here they are errors. But real files carry keys of BOSH's first format that do no harm
because they ask for nothing any more, and these files must deploy as they are:

- a key without a value (``syslog_aggregator: null``): nothing is told;
- ``meta:`` at the top, where templates of that time kept values for their own use: likewise;
- ``provides:`` and ``consumes:`` of a whole group: a warning, because somebody expects links.

A key that looks like a known one is a slip of the pen, and an error in any case.
"""

from collections.abc import Mapping, Sequence

from paasta_deploy.diagnostics import Severity, either
from paasta_deploy.manifest.document.node import Node, Scalar

_PASSED_OVER: Mapping[str, frozenset[str]] = {"deployment": frozenset({"meta"})}
"""By kind of mapping: keys in which files of the first format keep things to themselves."""

_OF_OLD_GROUPS: Mapping[str, frozenset[str]] = {
    "instance group": frozenset({"provides", "consumes", "consume"})
}
"""By kind of mapping: keys that once were read, or were taken to be, and that do nothing."""

_WHERE_IT_BELONGS: Mapping[str, str] = {
    **dict.fromkeys(
        ("provides", "consumes", "consume", "custom_provider_definitions", "release"),
        "it belongs to a job, below `jobs:`",
    ),
    **dict.fromkeys(
        ("static_ips", "nic_group"), "it belongs to a network of the group, below `networks:`"
    ),
    **dict.fromkeys(
        ("cloud_properties", "subnets", "range", "gateway", "dns", "reserved", "static"),
        "it belongs into the cloud config",
    ),
    **dict.fromkeys(
        ("canaries", "max_in_flight", "serial", "canary_watch_time", "update_watch_time"),
        "it belongs below `update:`",
    ),
}
"""Keys that are right, but elsewhere."""


def severity_of(
    what: str, name: str, value: Node, wanted: Severity | None, *, near: Sequence[str]
) -> Severity | None:
    """Return how bad the key ``name`` of a ``what`` is; None: it is passed over without a word.

    ``wanted`` is what the operator asked for, None the usual measure. ``near`` are the known keys
    that the name may be a slip of.
    """
    asks_for_nothing = isinstance(value, Scalar) and value.value is None
    harmless = asks_for_nothing or name in _PASSED_OVER.get(what, ())
    if wanted is Severity.ERROR or (wanted is None and near):
        return Severity.ERROR
    if harmless and not near:
        return None
    if wanted is None and name not in _OF_OLD_GROUPS.get(what, ()):
        return Severity.ERROR
    return Severity.WARNING


def advice(name: str, near: Sequence[str]) -> str:
    """Return what to do about an unknown key."""
    if near:
        return f"did you mean {either(near)}?"
    return _WHERE_IT_BELONGS.get(name, "remove it; nothing reads it")
