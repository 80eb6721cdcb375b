"""Sizes, names and habits that STYLE asks of every file; each rule is seen to find a violation.

The rules that ruff has are ruff's (`scripts/lint`); here stand those which it lacks.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.source_tree import (
    EVERYTHING,
    REPOSITORY,
    SOURCES,
    Finding,
    Function,
    Rule,
    SourceFile,
    plant,
)

MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
PUBLIC_METHODS_MAX = 15
# Names under which anything fits. A module is named for the one idea that it holds.
EMPTY_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"}
)


def module_size(file: SourceFile) -> Iterator[Finding]:
    """A module has at most 400 lines."""
    lines = file.text.count("\n")
    if lines > MODULE_LINES_MAX:
        yield file.finding(lines, f"{lines} lines, at most {MODULE_LINES_MAX}: split it by idea")


def function_size(file: SourceFile) -> Iterator[Finding]:
    """A function has at most 50 lines, from its `def` to its last line."""
    for node in file.functions():
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield file.finding(
                node.lineno, f"{node.name} has {lines} lines, at most {FUNCTION_LINES_MAX}"
            )


def class_size(file: SourceFile) -> Iterator[Finding]:
    """A class has at most 15 public methods, unless it is a provider, which does a whole CPI."""
    for node in file.nodes(ast.ClassDef):
        public = {
            method.name
            for method in node.body
            if isinstance(method, Function)
            and not method.name.startswith("_")
            and not _is_attribute(method)
            and not _is_rule(method)
        }
        if len(public) > PUBLIC_METHODS_MAX and not _is_provider(node):
            yield file.finding(
                node.lineno,
                f"{node.name} has {len(public)} public methods, at most {PUBLIC_METHODS_MAX}",
            )


def _is_attribute(method: Function) -> bool:
    """Whether a method reads like a field: a property, or the setter of one."""
    return any("property" in mark or mark.endswith("setter") for mark in _decorators(method))


def _is_rule(method: Function) -> bool:
    """Whether Hypothesis alone calls a method: a rule or an invariant of a state machine."""
    marks = (mark.split("(")[0] for mark in _decorators(method))
    return any(mark in {"initialize", "rule", "invariant"} for mark in marks)


def _decorators(function: Function) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def _is_provider(node: ast.ClassDef) -> bool:
    """Whether the class is the CPI of an IaaS: it inherits `Provider`, directly or decorated."""
    return any(ast.unparse(parent).split(".")[-1].endswith("Provider") for parent in node.bases)


def telling_names(file: SourceFile) -> Iterator[Finding]:
    """No `utils`, `helpers`, `common`, `misc`, `base`, `manager`, alone or as a word."""
    for part in (*file.path.parent.parts, file.path.stem):
        empty = EMPTY_NAMES & set(part.lower().split("_"))
        if empty:
            yield file.finding(1, f"{part!r} says nothing ({', '.join(empty)}): name the idea")


def imports_on_top(file: SourceFile) -> Iterator[Finding]:
    """No import inside a function, but for SDKs in `client.py` and the CLI's lazy commands."""
    if file.path.match("providers/paasta_providers/*/client.py"):
        return
    if file.path.is_relative_to("paasta_deploy/cli") or file.path.match(
        "paasta_deploy/__main__.py"
    ):
        return
    for node, _ in file.imports():
        if file.is_inside_function(node):
            yield file.finding(node.lineno, f"`{ast.unparse(node)}` inside a function")


def absolute_imports(file: SourceFile) -> Iterator[Finding]:
    """Absolute imports only, and no star."""
    for node in file.nodes(ast.ImportFrom):
        if node.level or any(alias.name == "*" for alias in node.names):
            yield file.finding(node.lineno, f"`{ast.unparse(node)}`")


def no_mocks(file: SourceFile) -> Iterator[Finding]:
    """Fakes that pass the conformance suite, not mocks."""
    for node, names in file.imports():
        if any(name.split(".")[0] == "mock" or "unittest.mock" in name for name in names):
            yield file.finding(node.lineno, f"`{ast.unparse(node)}`: write a fake")


def no_holes(file: SourceFile) -> Iterator[Finding]:
    """No `raise NotImplementedError`: a hole is an abstract method, which is found on loading.

    The fixture by which a conformance suite asks for its subject cannot be abstract, since pytest
    makes an object of the class; it is found as soon as a test runs.
    """
    fixtures = {
        inner
        for function in file.functions()
        if any(mark.startswith("pytest.fixture") for mark in _decorators(function))
        for inner in ast.walk(function)
    }
    for node in file.nodes(ast.Raise):
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        hole = isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
        if hole and node not in fixtures:
            yield file.finding(node.lineno, "a hole: make it abstract, or build it")


_NOQA = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+[0-9]+(\s*,\s*[A-Z]+[0-9]+)*)?", re.IGNORECASE)
_TYPE_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[\w\-, ]+\])?")
_PRAGMA = re.compile(r"#\s*pragma:\s*no (cover|branch)")


def exceptions_explained(file: SourceFile) -> Iterator[Finding]:
    """`noqa` and `type: ignore` name their codes; they and `pragma` say why on the same line."""
    for comment in file.comments:
        reason = comment.text
        for mark in (_NOQA, _TYPE_IGNORE, _PRAGMA):
            found = mark.search(comment.text)
            if found is None:
                continue
            if mark is not _PRAGMA and not found["codes"]:
                yield file.finding(comment.line, f"`{found[0]}` names no code")
            reason = mark.sub("", reason)
        if reason != comment.text and not re.search(r"\w{2}", reason):
            yield file.finding(comment.line, f"`{comment.text}` gives no reason")


