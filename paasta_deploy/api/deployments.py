"""``/deployments``: deploy, plan, states, listings, logs, ssh, delete (bosh.md 8.5, 8.8)."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paasta_deploy.api.access import (
    BadRequestError,
    Limit,
    check_rollout,
    check_shares,
    director_of,
    json_body,
    json_object,
    names_in,
    number_of,
    object_of,
    refuse_option,
    start_task,
    text_body,
    text_of,
    texts_of,
)
from paasta_deploy.director.plan_basis import basis_from
from paasta_deploy.director.queries import (
    brief_instances,
    deployment_summary,
    require_deployment,
)
from paasta_deploy.director.requests import (
    DeleteDeploymentRequest,
    DeployRequest,
    FetchLogsRequest,
    HealRequest,
    ListVmsRequest,
    SshRequest,
    StatesRequest,
)
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject

router = APIRouter(prefix="/deployments")

SSH_COMMANDS = ("setup", "cleanup")
STATES = frozenset({"started", "stopped", "detached", "restart", "recreate"})
ACTIONS: Mapping[str, str] = {
    "start": "started",
    "stop": "stopped",
    "restart": "restart",
    "recreate": "recreate",
}
"""``--no-converge`` actions; here both ways are the same engine and touch the named ones only."""


@router.get("", response_model=None)
async def list_deployments(request: Request) -> list[JsonObject]:
    """List all deployments."""
    director = director_of(request)
    latest = [config.config_id for config in director.configs.latest("cloud")]
    return [
        deployment_summary(
            record,
            latest_cloud_config_ids=latest,
            locked=director.tasks.locked_by(record.name) is not None,
        )
        for record in director.store.deployments()
    ]


@router.post("", response_model=None)
async def deploy(  # each parameter is one of BOSH's
    request: Request,
    recreate: bool = False,
    fix: bool = False,
    dry_run: bool = False,
    skip_drain: str = "",
    canaries: str | None = None,
    max_in_flight: str | None = None,
    context: str = "",
    manifest_name: str = "manifest.yml",
    expected_name: str = "",
    recreate_persistent_disks: bool = False,
    recreate_vms_created_before: str = "",
    plan_basis: str = "",
    force_latest_variables: bool = False,
    max_destroy: str | None = None,
    only: str = "",
    exclude: str = "",
    deadline_s: Limit | None = None,
    on_failure: str | None = None,
) -> Response:
    """Start a deploy of the manifest in the body. A manifest with mistakes starts no task."""
    _refuse_new_disks(asked=recreate_persistent_disks)
    _refuse_created_before(recreate_vms_created_before)
    check_rollout(canaries, max_in_flight, max_destroy, on_failure)
    chosen = _context(context)
    wanted = DeployRequest(
        manifest=await text_body(request),
        manifest_name=manifest_name,
        cloud_config_ids=chosen.get("cloud_config_ids", ()),
        runtime_config_ids=chosen.get("runtime_config_ids"),
        recreate=recreate,
        fix=fix,
        dry_run=dry_run,
        skip_drain=names_in(skip_drain),
        canaries=canaries,
        max_in_flight=max_in_flight,
        plan_basis=_basis(plan_basis),
        force_latest_variables=force_latest_variables,
        max_destroy=max_destroy,
        only=names_in(only),
        exclude=names_in(exclude),
        deadline_s=deadline_s,
        on_failure=on_failure,
    )
    planner = director_of(request).planner
    name = await planner.check(wanted, expected_name=expected_name)
    await planner.check_basis(wanted)
    description = "create deployment" if not dry_run else "create deployment (dry run)"
    return await start_task(request, wanted, description=description, deployment=name)


@router.get("/{deployment}", response_model=None)
async def show_deployment(request: Request, deployment: str) -> JsonObject:
    """Return the manifest of the last successful deploy."""
    recorded = require_deployment(director_of(request).store, DeploymentName(deployment))
    return {"manifest": recorded.deployment.manifest or ""}


@router.delete("/{deployment}", response_model=None)
async def delete_deployment(request: Request, deployment: str, force: bool = False) -> Response:
    """Start the deletion of a deployment; its disks are orphaned."""
    name = DeploymentName(deployment)
    require_deployment(director_of(request).store, name)
    return await start_task(
        request,
        DeleteDeploymentRequest(force=force),
        description=f"delete deployment {name}",
        deployment=name,
    )


@router.post("/{deployment}/diff", response_model=None)
async def diff_deployment(request: Request, deployment: str, redact: bool = True) -> JsonObject:
    """Return the line diff against the recorded manifest, as BOSH's CLI shows it."""
    director = director_of(request)
    diff = director.planner.diff(
        DeploymentName(deployment), await text_body(request), redact=redact
    )
    cloud = [config.config_id for config in director.configs.latest("cloud")]
    runtime = [config.config_id for config in director.configs.latest("runtime")]
    return {
        "context": {"cloud_config_ids": cloud, "runtime_config_ids": runtime},
        "diff": diff,
    }


@router.get("/{deployment}/vms", response_model=None)
async def list_vms(request: Request, deployment: str, format: str = "") -> object:
    """List VMs: briefly at once, or in full through a task."""
    return await _listing(request, DeploymentName(deployment), format, instances=False)


@router.get("/{deployment}/instances", response_model=None)
async def list_instances(request: Request, deployment: str, format: str = "") -> object:
    """List instances: briefly at once, or in full through a task."""
    return await _listing(request, DeploymentName(deployment), format, instances=True)


