"""``/configs`` and its older typed variants (bosh.md 8.6, 8.8).

Beyond BOSH: properties of CPI configs are hidden unless ``redact=false`` is asked for, saving and
comparing take ``content_name`` (what diagnostics call the text), and a comparison with the newest
version tells in ``warnings`` which deployments would be hurt.
"""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from paasta_deploy.api.access import (
    Limit,
    Number,
    director_of,
    json_body,
    number_of,
    object_of,
    text_body,
    text_of,
)
from paasta_deploy.diagnostics import as_json
from paasta_deploy.director.config_checks import CPI
from paasta_deploy.director.configs import ConfigMovedError
from paasta_deploy.director.redacting import redacted
from paasta_deploy.model.errors import NotFoundError
from paasta_deploy.model.ids import ConfigId
from paasta_deploy.model.recorded import ConfigRecord
from paasta_deploy.model.values import JsonObject

router = APIRouter()

KINDS = {"cloud_configs": "cloud", "runtime_configs": "runtime", "cpi_configs": "cpi"}
"""Older typed paths -> kind."""

_CONFIG_NOT_FOUND = 440012
_BAD_REQUEST = 440010


def config_json(
    config: ConfigRecord, *, is_current: bool = True, redact: bool = True
) -> JsonObject:
    """Return one saved config as BOSH shows it; the newest version of a name is current."""
    return {
        "id": str(config.config_id),
        "type": config.kind,
        "name": config.name,
        "content": _content(config, redact=redact),
        "created_at": config.created_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "team": None,
        "current": is_current,
    }


@router.get("/configs", response_model=None)
async def list_configs(
    request: Request,
    latest: bool = True,
    type: str = "",
    name: str = "",
    limit: Limit = 0,
    redact: bool = True,
) -> list[JsonObject]:
    """List configs, newest first; ``limit`` counts versions per type and name."""
    store = director_of(request).store
    found = store.configs(kind=type or None, name=name or None, latest_only=latest)
    newest = store.configs(kind=type or None, name=name or None, latest_only=True)
    current = {config.config_id for config in newest}
    kept: list[ConfigRecord] = []
    seen: dict[tuple[str, str], int] = {}
    for config in found:
        key = (config.kind, config.name)
        seen[key] = seen.get(key, 0) + 1
        if not limit or seen[key] <= limit:
            kept.append(config)
    return [
        config_json(config, is_current=config.config_id in current, redact=redact)
        for config in kept
    ]


@router.post("/configs", response_model=None)
async def save_config(request: Request) -> Response:
    """Save a config; 412 when somebody else saved in between."""
    body = await json_body(request)
    kind, name, content = (
        text_of(body, key, code=_BAD_REQUEST) for key in ("type", "name", "content")
    )
    expected = body.get("expected_latest_id")
    try:
        config = await director_of(request).configs.save(
            kind,
            name,
            content,
            expected_latest_id=None if expected is None else str(expected),
            shown=_shown(body),
        )
    except ConfigMovedError as error:
        return JSONResponse(
            {
                "code": error.code,
                "description": str(error),
                "latest_id": error.latest_id,
                "expected_latest_id": str(expected),
            },
            status_code=412,
        )
    return JSONResponse(config_json(config), status_code=201)


@router.post("/configs/diff", response_model=None)
async def diff_configs(request: Request, redact: bool = True) -> JsonObject:
    """Return the line diff between two contents or saved versions, or against the newest one."""
    body = await json_body(request)
    configs = director_of(request).configs
    if "from" in body:
        before, after = (_side(request, object_of(body, side)) for side in ("from", "to"))
        return {"diff": configs.diff(before, after, redact=redact)}
    kind, name, content = (
        text_of(body, key, code=_BAD_REQUEST) for key in ("type", "name", "content")
    )
    review = await configs.review(kind, name, content, shown=_shown(body), redact=redact)
    return {
        "diff": review.diff,
        "from": {"id": str(review.latest.config_id) if review.latest else "0"},
        "warnings": [as_json(item) for item in review.warnings],
    }


