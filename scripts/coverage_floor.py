"""Hold branch coverage above its floors: 95 % in the pure layers, 85 % elsewhere.

Run by `scripts/test` after a whole run, on the data that this left in `.coverage`. Prints one line
for each part and, when a part is below its floor, the files that lack most.
"""

import json
import sys
import tempfile
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parents[1]
# STYLE 8. A pure layer needs nothing but values to be tested, so little excuses a gap there.
PURE_FLOOR_PERCENT = 95.0
REST_FLOOR_PERCENT = 85.0
# Enough to begin with; the whole list is `.venv/bin/coverage report`.
WORST_FILES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One file: how many lines and branches it has, and how many of them have run."""

    path: str
    total: int
    covered: int

    @property
    def missing(self) -> int:
        """Lines and branches that have not run."""
        return self.total - self.covered


def main() -> int:
    """Return 0 when both floors hold, 1 when one does not."""
    measured = _measure()
    pure = _pure_packages()
    in_pure = [file for file in measured if file.path.startswith(pure)]
    in_rest = [file for file in measured if not file.path.startswith(pure)]
    verdicts = [
        _holds("pure layers", in_pure, PURE_FLOOR_PERCENT),
        _holds("the rest", in_rest, REST_FLOOR_PERCENT),
    ]
    return 0 if all(verdicts) else 1


def _measure() -> list[Measured]:
    coverage = Coverage(messages=False)
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report), ignore_errors=True)
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return [
        Measured(
            path=Path(path).as_posix(),
            total=file["summary"]["num_statements"] + file["summary"]["num_branches"],
            covered=file["summary"]["covered_lines"] + file["summary"]["covered_branches"],
        )
        for path, file in files.items()
    ]


def _pure_packages() -> tuple[str, ...]:
    contracts = ConfigParser()
    contracts.read(ROOT / "setup.cfg", encoding="utf-8")
    names = contracts["importlinter:contract:pure-layers"]["source_modules"].split()
    return tuple(name.replace(".", "/") + "/" for name in names)


def _holds(part: str, files: list[Measured], floor_percent: float) -> bool:
    total = sum(file.total for file in files)
    percent = 100.0 * sum(file.covered for file in files) / total if total else 100.0
    holds = percent >= floor_percent
    verdict = "" if holds else f", below the floor of {floor_percent:.0f} %"
    print(f"coverage of {part}: {percent:.1f} % of lines and branches{verdict}")
    if not holds:
        worst = sorted(files, key=lambda file: file.missing, reverse=True)
        for file in worst[:WORST_FILES_SHOWN]:
            print(f"  {file.missing:4d} missing in {file.path}")
    return holds


if __name__ == "__main__":
    sys.exit(main())
