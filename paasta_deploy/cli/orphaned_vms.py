"""``orphaned-vms`` and ``delete-vm``."""

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table


@click.command("orphaned-vms")
@with_session
def orphaned_vms(session: Session) -> None:
    """List VMs that were replaced (create-swap-delete) and still exist.

    The next deploy deletes them. Until then, deploying what they were made from takes them back.
    """
    rows = [
        [
            vm["cid"] or "-",
            vm["deployment_name"],
            vm["instance_name"],
            vm["az"] or "-",
            "\n".join(vm["ip_addresses"]) or "-",
            vm["orphaned_at"],
        ]
        for vm in session.client.get("/orphaned_vms")
    ]
    header = ["VM CID", "Deployment", "Instance", "AZ", "IPs", "Orphaned At"]
    session.terminal.table(Table(content="orphaned_vms", header=header, rows=rows))


@click.command("delete-vm")
@click.argument("cids", nargs=-1, required=True, metavar="CID...")
@with_session
def delete_vm(session: Session, *, cids: tuple[str, ...]) -> None:
    """Delete VMs that serve no instance any more."""
    session.terminal.confirm(f"Delete VM {', '.join(cids)}?")
    for cid in cids:
        follow_task(session, session.client.task_of("DELETE", f"/vms/{segment(cid)}"))
    session.terminal.line("Succeeded")
