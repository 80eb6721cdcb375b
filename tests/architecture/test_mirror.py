"""`tests/unit/` mirrors the sources: a reader of one finds the other without a search.

`planning/diff.py` has `tests/unit/planning/test_diff.py`; when that grows too long it becomes
`test_diff_<aspect>.py` beside it. In the pure layers every module that decides anything has one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.contracts import names, read_contracts
from tests.architecture.source_tree import REPOSITORY, Checkout, Function, SourceFile, plant

UNIT = PurePosixPath("tests/unit")
# Where the sources of a first folder below tests/unit stand, when not in paasta_deploy itself.
ELSEWHERE = {
    "providers": PurePosixPath("providers/paasta_providers"),
    "stemcells": PurePosixPath("stemcells/paasta_stemcells"),
}
CORE = PurePosixPath("paasta_deploy")
PURE = tuple(
    name.replace(".", "/") for name in names(read_contracts(), "pure-layers", "source_modules")
)
# What makes a module worth a test of its own: it chooses. A module of nouns chooses nothing.
_CHOICES = (ast.If, ast.IfExp, ast.For, ast.While, ast.Match, ast.Try, ast.comprehension)
# Below this many choices a module is a noun or a small part, tested through those who use it.
CHOICES_MIN = 10


def source_folder(test_folder: PurePosixPath) -> PurePosixPath:
    """Return the folder whose modules the tests in a folder below tests/unit are about."""
    inside = test_folder.relative_to(UNIT)
    first = inside.parts[0] if inside.parts else ""
    if first in ELSEWHERE:
        return ELSEWHERE[first].joinpath(*inside.parts[1:])
    return CORE / inside


def subject(checkout: Checkout, test: PurePosixPath) -> PurePosixPath | None:
    """Return the module or package that a test file is about, or None when there is none."""
    folder = source_folder(test.parent)
    words = test.stem.removeprefix("test_").split("_")
    # The longest name wins: test_spec_building is about spec_building before it is about spec.
    for count in range(len(words), 0, -1):
        stem = "_".join(words[:count])
        for candidate in (folder / f"{stem}.py", folder / stem / "__init__.py"):
            if (checkout.root / candidate).is_file():
                return candidate
    return None


def orphaned_tests(checkout: Checkout) -> Iterator[str]:
    """Yield the test files that mirror no source file."""
    for test in checkout.files([str(UNIT)]):
        if test.path.name.startswith("test_") and subject(checkout, test.path) is None:
            yield f"{test.path} is about no module in {source_folder(test.path.parent)}"


def modules_without_test(checkout: Checkout) -> Iterator[str]:
    """Yield the modules of the pure layers which decide something and have no test file."""
    tested = {subject(checkout, test.path) for test in checkout.files([str(UNIT)])}
    for module in checkout.files(PURE):
        if module.path not in tested and choices(module) >= CHOICES_MIN:
            mirror = UNIT / module.path.relative_to(CORE).parent / f"test_{module.path.name}"
            yield f"{module.path} decides and has no {mirror}"


def choices(module: SourceFile) -> int:
    """Count the places in functions where a module goes one way or another."""
    functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
    inside = {node for function in functions for node in ast.walk(function)}
    return sum(isinstance(node, _CHOICES) for node in inside)


def test_every_unit_test_mirrors_a_source_file() -> None:
    findings = list(orphaned_tests(REPOSITORY))

    assert not findings, "\n".join(findings)


def test_every_deciding_module_of_the_pure_layers_has_a_test() -> None:
    findings = list(modules_without_test(REPOSITORY))

    assert not findings, "\n".join(findings)


DECIDES = "def f(x):\n    if x:\n        return 1\n" * CHOICES_MIN


def test_a_test_without_its_source_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "paasta_deploy/planning/diff.py", DECIDES)
    checkout = plant(tmp_path, "tests/unit/planning/test_diffs.py", "")

    assert len(list(orphaned_tests(checkout))) == 1


def test_a_deciding_module_without_test_is_found(tmp_path: Path) -> None:
    checkout = plant(tmp_path, "paasta_deploy/planning/diff.py", DECIDES)

    (finding,) = modules_without_test(checkout)

    assert finding.endswith("has no tests/unit/planning/test_diff.py")


@pytest.mark.parametrize(
    ("source", "test"),
    [
        ("paasta_deploy/planning/diff.py", "tests/unit/planning/test_diff.py"),
        ("paasta_deploy/planning/diff.py", "tests/unit/planning/test_diff_of_disks.py"),
        ("paasta_deploy/planning/spec/__init__.py", "tests/unit/planning/test_spec.py"),
        ("providers/paasta_providers/x/translate.py", "tests/unit/providers/x/test_translate.py"),
        ("stemcells/paasta_stemcells/stage.py", "tests/unit/stemcells/test_stage.py"),
    ],
)
def test_the_mirror_of_a_module_is_recognised(tmp_path: Path, source: str, test: str) -> None:
    plant(tmp_path, source, DECIDES)
    checkout = plant(tmp_path, test, "")

    assert list(orphaned_tests(checkout)) == []
    assert list(modules_without_test(checkout)) == []


def test_a_module_of_nouns_needs_no_test(tmp_path: Path) -> None:
    nouns = "class A:\n    size: int\n    def double(self):\n        return 2 * self.size\n"
    checkout = plant(tmp_path, "paasta_deploy/model/nouns.py", nouns)

    assert list(modules_without_test(checkout)) == []
