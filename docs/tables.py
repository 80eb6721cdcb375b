"""Writes the pages of `docs/reference/` that repeat what code says, so that no fact stands twice.

`python -m docs.tables` writes them; with `--check` it only says which are not current, as
`scripts/docs` wants it.
Sources: the layers of `setup.cfg`, the transitions in `model/lifecycle.py`, the texts of the
diagnostics, the CLI's own help, what the parsers of manifests and configs ask for.
"""

import argparse
import ast
import sys
from collections.abc import Mapping
from configparser import ConfigParser
from enum import Enum
from pathlib import Path

from docs.commands_page import commands_page
from docs.manifest_pages import pages as manifest_pages
from paasta_deploy.diagnostics.bosh_codes import bosh_codes, bosh_name
from paasta_deploy.diagnostics.catalogue import explanations
from paasta_deploy.model import lifecycle

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
GENERATED = "<!-- Written by docs/tables.py; `scripts/docs --write` writes it anew. -->\n\n"


def layers_page() -> str:
    """Return the packages of the core, top to bottom, with what each says of itself."""
    contracts = ConfigParser()
    contracts.read(ROOT / "setup.cfg", encoding="utf-8")
    rows = contracts["importlinter:contract:layers"]["layers"].strip().splitlines()
    lines = [
        "# Layers",
        "",
        "A package imports only what stands below it; packages of one row do not know each other.",
        "The contract is `setup.cfg`, and the reasons are in",
        "[ADR 0003](../adr/0003-layers-and-providers-beside-the-core.md).",
        "",
        "| row | package | what it is |",
        "|---|---|---|",
    ]
    for number, row in enumerate(rows, start=1):
        for name in row.split(" | "):
            module = f"paasta_deploy/{name}/__init__.py"
            if name == "__main__":
                module = "paasta_deploy/__main__.py"
            lines.append(f"| {number} | [{name}](../../{module}) | {_summary(ROOT / module)} |")
    return "\n".join(lines) + "\n"


def _summary(module: Path) -> str:
    """Return the first line of a module's docstring."""
    if not module.exists():
        return ""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def lifecycles_page() -> str:
    """Return the transitions of every life cycle."""
    lines = [
        "# Life cycles",
        "",
        "The only ways from one state to the next, from",
        "[lifecycle.py](../../paasta_deploy/model/lifecycle.py). An event which a state does not",
        "list cannot happen to it.",
    ]
    for name, table in sorted(vars(lifecycle).items()):
        if name.endswith("_TRANSITIONS"):
            lines += ["", *_transitions(table)]
    return "\n".join(lines) + "\n"


def _transitions(table: Mapping[tuple[Enum, Enum], Enum]) -> list[str]:
    states = type(next(iter(table))[0])
    leaving = {state for state, _ in table}
    final = [f"*{state.value}*" for state in states if state not in leaving]
    lines = [f"## {states.__name__}", "", _first_line(states.__doc__)]
    if final:
        lines += ["", f"Final: {', '.join(final)}."]
    lines += ["", "| state | event | next |", "|---|---|---|"]
    lines += [
        f"| {state.value} | {event.value} | {following.value} |"
        for (state, event), following in table.items()
    ]
    return lines


def _first_line(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0]


def diagnostics_page() -> str:
    """Return the codes of all diagnostics with their explanations."""
    lines = [
        "# Diagnostics",
        "",
        "What `paasta-deploy explain CODE` says; a code keeps its meaning for ever. It also",
        "takes the number that a BOSH director gives, and BOSH's name for it.",
        "",
        *_bosh_rows(),
    ]
    for code, explanation in explanations().items():
        lines += ["", f"## {code}: {explanation.title}", "", explanation.explanation]
        for title, text in (("Wrong", explanation.wrong), ("Right", explanation.right)):
            if text:
                lines += ["", f"{title}:", "", "```text", text.rstrip("\n"), "```"]
        if explanation.bosh_codes:
            named = [f"{number} {bosh_name(number)}" for number in explanation.bosh_codes]
            lines += ["", f"BOSH: {', '.join(named)}."]
    return "\n".join(lines) + "\n"


def _bosh_rows() -> list[str]:
    """Return the index from BOSH's numbers to our codes."""
    ours: dict[int, list[str]] = {}
    for code, explanation in explanations().items():
        for number in explanation.bosh_codes:
            ours.setdefault(number, []).append(code)
    return [
        "## From BOSH's numbers",
        "",
        "| BOSH | its name | here |",
        "|---|---|---|",
        *(
            f"| {number} | {bosh_name(number)} | {', '.join(codes)} |"
            for number, codes in sorted(ours.items())
        ),
        "",
        "Numbers that are no mistakes in a file:",
        "",
        "| BOSH | its name | what it means |",
        "|---|---|---|",
        *(
            f"| {code.number} | {code.name} | {code.means} |"
            for code in bosh_codes().values()
            if code.means
        ),
    ]


PAGES = {
    "layers.md": layers_page,
    "lifecycles.md": lifecycles_page,
    "diagnostics.md": diagnostics_page,
    "commands.md": commands_page,
}


def main() -> int:
    """Write or check all pages; return 1 when a check found one that is not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only tell")
    only_check = parser.parse_args().check
    stale = []
    written = {name: render() for name, render in PAGES.items()} | dict(manifest_pages())
    for name, page in written.items():
        path = REFERENCE / name
        text = GENERATED + page
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(ROOT))
            if not only_check:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path} {'is not current' if only_check else 'written'}")
    return 1 if only_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
