"""``disks`` and ``delete-disk``."""

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table


@click.command()
@click.option("-o", "--orphaned", is_flag=True, help="Accepted for BOSH's scripts.")
@with_session
def disks(session: Session, *, orphaned: bool) -> None:
    """List orphaned disks: kept after their instance went away."""
    del orphaned
    rows = [
        [
            disk["disk_cid"] or "-",
            f"{disk['size']} MiB",
            disk["deployment_name"],
            disk["instance_name"] or "-",
            disk["az"] or "-",
            disk["orphaned_at"] or "-",
            disk.get("name") or "-",
        ]
        for disk in session.client.get("/disks")
    ]
    header = ["Disk CID", "Size", "Deployment", "Instance", "AZ", "Orphaned At", "Name"]
    session.terminal.table(Table(content="disks", header=header, rows=rows))


@click.command("delete-disk")
@click.argument("cids", nargs=-1, required=True, metavar="CID...")
@with_session
def delete_disk(session: Session, *, cids: tuple[str, ...]) -> None:
    """Delete orphaned disks with their data. Nothing brings the data back."""
    session.terminal.confirm(f"Delete {', '.join(cids)} and the data on it?")
    for cid in cids:
        follow_task(session, session.client.task_of("DELETE", f"/disks/{segment(cid)}"))
    session.terminal.line("Succeeded")
