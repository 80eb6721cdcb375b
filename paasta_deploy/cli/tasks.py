"""``tasks``, ``task``, ``cancel-task``; ``pause``, ``resume`` and ``abort`` of what runs."""

from datetime import UTC, datetime

import rich_click as click

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table

ACTIVE = "processing,cancelling,queued"
PAUSED = ("pausing", "paused")
"""How the condition of a paused task begins."""

RECENT_DEFAULT = 30
"""How many ``tasks --recent`` shows; BOSH's number."""


@click.command()
@click.option(
    "-r",
    "--recent",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=RECENT_DEFAULT,
    metavar="[N]",
    help=f"Also ended ones, the newest N (default {RECENT_DEFAULT}).",
)
@click.option("-a", "--all", "all_kinds", is_flag=True, help="Also listings, logs, ssh.")
@with_session
def tasks(session: Session, *, recent: int | None, all_kinds: bool) -> None:
    """List running tasks, or recent ones."""
    query: dict[str, object] = {"deployment": session.deployment or ""}
    if recent is None:
        query.update(state=ACTIVE, verbose=2)
    else:
        query.update(limit=recent, verbose=2 if all_kinds else 1)
    rows = [
        [
            str(task["id"]),
            task.get("condition") or task["state"],
            _time(task["started_at"]),
            _time(task["timestamp"]),
            task["user"],
            task["deployment"] or "-",
            task["description"],
            (task["result"] or "-").splitlines()[0],
        ]
        for task in session.client.get("/tasks", **query)
    ]
    header = [
        "ID",
        "State",
        "Started At",
        "Finished At",
        "User",
        "Deployment",
        "Description",
        "Result",
    ]
    session.terminal.table(Table(content="tasks", header=header, rows=rows))


@click.command()
@click.argument("task_id", required=False, type=int)
@click.option("--debug", "output", flag_value="debug", help="What went on inside.")
@click.option("--result", "output", flag_value="result", help="What it returned.")
@click.option("--cpi", "output", flag_value="cpi", help="Calls to the IaaS.")
@click.option("--event", "output", flag_value="event", help="Raw event lines.")
@click.option("-a", "--all", "all_kinds", is_flag=True, help="Without ID: the latest of any kind.")
@with_session
def task(session: Session, *, task_id: int | None, output: str | None, all_kinds: bool) -> None:
    """Show a task (the latest if none is named); a running one is followed to its end.

    The exit code says how it ended: 0 done, 1 failed or cancelled.
    """
    if task_id is None:
        found = session.client.get("/tasks", limit=1, verbose=2 if all_kinds else 1)
        if not found:
            raise CliError("There is no task yet.")
        task_id = int(found[0]["id"])
    if output is not None:
        text = session.client.get_text(f"/tasks/{task_id}/output", type=output)
        if text:
            session.terminal.block(text)
        else:
            session.terminal.note(f"Task {task_id} has no {output} output.")
        return
    follow_task(session, task_id)
    session.terminal.line(f"Task {task_id} done")


@click.command("cancel-task")
@click.argument("task_id", type=int)
@with_session
def cancel_task(session: Session, *, task_id: int) -> None:
    """Stop a task at its next safe point. What it has done stays; deploy again to go on."""
    session.client.delete(f"/task/{task_id}")
    session.terminal.line(f"Task {task_id} is asked to stop; `task {task_id}` shows when it has.")


_OF_A_TASK = "Without TASK: the running task of the deployment (-d), or the only one."


@click.command(epilog=_OF_A_TASK)
@click.argument("task_id", metavar="[TASK]", required=False, type=int)
@with_session
def pause(session: Session, *, task_id: int | None) -> None:
    """Let a deploy finish what it has begun and begin nothing more, until `resume`.

    No instance is left half done. A pause outlives the director, and who dies meanwhile is healed.
    """
    number = _running(session, task_id)
    session.client.send_json("PUT", f"/paasta/tasks/{number}/pause", {})
    session.terminal.line(
        f"Task {number} finishes what it has begun, then it is paused; "
        f"`paasta-deploy resume {number}` lets it go on."
    )


@click.command(epilog=_OF_A_TASK)
@click.argument("task_id", metavar="[TASK]", required=False, type=int)
@with_session
def resume(session: Session, *, task_id: int | None) -> None:
    """Let a paused task go on, and show it to its end. Ctrl-C detaches; the task goes on."""
    number = _running(session, task_id, paused=True)
    session.client.send_json("PUT", f"/paasta/tasks/{number}/resume", {})
    follow_task(session, number)
    session.terminal.line(f"Task {number} done")


@click.command(epilog=_OF_A_TASK)
@click.argument("task_id", metavar="[TASK]", required=False, type=int)
@with_session
def abort(session: Session, *, task_id: int | None) -> None:
    """Stop a task for good and at once, also a paused one (as `cancel-task` does).

    Instances that are in the middle of a change stay there, and nothing is rolled back: deploy
    again to go on, or deploy the former manifest to go back.
    """
    number = _running(session, task_id)
    session.client.delete(f"/task/{number}")
    session.terminal.line(
        f"Task {number} is asked to stop; `paasta-deploy task {number}` shows when it has."
    )


def _running(session: Session, task_id: int | None, *, paused: bool = False) -> int:
    """Return the number of the task that is meant. Raises CliError when that is not clear."""
    if task_id is not None:
        return task_id
    query = {"state": ACTIVE, "verbose": 1, "deployment": session.deployment or ""}
    found = [
        task
        for task in session.client.get("/tasks", **query)
        if task["state"] != "queued"
        and (not paused or task.get("condition", "").startswith(PAUSED))
    ]
    if len(found) == 1:
        return int(found[0]["id"])
    of = f" of deployment '{session.deployment}'" if session.deployment else ""
    what = "paused" if paused else "running"
    if not found:
        raise CliError(f"There is no {what} task{of}.", hint="`paasta-deploy tasks` lists tasks")
    names = ", ".join(f"{task['id']} ({task['description']})" for task in found)
    raise CliError(
        f"There are {len(found)} {what} tasks{of}: {names}.", hint="name one by its number"
    )


def _time(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
