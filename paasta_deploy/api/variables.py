"""Variables of deployments: BOSH's listings, our fuller one (bosh.md 8.5). Never a value."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paasta_deploy.api.access import BadRequestError, director_of, json_body, start_task, texts_of
from paasta_deploy.director.requests import RotateRequest
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.rotation_plan import RotationPlan, plan_json

router = APIRouter()


@router.get("/deployments/{deployment}/variables", response_model=None)
async def variables(request: Request, deployment: str) -> list[JsonObject]:
    """List the variables that the last deploy used."""
    return director_of(request).variables.brief(DeploymentName(deployment))


@router.get("/deployments/{deployment}/certificate_expiry", response_model=None)
async def certificate_expiry(request: Request, deployment: str) -> list[JsonObject]:
    """List when certificates end, the next one first."""
    return director_of(request).variables.expiries(DeploymentName(deployment))


@router.get("/paasta/deployments/{deployment}/variables", response_model=None)
async def variables_in_full(request: Request, deployment: str) -> list[JsonObject]:
    """List variables with type, version, signer, expiry and rotation: our own path."""
    return director_of(request).variables.full(DeploymentName(deployment))


@router.get("/paasta/variables", response_model=None)
async def names(request: Request) -> list[str]:
    """List the whole names of all variables that the director has a value for."""
    return director_of(request).variables.names()


@router.get("/paasta/rotations", response_model=None)
async def rotations(request: Request) -> list[JsonObject]:
    """List rotations that are under way, and how far they have come."""
    return [
        {
            "name": one.name,
            "deployment": one.deployment,
            "phase": one.phase.value,
            "started_at": one.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "authorities": list(one.successors),
        }
        for one in director_of(request).store.rotations()
    ]


@router.post("/paasta/deployments/{deployment}/rotations/plan", response_model=None)
async def plan_rotation(request: Request, deployment: str) -> JsonObject:
    """Return what rotating the named variables would do. Changes nothing."""
    return plan_json(await _planned(request, deployment))


@router.post("/paasta/deployments/{deployment}/rotations", response_model=None)
async def rotate(request: Request, deployment: str) -> Response:
    """Start rotating the named variables, or go on with a rotation that stopped."""
    plans = await _planned(request, deployment)
    names = tuple(plan.name for plan in plans)
    return await start_task(
        request,
        RotateRequest(names=names, deployment=deployment),
        description=f"rotate variables of {deployment}: {', '.join(names)}",
    )


async def _planned(request: Request, deployment: str) -> list[RotationPlan]:
    names = texts_of(await json_body(request), "names")
    if not names:
        raise BadRequestError("The body names no variable.", hint='{"names": ["NAME"]}')
    return await asyncio.to_thread(
        director_of(request).rotations.plan, DeploymentName(deployment), names
    )