@router.post("/paasta/configs/deletion/review", response_model=None)
async def review_deletion(request: Request) -> JsonObject:
    """Return whom the deletion of a config, named by type and name, would hurt."""
    body = await json_body(request)
    kind, name = (text_of(body, key, code=_BAD_REQUEST) for key in ("type", "name"))
    found = await director_of(request).configs.review_deletion(kind, name)
    return {"warnings": [as_json(item) for item in found]}


@router.get("/configs/{config_id}", response_model=None)
async def show_config(request: Request, config_id: Number, redact: bool = True) -> JsonObject:
    """Return one saved version."""
    config = _require(request, config_id)
    latest = director_of(request).configs.latest_of(config.kind, config.name)
    is_current = latest is not None and latest.config_id == config.config_id
    return config_json(config, is_current=is_current, redact=redact)


@router.delete("/configs/{config_id}", response_model=None)
async def delete_version(request: Request, config_id: Number) -> Response:
    """Delete the config that has this version."""
    config = _require(request, config_id)
    await director_of(request).configs.delete(config.kind, config.name)
    return Response(status_code=204)


@router.delete("/configs", response_model=None)
async def delete_config(request: Request, type: str, name: str) -> Response:
    """Delete a config; its versions stay in the history."""
    if not await director_of(request).configs.delete(type, name):
        raise NotFoundError(f"No config of type {type!r} named {name!r}.", code=_CONFIG_NOT_FOUND)
    return Response(status_code=204)


@router.get("/deployment_configs", response_model=None)
async def deployment_configs(request: Request) -> list[JsonObject]:
    """Return which configs deployments use."""
    wanted = request.query_params.getlist("deployment[]")
    director = director_of(request)
    lines: list[JsonObject] = []
    for record in director.store.deployments():
        if wanted and record.name not in wanted:
            continue
        for config_id in (*record.cloud_config_ids, *record.runtime_config_ids):
            config = director.store.config(config_id)
            if config is not None:
                lines.append(
                    {
                        "id": len(lines) + 1,
                        "deployment": record.name,
                        "config": {
                            "id": config.config_id,
                            "type": config.kind,
                            "name": config.name,
                        },
                    }
                )
    return lines


@router.get("/{typed}", response_model=None)
async def typed_list(
    request: Request,
    typed: str,
    limit: Limit = 1,
    name: str = "default",
    redact: bool = True,
) -> list[JsonObject]:
    """Return the newest versions of one config through an older typed path."""
    kind = _kind(typed)
    found = director_of(request).store.configs(
        kind=kind, name=name or "default", latest_only=limit <= 1
    )
    return [
        {
            "properties": _content(config, redact=redact),
            "created_at": config_json(config)["created_at"],
        }
        for config in found[:limit]
    ]


@router.post("/{typed}", response_model=None)
async def typed_save(request: Request, typed: str, name: str = "default") -> Response:
    """Save a config through an older typed path."""
    kind = _kind(typed)
    await director_of(request).configs.save(kind, name or "default", await text_body(request))
    return Response(status_code=201)


@router.post("/{typed}/diff", response_model=None)
async def typed_diff(
    request: Request, typed: str, name: str = "default", redact: bool = True
) -> JsonObject:
    """Return the line diff against the newest version."""
    configs = director_of(request).configs
    content = await text_body(request)
    review = await configs.review(_kind(typed), name or "default", content, redact=redact)
    return {"diff": review.diff, "warnings": [as_json(item) for item in review.warnings]}


def _content(config: ConfigRecord, *, redact: bool) -> str:
    """Return what a config says; CPIs have credentials, which are shown only when asked for."""
    return redacted(config.content) if redact and config.kind == CPI else config.content


def _shown(body: JsonObject) -> str:
    name = body.get("content_name")
    return name if isinstance(name, str) else ""


def _kind(typed: str) -> str:
    if typed not in KINDS:
        raise HTTPException(404)
    return KINDS[typed]


def _require(request: Request, config_id: int) -> ConfigRecord:
    config = director_of(request).store.config(ConfigId(config_id))
    if config is None:
        raise NotFoundError(f"Config {config_id} not found", code=_CONFIG_NOT_FOUND)
    return config


def _side(request: Request, side: JsonObject) -> str:
    config_id = str(side.get("id") or "")
    if not config_id:
        return str(side.get("content") or "")
    return _require(request, number_of(config_id, "A config id", code=_BAD_REQUEST)).content
