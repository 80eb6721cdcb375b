"""What one instance costs in SQL statements, agent requests and provider calls, on real machines.

A real director with real agents on local machines; its own classes are counted
(scripts/drills/counting). BOSH's director, measured on the same deployment of 100: 30 agent
requests, 5 CPI calls, 146 SQL statements for each instance of a fresh deploy.

    calls.py [--instances N] [--details]
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "drills"))

from minimal import Minimal, bench_home
from paasta import ROOT, Drill

HEADER = ("step", "statements", "SELECTs", "agent requests", "provider calls", "wall s")
SETTLED_S = 0.5  # several times as long as the director takes to write its counts


class Counts:
    """The director's counts."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> Counter[str]:
        """Return what was counted until now."""
        time.sleep(SETTLED_S)
        return Counter(json.loads(self._file.read_text()))


def total(counts: Counter[str], *signs: str) -> int:
    """Return how often there was something that begins like this."""
    return sum(number for name, number in counts.items() if name.startswith(signs))


def measure(
    counts: Counts, instances: int, step: str, work: Callable[[], object], *, details: bool
) -> None:
    """Run ``work`` and print what it took for each instance."""
    before, started = counts.now(), time.perf_counter()
    work()
    wall_s = time.perf_counter() - started
    found = counts.now() - before
    row = (
        step,
        f"{total(found, 'sql') / instances:.1f}",
        f"{total(found, 'sql SELECT') / instances:.1f}",
        f"{total(found, 'agent') / instances:.1f}",
        f"{total(found, 'cpi') / instances:.1f}",
        f"{wall_s:.2f}",
    )
    print("  ".join(str(cell).rjust(len(title)) for cell, title in zip(row, HEADER, strict=True)))
    if details:
        for name, number in sorted(found.items(), key=lambda item: -item[1]):
            print(f"{number:12}  {name}")


def main() -> None:
    """Count the steps of one deployment's life."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--instances", type=int, default=100)
    parser.add_argument("--details", action="store_true", help="each kind of statement and call")
    arguments = parser.parse_args()
    size, details = arguments.instances, arguments.details
    home = bench_home("calls")
    file = home / "counts.json"
    drills = ROOT / "scripts" / "drills"
    path = f"{drills / 'counting'}:{drills}:{os.environ.get('PYTHONPATH', '')}"
    drill = Drill(home)
    drill.environment |= {"PYTHONPATH": path.rstrip(":"), "PAASTA_COUNTS": str(file)}
    minimal, counts = Minimal(drill), Counts(file)
    minimal.prepare()
    print(f"{size} instances; each column but the last is for one instance")
    print("  ".join(HEADER))
    try:
        # The package is compiled once, outside the measured deploys, as BOSH's figures are.
        minimal.deploy(1, "warm")
        minimal.delete()
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("fresh", lambda: minimal.deploy(size, "one", in_flight=100)),
            ("again", lambda: minimal.deploy(size, "one", in_flight=100)),
            ("update", lambda: minimal.deploy(size, "two", in_flight=100)),
            ("recreate", lambda: drill.run("-n", "-d", "minimal", "recreate", "--no-converge")),
            ("delete", minimal.delete),
        )
        for step, work in steps:
            measure(counts, size, step, work, details=details)
    finally:
        drill.run("-n", "-d", "minimal", "delete-deployment", "--force", check=False)
        drill.run("director", "stop", check=False)
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
