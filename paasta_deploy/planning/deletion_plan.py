"""Plans that take things away: a whole deployment, or orphaned disks that an operator named."""

from collections.abc import Iterable

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import DiskRecord, RecordedDeployment, VmRecord
from paasta_deploy.planning.actions import DeleteDisk
from paasta_deploy.planning.chains import PlanBuilder, StepChain
from paasta_deploy.planning.compilation_steps import delete_leftovers
from paasta_deploy.planning.group_steps import (
    Limits,
    Removal,
    add_deletion_of_replaced,
    add_removals_by_links,
)
from paasta_deploy.planning.parting_steps import StopWish
from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Plan, Reason, Stage
from paasta_deploy.planning.situation import Situations
from paasta_deploy.planning.wants import Wants

NO_DEPLOYMENT = DeploymentName("")
"""Orphaned disks may be of several deployments, or of one that is gone."""


def check_deletion(recorded: RecordedDeployment) -> tuple[Diagnostic, ...]:
    """Return why the deployment cannot be deleted: it has ignored instances (190021)."""
    ignored = [record for record in recorded.instances if record.ignored]
    if not ignored:
        return ()
    names = ", ".join(f"`{record.group}/{record.index}`" for record in ignored)
    return (
        error(
            codes.IGNORED_DELETED,
            f"deployment `{recorded.deployment.name}` has ignored instances",
            detail=f"an ignored instance is not deleted: {names}",
            hint="`unignore` them first",
        ),
    )


def plan_deployment_deletion(
    recorded: RecordedDeployment, wants: Wants, observed: Observed, limits: Limits
) -> Plan:
    """Return the plan that stops everything, deletes all VMs and orphans all disks."""
    builder = PlanBuilder(recorded.deployment.name)
    situations = Situations(recorded, observed)
    reasons = (Reason(aspect="obsolete", text="the deployment is deleted"),)
    delete_leftovers(builder, recorded, Stage.DELETE_INSTANCES)
    add_removals_by_links(
        builder,
        [
            Removal(
                situation=situations.of(record),
                reasons=reasons,
                skip_drain=wants.skips_drain(record),
            )
            for record in sorted(recorded.instances, key=lambda item: (item.group, item.index))
        ],
        stage=Stage.DELETE_INSTANCES,
        slot=builder.slot("delete_instances", limits.threads_max),
        wish=StopWish.of_removal(with_deployment=True, force=wants.force),
        before=(),
    )
    return builder.build()


def plan_vm_deletion(recorded: RecordedDeployment, vms: Iterable[VmRecord]) -> Plan:
    """Return the plan that deletes ``vms``, none of which serves its instance."""
    builder = PlanBuilder(recorded.deployment.name)
    situations = Situations(recorded)
    instances = {record.instance_id: record for record in recorded.instances}
    for vm in vms:
        record = None if vm.instance_id is None else instances.get(vm.instance_id)
        if record is not None:
            add_deletion_of_replaced(builder, situations.of(record), [vm], ())
    return builder.build()


def plan_disk_deletion(disks: Iterable[DiskRecord], limits: Limits) -> Plan:
    """Return the plan that deletes ``disks``, all of which are orphans."""
    builder = PlanBuilder(NO_DEPLOYMENT)
    slot = builder.slot("delete_disks", limits.threads_max)
    for disk in disks:
        assert disk.state in {DiskState.ORPHANED, DiskState.DELETING}, "only orphans are deleted"
        chain = StepChain(ChangeId(f"disk/{disk.disk_id}"))
        chain.add("delete_disk", DeleteDisk(disk_id=disk.disk_id))
        change = Change(
            change_id=chain.change_id,
            stage=Stage.DELETE_DISKS,
            kind=ChangeKind.DELETE,
            label=disk.cid or disk.disk_id,
            reasons=(
                Reason(aspect="orphan", text=f"it served {disk.former_instance or 'nobody'}"),
            ),
            slot=slot,
        )
        builder.add(change, chain)
    return builder.build()
