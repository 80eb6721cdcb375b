"""What ``paasta-deploy explain`` teaches: the texts of ``codes.json``, found under any name.

A mistake can be asked for by our code, by the number that a BOSH director gives for it, or by
BOSH's name for that number. The texts are data beside the code and are only read when somebody
asks for them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from textwrap import fill

from paasta_deploy.diagnostics.bosh_codes import BoshCode, bosh_codes, bosh_name
from paasta_deploy.diagnostics.candidates import nearest
from paasta_deploy.diagnostics.codes import ALL_CODES

_WIDTH = 88
"""Columns of an explanation: easy to read, and no terminal is narrower nowadays."""

_OUR_DIGITS = 4
"""Digits of our own codes; all numbers of BOSH have five or six."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One kind of mistake: its title, why it is one and what to do.

    ``wrong`` is a small text that makes the mistake and ``right`` the same text put right; both
    are empty where no text can show it. ``bosh_codes`` has the usual number first.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str
    bosh_codes: tuple[int, ...] = ()


def explanations() -> Mapping[str, Explanation]:
    """Return every code with its explanation, in the order of the codes."""
    texts = json.loads(
        files("paasta_deploy.diagnostics").joinpath("codes.json").read_text("utf-8")
    )
    numbers = {
        code.name: () if code.bosh is None else (code.bosh, *code.also) for code in ALL_CODES
    }
    return {
        name: Explanation(
            code=name,
            title=item["title"],
            explanation=item["explanation"],
            wrong=item.get("example", ""),
            right=item.get("right", ""),
            bosh_codes=numbers[name],
        )
        for name, item in sorted(texts.items())
    }


def explain(asked: str) -> str | None:
    """Return the text for ``PD0142``, ``142``, ``150001`` or ``JobUnknownNetwork``, in any case.

    A number of BOSH can stand for several of our mistakes: then each of them is explained. None:
    there is no such code.
    """
    wanted = asked.strip().casefold()
    known = explanations()
    if wanted.isdecimal() and len(wanted) <= _OUR_DIGITS:
        wanted = f"pd{int(wanted):0{_OUR_DIGITS}d}"
    ours = known.get(wanted.upper())
    if ours is not None:
        return _ours(ours)
    for bosh in bosh_codes().values():
        if wanted == str(bosh.number) or wanted in map(str.casefold, bosh.names):
            return _boshs(bosh, known.values())
    return None


def similar(asked: str) -> tuple[str, ...]:
    """Return codes and names of BOSH that look like what was asked for, best first."""
    names = [name for bosh in bosh_codes().values() for name in bosh.names]
    numbers = [str(number) for number in bosh_codes()]
    every = numbers if asked.strip().isdecimal() else [*explanations(), *names]
    return nearest(asked.strip(), every) or _with_part(asked.strip(), names)


def listing() -> str:
    """Return all codes, a line each: ours, BOSH's number, what is wrong."""
    rows = [
        (item.code, ", ".join(map(str, item.bosh_codes[:1])), item.title)
        for item in explanations().values()
    ]
    return "".join(f"{code}  {number:<6}  {title}\n" for code, number, title in rows)


def _with_part(asked: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that contain a word; a handful, or none when it says too little."""
    found = [name for name in names if asked.casefold() in name.casefold()]
    return tuple(found[:_OFFERED_MAX]) if len(asked) >= _PART_MIN else ()


_PART_MIN = 4
"""Letters that a part of a name needs before names with it are offered."""
_OFFERED_MAX = 5
"""Names that are offered: what fits on one line or two."""


def _ours(found: Explanation) -> str:
    parts = [f"{found.code}: {found.title}", "", fill(found.explanation, _WIDTH)]
    for title, text in (("Wrong:", found.wrong), ("Right:", found.right)):
        if text:
            parts += ["", title, ""]
            parts += [f"    {line}".rstrip() for line in text.splitlines()]
    if found.bosh_codes:
        first, *others = found.bosh_codes
        parts += ["", f"A BOSH director reports this as error {first} ({bosh_name(first)})."]
        if others:
            listed = ", ".join(f"{number} ({bosh_name(number)})" for number in others)
            parts += [fill(f"Special cases of it are {listed}.", _WIDTH)]
    return "\n".join(parts) + "\n"


def _boshs(bosh: BoshCode, known: Iterable[Explanation]) -> str:
    head = f"BOSH {bosh.number}: {bosh.name}\n"
    ours = [item for item in known if bosh.number in item.bosh_codes]
    if not ours:
        return f"{head}\n{fill(bosh.means, _WIDTH)}\n\n{_WITHOUT_OURS}\n"
    if len(ours) > 1:
        codes = ", ".join(item.code for item in ours)
        head += fill(f"Here this is told apart further, as {codes}.", _WIDTH) + "\n"
    return head + "".join(f"\n{_ours(item)}" for item in ours)


_WITHOUT_OURS = fill(
    "It is no mistake in a manifest or config, so there is no code of ours. What happened stands "
    "in the message and in `paasta-deploy task NUMBER --debug`.",
    _WIDTH,
)
