"""VMs that were replaced and still exist: listed, and deleted when an operator says so.

They are what a swap leaves until its successor runs (create-swap-delete). The next deploy deletes
them by itself, or takes them up again when it goes back to what they were made from.
"""

from collections.abc import Iterator

from paasta_deploy.director.plan_runs import PlanRuns
from paasta_deploy.director.queries import addresses_of_inactive, require_deployment
from paasta_deploy.director.requests import DeleteVmsRequest, TaskRequest
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import InstanceRecord, VmRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.deletion_plan import plan_vm_deletion
from paasta_deploy.ports.store import Store


class ReplacedVms:
    """Deletes them. One for the director's life."""

    def __init__(self, *, store: Store, runs: PlanRuns) -> None:
        self._store = store
        self._runs = runs

    async def delete(self, context: TaskContext, request: TaskRequest) -> str:
        """Task ``delete_vm``: delete the named VMs, unless one serves after all."""
        assert isinstance(request, DeleteVmsRequest)
        assert context.task.deployment is not None
        recorded = require_deployment(self._store, context.task.deployment)
        named = frozenset(request.vm_cids)
        doomed = [vm for vm in recorded.vms if vm.cid in named and not vm.active]
        await self._runs.run(context, plan_vm_deletion(recorded, doomed))
        return f"{len(doomed)} VM(s) deleted"


def replaced_vms(store: Store) -> Iterator[tuple[VmRecord, InstanceRecord]]:
    """Yield every VM that was replaced and still exists, with its instance."""
    for deployment in store.deployments():
        recorded = store.recorded_deployment(deployment.name)
        if recorded is None:
            continue
        instances = {instance.instance_id: instance for instance in recorded.instances}
        for vm in recorded.vms:
            if vm.orphaned_at is not None and vm.instance_id in instances:
                yield vm, instances[vm.instance_id]


def deployment_of(store: Store, cid: str) -> DeploymentName | None:
    """Return whose VM ``cid`` is, if it serves no instance; None: there is no such VM."""
    return next(
        (
            vm.deployment
            for vm in store.vms()
            if vm.cid == cid and not vm.active and vm.instance_id is not None
        ),
        None,
    )


def orphan_json(vm: VmRecord, instance: InstanceRecord) -> JsonObject:
    """Return one element of ``GET /orphaned_vms``."""
    return {
        "cid": vm.cid,
        "deployment_name": vm.deployment,
        "instance_name": f"{instance.group}/{instance.instance_id}",
        "az": instance.az or "",
        "ip_addresses": addresses_of_inactive(vm),
        "orphaned_at": vm.orphaned_at.isoformat() if vm.orphaned_at else "",
    }
