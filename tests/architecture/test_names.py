"""Public names use the glossary's words, and a number says its unit.

Only what can be told cheaply: words that the glossary refuses, in the layers where they would mean
our things, and the few names that always need a unit. The rest is asked in review.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import (
    REPOSITORY,
    ROOT,
    SOURCES,
    Finding,
    Function,
    SourceFile,
    plant,
)

GLOSSARY = ROOT / "docs" / "glossary.md"
# Where the words would name our things. Elsewhere they are often a technology's own: `adapters`
# speak SQL and NATS, `cli` and `api` are built with others' frameworks.
LAYERS = tuple(
    f"paasta_deploy/{layer}"
    for layer in ("model", "ports", "cpi", "planning", "execution", "director", "health")
)
# Names of which a reader asks "of what?"; true of fields, parameters and constants alike.
UNITLESS = frozenset({"timeout", "delay", "interval", "duration", "period", "disk_size"})
_NUMBERS = frozenset({"int", "float", "int | None", "float | None"})


def refused_words(glossary: str) -> dict[str, str]:
    """Return the words of the first table below "Words we do not use", with what to say."""
    section = glossary.split("## Words we do not use", 1)[1]
    table = re.search(r"\| not \| say \|\n\|[-|]+\|\n(?P<rows>(?:\|.*\|\n)+)", section)
    assert table is not None, "docs/glossary.md has lost its table of refused words"
    rows = [row.strip("|").split("|") for row in table["rows"].splitlines()]
    return {word.strip(): say.strip() for word, say in rows}


REFUSED = refused_words(GLOSSARY.read_text(encoding="utf-8"))


def words(name: str) -> list[str]:
    """Split a name in snake or camel case into lower-case words."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def foreign_words(file: SourceFile) -> Iterator[Finding]:
    """Yield public names of modules, classes, functions and fields with a refused word."""
    named = [(1, file.path.stem)]
    named += [(node.lineno, node.name) for node in file.nodes(ast.ClassDef)]
    named += [(node.lineno, node.name) for node in file.functions()]
    named += [(node.lineno, ast.unparse(node.target)) for node in file.nodes(ast.AnnAssign)]
    for line, name in named:
        if name.startswith("_"):
            continue
        for word in words(name):
            if word in REFUSED:
                yield file.finding(line, f"{name!r}: not {word!r}, say {REFUSED[word]}")


def numbers_without_unit(file: SourceFile) -> Iterator[Finding]:
    """Yield fields and parameters that are numbers of something and do not say of what."""
    for node in file.nodes(ast.AnnAssign):
        yield from _unitless(file, node.lineno, ast.unparse(node.target), node.annotation)
    for function in file.functions():
        for argument in _parameters(function):
            if argument.annotation is not None:
                yield from _unitless(file, argument.lineno, argument.arg, argument.annotation)


def _unitless(file: SourceFile, line: int, name: str, annotation: ast.expr) -> Iterator[Finding]:
    if name.lower() in UNITLESS and ast.unparse(annotation) in _NUMBERS:
        yield file.finding(line, f"{name!r} has no unit: `{name}_s`, `{name}_mib`, ...")


def _parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def test_public_names_use_the_glossary() -> None:
    findings = REPOSITORY.findings(foreign_words, LAYERS)

    assert not findings, "see docs/glossary.md\n" + "\n".join(findings)


def test_numbers_say_their_unit() -> None:
    findings = REPOSITORY.findings(numbers_without_unit, SOURCES)

    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    "text",
    [
        "class ClusterPlan: ...\n",
        "def place_in_zone(): ...\n",
        "class Plan:\n    actual_state: State\n",
    ],
)
def test_a_foreign_word_is_found(tmp_path: Path, text: str) -> None:
    checkout = plant(tmp_path, "paasta_deploy/planning/placement.py", text)

    assert checkout.findings(foreign_words)


@pytest.mark.parametrize(
    "text", ["class Request:\n    timeout: float\n", "def grow(disk_size: int): ...\n"]
)
def test_a_number_without_unit_is_found(tmp_path: Path, text: str) -> None:
    checkout = plant(tmp_path, "paasta_deploy/cpi/requests.py", text)

    assert checkout.findings(numbers_without_unit)


def test_private_names_and_longer_words_are_left_alone(tmp_path: Path) -> None:
    text = "def _cluster(): ...\ndef realise(timeout_s: float): ...\nclass Application: ...\n"
    checkout = plant(tmp_path, "paasta_deploy/planning/placement.py", text)

    assert checkout.findings(foreign_words) == []
    assert checkout.findings(numbers_without_unit) == []


def test_the_glossary_lists_the_refused_words() -> None:
    assert {"cluster", "zone", "volume", "role"} <= set(REFUSED)
