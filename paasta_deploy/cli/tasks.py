"""``tasks``, ``task`` and ``cancel-task``."""

from datetime import UTC, datetime

import rich_click as click

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table

ACTIVE = "processing,cancelling,queued"
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
            task["state"],
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


def _time(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