@router.put("/{deployment}/jobs/{group}", response_model=None)
@router.put("/{deployment}/jobs/{group}/{id_or_index}", response_model=None)
async def change_state(  # each parameter is one of BOSH's
    request: Request,
    deployment: str,
    group: str,
    state: str,
    id_or_index: str = "",
    skip_drain: str = "",
    fix: bool = False,
    dry_run: bool = False,
    canaries: str | None = None,
    max_in_flight: str | None = None,
    recreate_vms_created_before: str = "",
) -> Response:
    """Start, stop, detach, restart or recreate what is named; ``*`` is everything."""
    _refuse_created_before(recreate_vms_created_before)
    check_shares(canaries, max_in_flight)
    if state not in STATES:
        raise BadRequestError(
            f"State {state!r} is unknown; known: {', '.join(sorted(STATES))}.", code=140007
        )
    name = DeploymentName(deployment)
    director = director_of(request)
    require_deployment(director.store, name)
    selector = f"{group}/{id_or_index}" if id_or_index else group
    director.planner.require_selected(name, selector)
    return await start_task(
        request,
        StatesRequest(
            state=state,
            selector=selector,
            fix=fix,
            dry_run=dry_run,
            skip_drain=("*",) if skip_drain == "true" else names_in(skip_drain),
            canaries=canaries,
            max_in_flight=max_in_flight,
        ),
        description=f"{_verb(state)} {'all instances' if selector == '*' else selector}",
        deployment=name,
    )


@router.post(
    "/{deployment}/instance_groups/{group}/{instance}/actions/{action}", response_model=None
)
async def act(  # each parameter is one of BOSH's
    request: Request,
    deployment: str,
    group: str,
    instance: str,
    action: str,
    hard: bool = False,
    skip_drain: str = "",
) -> Response:
    """Do ``--no-converge`` actions on one instance."""
    if action not in ACTIONS:
        raise BadRequestError(f"Action {action!r} is unknown; known: {', '.join(ACTIONS)}.")
    state = "detached" if action == "stop" and hard else ACTIONS[action]
    return await change_state(request, deployment, group, state, instance, skip_drain)


@router.put("/{deployment}/scan_and_fix", response_model=None)
async def scan_and_fix(request: Request, deployment: str) -> Response:
    """Resurrect what is dead among the named instances."""
    jobs = object_of(await json_body(request), "jobs")
    name = DeploymentName(deployment)
    planner = director_of(request).planner
    ids = [
        str(instance.instance_id)
        for group in jobs
        for wanted in texts_of(jobs, group)
        for instance in planner.require_selected(name, f"{group}/{wanted}")
    ]
    return await start_task(
        request, HealRequest(instance_ids=tuple(ids)), description="scan and fix", deployment=name
    )


@router.get("/{deployment}/jobs/{group}/{id_or_index}/logs", response_model=None)
async def fetch_logs(
    request: Request,
    deployment: str,
    group: str,
    id_or_index: str,
    type: str = "job",
    filters: str = "",
) -> Response:
    """Start the collection of logs; the task's result is a blob id."""
    name = DeploymentName(deployment)
    selector = group if id_or_index == "*" else f"{group}/{id_or_index}"
    director_of(request).planner.require_selected(name, selector)
    return await start_task(
        request,
        FetchLogsRequest(selector=selector, kind=type, filters=names_in(filters)),
        description="fetch logs",
        deployment=name,
    )


@router.post("/{deployment}/ssh", response_model=None)
async def ssh(request: Request, deployment: str) -> Response:
    """Set up or clean up a login on instances."""
    body = await json_body(request)
    command = text_of(body, "command")
    if command not in SSH_COMMANDS:
        raise BadRequestError(f"'{command}' is no ssh command; known: {', '.join(SSH_COMMANDS)}.")
    target = object_of(body, "target")
    ids = texts_of(target, "ids") or texts_of(target, "indexes")
    if len(ids) > 1:
        raise BadRequestError("Name one instance, or a whole instance group.")
    group = str(target.get("job") or "*")
    selector = f"{group}/{ids[0]}" if ids else group
    name = DeploymentName(deployment)
    director_of(request).planner.require_selected(name, selector)
    return await start_task(
        request,
        SshRequest(command=command, selector=selector, params=object_of(body, "params")),
        description=f"ssh: {command}: {group}",
        deployment=name,
    )


async def _listing(
    request: Request, name: DeploymentName, listing_format: str, *, instances: bool
) -> object:
    recorded = require_deployment(director_of(request).store, name)
    if listing_format != "full":
        return brief_instances(recorded)
    return await start_task(
        request,
        ListVmsRequest(instances=instances),
        description="retrieve vm-stats",
        deployment=name,
    )


def _context(text: str) -> Mapping[str, tuple[int, ...]]:
    if not text:
        return {}
    chosen = json_object(text, "The query parameter 'context'")
    return {
        key: tuple(
            number_of(config_id, f"'{key}' of 'context'") for config_id in texts_of(chosen, key)
        )
        for key in ("cloud_config_ids", "runtime_config_ids")
        if key in chosen
    }


def _basis(text: str) -> JsonObject:
    """Return the ``basis`` of a plan of ``/paasta/plan``: exactly that plan is to be deployed."""
    if not text:
        return {}
    basis = json_object(text, "The query parameter 'plan_basis'")
    try:
        basis_from(basis)
    except ValueError as problem:
        raise BadRequestError(f"The query parameter 'plan_basis': {problem}.") from problem
    return basis


def _refuse_new_disks(*, asked: bool) -> None:
    refuse_option(
        "recreate_persistent_disks",
        asked=asked,
        instead="change the disk type in the manifest: the data moves to the new disk",
    )


def _refuse_created_before(moment: str) -> None:
    refuse_option(
        "recreate_vms_created_before",
        asked=bool(moment),
        instead="name what is to be made anew: `paasta-deploy recreate GROUP/ID`",
    )


def _verb(state: str) -> str:
    return {"started": "start", "stopped": "stop", "detached": "stop --hard"}.get(state, state)
