"""Variables of deployments: BOSH's listings, our fuller one (bosh.md 8.5). Never a value."""

from fastapi import APIRouter, Request

from paasta_deploy.api.access import director_of
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject

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
