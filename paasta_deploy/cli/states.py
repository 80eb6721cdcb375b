"""``start``, ``stop``, ``restart`` and ``recreate``."""

from collections.abc import Callable
from typing import Any

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session

_VERBS = {
    "started": "Start",
    "stopped": "Stop",
    "detached": "Stop and delete the VMs of",
    "restart": "Restart",
    "recreate": "Make new VMs for",
}
"""What is asked before a state is changed. Disks and addresses are kept whatever it is."""

_SLUG = click.argument("instance", required=False, default="*", metavar="[GROUP[/ID]]")


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--max-in-flight", metavar="N|N%", help="How many at a time."),
        click.option("--canaries", metavar="N|N%", help="How many alone first."),
        click.option("--skip-drain", is_flag=True, help="Do not run drain scripts."),
        click.option("--converge/--no-converge", default=True, help="For BOSH's scripts."),
        _SLUG,
    ):
        command = option(command)
    return command


@click.command()
@_options
@with_session
def start(session: Session, *, instance: str, **options: Any) -> None:  # noqa: ANN401 - options
    """Start instances that were stopped."""
    _change(session, "started", instance, options)


@click.command()
@_options
@click.option("--hard", is_flag=True, help="Also delete the VMs; disks and addresses are kept.")
@click.option("--soft", is_flag=True, help="Keep the VMs (this is the default).")
@with_session
def stop(
    session: Session,
    *,
    instance: str,
    hard: bool,
    soft: bool,
    **options: Any,  # noqa: ANN401 - options
) -> None:
    """Stop the jobs of instances; they stay stopped until they are started again."""
    if hard and soft:
        raise click.UsageError("--hard and --soft exclude each other.")
    _change(session, "detached" if hard else "stopped", instance, options)


@click.command()
@_options
@with_session
def restart(session: Session, *, instance: str, **options: Any) -> None:  # noqa: ANN401 - options
    """Stop and start the jobs of instances."""
    _change(session, "restart", instance, options)


@click.command()
@_options
@click.option("--fix", is_flag=True, help="Also those whose agent does not answer.")
@with_session
def recreate(
    session: Session,
    *,
    instance: str,
    fix: bool,
    **options: Any,  # noqa: ANN401 - options
) -> None:
    """Make new VMs with the same identity, addresses and disks."""
    _change(session, "recreate", instance, {**options, "fix": fix})


def _change(session: Session, state: str, slug: str, options: dict[str, Any]) -> None:
    name = session.require_deployment()
    what = "all instances" if slug == "*" else slug
    session.terminal.confirm(f"{_VERBS[state]} {what} of '{name}'?")
    path = "/".join(segment(part) for part in slug.split("/", 1))
    options.pop("converge", None)
    task_id = session.client.task_of(
        "PUT",
        f"/deployments/{segment(name)}/jobs/{path}",
        state=state,
        **{key: value for key, value in options.items() if value},
    )
    follow_task(session, task_id)
    session.terminal.line("Succeeded")
