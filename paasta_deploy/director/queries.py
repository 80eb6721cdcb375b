"""Answers to questions about deployments: pure reading, no task needed, nothing changed."""

from collections.abc import Sequence

from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import (
    DeploymentRecord,
    DiskRecord,
    InstanceRecord,
    RecordedDeployment,
    VmRecord,
)
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.ports.store import Store

_DEPLOYMENT_NOT_FOUND = 70000


def require_deployment(store: Store, name: DeploymentName) -> RecordedDeployment:
    """Return the deployment's records. Raises NotFoundError in BOSH's words."""
    recorded = store.recorded_deployment(name)
    if recorded is None:
        raise NotFoundError(f"Deployment '{name}' doesn't exist", code=_DEPLOYMENT_NOT_FOUND)
    return recorded


def deployment_summary(
    record: DeploymentRecord, *, latest_cloud_config_ids: Sequence[int], locked: bool
) -> JsonObject:
    """Return one element of ``GET /deployments`` (bosh.md 8.5)."""
    if not record.cloud_config_ids:
        cloud_config = "none"
    elif set(record.cloud_config_ids) == set(latest_cloud_config_ids):
        cloud_config = "latest"
    else:
        cloud_config = "outdated"
    return {
        "name": record.name,
        "releases": [{"name": name, "version": version} for name, version in record.releases],
        "stemcells": [{"name": key.name, "version": key.version} for key in record.stemcells],
        "cloud_config": cloud_config,
        "teams": [],
        "locked": locked,
    }


def active_vms(recorded: RecordedDeployment) -> dict[str, VmRecord]:
    """Return each instance's active VM, by instance id."""
    return {vm.instance_id: vm for vm in recorded.vms if vm.instance_id is not None and vm.active}


def addresses_of_inactive(vm: VmRecord) -> list[JsonValue]:
    """Return the addresses of a VM that does not serve: they are not those of its instance."""
    networks = (network.ip for network in vm.networks if network.ip is not None)
    return [str(ip) for ip in (*networks, *(item.ip for item in vm.dynamic_addresses))]


def disks_by_instance(recorded: RecordedDeployment) -> dict[str, list[DiskRecord]]:
    """Return the disks that serve each instance, by instance id."""
    disks: dict[str, list[DiskRecord]] = {}
    for disk in recorded.disks:
        if disk.instance_id is not None:
            disks.setdefault(disk.instance_id, []).append(disk)
    return disks


def instance_order(instance: InstanceRecord) -> tuple[str, int]:
    """Sort key of listings: group, then index."""
    return instance.group, instance.index


def brief_instances(recorded: RecordedDeployment) -> list[JsonObject]:
    """Return ``GET /deployments/:d/instances`` without ``format=full``."""
    vms = active_vms(recorded)
    lines: list[JsonObject] = []
    for instance in sorted(recorded.instances, key=instance_order):
        vm = vms.get(instance.instance_id)
        ips: list[JsonValue] = [str(address.ip) for address in instance.addresses]
        lines.append(
            {
                "agent_id": vm.agent_id if vm else None,
                "cid": vm.cid if vm else None,
                "job": instance.group,
                "index": instance.index,
                "id": instance.instance_id,
                "az": instance.az,
                "ips": ips,
                "expects_vm": instance.run_state.value != "detached",
            }
        )
    return lines
