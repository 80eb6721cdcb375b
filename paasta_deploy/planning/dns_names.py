"""Short DNS names: what a DNS server on a machine is asked for instead of long ones.

Theory (BOSH 4.7). A short name is a query: ``q-m7n3s0.q-g5.bosh`` asks for the instance 7 in the
network 3 among the healthy ones of group 5. BOSH numbers instances, networks and groups by rows of
a database. Here a number is a digest of the name that it stands for, so it is the same in every
deployment, in every director over the same records, and before anything was recorded; two names
in one query would have to meet in 31 bits (instances: 47) to be taken for each other.

A group is the instances of one instance group, or, for ``use_link_dns_names``, those behind one
link: BOSH's two kinds of groups.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from paasta_deploy.model.ids import (
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)
from paasta_deploy.model.values import JsonObject

_HEALTH_FILTERS = {"default": 0, "unhealthy": 1, "healthy": 3, "all": 4}
_HEALTH_CHECKS = {"asynchronous": "y0", "synchronous": "y1"}
_NOT_IN_LABEL = re.compile(r"[^0-9a-z\-]")

_BITS = 31
_INSTANCE_BITS = 47
"""Ten thousand instances of one group meet with a probability below one in a million."""


def network_number(network: NetworkName) -> int:
    """Return what stands behind ``n`` in a query."""
    return _number(_BITS, "network", network)


def instance_number(instance_id: InstanceId) -> int:
    """Return what stands behind ``m`` in a query."""
    return _number(_INSTANCE_BITS, "instance", instance_id)


def group_number(deployment: DeploymentName, group: InstanceGroupName) -> int:
    """Return what stands behind ``g`` for the instances of an instance group."""
    return _number(_BITS, "instance-group", deployment, group)


def link_group_number(deployment: DeploymentName, group_name: str) -> int:
    """Return what stands behind ``g`` for a link; ``group_name`` is ``<alias>-<type>``."""
    return _number(_BITS, "link", deployment, group_name)


def short_name(instance_id: InstanceId, network: NetworkName, group: int, domain: str) -> str:
    """Return the short name of one instance in ``network``; ``group`` is a group's number."""
    query = f"q-m{instance_number(instance_id)}n{network_number(network)}s0"
    return f"{query}.q-g{group}.{domain}"


def row_number(kind: str, *names: str) -> int:
    """Return a number for a row that BOSH would count; JSON readers keep it exactly."""
    return _number(_INSTANCE_BITS, kind, *names)


def query_address(
    content: JsonObject,
    az_numbers: Mapping[str, int],
    *,
    azs: Sequence[str] = (),
    status: str = "default",
    initial_health_check: str = "",
) -> str:
    """Return one name that stands for the instances of a link that match the filters.

    ``content`` is a link's content. A manual link has a fixed address. The name is short where the
    provider's deployment wants short names or names of links. Raises ValueError for an AZ that
    nobody knows.
    """
    fixed = content.get("address")
    if isinstance(fixed, str):
        return fixed
    unknown = [az for az in azs if az not in az_numbers]
    if unknown:
        raise ValueError(f"Unknown AZ: '{unknown[0]}'")
    parts = [f"a{az_numbers[az]}" for az in azs]
    if initial_health_check in _HEALTH_CHECKS:
        parts.append(_HEALTH_CHECKS[initial_health_check])
    parts.append(f"s{_HEALTH_FILTERS.get(status, 0)}")
    short_group = content.get("short_group")
    if isinstance(short_group, str):
        parts.append(str(content.get("short_network")))
        names = [short_group]
    else:
        labels = ("instance_group", "default_network", "deployment_name")
        names = [label_of(str(content.get(label))) for label in labels]
    domain = str(content.get("domain") or "bosh")
    return ".".join([f"q-{''.join(sorted(parts))}", *names, domain])


def label_of(name: str) -> str:
    """Return ``name`` as a DNS label: lower case, ``_`` as ``-``, other characters left out."""
    return _NOT_IN_LABEL.sub("", name.lower().replace("_", "-"))


def _number(bits: int, *names: str) -> int:
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits)
