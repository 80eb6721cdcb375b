"""What drills and benchmarks need: the CLI, the director's process, machines, the clock.

Standard library only. Everything goes through the CLI, as an operator would; machines are found
through their folders, because a drill kills them behind the director's back.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("PAASTA_VENV", ROOT / ".venv")) / "bin" / "python"
PAASTA = (str(PYTHON), "-m", "paasta_deploy")
PAGE_TIMEOUT_S = 1.0


class Drill:
    """One state folder and the director that works in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "PAASTA_HOME": str(home), "NO_COLOR": "1"}

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command of the CLI."""
        ended = subprocess.run(
            [*PAASTA, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and ended.returncode:
            sys.exit(f"{' '.join(arguments)} failed:\n{ended.stdout}{ended.stderr}")
        return ended

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start one command of the CLI in the background."""
        return subprocess.Popen(
            [*PAASTA, *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def table(self, *arguments: str) -> list[dict[str, str]]:
        """Return the rows of a command's table."""
        document = json.loads(self.run("--json", *arguments).stdout)
        tables = document["Tables"] or [{"Rows": []}]
        rows: list[dict[str, str]] = tables[0]["Rows"]
        return rows

    def director_pid(self) -> int:
        """Return the director's pid."""
        return int(json.loads((self.home / "director.pid").read_text())["pid"])

    def kill_director(self) -> None:
        """Kill -9 the director, as a power cut would."""
        os.kill(self.director_pid(), signal.SIGKILL)

    def machine_pid(self, vm_cid: str) -> int:
        """Return the first process of a machine."""
        return int((self.machines / vm_cid / "pid").read_text())

    def kill_machine(self, vm_cid: str) -> None:
        """Kill -9 a machine."""
        os.kill(self.machine_pid(vm_cid), signal.SIGKILL)

    @property
    def machines(self) -> Path:
        """The folder with one folder per machine."""
        return self.home / "cpis" / "local" / "machines"

    def machine_cids(self) -> set[str]:
        """Return the machines that have a folder."""
        if not self.machines.exists():
            return set()
        return {folder.name for folder in self.machines.iterdir() if folder.name.startswith("vm-")}

    @property
    def disks(self) -> Path:
        """The folder with one folder per persistent disk."""
        return self.home / "cpis" / "local" / "disks"

    def disk_cids(self) -> set[str]:
        """Return the disks that have a folder."""
        if not self.disks.exists():
            return set()
        return {folder.name for folder in self.disks.iterdir() if folder.name.startswith("disk-")}

    def mark_disk(self, cid: str) -> Path:
        """Write on a disk, as a job would, and return the file."""
        mark = self.disks / cid / "data" / "mark"
        mark.write_text(cid)
        return mark


def fetch(url: str) -> dict[str, Any] | None:
    """Return the JSON of a page, or None when it does not answer in time."""
    try:
        with urllib.request.urlopen(url, timeout=PAGE_TIMEOUT_S) as answer:  # noqa: S310 - our page
            page: dict[str, Any] = json.loads(answer.read())
    except (OSError, ValueError):
        return None
    return page


def wait_for_page(url: str, *, limit_s: float) -> tuple[float, dict[str, Any]]:
    """Return how long it took until the page answered, and what it said."""
    started = time.monotonic()
    while time.monotonic() - started < limit_s:
        page = fetch(url)
        if page is not None:
            return time.monotonic() - started, page
        time.sleep(0.005)
    sys.exit(f"{url} did not answer within {limit_s} s")


def process_rss_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def process_cpu_s(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
