"""Files, ops and variables that the operator gives, and showing mistakes in them.

Files are read here and nowhere else in the CLI; every text that was read is remembered by its
name, so that a diagnostic can show the line that it points at.
"""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from paasta_deploy.cli.failure import CliError
from paasta_deploy.diagnostics import Diagnostic, has_errors, in_file_order, render_all
from paasta_deploy.manifest import (
    Node,
    VariableSources,
    apply_ops,
    collect_variables,
    emit,
    interpolate,
    read_document,
    read_ops,
    with_origins,
)

_Result = TypeVar("_Result")

_TEXTS: dict[str, str] = {}
"""Every text read in this command, by name. One command is one process, so this lives as long."""

FILE_BYTES_MAX = 256 << 20
"""A file larger than this is no manifest; reading it would only fill the memory."""


class MistakesError(CliError):
    """The operator's files have mistakes; ``diagnostics`` has all of them."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("")
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document after ops and variables. ``text`` is what is sent to a director.

    ``is_verbatim``: neither ops nor variables were given, so ``text`` is the file itself and the
    director's line numbers are the file's.
    """

    name: str
    node: Node
    text: str
    diagnostics: tuple[Diagnostic, ...]
    is_verbatim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The options that shape a document, as BOSH's CLI has them (bosh.md 3.4)."""

    ops_files: tuple[Path, ...] = ()
    pairs: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    vars_files: tuple[Path, ...] = ()
    prefixes: tuple[str, ...] = ()
    vars_store: Path | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the document stays as it is in its file."""
        return self == Inputs()

    def read(self, file: Path) -> str:
        """Return the document's text after ops and variables. Raises MistakesError, CliError."""
        return self.document(file).text

    def document(
        self, file: Path, *, missing_is_error: bool = False, unused_is_error: bool = False
    ) -> Document:
        """Read, patch and interpolate. Raises MistakesError with all mistakes of a stage."""
        text = read_file(file)
        document = read_document(str(file), text)
        remember(str(file), document.text)
        stop_on_errors(document.diagnostics)
        assert document.node is not None, "a document without errors has a node"
        found = list(document.diagnostics)
        patched = apply_ops(
            document.node, [read_ops(*self._named(path)) for path in self.ops_files]
        )
        found += patched.diagnostics
        stop_on_errors(found)
        assert patched.node is not None, "a patch without errors has a node"
        variables = collect_variables(self._sources())
        found += variables.diagnostics
        stop_on_errors(found)
        done = interpolate(
            patched.node,
            variables.variables,
            missing_is_error=missing_is_error,
            unused_is_error=unused_is_error,
        )
        found = list(with_origins((*found, *done.diagnostics), done.origins))
        stop_on_errors(found)
        assert done.node is not None, "an interpolation without errors has a node"
        return Document(
            name=str(file),
            node=done.node,
            text=document.text if self.is_empty else emit(done.node),
            diagnostics=tuple(found),
            is_verbatim=self.is_empty,
        )

    def _sources(self) -> VariableSources:
        contents = []
        for pair in self.var_files:
            name, sign, path = pair.partition("=")
            if not sign:
                raise CliError(f"Expected --var-file {pair} to be in format name=path.")
            contents.append((name, read_file(Path(path))))
        store = None
        if self.vars_store is not None and self.vars_store.exists():
            store = self._named(self.vars_store)
        return VariableSources(
            pairs=self.pairs,
            contents=tuple(contents),
            vars_files=tuple(self._named(path) for path in self.vars_files),
            prefixes=self.prefixes,
            environment=dict(os.environ),
            store=store,
        )

    def _named(self, path: Path) -> tuple[str, bytes]:
        text = read_file(path)
        remember(str(path), text.decode(errors="replace"))
        return str(path), text


_OPTIONS = (
    click.option("-o", "--ops-file", "ops_files", multiple=True, type=click.Path(path_type=Path),
                 metavar="FILE", help="Change the document by an ops file; may be repeated."),
    click.option("-v", "--var", "pairs", multiple=True, metavar="NAME=VALUE",
                 help="Value of a variable."),
    click.option("--var-file", "var_files", multiple=True, metavar="NAME=FILE",
                 help="Value of a variable: the file's text."),
    click.option("-l", "--vars-file", "vars_files", multiple=True,
                 type=click.Path(path_type=Path), metavar="FILE",
                 help="Values of variables, YAML; the last one wins."),
    click.option("--vars-env", "prefixes", multiple=True, metavar="PREFIX",
                 help="Values of variables from PREFIX_name in the environment."),
    click.option("--vars-store", type=click.Path(path_type=Path), metavar="FILE",
                 help="Values of variables that nothing else gives."),
)  # fmt: skip


def input_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give a command BOSH's options for ops and variables, as one argument ``inputs``."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> _Result:  # noqa: ANN401 - click's
        inputs = Inputs(
            ops_files=kwargs.pop("ops_files"),
            pairs=kwargs.pop("pairs"),
            var_files=kwargs.pop("var_files"),
            vars_files=kwargs.pop("vars_files"),
            prefixes=kwargs.pop("prefixes"),
            vars_store=kwargs.pop("vars_store"),
        )
        return command(*args, inputs=inputs, **kwargs)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


def read_file(path: Path) -> bytes:
    """Return a file's bytes; ``-`` is standard input. Raises CliError that says what is wrong."""
    if str(path) == "-":
        return sys.stdin.buffer.read(FILE_BYTES_MAX + 1)
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise CliError(
                f"{path} has more than {FILE_BYTES_MAX >> 20} MiB: that is no manifest."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise CliError(f"There is no file {path}.", hint=_nearby(path)) from error
    except OSError as error:
        raise CliError(f"{path} cannot be read: {error.strerror or error}.") from error


def remember(name: str, text: str) -> None:
    """Keep a text for showing lines of it."""
    _TEXTS[name] = text


def stop_on_errors(diagnostics: Sequence[Diagnostic]) -> None:
    """Raise MistakesError when one of them is an error."""
    if has_errors(diagnostics):
        raise MistakesError(diagnostics)


def render_found(diagnostics: Sequence[Diagnostic]) -> str:
    """Return diagnostics as people see them, with lines of the remembered texts."""
    colour = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    return render_all(in_file_order(diagnostics, list(_TEXTS)), _TEXTS, colour=colour)


def show_warnings(diagnostics: Sequence[Diagnostic]) -> None:
    """Write warnings to stderr."""
    warnings = [item for item in diagnostics if not item.is_error]
    if warnings:
        sys.stderr.write(render_found(warnings) + "\n")


def _nearby(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder} either"
    found = sorted(file.name for file in folder.glob("*.y*ml"))[:5]
    return f"{folder} has {', '.join(found)}" if found else ""
