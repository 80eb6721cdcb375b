"""``logs`` and ``ssh``."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.progress import follow_task
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Terminal

SSH_PORT = 22


@click.command()
@click.argument("instance", required=False, default="*", metavar="[GROUP[/ID]]")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where to put the archive. Default: here.",
)
@click.option("--job", "kind", flag_value="job", default=True, help="Logs of jobs (default).")
@click.option("--agent", "kind", flag_value="agent", help="Logs of the agent.")
@click.option("--only", default="", metavar="JOB,...", help="Only these jobs.")
@with_session
def logs(session: Session, *, instance: str, folder: Path, kind: str, only: str) -> None:
    """Fetch logs of instances as one tar.gz."""
    name = session.require_deployment()
    group, _, instance_id = instance.partition("/")
    task_id = session.client.task_of(
        "GET",
        f"/deployments/{segment(name)}/jobs/{segment(group)}/{segment(instance_id or '*')}/logs",
        type=kind,
        filters=only,
    )
    task = follow_task(session, task_id)
    label = "" if instance == "*" else "." + instance.replace("/", ".")
    stamp = time.strftime("%Y%m%d-%H%M%S")
    target = folder / f"{name}{label}-{stamp}.tgz"
    folder.mkdir(parents=True, exist_ok=True)
    session.client.download(str(task["result"]), target)
    session.terminal.line(f"Logs are in {target}")


@click.command()
@click.argument("instance", metavar="GROUP[/ID]")
@click.option("-c", "--command", "command", default="", help="Run this instead of a shell.")
@click.option("-l", "--login", default="", help="User to log in as. Default: made for this visit.")
@click.option("--opts", multiple=True, help="Passed to the ssh program.")
@with_session
def ssh(
    session: Session, *, instance: str, command: str, login: str, opts: tuple[str, ...]
) -> None:
    """Open a shell or run a command on an instance."""
    name = session.require_deployment()
    user = login or f"bosh_{os.urandom(6).hex()}"
    with tempfile.TemporaryDirectory(prefix="paasta-ssh-") as folder:
        key = _make_key(Path(folder))
        target = _target(instance)
        hosts = _visit(
            session,
            name,
            {
                "command": "setup",
                "deployment_name": name,
                "target": target,
                "params": {"user": user, "public_key": key.with_suffix(".pub").read_text()},
            },
        )
        try:
            code = _log_in(hosts, user, key, command, opts, terminal=session.terminal)
        finally:
            _visit(
                session,
                name,
                {
                    "command": "cleanup",
                    "deployment_name": name,
                    "target": target,
                    "params": {"user_regex": f"^{user}"},
                },
            )
    if code:
        raise CliError(f"The remote command ended with {code}.")


def _visit(session: Session, name: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    task_id = session.client.task_of("POST", f"/deployments/{segment(name)}/ssh", body=body)
    follow_task(session, task_id)
    text = session.client.get_text(f"/tasks/{task_id}/output", type="result")
    hosts: list[dict[str, Any]] = json.loads(text or "[]")
    return hosts


def _target(instance: str) -> dict[str, Any]:
    group, _, instance_id = instance.partition("/")
    ids = [instance_id] if instance_id else []
    return {"job": group, "ids": ids, "indexes": ids}


def _make_key(folder: Path) -> Path:
    for program in ("ssh", "ssh-keygen"):
        if shutil.which(program) is None:
            raise CliError(
                f"There is no `{program}` on this machine.",
                hint="install the OpenSSH client (Debian: openssh-client)",
            )
    key = folder / "key"
    made = subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CliError(
            f"ssh-keygen failed: {made.stderr.strip()}",
            hint="is there space in the temporary folder?",
        )
    return key


def _log_in(
    hosts: list[dict[str, Any]],
    user: str,
    key: Path,
    command: str,
    opts: tuple[str, ...],
    *,
    terminal: Terminal,
) -> int:
    if not command and len(hosts) != 1:
        raise CliError(
            f"A shell needs one instance, and {len(hosts)} were named.",
            hint="name one with GROUP/ID, or run a command on all with -c",
        )
    # In a JSON document there is no room for what a command prints by itself.
    captures = terminal.as_json and bool(command)
    worst = 0
    for host in hosts:
        known = key.with_name("known_hosts")
        port = int(host.get("port") or SSH_PORT)
        place = host["ip"] if port == SSH_PORT else f"[{host['ip']}]:{port}"
        known.write_text(f"{place} {host['host_public_key']}\n")
        program = [
            "ssh",
            "-i",
            str(key),
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "StrictHostKeyChecking=yes",
            "-o",
            f"UserKnownHostsFile={known}",
            *opts,
            "-p",
            str(port),
            f"{host.get('user') or user}@{host['ip']}",
        ]
        ended = subprocess.run(
            [*program, *([command] if command else [])],
            stdout=subprocess.PIPE if captures else None,
            check=False,
        )
        if captures:
            terminal.block(ended.stdout.decode(errors="replace"))
        worst = max(worst, ended.returncode)
    return worst
