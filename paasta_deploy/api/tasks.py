"""``/tasks``: state, outputs (whole, by range, or followed), cancelling (bosh.md 8.3).

Pausing and resuming are ours, under ``/paasta``. To BOSH's CLI a paused task is one that takes its
time: its state stays what it is, and ``condition`` says more to whoever knows of it.
"""

import re
from collections.abc import AsyncIterator, Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from paasta_deploy.api.access import (
    BadRequestError,
    Limit,
    Number,
    director_of,
    json_body,
    texts_of,
)
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import Store

router = APIRouter()

FOLLOW_BEAT_S = 15.0
"""A followed output sends an empty line at least this often, so that a dead peer is noticed."""

_RANGE = re.compile(r"bytes=([0-9]{1,15})-")
"""The only form that BOSH's CLI sends; anything else is answered whole, as HTTP allows."""

LISTED_MAX = 10_000
"""More than a director keeps; a bound for the answer's size."""

MAIN_KINDS = frozenset(
    {
        "attach_disk",
        "cck_scan_and_fix",
        "create_snapshot",
        "delete_artifacts",
        "delete_deployment",
        "delete_orphan_disks",
        "delete_release",
        "delete_snapshot",
        "delete_stemcell",
        "delete_vm",
        "export_release",
        "rotate_director_ca",
        "rotate_variables",
        "run_errand",
        "snapshot_deployment",
        "update_deployment",
        "update_instance",
        "update_release",
        "update_stemcell",
    }
)
"""What ``verbose=1`` lists (bosh.md 8.3), and our resurrections, disk deletions and rotations."""


def task_json(task: TaskRecord, condition: str = "") -> JsonObject:
    """Return one task as BOSH shows it; times are Unix seconds. ``condition`` is ours."""
    return {
        "id": task.task_id,
        "state": task.state.value,
        "description": task.description,
        "timestamp": int(task.finished_at.timestamp()) if task.finished_at else None,
        "started_at": int(task.started_at.timestamp()) if task.started_at else None,
        "result": task.result,
        "user": task.user,
        "deployment": task.deployment,
        "context_id": task.context_id,
        **({"condition": condition} if condition else {}),
    }


def require_task(store: Store, task_id: int) -> TaskRecord:
    """Return the task. Raises NotFoundError."""
    task = store.task(TaskId(task_id))
    if task is None:
        raise NotFoundError(f"Task {task_id} not found", code=10000)
    return task


@router.get("/tasks", response_model=None)
async def list_tasks(
    request: Request,
    state: str = "",
    verbose: str = "1",
    limit: Limit = 0,
    deployment: str = "",
    context_id: str = "",
) -> list[JsonObject]:
    """List tasks, newest first."""
    found = director_of(request).store.tasks(
        states=_states(state.split(",")) or None,
        deployment=DeploymentName(deployment) if deployment else None,
        limit=LISTED_MAX if verbose == "1" or context_id or not limit else limit,
    )
    chosen = [
        task
        for task in found
        if (verbose != "1" or task.kind in MAIN_KINDS)
        and (not context_id or task.context_id == context_id)
    ]
    condition = director_of(request).tasks.condition
    return [task_json(task, condition(task)) for task in (chosen[:limit] if limit else chosen)]


@router.get("/tasks/{task_id}", response_model=None)
async def show_task(request: Request, task_id: Number) -> JsonObject:
    """Return one task."""
    director = director_of(request)
    task = require_task(director.store, task_id)
    return task_json(task, director.tasks.condition(task))


@router.put("/paasta/tasks/{task_id}/pause", response_model=None)
async def pause_task(request: Request, task_id: Number) -> Response:
    """Let a task finish what it has begun and begin nothing more; 400 when it cannot be paused."""
    await director_of(request).tasks.pause(TaskId(task_id))
    return Response(status_code=204)


@router.put("/paasta/tasks/{task_id}/resume", response_model=None)
async def resume_task(request: Request, task_id: Number) -> Response:
    """Let a paused task go on; 400 when it is not paused."""
    await director_of(request).tasks.go_on(TaskId(task_id))
    return Response(status_code=204)


@router.get("/tasks/{task_id}/output", response_model=None)
async def task_output(
    request: Request,
    task_id: Number,
    type: str = "debug",
    follow: bool = False,
) -> Response:
    """Return an output: all of it, from ``Range: bytes=N-``, or followed to the task's end."""
    director = director_of(request)
    require_task(director.store, task_id)
    if type == "none":
        return Response(status_code=204)
    try:
        output = TaskOutput(type)
    except ValueError as error:
        known = ", ".join(known.value for known in TaskOutput)
        raise BadRequestError(f"There is no task output '{type}'; known: {known}.") from error
    if follow:
        lines = _follow(request, TaskId(task_id), output, _range_start(request) or 0)
        return StreamingResponse(lines, media_type="text/plain")
    start = _range_start(request)
    content = director.feed.read(TaskId(task_id), output, offset=start or 0)
    if content is None:
        return Response(status_code=204)
    if start is None:
        return Response(content, media_type="text/plain")
    if not content:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{start}"})
    end = start + len(content) - 1
    return Response(
        content,
        status_code=206,
        media_type="text/plain",
        headers={"Content-Range": f"bytes {start}-{end}/{end + 1}"},
    )


@router.delete("/task/{task_id}", response_model=None)
async def cancel_task(request: Request, task_id: Number) -> Response:
    """Ask a task to stop; 400 when it has ended."""
    if not await director_of(request).tasks.cancel(TaskId(task_id)):
        raise PaastaError(f"Cannot cancel task {task_id}: it has ended", code=10002)
    return Response(status_code=204)


@router.post("/tasks/cancel", response_model=None)
async def cancel_tasks(request: Request) -> Response:
    """Ask all tasks of these types, states and deployment to stop; queued ones by default."""
    body = await json_body(request)
    states = _states(texts_of(body, "states")) or frozenset({TaskState.QUEUED})
    kinds, deployment = texts_of(body, "types"), body.get("deployment")
    director = director_of(request)
    for task in director.store.tasks(
        states=states,
        deployment=DeploymentName(str(deployment)) if deployment else None,
        limit=LISTED_MAX,
    ):
        if not kinds or task.kind in kinds:
            await director.tasks.cancel(task.task_id)
    return Response(status_code=204)


async def _follow(
    request: Request, task_id: TaskId, output: TaskOutput, offset: int
) -> AsyncIterator[bytes]:
    director = director_of(request)
    while True:
        ended = require_task(director.store, task_id).state.is_final
        content = director.feed.read(task_id, output, offset=offset) or b""
        offset += len(content)
        if content:
            yield content
        elif ended:
            return
        else:
            await director.feed.wait_for_news(task_id, deadline_s=FOLLOW_BEAT_S)
            if await request.is_disconnected():
                return


def _states(names: Iterable[str]) -> frozenset[TaskState]:
    try:
        return frozenset(TaskState(name) for name in names if name)
    except ValueError as error:
        known = ", ".join(state.value for state in TaskState)
        raise BadRequestError(f"{error}, as far as task states go; known: {known}.") from error


def _range_start(request: Request) -> int | None:
    found = _RANGE.match(request.headers.get("range", ""))
    return int(found[1]) if found else None
