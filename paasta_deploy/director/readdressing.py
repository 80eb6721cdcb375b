"""Which instances a deploy gives other addresses, since two VMs of each will be side by side."""

from paasta_deploy.director.requests import DeployRequest
from paasta_deploy.director.slugs import part_of
from paasta_deploy.model.ids import InstanceId, TaskId
from paasta_deploy.model.recorded import RecordedDeployment
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.swapping import instances_to_readdress
from paasta_deploy.planning.wants import Renewal, Wants

_NO_TASK = TaskId(0)
"""No task yet: what a plan is made for has done nothing so far."""


def readdressed_by(
    request: DeployRequest,
    desired: Desired,
    recorded: RecordedDeployment,
    task_id: TaskId | None,
) -> frozenset[InstanceId]:
    """Return the instances whose VM a deploy will swap, as far as is known before placing."""
    wants = Wants(
        task_id=task_id or _NO_TASK,
        renewal=Renewal.RECREATE if request.recreate else None,
        part=part_of(request),
    )
    return instances_to_readdress(desired, recorded, wants)
