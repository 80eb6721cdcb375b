"""``instances`` and ``vms``."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import rich_click as click

from paasta_deploy.cli.client import segment
from paasta_deploy.cli.progress import result_lines
from paasta_deploy.cli.session import Session, with_session
from paasta_deploy.cli.terminal import Table

Line = Mapping[str, Any]


def list_lines(session: Session, what: str) -> Sequence[Line]:
    """Return the full listing of the chosen deployment; ``what`` is instances or vms."""
    name = session.require_deployment()
    task_id = session.client.task_of("GET", f"/deployments/{segment(name)}/{what}", format="full")
    for _ in session.client.follow(task_id):
        pass  # a listing has no events worth showing; following ends with the task
    return result_lines(session.client, task_id)


@click.command()
@click.option("-i", "--details", is_flag=True, help="Ids, CIDs, state, index.")
@click.option("-p", "--ps", is_flag=True, help="Every process.")
@click.option("-f", "--failing", is_flag=True, help="Only those that are not well.")
@click.option("--vitals", is_flag=True, help="Load, CPU, memory, disks.")
@with_session
def instances(session: Session, *, details: bool, ps: bool, failing: bool, vitals: bool) -> None:
    """List instances and how they are."""
    lines = list_lines(session, "instances")
    header = ["Instance", "Process State", "AZ", "IPs", "Deployment"]
    if details:
        header += ["State", "VM CID", "Disk CIDs", "Agent ID", "Index"]
        header += ["Resurrection Paused", "Bootstrap", "Ignore"]
    if vitals:
        header += _VITALS_HEADER
    rows: list[list[str]] = []
    shown = [line for line in lines if not (failing and _is_well(line))]
    for line in shown:
        row = [
            label(line),
            line["job_state"] or "-",
            line["az"] or "-",
            "\n".join(line["ips"]),
            line["deployment"],
        ]
        if details:
            row += [
                line["state"],
                line["vm_cid"] or "-",
                "\n".join(line["disk_cids"]) or "-",
                line["agent_id"] or "-",
                str(line["index"]),
                str(line["resurrection_paused"]).lower(),
                str(line["bootstrap"]).lower(),
                str(line["ignore"]).lower(),
            ]
        if vitals:
            row += vitals_cells(line)
        rows.append(row)
        if ps:
            rows.extend(_process_rows(line, len(header), failing=failing))
    session.terminal.table(Table(content="instances", header=header, rows=rows, count=len(shown)))


@click.command()
@click.option("--vitals", is_flag=True, help="Load, CPU, memory, disks.")
@click.option("--cloud-properties", is_flag=True, help="What the CPI was given.")
@with_session
def vms(session: Session, *, vitals: bool, cloud_properties: bool) -> None:
    """List VMs and how they are."""
    header = ["Instance", "Process State", "AZ", "IPs", "VM CID", "VM Type", "Active", "Stemcell"]
    if vitals:
        header += _VITALS_HEADER
    if cloud_properties:
        header.append("Cloud Properties")
    rows: list[list[str]] = []
    for line in list_lines(session, "vms"):
        stemcell = line["stemcell"] or {}
        row = [
            label(line),
            line["job_state"] or "-",
            line["az"] or "-",
            "\n".join(line["ips"]),
            line["vm_cid"] or "-",
            line["vm_type"] or "-",
            str(line["active"]).lower(),
            f"{stemcell.get('name', '')}/{stemcell.get('version', '')}",
        ]
        if vitals:
            row += vitals_cells(line)
        if cloud_properties:
            row.append(str(line["cloud_properties"]))
        rows.append(row)
    session.terminal.table(Table(content="vms", header=header, rows=rows))


_VITALS_HEADER = [
    "Uptime",
    "Load (1m, 5m, 15m)",
    "CPU User",
    "CPU Sys",
    "CPU Wait",
    "Memory Usage",
    "Swap Usage",
    "System Disk",
    "Ephemeral Disk",
    "Persistent Disk",
]


def label(line: Line) -> str:
    """Return ``group/id``, as BOSH shows an instance."""
    return f"{line['job_name']}/{line['id']}"


def vitals_cells(line: Line) -> list[str]:
    """Return the vitals of one instance as texts, ``-`` where the agent did not say."""
    vitals: Mapping[str, Any] = line.get("vitals") or {}
    cpu = vitals.get("cpu") or {}
    disk = vitals.get("disk") or {}
    uptime = (vitals.get("uptime") or {}).get("secs")
    return [
        str(timedelta(seconds=int(uptime))) if uptime is not None else "-",
        ", ".join(str(value) for value in vitals.get("load") or ()) or "-",
        _percent(cpu.get("user")),
        _percent(cpu.get("sys")),
        _percent(cpu.get("wait")),
        _memory(vitals.get("mem")),
        _memory(vitals.get("swap")),
        *(_disk(disk.get(kind)) for kind in ("system", "ephemeral", "persistent")),
    ]


def _process_rows(line: Line, width: int, *, failing: bool) -> Sequence[list[str]]:
    rows = []
    for process in line.get("processes") or ():
        if failing and process.get("state") == "running":
            continue
        cells = [f"~ {process.get('name')}", str(process.get("state") or "-"), "-", "-", "-"]
        rows.append(cells + ["-"] * (width - len(cells)))
    return rows


def _is_well(line: Line) -> bool:
    processes = line.get("processes") or ()
    return line["job_state"] == "running" and all(
        process.get("state") == "running" for process in processes
    )


def _percent(value: object) -> str:
    return f"{value}%" if value not in (None, "") else "-"


def _memory(value: Mapping[str, Any] | None) -> str:
    if not value or value.get("kb") in (None, ""):
        return "-"
    return f"{value.get('percent')}% ({int(float(value['kb'])) // 1024} MiB)"


def _disk(value: Mapping[str, Any] | None) -> str:
    if not value or value.get("percent") in (None, ""):
        return "-"
    return f"{value.get('percent')}% ({value.get('inode_percent')}i%)"
