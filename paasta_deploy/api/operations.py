"""The director itself: ``/info``, status, locks, resurrection, disks (bosh.md 8.2, 8.7)."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paasta_deploy.api.access import (
    BadRequestError,
    check_rollout,
    director_of,
    json_body,
    names_in,
    refuse_option,
    start_task,
    text_body,
)
from paasta_deploy.director.replaced_vms import deployment_of, orphan_json, replaced_vms
from paasta_deploy.director.requests import (
    DeleteDisksRequest,
    DeleteVmsRequest,
    DeployRequest,
    RotateAuthorityRequest,
)
from paasta_deploy.director.service import RESURRECTION_PAUSED
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.recorded import DiskRecord
from paasta_deploy.model.values import JsonObject

router = APIRouter()


@router.get("/director/certificate_expiry", response_model=None)
async def certificate_expiry(request: Request) -> list[JsonObject]:
    """List when the director's own certificates end, the next one first (bosh.md 8.7)."""
    return await asyncio.to_thread(director_of(request).certificates.expiries)


@router.get("/paasta/certificates", response_model=None)
async def certificates(request: Request) -> list[JsonObject]:
    """List the director's own certificates with their use and how they are renewed."""
    return await asyncio.to_thread(director_of(request).certificates.full)


@router.post("/paasta/certificates/rotation", response_model=None)
async def rotate_authority(request: Request) -> Response:
    """Start exchanging the director's own CA, or go on with an exchange that stopped."""
    return await start_task(
        request, RotateAuthorityRequest(), description="rotate the director's CA"
    )


@router.get("/info", response_model=None)
async def info(request: Request) -> JsonObject:
    """Return who this director is; needs no authentication."""
    return director_of(request).info(request.state.user)


@router.get("/paasta/status", response_model=None)
async def status(request: Request) -> JsonObject:
    """Return how the director is: our own path, for `director status`."""
    return director_of(request).status()


@router.post("/paasta/plan", response_model=None)
async def plan(
    request: Request,
    recreate: bool = False,
    fix: bool = False,
    skip_drain: str = "",
    canaries: str | None = None,
    max_in_flight: str | None = None,
    manifest_name: str = "manifest.yml",
    expected_name: str = "",
    force_latest_variables: bool = False,
    max_destroy: str | None = None,
    only: str = "",
    exclude: str = "",
    on_failure: str | None = None,
) -> JsonObject:
    """Return what a deploy of the manifest in the body would do, and why. Changes nothing."""
    check_rollout(canaries, max_in_flight, max_destroy, on_failure)
    wanted = DeployRequest(
        manifest=await text_body(request),
        manifest_name=manifest_name,
        recreate=recreate,
        fix=fix,
        skip_drain=names_in(skip_drain),
        canaries=canaries,
        max_in_flight=max_in_flight,
        force_latest_variables=force_latest_variables,
        max_destroy=max_destroy,
        only=names_in(only),
        exclude=names_in(exclude),
        on_failure=on_failure,
    )
    planner = director_of(request).planner
    await planner.check(wanted, expected_name=expected_name)
    return await planner.describe(wanted)


@router.post("/paasta/graph", response_model=None)
async def graph(request: Request, manifest_name: str = "manifest.yml") -> JsonObject:
    """Return who reads links from whom in the manifest of the body, and how long groups take."""
    wanted = DeployRequest(manifest=await text_body(request), manifest_name=manifest_name)
    return await director_of(request).planner.graph(wanted)


@router.get("/locks", response_model=None)
async def locks(request: Request) -> list[JsonObject]:
    """List which task holds which deployment."""
    director = director_of(request)
    held = (
        (deployment.name, director.tasks.locked_by(deployment.name))
        for deployment in director.store.deployments()
    )
    return [
        {"type": "deployment", "resource": [name], "timeout": None, "task_id": str(task_id)}
        for name, task_id in held
        if task_id is not None
    ]


@router.get("/resurrection", response_model=None)
async def resurrection(request: Request) -> JsonObject:
    """Return whether resurrection is paused."""
    return {
        "resurrection_paused": director_of(request).store.setting(RESURRECTION_PAUSED) == "true"
    }


@router.put("/resurrection", response_model=None)
async def switch_resurrection(request: Request) -> Response:
    """Pause or resume resurrection for the whole director."""
    paused = (await json_body(request)).get("resurrection_paused")
    if not isinstance(paused, bool):
        raise BadRequestError('The body must be {"resurrection_paused": true} or false.')
    director_of(request).store.put_setting(RESURRECTION_PAUSED, "true" if paused else "false")
    return Response(status_code=200)


@router.get("/disks", response_model=None)
async def disks(request: Request) -> list[JsonObject]:
    """List orphaned disks."""
    return [_disk_json(disk) for disk in director_of(request).store.disks(orphaned=True)]


@router.get("/orphan_disks", response_model=None)
async def orphan_disks(request: Request) -> list[JsonObject]:
    """List orphaned disks under BOSH's other name."""
    return await disks(request)


@router.delete("/disks/{cid}", response_model=None)
async def delete_disk(request: Request, cid: str, orphan: bool = False) -> Response:
    """Delete one orphaned disk with its data."""
    refuse_option(
        "orphan",
        asked=orphan,
        instead="remove the disk from the manifest and deploy: that orphans it and keeps the data",
    )
    for disk in director_of(request).store.disks(orphaned=True):
        if disk.cid == cid:
            return await start_task(
                request,
                DeleteDisksRequest(disk_cids=(cid,)),
                description=f"delete disk {cid}",
                deployment=DeploymentName(disk.deployment),
            )
    raise NotFoundError(
        f"There is no orphaned disk '{cid}'.",
        code=390002,
        hint="`paasta-deploy disks --orphaned` lists them; a disk in use is never deleted",
    )


@router.get("/orphaned_vms", response_model=None)
async def orphaned_vms(request: Request) -> list[JsonObject]:
    """List VMs that were replaced and still exist."""
    return [orphan_json(*found) for found in replaced_vms(director_of(request).store)]


@router.delete("/vms/{cid}", response_model=None)
async def delete_vm(request: Request, cid: str) -> Response:
    """Delete one VM that serves no instance."""
    deployment = deployment_of(director_of(request).store, cid)
    if deployment is None:
        raise NotFoundError(
            f"There is no VM '{cid}' that serves no instance.",
            hint="`paasta-deploy orphaned-vms` lists them; a VM that serves goes with its"
            " instance: `stop --hard` or `recreate` it, or take it out of the manifest",
        )
    wanted = DeleteVmsRequest(vm_cids=(cid,))
    return await start_task(request, wanted, description=f"delete vm {cid}", deployment=deployment)


def _disk_json(disk: DiskRecord) -> JsonObject:
    return {
        "disk_cid": disk.cid,
        "size": disk.size_mib,
        "az": disk.az,
        "deployment_name": disk.deployment,
        "instance_name": disk.former_instance,
        "name": disk.name,
        "cloud_properties": disk.cloud_properties,
        "orphaned_at": disk.orphaned_at.isoformat() if disk.orphaned_at else None,
    }
