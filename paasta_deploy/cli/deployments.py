"""``deployments``, ``manifest`` and ``delete-deployment``."""

from typing import Any

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table
from paasta_deploy.model.counting import counted, verb


@click.command()
@with_session
def deployments(session: Session) -> None:
    """List deployments with their releases and stemcells."""
    rows = [
        [
            item["name"],
            _names(item["releases"]),
            _names(item["stemcells"]),
            item["cloud_config"],
            str(item["locked"]).lower(),
        ]
        for item in session.client.get("/deployments")
    ]
    header = ["Name", "Release(s)", "Stemcell(s)", "Cloud Config", "Locked"]
    session.terminal.table(Table(content="deployments", header=header, rows=rows))


@click.command()
@with_session
def manifest(session: Session) -> None:
    """Print the manifest of the last successful deploy."""
    name = session.require_deployment()
    session.terminal.block(session.client.get(f"/deployments/{segment(name)}")["manifest"])


@click.command("delete-deployment")
@click.option("--force", is_flag=True, help="Go on when scripts fail or agents do not answer.")
@with_session
def delete_deployment(session: Session, *, force: bool) -> None:
    """Stop all instances and delete their VMs. Disks are kept as orphans."""
    name = session.require_deployment()
    session.terminal.confirm(f"Delete deployment '{name}'? Its disks are kept as orphans.")
    task_id = session.client.task_of("DELETE", f"/deployments/{segment(name)}", force=force)
    follow_task(session, task_id)
    orphans = [disk for disk in session.client.get("/disks") if disk["deployment_name"] == name]
    if orphans:
        session.terminal.line(
            f"{counted(len(orphans), 'disk')} {verb(len(orphans), 'is', 'are')} kept: "
            "`paasta-deploy disks --orphaned` lists them, "
            "`paasta-deploy delete-disk CID` deletes one."
        )
    session.terminal.line("Succeeded")


def _names(items: list[dict[str, Any]]) -> str:
    return "\n".join(f"{item['name']}/{item['version']}" for item in items)
