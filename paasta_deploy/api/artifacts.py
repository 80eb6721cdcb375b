"""``/releases``, ``/stemcells``, ``/packages``, ``/resources`` (bosh.md 8.6, 8.8)."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from paasta_deploy.api.access import (
    TooLargeError,
    director_of,
    json_body,
    object_of,
    start_task,
    text_body,
    text_of,
)
from paasta_deploy.director.requests import (
    DeleteArtifactRequest,
    UploadReleaseRequest,
    UploadStemcellRequest,
)
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import BlobId
from paasta_deploy.model.recorded import ReleaseRecord
from paasta_deploy.model.values import JsonObject

router = APIRouter()

_RESOURCE_NOT_FOUND = 100002
_NO_SPACE = 500001

PIECE_BYTES = 1 << 20
"""Large enough that handing it to a thread costs nothing beside writing it."""

UPLOAD_BYTES_MAX = 64 << 30
"""Windows stemcells unpack to 20 GiB; this only stops a stream without end."""


@router.get("/releases", response_model=None)
async def list_releases(request: Request) -> list[JsonObject]:
    """List releases with their versions."""
    store = director_of(request).store
    in_use = {key for deployment in store.deployments() for key in deployment.releases}
    by_name: dict[str, list[ReleaseRecord]] = {}
    for record in store.releases():
        by_name.setdefault(record.name, []).append(record)
    return [
        {
            "name": name,
            "release_versions": [
                {
                    "version": record.version,
                    "commit_hash": record.manifest.commit_hash,
                    "uncommitted_changes": record.manifest.uncommitted_changes,
                    "currently_deployed": (record.name, record.version) in in_use,
                    "job_names": [job.name for job in record.manifest.jobs],
                }
                for record in records
            ],
        }
        for name, records in sorted(by_name.items())
    ]


@router.get("/releases/{name}", response_model=None)
async def show_release(request: Request, name: str, version: str = "") -> JsonObject:
    """Return the jobs and packages of one release version."""
    for record in director_of(request).store.releases():
        if record.name == name and (not version or record.version == version):
            return {
                "jobs": [
                    {"name": job.name, "fingerprint": job.fingerprint, "sha1": job.digest}
                    for job in record.manifest.jobs
                ],
                "packages": [
                    {"name": item.name, "fingerprint": item.fingerprint, "sha1": item.digest}
                    for item in record.manifest.packages
                ],
                "versions": [record.version],
            }
    raise NotFoundError(f"Release '{name}/{version}' doesn't exist", code=30005)


@router.post("/releases", response_model=None)
async def upload_release(request: Request, fix: bool = False) -> Response:
    """Take in a release from the body, or from ``{"location"}``."""
    location, sha1, remove = await _source(request)
    return await start_task(
        request,
        UploadReleaseRequest(source=location, sha1=sha1, fix=fix, remove_source=remove),
        description="create release",
    )


@router.delete("/releases/{name}", response_model=None)
async def delete_release(
    request: Request, name: str, version: str, force: bool = False
) -> Response:
    """Delete one release version."""
    return await start_task(
        request,
        DeleteArtifactRequest(kind="release", name=name, version=version, force=force),
        description=f"delete release: {name}/{version}",
    )


@router.post("/packages/matches", response_model=None)
@router.post("/packages/matches_compiled", response_model=None)
async def match_packages(request: Request) -> list[str]:
    """Return no match: the CLI then sends all packages, which is always right."""
    await text_body(request)
    return []


@router.get("/stemcells", response_model=None)
async def list_stemcells(request: Request) -> list[JsonObject]:
    """List stemcells, one line per CPI."""
    store = director_of(request).store
    deployments = store.deployments()
    return [
        {
            "name": record.name,
            "operating_system": record.os,
            "version": record.version,
            "cid": record.cid,
            "cpi": record.cpi,
            "api_version": record.api_version,
            "deployments": [
                {"name": deployment.name}
                for deployment in deployments
                if any(
                    key.name == record.name and key.version == record.version
                    for key in deployment.stemcells
                )
            ],
        }
        for record in store.stemcells()
    ]


@router.post("/stemcell_uploads", response_model=None)
async def stemcell_needed(request: Request) -> JsonObject:
    """Return whether a stemcell must be sent."""
    stemcell = object_of(await json_body(request), "stemcell")
    name, version = text_of(stemcell, "name"), text_of(stemcell, "version")
    have = any(
        record.name == name and record.version == version
        for record in director_of(request).store.stemcells()
    )
    return {"needed": not have}


@router.post("/stemcells", response_model=None)
async def upload_stemcell(request: Request, fix: bool = False) -> Response:
    """Take in a stemcell from the body, or from ``{"location"}``."""
    location, sha1, remove = await _source(request)
    return await start_task(
        request,
        UploadStemcellRequest(source=location, sha1=sha1, fix=fix, remove_source=remove),
        description="create stemcell",
    )


@router.delete("/stemcells/{name}/{version}", response_model=None)
async def delete_stemcell(
    request: Request, name: str, version: str, force: bool = False
) -> Response:
    """Delete one stemcell from every CPI."""
    return await start_task(
        request,
        DeleteArtifactRequest(kind="stemcell", name=name, version=version, force=force),
        description=f"delete stemcell: {name}/{version}",
    )


@router.get("/resources/{blob_id}", response_model=None)
async def download(request: Request, blob_id: str) -> Response:
    """Return a blob, such as collected logs."""
    blobs = director_of(request).blobs
    if not blobs.has(BlobId(blob_id)):
        raise NotFoundError(f"There is no blob '{blob_id}'.", code=_RESOURCE_NOT_FOUND)
    path = blobs.path(BlobId(blob_id))
    return FileResponse(path, media_type="application/octet-stream")


async def _source(request: Request) -> tuple[str, str, bool]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        body = await json_body(request)
        return text_of(body, "location"), str(body.get("sha1") or ""), False
    return str(await _receive(request)), "", True


async def _receive(request: Request) -> Path:
    """Write the body to a file of the workspace; what is not whole leaves none behind."""
    folder = director_of(request).upload_folder
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix="upload-", suffix=".tgz")
        try:
            with os.fdopen(handle, "wb") as target:
                await _write(request, target)
        except BaseException:
            os.unlink(name)  # noqa: PTH108 - a moment's work, and it must not wait for a thread
            raise
    except OSError as error:
        raise PaastaError(
            f"The upload cannot be kept in {folder}: {error.strerror or error}.",
            code=_NO_SPACE,
            hint="free some space on that disk; the director keeps running",
        ) from error
    return Path(name)


async def _write(request: Request, target: BinaryIO) -> None:
    """Write the body in large pieces, each in a thread: the loop has agents to listen to."""
    piece, received = bytearray(), 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > UPLOAD_BYTES_MAX:
            raise TooLargeError(f"The upload is larger than {UPLOAD_BYTES_MAX >> 30} GiB.")
        piece += chunk
        if len(piece) >= PIECE_BYTES:
            await asyncio.to_thread(target.write, bytes(piece))
            piece.clear()
    await asyncio.to_thread(target.write, bytes(piece))
