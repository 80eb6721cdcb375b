"""What the architecture tests look at: the Python files of a checkout, parsed once.

Not for production code. A rule is a function from a :class:`SourceFile` to findings; a test runs
it over a :class:`Checkout` and wants none. Every rule is also run over a small planted tree, so
that a rule which has stopped seeing anything is noticed.
"""

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TypeVar

from typing_extensions import override

_Node = TypeVar("_Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("paasta_deploy", "providers", "stemcells")
TESTS = ("tests",)
TOOLS = ("scripts", "docs")
# `manifests` holds releases: what runs on machines. It is ours, too.
EVERYTHING = (*SOURCES, *TESTS, *TOOLS, "manifests")
# Folders of tools and builds; their content is not ours.
_PASSED_OVER = frozenset({"__pycache__", "_build", "build", "node_modules"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that breaks a rule; shown as `path:line: text`, which editors can jump to."""

    path: PurePosixPath
    line: int
    text: str

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment and the line it ends."""

    line: int
    text: str


@dataclass(frozen=True)
class SourceFile:
    """A Python file; `path` is relative to the checkout and has slashes."""

    root: Path
    path: PurePosixPath

    @cached_property
    def text(self) -> str:
        """The whole content."""
        return (self.root / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; every node has its `parent` in :attr:`parents`."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """From each node of the tree to the node around it."""
        return {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return tuple(
            Comment(line=token.start[0], text=token.string)
            for token in tokens
            if token.type == tokenize.COMMENT
        )

    def finding(self, line: int, text: str) -> Finding:
        """Return a finding in this file."""
        return Finding(path=self.path, line=line, text=text)

    def nodes(self, kind: type[_Node]) -> Iterator[_Node]:
        """Yield the nodes of this kind, in no promised order."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kind))

    def functions(self) -> Iterator[Function]:
        """Yield all functions and methods, also the nested ones."""
        return chain(self.nodes(ast.FunctionDef), self.nodes(ast.AsyncFunctionDef))

    def imports(self) -> Iterator[tuple[ast.Import | ast.ImportFrom, tuple[str, ...]]]:
        """Yield each import statement with the dotted names that it may load."""
        for plain in self.nodes(ast.Import):
            yield plain, tuple(alias.name for alias in plain.names)
        for node in self.nodes(ast.ImportFrom):
            yield node, tuple(f"{node.module or ''}.{alias.name}" for alias in node.names)

    def is_inside_function(self, node: ast.AST) -> bool:
        """Return whether the node is executed by a call and not by the import."""
        around = self.parents.get(node)
        while around is not None:
            if isinstance(around, Function | ast.Lambda):
                return True
            around = self.parents.get(around)
        return False


Rule = Callable[[SourceFile], Iterable[Finding]]


@dataclass(frozen=True)
class Checkout:
    """A tree of files: this repository, or a few planted files."""

    root: Path

    def files(self, folders: Sequence[str] = EVERYTHING) -> tuple[SourceFile, ...]:
        """Return the Python files below the folders, sorted by path."""
        return tuple(
            SourceFile(self.root, PurePosixPath(path.relative_to(self.root).as_posix()))
            for folder in folders
            for path in sorted((self.root / folder).rglob("*.py"))
            if not _PASSED_OVER & set(path.relative_to(self.root).parts)
        )

    def findings(self, rule: Rule, folders: Sequence[str] = EVERYTHING) -> list[str]:
        """Return what the rule finds below the folders, one line each."""
        return [str(finding) for file in self.files(folders) for finding in rule(file)]


REPOSITORY = Checkout(ROOT)


def plant(root: Path, path: str, text: str) -> Checkout:
    """Write one file into an otherwise made-up checkout and return the checkout."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Checkout(root)
