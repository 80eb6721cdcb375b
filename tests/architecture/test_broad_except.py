"""`except Exception` stands at three places only: where a fault of one must not end the others.

They are the executor's step boundary, the HTTP handler, and the agent's action runner (STYLE 6).
Everywhere else a broad handler would swallow our own bugs, which must stop the process.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import REPOSITORY, Finding, SourceFile, plant

# The package, and the one module of it that may hold one broad handler.
BOUNDARIES = {
    "paasta_deploy/execution": "the executor's step boundary",
    "paasta_deploy/api": "the HTTP handler",
    "paasta_deploy/agent": "the agent's action runner",
}
_BROAD = frozenset({"Exception", "BaseException"})


def broad_handlers(file: SourceFile) -> Iterator[Finding]:
    """Every handler that keeps what it caught, and catches Exception, BaseException or everything.

    One that ends with a bare `raise` only cleans up and lets the fault pass.
    """
    for node in file.nodes(ast.ExceptHandler):
        last = node.body[-1]
        if isinstance(last, ast.Raise) and last.exc is None:
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(
            kind is None or (isinstance(kind, ast.Name) and kind.id in _BROAD) for kind in caught
        ):
            yield file.finding(node.lineno, "a broad except")


def _boundary(finding: str) -> str | None:
    return next((package for package in BOUNDARIES if finding.startswith(f"{package}/")), None)


def test_broad_handlers_stand_only_at_the_three_boundaries() -> None:
    findings = REPOSITORY.findings(broad_handlers)

    assert [finding for finding in findings if _boundary(finding) is None] == []


@pytest.mark.parametrize("package", BOUNDARIES)
def test_a_boundary_is_one_place(package: str) -> None:
    found = REPOSITORY.findings(broad_handlers, [package])

    assert len(found) <= 1, f"{BOUNDARIES[package]} is one place:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "handler", ["except:", "except Exception:", "except (ValueError, BaseException) as error:"]
)
def test_a_broad_handler_is_found(tmp_path: Path, handler: str) -> None:
    text = f"try:\n    f()\n{handler}\n    pass\n"
    checkout = plant(tmp_path, "paasta_deploy/director/deploy.py", text)

    findings = checkout.findings(broad_handlers)

    assert findings == ["paasta_deploy/director/deploy.py:3: a broad except"]
    assert _boundary(findings[0]) is None


def test_cleaning_up_and_raising_again_is_fine(tmp_path: Path) -> None:
    text = "try:\n    f()\nexcept BaseException:\n    g()\n    raise\n"
    checkout = plant(tmp_path, "paasta_deploy/director/deploy.py", text)

    assert checkout.findings(broad_handlers) == []


def test_a_precise_handler_is_none_of_our_business(tmp_path: Path) -> None:
    text = "try:\n    f()\nexcept (KeyError, OSError):\n    pass\n"
    checkout = plant(tmp_path, "paasta_deploy/director/deploy.py", text)

    assert checkout.findings(broad_handlers) == []
