"""Who is asking, and what every route needs of the request."""

import base64
import binascii

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from paasta_deploy.director.requests import TaskRequest
from paasta_deploy.director.service import Director
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName

LOCAL_USER = "local"
"""The name of whoever may open the unix socket: the account that owns the state folder."""

BODY_BYTES_MAX = 64 << 20
"""Largest manifest or config: hundreds of times the largest real one."""


def director_of(request: Request) -> Director:
    """Return the director behind this application."""
    director = request.app.state.director
    assert isinstance(director, Director)
    return director


def user_of(request: Request) -> str:
    """Return the authenticated user."""
    return str(request.state.user)


def is_local(request: Request) -> bool:
    """Return whether the request came over the unix socket (which has no port)."""
    server = request.scope.get("server")
    return server is None or server[1] is None


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
    """Return the body as text. Raises PaastaError when it is too large or no UTF-8."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise PaastaError(f"The body is larger than {BODY_BYTES_MAX >> 20} MiB.", code=440001)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise PaastaError(f"The body is not UTF-8 text: {error}", code=440001) from error


async def start_task(
    request: Request,
    task: TaskRequest,
    *,
    description: str,
    deployment: DeploymentName | None = None,
) -> Response:
    """Submit a task and answer as BOSH does: 302 to ``/tasks/N``."""
    record = await director_of(request).tasks.submit(
        task,
        description=description,
        deployment=deployment,
        user=user_of(request),
        context_id=request.headers.get("x-bosh-context-id", "")[:64],
    )
    return RedirectResponse(f"/tasks/{record.task_id}", status_code=302)
