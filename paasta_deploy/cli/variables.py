"""``variables`` and ``rotate``: the values that the director keeps for a deployment."""

from collections.abc import Mapping, Sequence
from typing import Any

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table
from paasta_deploy.model.counting import counted


@click.command()
@click.option("--expiry", is_flag=True, help="Certificates only, the next one to end first.")
@with_session
def variables(session: Session, *, expiry: bool) -> None:
    """List the variables that the last deploy used. Values are never shown."""
    name = session.require_deployment()
    found = session.client.get(f"/paasta/deployments/{segment(name)}/variables")
    session.terminal.table(_expiries(found) if expiry else _all(found))


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@with_session
def rotate(session: Session, *, names: tuple[str, ...], dry_run: bool) -> None:
    """Give variables new values and bring them to every instance that uses them.

    A CA is rotated in three rollouts, each finished everywhere before the next one: the new one is
    trusted beside the old, then it signs, then the old one is dropped. One that stopped half way
    is continued by the same command.
    """
    deployment = segment(session.require_deployment())
    body = {"names": list(names)}
    plan = session.client.send_json(
        "POST", f"/paasta/deployments/{deployment}/rotations/plan", body
    )
    if dry_run and session.terminal.as_json:
        session.terminal.value({key: value for key, value in plan.items() if key != "text"})
        session.terminal.as_json = False  # the value above is the whole output
        return
    session.terminal.block(plan["text"])
    if dry_run:
        return
    session.terminal.confirm("Rotate?")
    task_id = session.client.task_of(
        "POST", f"/paasta/deployments/{deployment}/rotations", body=body
    )
    follow_task(session, task_id)
    session.terminal.line("Succeeded")


def _all(found: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        [
            item["id"],
            item["name"],
            item["type"],
            _version(item),
            item["created_at"],
            _ends(item),
        ]
        for item in found
    ]
    return Table(
        content="variables",
        header=["ID", "Name", "Type", "Version", "Created At", "Expires"],
        rows=rows,
        notes=_notes(found),
    )


def _expiries(found: Sequence[Mapping[str, Any]]) -> Table:
    certificates = [item for item in found if item["certificate"]]
    certificates.sort(key=lambda item: (item["certificate"]["not_after"], item["name"]))
    rows = [
        [
            item["name"],
            str(item["certificate"]["days_left"]),
            item["certificate"]["not_after"],
            "CA" if item["certificate"]["is_ca"] else "",
            item["signed_by"] or "itself",
            item["rotation"] or "",
        ]
        for item in certificates
    ]
    return Table(
        content="certificates",
        header=["Name", "Days Left", "Expires At", "CA", "Signed By", "Rotation"],
        rows=rows,
        notes=_notes(certificates),
    )


def _version(item: Mapping[str, Any]) -> str:
    if item["newest"] == item["version"]:
        return str(item["version"])
    return f"{item['version']} ({item['newest']} with the next deploy)"


def _ends(item: Mapping[str, Any]) -> str:
    certificate = item["certificate"]
    if certificate is None:
        return ""
    return f"{certificate['not_after'][:10]} ({counted(certificate['days_left'], 'day')})"


def _notes(found: Sequence[Mapping[str, Any]]) -> list[str]:
    soon = [
        item["name"] for item in found if item["certificate"] and item["certificate"]["ends_soon"]
    ]
    if not soon:
        return []
    names = ", ".join(soon)
    return [f"Soon to end: {names}. `paasta-deploy rotate NAME` makes new ones everywhere."]
