"""The names and tags by which people find VMs and disks in the console of an IaaS.

Pure. Keys and order are BOSH's (bosh.md 5.3, 4.11), since scripts and bills rely on them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.values import JsonObject, deep_merge


def vm_metadata(
    *,
    director: str,
    deployment: DeploymentName,
    group: InstanceGroupName,
    index: int,
    identity: str,
    created_at: datetime,
    tags: Mapping[str, str],
) -> dict[str, str]:
    """Return the metadata of a VM. ``identity`` is the instance id; tags cannot hide our keys."""
    return {
        **tags,
        "director": director,
        "deployment": deployment,
        "id": identity,
        "job": group,
        "instance_group": group,
        "index": str(index),
        "name": f"{group}/{identity}",
        "created_at": _timestamp(created_at),
    }


def disk_metadata(
    *,
    director: str,
    instance: InstanceRecord,
    attached_at: datetime,
    tags: Mapping[str, str],
) -> dict[str, str]:
    """Return the metadata of a persistent disk that has just been attached."""
    return {
        **tags,
        "director": director,
        "deployment": instance.deployment,
        "instance_id": instance.instance_id,
        "instance_index": str(instance.index),
        "instance_group": instance.group,
        "attached_at": _timestamp(attached_at),
    }


def vm_environment(
    env: JsonObject,
    *,
    director: str,
    deployment: DeploymentName,
    group: InstanceGroupName,
    tags: Mapping[str, str],
) -> JsonObject:
    """Return ``env`` with what BOSH puts below ``bosh``: group, groups and tags (bosh.md 4.11).

    ``group`` is what most CPIs name VMs and security rules after.
    """
    words = [_canonical(word) for word in (director, deployment, group)]
    first, second, third = words
    pairs = [f"{first}-{second}", f"{second}-{third}", f"{first}-{second}-{third}"]
    ours: JsonObject = {"group": pairs[-1], "groups": [*words, *pairs], "tags": dict(tags)}
    return deep_merge(env, {"bosh": ours})


def _canonical(word: str) -> str:
    """Return ``word`` as BOSH makes DNS labels: lower case, ``-`` for ``_``, nothing unusual."""
    return re.sub(r"[^a-z0-9-]", "", word.lower().replace("_", "-"))


def _timestamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
