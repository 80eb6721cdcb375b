"""What ``paasta-deploy explain CODE`` teaches: the texts of ``codes.json``.

The texts are data beside the code and are only read when somebody asks for them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill

from paasta_deploy.diagnostics.codes import ALL_CODES

_WIDTH = 88
"""Columns of an explanation: easy to read, and no terminal is narrower nowadays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One kind of mistake: its title, why it is one and what to do, and a text that makes it."""

    code: str
    title: str
    explanation: str
    example: str
    bosh_code: int | None = None


def explanations() -> Mapping[str, Explanation]:
    """Return every code with its explanation, in the order of the codes."""
    texts = json.loads(
        files("paasta_deploy.diagnostics").joinpath("codes.json").read_text("utf-8")
    )
    numbers = {code.name: code.bosh for code in ALL_CODES}
    return {
        name: Explanation(
            code=name,
            title=item["title"],
            explanation=item["explanation"],
            example=item.get("example", ""),
            bosh_code=numbers[name],
        )
        for name, item in sorted(texts.items())
    }


def explain(code: str) -> str | None:
    """Return the text for one code in any case, with or without ``PD``; None: there is no such."""
    wanted = code.strip().upper()
    if wanted.isdigit():
        wanted = f"PD{int(wanted):04d}"
    found = explanations().get(wanted)
    if found is None:
        return None
    parts = [f"{found.code}: {found.title}", "", fill(found.explanation, _WIDTH)]
    if found.example:
        parts += ["", "For example:", ""]
        parts += [f"    {line}".rstrip() for line in found.example.splitlines()]
    if found.bosh_code is not None:
        parts += ["", f"A BOSH director reports this as error {found.bosh_code}."]
    return "\n".join(parts) + "\n"
