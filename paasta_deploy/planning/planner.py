"""Plans for everything that changes the world. One way to make a VM, whoever asks for it.

(Signatures first; the work follows.)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.deployment import UpdatePolicy
from paasta_deploy.model.ids import InstanceGroupName, InstanceId, TaskId
from paasta_deploy.model.observed import Observed
from paasta_deploy.model.recorded import DiskRecord, RecordedDeployment
from paasta_deploy.model.spec import InstanceSpec
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.placement import Placement
from paasta_deploy.planning.plan import Plan
from paasta_deploy.planning.wants import Wants
from paasta_deploy.ports.clock import IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once where no ``max_in_flight`` applies."""

    threads_max: int = 32
    """BOSH's ``max_threads``: VMs made or deleted at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A VM that the health monitor found dead. ``text`` says how it was noticed."""

    instance_id: InstanceId
    text: str = ""


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
) -> Plan:
    """Return the steps from ``recorded`` (with ``placement.changes`` written) to ``desired``."""
    raise NotImplementedError


def check_states(recorded: RecordedDeployment, wants: Wants) -> tuple[Diagnostic, ...]:
    """Return why ``wants`` cannot be met: nothing is selected, or an ignored instance is."""
    raise NotImplementedError


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

    ``policies`` are the groups' update policies in the order of the last manifest.
    """
    raise NotImplementedError


def plan_heal(
    *,
    recorded: RecordedDeployment,
    problems: Iterable[Problem],
    task_id: TaskId,
    ids: IdSource,
    limits: Limits | None = None,
) -> Plan:
    """Replace dead VMs: fenced first, same instance id, index, addresses and disk."""
    raise NotImplementedError


def check_deletion(recorded: RecordedDeployment) -> tuple[Diagnostic, ...]:
    """Return why the deployment cannot be deleted: it has ignored instances (190021)."""
    raise NotImplementedError


def plan_delete_deployment(
    *,
    recorded: RecordedDeployment,
    wants: Wants,
    observed: Observed | None = None,
    limits: Limits | None = None,
) -> Plan:
    """Stop everything, delete all VMs, orphan all disks, remove all instances."""
    raise NotImplementedError


def plan_delete_disks(disks: Iterable[DiskRecord], *, limits: Limits | None = None) -> Plan:
    """Delete orphaned disks with their data; an operator named them."""
    raise NotImplementedError