def no_waiting(file: SourceFile) -> Iterator[Finding]:
    """Tests wait for an event, never for a time; `sleep(0)` gives way and is fine.

    Integration tests may look again at a foreign program that tells of nothing.
    """
    for node in file.nodes(ast.Call):
        called = ast.unparse(node.func)
        waits = called in {"sleep", "time.sleep", "asyncio.sleep", "anyio.sleep"}
        if waits and not (node.args and ast.unparse(node.args[0]) == "0"):
            yield file.finding(node.lineno, f"`{ast.unparse(node)}`: wait for the event instead")


RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (module_size, EVERYTHING),
    (function_size, EVERYTHING),
    (class_size, EVERYTHING),
    (telling_names, EVERYTHING),
    (imports_on_top, EVERYTHING),
    (absolute_imports, EVERYTHING),
    (no_mocks, EVERYTHING),
    (no_holes, SOURCES),
    (exceptions_explained, EVERYTHING),
    (no_waiting, ("tests/unit", "tests/scenarios", "tests/architecture")),
)


@pytest.fixture(scope="module")
def findings() -> Mapping[Rule, Sequence[str]]:
    """What each rule finds in the repository; every file is parsed once for all rules."""
    found: dict[Rule, list[str]] = {rule: [] for rule, _ in RULES}
    for file in REPOSITORY.files():
        for rule, folders in RULES:
            if any(file.path.is_relative_to(folder) for folder in folders):
                found[rule] += map(str, rule(file))
    return found


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES])
def test_the_repository_keeps_the_rule(findings: Mapping[Rule, Sequence[str]], rule: Rule) -> None:
    assert not findings[rule], f"{rule.__doc__}\n" + "\n".join(findings[rule])


SOMEWHERE = "paasta_deploy/planning/diff.py"
_LARGE_CLASS = "".join(f"    def m{number}(self): ...\n" for number in range(16))


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (module_size, SOMEWHERE, "x = 1\n" * 401),
        (function_size, SOMEWHERE, "def f():\n" + "    x = 1\n" * 50),
        (
            class_size,
            SOMEWHERE,
            "class C:\n" + _LARGE_CLASS,
        ),
        (telling_names, "paasta_deploy/planning/utils.py", ""),
        (telling_names, "paasta_deploy/vm_manager/create.py", ""),
        (imports_on_top, SOMEWHERE, "def f():\n    import os\n"),
        (
            imports_on_top,
            "paasta_deploy/api/app.py",
            "class C:\n  def m(s):\n    import a\n",
        ),
        (absolute_imports, SOMEWHERE, "from .plan import Plan\n"),
        (absolute_imports, SOMEWHERE, "from paasta_deploy.model import *\n"),
        (no_mocks, "tests/unit/test_x.py", "from unittest import mock\n"),
        (no_mocks, "tests/unit/test_x.py", "from unittest.mock import Mock\n"),
        (no_mocks, "tests/unit/test_x.py", "import mock\n"),
        (no_holes, SOMEWHERE, "def f():\n    raise NotImplementedError\n"),
        (no_holes, SOMEWHERE, "def f():\n    raise NotImplementedError('later')\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # noqa\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # noqa: E501\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # type: ignore  # because of that\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # type: ignore[arg-type]\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # pragma: no cover\n"),
        (no_waiting, "tests/unit/test_x.py", "asyncio.sleep(0.1)\n"),
        (no_waiting, "tests/unit/test_x.py", "time.sleep(1)\n"),
    ],
)
def test_a_rule_finds_its_violation(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    checkout = plant(tmp_path, path, text)

    assert checkout.findings(rule)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (module_size, SOMEWHERE, "x = 1\n" * 400),
        (function_size, SOMEWHERE, "def f():\n" + "    x = 1\n" * 49),
        (
            class_size,
            "providers/paasta_providers/x/provider.py",
            "class XProvider(Provider):\n" + _LARGE_CLASS,
        ),
        (telling_names, "paasta_deploy/wire/base64_text.py", ""),
        (imports_on_top, "providers/paasta_providers/x/client.py", "def f():\n    import boto3\n"),
        (
            class_size,
            SOMEWHERE,
            "class C:\n" + _LARGE_CLASS.replace("    def", "    @property\n    def"),
        ),
        (
            no_holes,
            "paasta_deploy/testing/suite.py",
            "@pytest.fixture\ndef store():\n    raise NotImplementedError\n",
        ),
        (imports_on_top, SOMEWHERE, "if TYPE_CHECKING:\n    import os\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # noqa: E501 - a URL cannot be broken\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # type: ignore[misc]  # stubs lack it\n"),
        (exceptions_explained, SOMEWHERE, "x = 1  # pragma: no cover - only on a Mac\n"),
        (no_waiting, "tests/unit/test_x.py", "asyncio.sleep(0)\n"),
    ],
)
def test_a_rule_leaves_the_lawful_alone(tmp_path: Path, rule: Rule, path: str, text: str) -> None:
    checkout = plant(tmp_path, path, text)

    assert checkout.findings(rule) == []


def test_a_finding_names_file_line_and_remedy(tmp_path: Path) -> None:
    checkout = plant(tmp_path, SOMEWHERE, "x = 1\ny = 2  # noqa\n")

    (finding, _) = checkout.findings(exceptions_explained)

    assert finding.startswith(f"{PurePosixPath(SOMEWHERE)}:2: ")
