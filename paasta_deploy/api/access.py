"""Who is asking, and what every route needs of the request."""

import base64
import binascii
import json
import re
from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from paasta_deploy.director.requests import TaskRequest
from paasta_deploy.director.service import Director
from paasta_deploy.model.deployment import OnFailure
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.values import JsonObject, JsonValue
from paasta_deploy.planning.rollout import parse_share

LOCAL_USER = "local"
"""The name of whoever may open the unix socket: the account that owns the state folder."""

BODY_BYTES_MAX = 64 << 20
"""Largest manifest or config: hundreds of times the largest real one."""

CONTEXT_ID_LENGTH_MAX = 64
"""BOSH's limit for the header ``X-Bosh-Context-Id``."""

NUMBER_MAX = 2**53
"""What every database and every JSON reader keeps exactly; no task ever gets so far."""

_NUMBER = re.compile(r"[0-9]{1,15}")

Number = Annotated[int, Path(ge=0, le=NUMBER_MAX)]
"""A number in a path."""

Limit = Annotated[int, Query(ge=0, le=NUMBER_MAX)]
"""How many, in a query; 0 is no limit."""


class BadRequestError(PaastaError):
    """The request itself is wrong; the code is BOSH's ``ValidationInvalidValue`` if no other."""

    code = 40005


class TooLargeError(BadRequestError):
    """The body is larger than anything real."""

    http_status = 413


def director_of(request: Request) -> Director:
    """Return the director behind this application."""
    director = request.app.state.director
    assert isinstance(director, Director)
    return director


def user_of(request: Request) -> str:
    """Return the authenticated user."""
    return str(request.state.user)


def basic_credentials(request: Request) -> tuple[str, str]:
    """Return user and password of the request, or empty texts."""
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password


async def text_body(request: Request) -> str:
    """Return the body as text. Raises BadRequestError when it is too large or no UTF-8."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise TooLargeError(f"The body is larger than {BODY_BYTES_MAX >> 20} MiB.")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadRequestError(f"The body is not UTF-8 text: {error}", code=440001) from error


async def json_body(request: Request) -> JsonObject:
    """Return the body's JSON object; an empty body is an empty object. Raises BadRequestError."""
    text = await text_body(request)
    return json_object(text, "The body") if text.strip() else {}


def json_object(text: str, what: str) -> JsonObject:
    """Return the JSON object in a text. Raises BadRequestError."""
    try:
        value: JsonValue = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"{what} is no JSON: {error}", code=710001) from error
    if not isinstance(value, dict):
        raise BadRequestError(f"{what} must be a JSON object.", code=710001)
    return value


def text_of(body: JsonObject, key: str, *, code: int = BadRequestError.code) -> str:
    """Return a text that must be there and not empty. Raises BadRequestError."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"The body lacks the text '{key}'.", code=code)
    return value


def object_of(body: JsonObject, key: str) -> JsonObject:
    """Return an object, empty if absent. Raises BadRequestError."""
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequestError(f"'{key}' in the body must be a JSON object.")
    return value


def texts_of(body: JsonObject, key: str) -> tuple[str, ...]:
    """Return a list of texts or numbers as texts, empty if absent. Raises BadRequestError."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(
        isinstance(item, str) or (isinstance(item, int) and not isinstance(item, bool))
        for item in value
    ):
        raise BadRequestError(f"'{key}' in the body must be a list of texts.")
    return tuple(str(item) for item in value)


def number_of(text: str, what: str, *, code: int = BadRequestError.code) -> int:
    """Return the whole number that a text is. Raises BadRequestError."""
    if not _NUMBER.fullmatch(text):
        raise BadRequestError(f"{what} is no number: '{text}'.", code=code)
    return int(text)


def names_in(text: str) -> tuple[str, ...]:
    """Return the parts of a query parameter that lists names with commas."""
    return tuple(part for part in text.split(",") if part)


def check_rollout(
    canaries: str | None,
    max_in_flight: str | None,
    max_destroy: str | None,
    on_failure: str | None,
) -> None:
    """Refuse shares that are none, and what is none of the answers to a failure."""
    check_shares(canaries, max_in_flight, max_destroy)
    known = [item.value for item in OnFailure]
    if on_failure is not None and on_failure not in known:
        raise BadRequestError(
            f"'on_failure' is '{on_failure}', which is no answer to a failure.",
            hint=f"write one of {', '.join(known)}",
        )


def check_shares(
    canaries: str | None, max_in_flight: str | None, max_destroy: str | None = None
) -> None:
    """Refuse what is neither a number nor a percentage, and to update none at a time."""
    for name, text in (
        ("canaries", canaries),
        ("max_in_flight", max_in_flight),
        ("max_destroy", max_destroy),
    ):
        if text is None:
            continue
        share = parse_share(text)
        if share is None:
            raise BadRequestError(
                f"'{name}' is '{text}', which is no number and no percentage.",
                hint="write 3 or 30%",
            )
        if name == "max_in_flight" and share.amount == 0:
            raise BadRequestError("'max_in_flight' must be at least 1: none at a time never ends.")


def refuse_option(name: str, *, asked: bool, instead: str) -> None:
    """Refuse an option of BOSH's that is not here yet, where passing over it would do harm."""
    if asked:
        raise BadRequestError(
            f"The option '{name}' is not supported, and without it more would be changed than "
            "was asked for.",
            hint=instead,
        )


async def start_task(
    request: Request,
    task: TaskRequest,
    *,
    description: str,
    deployment: DeploymentName | None = None,
) -> Response:
    """Submit a task and answer as BOSH does: 302 to ``/tasks/N``."""
    context_id = request.headers.get("x-bosh-context-id", "")
    if len(context_id) > CONTEXT_ID_LENGTH_MAX:
        raise BadRequestError(
            f"X-Bosh-Context-Id cannot be more than {CONTEXT_ID_LENGTH_MAX} characters in length",
            code=70010,
        )
    record = await director_of(request).tasks.submit(
        task,
        description=description,
        deployment=deployment,
        user=user_of(request),
        context_id=context_id,
    )
    return RedirectResponse(f"/tasks/{record.task_id}", status_code=302)
