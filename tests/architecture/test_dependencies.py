"""What is imported is declared: no library works only because another one happens to bring it.

The reverse is asked in review: a declared library that nothing imports should go.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import cast

from tests.architecture.source_tree import REPOSITORY, ROOT, Finding, SourceFile, plant

_OURS = frozenset({"paasta_deploy", "paasta_providers", "paasta_stemcells", "tests"})
# Second halves of a declared library, released with it and documented as part of it.
_PART_OF = {"pydantic_core": "pydantic", "starlette": "fastapi"}
_DISTRIBUTIONS = packages_distributions()


def declared(*, with_extras: bool) -> frozenset[str]:
    """Return the distributions that the project names, with or without those of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = list(cast("list[str]", project["dependencies"]))
    if with_extras:
        optional = cast("dict[str, list[str]]", project["optional-dependencies"])
        requirements += [text for named in optional.values() for text in named]
    return frozenset(_normal(re.split(r"[\[<>=!~;\s]", text)[0]) for text in requirements)


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


DECLARED = declared(with_extras=False)
DECLARED_WITH_EXTRAS = declared(with_extras=True)


def undeclared_imports(file: SourceFile) -> Iterator[Finding]:
    """Yield imports of libraries that pyproject.toml does not name for this part of the tree."""
    core = file.path.parts[0] == "paasta_deploy" and "testing" not in file.path.parts
    allowed = DECLARED if core else DECLARED_WITH_EXTRAS
    for node, names in file.imports():
        for package in {name.split(".")[0] for name in names}:
            if package in sys.stdlib_module_names or package in _OURS:
                continue
            sources = {_normal(name) for name in _DISTRIBUTIONS.get(package, [package])}
            sources.add(_PART_OF.get(package, package))
            if not sources & allowed:
                yield file.finding(node.lineno, f"{package!r} is not declared in pyproject.toml")


def test_every_imported_library_is_declared() -> None:
    findings = REPOSITORY.findings(undeclared_imports, ["paasta_deploy", "providers", "stemcells"])

    assert not findings, "\n".join(findings)


def test_an_undeclared_library_is_found(tmp_path: Path) -> None:
    checkout = plant(tmp_path, "paasta_deploy/adapters/x.py", "import anyio\nimport yaml\n")

    (finding,) = checkout.findings(undeclared_imports)

    assert "'anyio'" in finding


def test_a_test_library_is_not_for_production(tmp_path: Path) -> None:
    checkout = plant(tmp_path, "paasta_deploy/director/x.py", "import pytest\n")

    assert checkout.findings(undeclared_imports)


def test_a_conformance_suite_may_use_the_test_library(tmp_path: Path) -> None:
    checkout = plant(tmp_path, "paasta_deploy/testing/x.py", "import pytest\n")

    assert checkout.findings(undeclared_imports) == []
