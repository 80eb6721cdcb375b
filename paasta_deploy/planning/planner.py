"""Plans for everything that changes the world: the door to this package for the director.

Each function takes what is wanted and what is recorded and returns one plan. All of them work from
any intermediate state that an interrupted plan may have left, put their steps together from the
same parts (``instance_steps``), and cost time in proportion to the number of instances. Fresh ids
come from the ``IdSource``; nothing else here is not determined by the arguments.
"""

from collections.abc import Iterable, Mapping

from paasta_deploy.model.deployment import UpdatePolicy
from paasta_deploy.model.ids import InstanceGroupName, InstanceId, TaskId
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import DiskRecord, RecordedDeployment
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.deletion_plan import (
    check_deletion,
    plan_deployment_deletion,
    plan_disk_deletion,
)
from paasta_deploy.planning.deploy_plan import DeployInputs, DeployPlanner
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.group_steps import Limits
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.placement import Placement
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.problems import Problem
from paasta_deploy.planning.states_plan import (
    HealPlanner,
    StateInputs,
    StatesPlanner,
    check_states,
)
from paasta_deploy.planning.wants import Wants
from paasta_deploy.ports.clock import IdSource

__all__ = [
    "Limits",
    "Problem",
    "check_deletion",
    "check_states",
    "plan_delete_deployment",
    "plan_delete_disks",
    "plan_deploy",
    "plan_heal",
    "plan_states",
]


def plan_deploy(
    *,
    desired: Desired,
    placement: Placement,
    specs: Mapping[InstanceId, InstanceSpec],
    packages: PackagePlan,
    recorded: RecordedDeployment,
    wants: Wants,
    ids: IdSource,
    observed: Observed | None = None,
    limits: Limits | None = None,
    links: ResolvedLinks | None = None,
) -> Plan:
    """Return the steps from ``recorded`` to ``desired``; ``links`` name providers in reasons.

    ``placement.changes`` have been written, or are before the plan runs; VMs and disks are taken
    from ``recorded``, instances from ``placement``. Nothing has an error diagnostic.
    """
    inputs = DeployInputs(
        desired=desired,
        placement=placement,
        specs=specs,
        packages=packages,
        recorded=recorded,
        wants=wants,
        ids=ids,
        observed=observed or Observed(),
        limits=limits or Limits(),
        links=links,
    )
    return DeployPlanner(inputs).plan()


def plan_states(
    *,
    recorded: RecordedDeployment,
    wants: Wants,
    ids: IdSource,
    policies: Mapping[InstanceGroupName, UpdatePolicy] | None = None,
    observed: Observed | None = None,
    limits: Limits | None = None,
) -> Plan:
    """Start, stop, detach, restart or recreate selected instances from their recorded specs.

    ``policies`` are the groups' update policies in the order of the last manifest; groups that
    are not in it follow, one instance at a time. :func:`check_states` has found nothing.
    """
    inputs = StateInputs(
        recorded=recorded, ids=ids, observed=observed or Observed(), limits=limits or Limits()
    )
    return StatesPlanner(inputs, wants, policies or {}).plan()


def plan_heal(
    *,
    recorded: RecordedDeployment,
    problems: Iterable[Problem],
    task_id: TaskId,
    ids: IdSource,
    observed: Observed | None = None,
    limits: Limits | None = None,
) -> Plan:
    """Replace dead VMs: fenced first, same instance id, index, addresses and disk.

    Instances that are ignored, detached, or were never applied are left alone. ``observed`` tells
    of VMs that this very task made and that have died since.
    """
    inputs = StateInputs(
        recorded=recorded,
        ids=ids,
        observed=observed or Observed(),
        limits=limits or Limits(),
    )
    return HealPlanner(inputs, problems, task_id).plan()


def plan_delete_deployment(
    *,
    recorded: RecordedDeployment,
    wants: Wants,
    observed: Observed | None = None,
    limits: Limits | None = None,
) -> Plan:
    """Stop everything, delete all VMs, orphan all disks, remove all instances.

    ``wants.force`` goes on when scripts fail. :func:`check_deletion` has found nothing.
    """
    return plan_deployment_deletion(recorded, wants, observed or Observed(), limits or Limits())


def plan_delete_disks(disks: Iterable[DiskRecord], *, limits: Limits | None = None) -> Plan:
    """Delete orphaned disks with their data; an operator named them, or their time is over."""
    return plan_disk_deletion(disks, limits or Limits())
