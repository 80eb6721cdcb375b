"""The pure layers do no I/O by the names that import-linter cannot see: built-ins and paths.

A pure layer may hold a path as a value (a span names its file) but asks nothing of the disk.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.contracts import names, read_contracts
from tests.architecture.source_tree import REPOSITORY, Finding, Rule, SourceFile, plant

PURE = tuple(
    name.replace(".", "/") for name in names(read_contracts(), "pure-layers", "source_modules")
)
_BUILT_INS = frozenset({"open", "print", "input", "exec", "eval", "breakpoint", "__import__"})
# Methods of `pathlib.Path` that touch the disk; no other type in use has a method named so.
_PATH_METHODS = frozenset(
    {
        "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir",
        "mkdir", "rmdir", "unlink", "touch", "iterdir", "rglob", "stat", "lstat", "chmod",
        "symlink_to", "hardlink_to", "readlink", "expanduser", "cwd", "home",
    }
)  # fmt: skip
_ASYNC = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def touches_of_the_world(file: SourceFile) -> Iterator[Finding]:
    """Calls that reach a file, a terminal or an event loop."""
    for node in file.nodes(ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id in _BUILT_INS:
            yield file.finding(node.lineno, f"`{called.id}` in a pure layer")
        # Data that ships inside the package is part of the program, not of the world.
        if (
            isinstance(called, ast.Attribute)
            and called.attr in _PATH_METHODS
            and "files(" not in ast.unparse(called.value)
        ):
            yield file.finding(node.lineno, f"`.{called.attr}()` in a pure layer")
    for waiting in file.nodes(ast.AST):
        if isinstance(waiting, _ASYNC):
            yield file.finding(waiting.lineno, "a pure layer waits for nothing")


def import_tricks(file: SourceFile) -> Iterator[Finding]:
    """`importlib` is for the package's own data (`importlib.resources`), not for loading code.

    An `__init__.py` may find its own modules with it when a name is asked for (ADR 0040).
    """
    for node, imported in file.imports():
        for name in imported:
            if name == "importlib" and file.path.name == "__init__.py" and _loads_its_own(file):
                continue
            if name.startswith("importlib") and not name.startswith("importlib.resources"):
                yield file.finding(node.lineno, f"`{name}` in a pure layer")


def _loads_its_own(file: SourceFile) -> bool:
    """Whether all that a package loads by name are its own modules."""
    calls = [
        ast.unparse(node)
        for node in file.nodes(ast.Call)
        if ast.unparse(node.func).startswith("importlib")
    ]
    own = re.compile(r"""importlib\.import_module\(f(['"])\{__name__\}\.""")
    return all(own.match(call) for call in calls)


@pytest.mark.parametrize("rule", [touches_of_the_world, import_tricks])
def test_the_pure_layers_touch_nothing(rule: Rule) -> None:
    findings = REPOSITORY.findings(rule, PURE)

    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(
    "text",
    [
        "open('x')\n",
        "print('x')\n",
        "Path('x').read_text()\n",
        "if span.file.exists(): pass\n",
        "async def f():\n    await g()\n",
    ],
)
def test_touching_the_world_is_found(tmp_path: Path, text: str) -> None:
    checkout = plant(tmp_path, "paasta_deploy/manifest/load.py", text)

    assert checkout.findings(touches_of_the_world)


@pytest.mark.parametrize(
    "text",
    [
        "files(__package__).joinpath('codes.json').read_text()\n",
        "span.file.name\n",
        "class Clock(Protocol):\n    async def wait(self, delay_s: float) -> None: ...\n",
    ],
)
def test_values_contracts_and_own_data_are_fine(tmp_path: Path, text: str) -> None:
    checkout = plant(tmp_path, "paasta_deploy/diagnostics/catalogue.py", text)

    assert checkout.findings(touches_of_the_world) == []


def test_loading_code_by_name_is_found(tmp_path: Path) -> None:
    checkout = plant(tmp_path, "paasta_deploy/cpi/find.py", "from importlib import metadata\n")

    assert checkout.findings(import_tricks)


@pytest.mark.parametrize(
    ("path", "call", "is_fine"),
    [
        ("manifest/__init__.py", "importlib.import_module(f'{__name__}.{home}')", True),
        ("manifest/__init__.py", "importlib.import_module(home)", False),
        ("manifest/__init__.py", "importlib.reload(module)", False),
        ("manifest/loading.py", "importlib.import_module(f'{__name__}.{home}')", False),
    ],
)
def test_a_package_may_find_its_own_modules_by_name(
    tmp_path: Path, path: str, call: str, is_fine: bool
) -> None:
    checkout = plant(tmp_path, f"paasta_deploy/{path}", f"import importlib\n{call}\n")

    assert (checkout.findings(import_tricks) == []) is is_fine
