"""The shape of the engine's benchmark in Terraform, and how both compare."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TERRAFORM_GROUP = """\
resource "terraform_data" "group{number}" {{
  count = {size}
  input = "{number}/${{count.index}}"
{after}}}
"""
TERRAFORM_SETTINGS = "terraform.rc"  # not the user's, which may ask for plugins and updates
TERRAFORM_AFTER = "  depends_on = [terraform_data.group{number}]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one deploy cost. ``steps`` None: not counted."""

    size: int
    by: str
    deploy: str
    cpu_s: float
    wall_s: float
    peak_mib: float
    steps: int | None = None

    def show(self) -> None:
        """Print one line of the table."""
        steps = "-" if self.steps is None else self.steps
        print(
            f"{self.size:9}  {self.by:9}  {self.deploy:9}  {self.cpu_s:7.2f}  {self.wall_s:7.2f}  "
            f"{1e3 * self.cpu_s / self.size:15.2f}  {steps:>7}  {self.peak_mib:8.0f}",
            flush=True,
        )


def measure_terraform(terraform: str, groups: Sequence[int]) -> list[Row]:
    """Apply the same shape twice with Terraform."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        text = "".join(
            TERRAFORM_GROUP.format(
                number=number,
                size=size,
                after=TERRAFORM_AFTER.format(number=number - 1) if number else "",
            )
            for number, size in enumerate(groups)
        )
        (Path(folder) / "main.tf").write_text(text)
        (Path(folder) / TERRAFORM_SETTINGS).write_text("disable_checkpoint = true\n")
        run_terraform([terraform, "init"], folder)
        for name in ("fresh", "no change"):
            wall = time.perf_counter()
            used = run_terraform([terraform, "apply", "-auto-approve"], folder)
            rows.append(
                Row(
                    size=sum(groups),
                    by="terraform",
                    deploy=name,
                    cpu_s=used.ru_utime + used.ru_stime,
                    wall_s=time.perf_counter() - wall,
                    peak_mib=used.ru_maxrss / 1024,
                )
            )
    return rows


def run_terraform(command: list[str], folder: str) -> resource.struct_rusage:
    """Run one command to its end and return what it used. Only our settings count for it."""
    process = subprocess.Popen(
        [*command, "-input=false", "-no-color"],
        cwd=folder,
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(Path(folder) / TERRAFORM_SETTINGS)},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return used


def compare(ours: Sequence[Row], theirs: Sequence[Row]) -> None:
    """Print how many times more Terraform needs."""
    for our, their in zip(ours, theirs, strict=True):
        print(
            f"{our.size:9}  terraform : {our.by}, {our.deploy}: "
            f"CPU {their.cpu_s / our.cpu_s:.1f}, wall {their.wall_s / our.wall_s:.1f}",
            flush=True,
        )
