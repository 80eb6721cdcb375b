"""From a request's texts to what planning wants: states, overrides, chosen instances."""

from collections.abc import Mapping

from paasta_deploy.director.preparing import Preparation
from paasta_deploy.director.requests import DeployRequest, StatesRequest
from paasta_deploy.director.slugs import part_of, selector
from paasta_deploy.model.deployment import OnFailure, UpdatePolicy
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import InstanceGroupName, TaskId
from paasta_deploy.model.lifecycle import RunState
from paasta_deploy.model.recorded import DeploymentRecord, InstanceRecord, RecordedDeployment
from paasta_deploy.planning.wants import Renewal, Wants

_INSTANCE_NOT_FOUND = 70001


def selected(recorded: RecordedDeployment, slug: str) -> tuple[InstanceRecord, ...]:
    """Return the instances that a slug names. Raises NotFoundError that lists what there is."""
    chosen = selector(slug)
    found = tuple(item for item in recorded.instances if chosen.selects(item))
    if not found:
        known = ", ".join(sorted({f"{item.group}/{item.index}" for item in recorded.instances}))
        raise NotFoundError(
            f"'{slug}' names no instance of deployment '{recorded.deployment.name}'.",
            code=_INSTANCE_NOT_FOUND,
            hint=f"there are: {known}" if known else "it has no instances",
        )
    return found


def wants_of(request: DeployRequest | StatesRequest, task_id: TaskId) -> Wants:
    """Return what a deploy or a change of states wants beyond the manifest."""
    skip_drain = tuple(selector(slug) for slug in request.skip_drain)
    match request:
        case DeployRequest():
            return Wants(
                task_id=task_id,
                renewal=Renewal.RECREATE if request.recreate else None,
                fix=request.fix,
                skip_drain=skip_drain,
                canaries=request.canaries,
                max_in_flight=request.max_in_flight,
                part=part_of(request),
                on_failure=None if request.on_failure is None else OnFailure(request.on_failure),
                goes_back=request.as_deployed,
            )
        case StatesRequest():
            renewal, run_state = _meaning(request.state)
            return Wants(
                task_id=task_id,
                selectors=(selector(request.selector),),
                renewal=renewal,
                run_state=run_state,
                fix=request.fix,
                skip_drain=skip_drain,
                canaries=request.canaries,
                max_in_flight=request.max_in_flight,
            )


def policies_of(
    record: DeploymentRecord, preparation: Preparation
) -> Mapping[InstanceGroupName, UpdatePolicy]:
    """Return the update policies of the last manifest, in its order; none before the first."""
    if record.manifest is None:
        return {}
    manifest, _ = preparation.parse(record.manifest, f"{record.name}.yml", record.variable_set)
    return {group.name: group.update for group in manifest.instance_groups}


def _meaning(state: str) -> tuple[Renewal | None, RunState | None]:
    match state:
        case "started":
            return None, RunState.STARTED
        case "stopped":
            return None, RunState.STOPPED
        case "detached":
            return None, RunState.DETACHED
        case "restart":
            return Renewal.RESTART, RunState.STARTED
        case "recreate":
            return Renewal.RECREATE, RunState.STARTED
        case _:
            raise PaastaError(f"State {state!r} is unknown.", code=140007)
