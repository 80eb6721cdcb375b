"""Output for people and for programs: tables, lines, JSON, questions.

Results go to stdout, progress and questions to stderr. On a terminal tables are aligned; piped
they are tab-separated without a header; with ``--json`` everything becomes one object at the end,
in the shape of BOSH's CLI (bosh.md 9.4), which scripts already read.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from paasta_deploy.cli.columns import laid_out
from paasta_deploy.cli.failure import CliError

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts under a header. ``content`` names what the rows are, in the plural.

    ``count`` is how many of them there are, if not every row is one.
    """

    content: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    count: int | None = None


@dataclass(slots=True, kw_only=True)
class Terminal:
    """One command's output. ``close`` prints the JSON object, if JSON is wanted."""

    as_json: bool = False
    interactive: bool = True
    colour: bool = True
    tty: bool = False
    _tables: list[Mapping[str, object]] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _diagnostics: list[object] = field(default_factory=list)

    @property
    def is_tty(self) -> bool:
        """Whether a person looks at stdout."""
        return not self.as_json and (self.tty or sys.stdout.isatty())

    @property
    def shows_progress(self) -> bool:
        """Whether a person looks at stderr, so that lines may be rewritten in place."""
        return not self.as_json and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    @property
    def has_colour(self) -> bool:
        """Whether colours are wanted and can be seen."""
        return self.colour and self.is_tty and "NO_COLOR" not in os.environ

    @property
    def columns(self) -> int | None:
        """How wide lines may be; None where nobody looks and every line stays whole."""
        return shutil.get_terminal_size().columns if self.is_tty else None

    def line(self, text: str = "") -> None:
        """Print one line of a result."""
        if self.as_json:
            self._lines.append(text)
        else:
            sys.stdout.write(text + "\n")

    def block(self, text: str) -> None:
        """Print a text as it is: a manifest, a plan, a log."""
        if self.as_json:
            self._blocks.append(text)
        else:
            sys.stdout.write(text if text.endswith("\n") else text + "\n")

    def note(self, text: str) -> None:
        """Tell a person something beside the result."""
        if self.as_json:
            self._lines.append(text)
        else:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Tell somebody at a terminal what is waited for, and take that back afterwards."""
        if not self.shows_progress:
            yield
            return
        sys.stderr.write(f"{text} ...")
        sys.stderr.flush()
        try:
            yield
        finally:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def table(self, table: Table) -> None:
        """Print a table."""
        if self.as_json:
            self._tables.append(_json_table(table))
        elif self.is_tty:
            self._print_aligned(table)
        else:
            for row in table.rows:
                sys.stdout.write("\t".join(_flat(cell) for cell in row) + "\t\n")

    def value(self, value: object) -> None:
        """Print JSON that is a result of its own (``plan --json``), not in BOSH's shape."""
        json.dump(value, sys.stdout, indent=2 if sys.stdout.isatty() else None)
        sys.stdout.write("\n")

    def failed(self, lines: Sequence[str], diagnostics: Sequence[object] = ()) -> None:
        """Take a failure into the JSON object; people read it on stderr."""
        self._lines.extend(lines)
        self._diagnostics.extend(diagnostics)

    def confirm(self, question: str) -> None:
        """Ask for a yes. Raises CliError when it is refused or nobody can be asked."""
        if not self.interactive:
            return
        if not sys.stdin.isatty():
            raise CliError(
                f"{question} Nobody can be asked here, so nothing was done.",
                hint="add -n to go ahead without asking",
            )
        sys.stderr.write(f"\n{question} [yN]: ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise CliError("Stopped: nothing was changed.")

    def close(self) -> None:
        """Finish the output."""
        if self.as_json:
            document: dict[str, object] = {
                "Tables": self._tables or None,
                "Blocks": self._blocks or None,
                "Lines": self._lines,
            }
            if self._diagnostics:
                document["Diagnostics"] = self._diagnostics
            json.dump(document, sys.stdout, indent=4)
            sys.stdout.write("\n")
        sys.stdout.flush()

    def _print_aligned(self, table: Table) -> None:
        """Print columns side by side, long texts wrapped within their column."""
        rows = [[_flat(cell) or "-" for cell in row] for row in table.rows]
        bold, plain = (_BOLD, _PLAIN) if self.has_colour else ("", "")
        # Scripts that ask for a terminal's tables in a pipe read them line by line.
        columns = self.columns if sys.stdout.isatty() else None
        heading, *lines = laid_out(table.header, rows, columns)
        sys.stdout.write("".join(f"{bold}{line}{plain}\n" for line in heading))
        sys.stdout.write("".join(f"{line}\n" for row in lines for line in row))
        for note in table.notes:
            sys.stdout.write(note + "\n")
        count = len(rows) if table.count is None else table.count
        sys.stdout.write(f"\n{count} {table.content}\n")


def _json_table(table: Table) -> Mapping[str, object]:
    keys = [_key(title) for title in table.header]
    return {
        "Content": table.content,
        "Header": dict(zip(keys, table.header, strict=True)),
        "Rows": [dict(zip(keys, row, strict=True)) for row in table.rows],
        "Notes": list(table.notes) or None,
    }


def _key(title: str) -> str:
    kept = "".join(char if char.isalnum() else "_" for char in title.lower())
    return "_".join(part for part in kept.split("_") if part)


def _flat(cell: str) -> str:
    return ", ".join(part for part in cell.split("\n") if part)
