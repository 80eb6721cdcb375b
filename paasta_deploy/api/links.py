"""Reading links: ``/links``, ``/link_providers``, ``/link_consumers``, ``/link_address`` (8.7)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request

from paasta_deploy.api.access import NUMBER_MAX, BadRequestError, director_of
from paasta_deploy.director.link_book import LinkBook
from paasta_deploy.model.values import JsonObject

router = APIRouter()

_DEPLOYMENT_REQUIRED = 190024
_LINK_ID_REQUIRED = 810006


@router.get("/link_providers", response_model=None)
async def list_providers(request: Request, deployment: str = "") -> list[JsonObject]:
    """List what a deployment provides; its hidden links are left out."""
    return await asyncio.to_thread(_book(request).providers, _named(deployment))


@router.get("/link_consumers", response_model=None)
async def list_consumers(request: Request, deployment: str = "") -> list[JsonObject]:
    """List what the jobs of a deployment consume, or could."""
    return await asyncio.to_thread(_book(request).consumers, _named(deployment))


@router.get("/links", response_model=None)
async def list_links(request: Request, deployment: str = "") -> list[JsonObject]:
    """List which consumer takes which provider."""
    return await asyncio.to_thread(_book(request).links, _named(deployment))


@router.get("/link_address", response_model=None)
async def show_address(
    request: Request,
    link_id: Annotated[int | None, Query(ge=0, le=NUMBER_MAX)] = None,
    status: str = "default",
) -> JsonObject:
    """Return the address of a link, as the templates of its consumer get it."""
    if link_id is None:
        raise BadRequestError("A link id is required.", code=_LINK_ID_REQUIRED)
    azs = [value for key, value in request.query_params.multi_items() if key in {"azs", "azs[]"}]
    book = _book(request)
    return {"address": await asyncio.to_thread(book.address, link_id, azs=azs, status=status)}


def _book(request: Request) -> LinkBook:
    return director_of(request).planner.links


def _named(deployment: str) -> str:
    if not deployment:
        raise BadRequestError("Deployment name is required.", code=_DEPLOYMENT_REQUIRED)
    return deployment
