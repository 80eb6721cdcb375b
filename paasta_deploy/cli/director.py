"""``director start|stop|status`` and ``providers``."""

from pathlib import Path

import rich_click as click

from paasta_deploy.cli.failure import DONE, FAILED
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table
from paasta_deploy.wiring import process


@click.group()
def director() -> None:
    """Start, stop or look at the director on this machine."""


@director.command()
@click.option("--foreground", is_flag=True, help="Stay here and log to stderr; for supervisors.")
@with_session
def start(session: Session, *, foreground: bool) -> None:
    """Start the director; unfinished tasks go on. Nothing happens when it runs already."""
    if foreground:
        process.run_here(session.home)
        return
    socket = process.ensure_running(session.home, tell=session.terminal.note)
    session.terminal.line(f"The director listens on {socket}")


@director.command()
@with_session
def stop(session: Session) -> None:
    """Stop the director and its NATS server. Machines keep running."""
    if process.stop(session.home):
        session.terminal.line("The director is stopped; machines keep running.")
        return
    # The message bus is only looked for when a killed director may have left one.
    from paasta_deploy.wiring.left_behind import stop_left_nats  # noqa: PLC0415 - see above

    home = process.home_folder(session.home)
    left = stop_left_nats(home)
    session.terminal.line(
        f"No director is running for {home}."
        + (" The NATS server that a killed one had left is stopped." if left else "")
    )


@director.command()
@with_session
def status(session: Session) -> int:
    """Show how the director is. Exit code 1: none is running."""
    home = process.home_folder(session.home)
    pid = process.running_pid(home)
    if pid is None:
        session.terminal.line(f"No director is running for {home}.")
        session.terminal.line("`paasta-deploy director start` starts it.")
        return FAILED
    told = {"home": str(home), "pid": str(pid), **session.client.get("/paasta/status")}
    remarks = [str(remark) for remark in told.pop("remarks", ())]
    if session.terminal.as_json:
        table = Table(
            content="director",
            header=list(told),
            rows=[[str(value) for value in told.values()]],
            notes=remarks,
        )
        session.terminal.table(table)
        return DONE
    width = max(map(len, told))
    for key, value in told.items():
        session.terminal.line(f"{key.replace('_', ' ').ljust(width)}  {value}")
    for remark in remarks:
        session.terminal.line(f"remark: {remark}")
    return DONE


@director.command("upgrade-store")
@click.option("--dry-run", is_flag=True, help="Try it on a copy and say what would happen.")
@with_session
def upgrade_store(session: Session, *, dry_run: bool) -> None:
    """Bring the store to this version's schema, as the next start of the director does.

    The old store is kept beside it under another name.
    """
    # The database's libraries take time to load, and no other command needs them.
    from paasta_deploy.wiring import store_upgrade  # noqa: PLC0415 - see above

    home = process.home_folder(session.home)
    if not dry_run:
        store_upgrade.upgrade(home)
        session.terminal.line("The store is current.")
        return
    tried = store_upgrade.rehearse(home)
    records = ", ".join(f"{count} {table}" for table, count in tried.records.items())
    told = {
        "store": str(tried.store),
        "revision": tried.revision,
        "newest revision": tried.revision_new,
        "records": records or "none",
        "unfinished tasks": ", ".join(map(str, tried.tasks)) or "none",
        "size": f"{tried.size_bytes / 1e6:.1f} MB, {tried.free_bytes / 1e6:.0f} MB are free",
        "kept as": "nothing to keep" if tried.is_current else str(tried.copy),
    }
    note = (
        "The store is current: there is nothing to upgrade."
        if tried.is_current
        else "The upgrade was tried on a copy and went well. Nothing was changed."
    )
    if session.terminal.as_json:
        rows = [list(told.values())]
        session.terminal.table(Table(content="store", header=list(told), rows=rows, notes=[note]))
        return
    width = max(map(len, told))
    for key, value in told.items():
        session.terminal.line(f"{key.ljust(width)}  {value}")
    session.terminal.line(note)


@director.command()
@with_session
def certificates(session: Session) -> None:
    """List the director's own certificates, the next one to end first, and how each is renewed."""
    found = session.client.get("/paasta/certificates")
    rows = [
        [
            item["use"],
            str(item["days_left"]),
            item["expiry"],
            f"renewed {item['renewal']}",
            item["certificate_path"],
        ]
        for item in found
    ]
    soon = [item["use"] for item in found if item["ends_soon"]]
    session.terminal.table(
        Table(
            content="certificates",
            header=["For", "Days Left", "Expires At", "Renewal", "File"],
            rows=rows,
            notes=[f"Soon to end: {', '.join(soon)}."] if soon else [],
        )
    )


@director.command("rotate-ca")
@with_session
def rotate_ca(session: Session) -> None:
    """Exchange the director's own CA below running agents; none of them is lost or restarted.

    Every agent trusts the new one beside the old, then the new one signs, then the old one is
    dropped. An exchange that stopped half way is continued by the same command.
    """
    session.terminal.line("Every agent is given new certificates, in three phases. No job stops.")
    session.terminal.line("Clients of the API over HTTPS need the new certs/ca.pem afterwards.")
    session.terminal.confirm("Rotate the director's CA?")
    follow_task(session, session.client.task_of("POST", "/paasta/certificates/rotation"))
    session.terminal.line("Succeeded")


@click.command()
@with_session
def providers(session: Session) -> None:
    """List IaaS providers, how they were verified and what they lack."""
    # Providers are found through entry points, which only wiring reads.
    from paasta_deploy.wiring.providers import describe_providers  # noqa: PLC0415 - see above

    rows = describe_providers(Path(process.home_folder(session.home)))
    header = ["Provider", "Networks", "Features", "Verified Against", "Notes"]
    session.terminal.table(Table(content="providers", header=header, rows=rows))
