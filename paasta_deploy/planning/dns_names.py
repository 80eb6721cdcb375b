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

from paasta_deploy.model.ids import (
    DeploymentName,
    InstanceGroupName,
    InstanceId,
    NetworkName,
)

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


def _number(bits: int, *names: str) -> int:
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits)
