"""The HTTP application: BOSH's paths over the director's use cases.

Requests over the unix socket are trusted (its file mode is the access control); requests over
HTTPS carry basic authentication. Which of both an application is for is said when it is made, so
nothing in a request can claim trust. Every failure is BOSH's ``{"code", "description"}``.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.requests import ClientDisconnect

from paasta_deploy.api import artifacts, configs, deployments, links, operations, tasks, variables
from paasta_deploy.api.access import LOCAL_USER, BadRequestError, basic_credentials
from paasta_deploy.diagnostics import as_json
from paasta_deploy.director.rejection import RejectedError
from paasta_deploy.director.service import Director
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.secret import Secret
from paasta_deploy.model.values import JsonValue

log = logging.getLogger(__name__)

CallNext = Callable[[Request], Awaitable[Response]]

GONE_AWAY = 499
"""nginx's status for a client that hung up; nobody reads it, the log does."""


def create_app(director: Director, users: Mapping[str, Secret] | None) -> FastAPI:
    """Return the application. ``users`` None: only the local user can reach it, who is trusted."""
    app = FastAPI(title="paasta-deploy director", version=director.version, docs_url=None)
    app.state.director = director

    @app.middleware("http")
    async def authenticate(request: Request, call_next: CallNext) -> Response:
        user = LOCAL_USER if users is None else _user_of(request, users)
        request.state.user = user
        if user is None and request.url.path != "/info":
            return PlainTextResponse(
                f"Not authorized: '{request.url.path}'\n",
                status_code=401,
                headers={"WWW-Authenticate": 'Basic realm="BOSH Director"'},
            )
        return await call_next(request)

    _tell_failures(app)
    for router in (
        operations.router,
        tasks.router,
        variables.router,
        deployments.router,
        links.router,
        artifacts.router,
        configs.router,  # last: its older typed paths would take any other path of one part
    ):
        app.include_router(router)
    return app


def _tell_failures(app: FastAPI) -> None:
    """Let every failure be told in BOSH's shape."""

    @app.exception_handler(PaastaError)
    async def tell(_request: Request, error: PaastaError) -> JSONResponse:
        body: dict[str, JsonValue] = {"code": error.code, "description": str(error)}
        if error.hint:
            body["hint"] = error.hint
        if isinstance(error, RejectedError):
            body["diagnostics"] = [as_json(item) for item in error.diagnostics]
        return JSONResponse(body, status_code=max(error.http_status, 400))

    @app.exception_handler(RequestValidationError)
    async def misread(_request: Request, error: RequestValidationError) -> JSONResponse:
        found = [f"'{item['loc'][-1]}': {item['msg']}" for item in error.errors()]
        text = f"The request is wrong: {'; '.join(found)}."
        return JSONResponse({"code": BadRequestError.code, "description": text}, status_code=400)

    @app.exception_handler(404)
    @app.exception_handler(405)
    async def unknown(request: Request, error: HTTPException) -> PlainTextResponse:
        del error
        return PlainTextResponse(f"Endpoint '{request.url.path}' not found.\n", status_code=404)

    @app.exception_handler(ClientDisconnect)
    async def gone(_request: Request, error: ClientDisconnect) -> Response:
        del error
        return Response(status_code=GONE_AWAY)

    @app.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        log.error("a request met a bug", exc_info=error, extra={"path": request.url.path})
        text = f"The director met a bug of its own ({type(error).__name__}); see its log."
        return JSONResponse({"code": 500000, "description": text}, status_code=500)


def _user_of(request: Request, users: Mapping[str, Secret]) -> str | None:
    name, password = basic_credentials(request)
    known = users.get(name)
    if known is None:
        return None
    return name if secrets.compare_digest(password.encode(), known.reveal().encode()) else None
