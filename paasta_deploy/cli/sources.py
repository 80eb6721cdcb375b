"""Files, ops and variables that the operator gives, and showing mistakes in them.

Files are read through here and nowhere else in the CLI; every text that was read is remembered by
its name, so that a diagnostic can show the line that it points at. Light on purpose: what reads
YAML is in :mod:`documents`, and a deploy without ops files leaves all of that to the director.
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
from paasta_deploy.cli.files import content_of
from paasta_deploy.diagnostics import Diagnostic, has_errors, in_file_order, render_all

_Result = TypeVar("_Result")

_TEXTS: dict[str, str] = {}
"""Every text read in this command, by name. One command is one process, so this lives as long."""

SHOWN_CHARACTERS_MAX = 16 << 20
"""Larger files are refused as a whole: no line of theirs is to blame, so none is shown."""


class MistakesError(CliError):
    """The operator's files have mistakes; ``diagnostics`` has all of them."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__("")
        self.diagnostics = tuple(diagnostics)


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


_FILE = click.Path(path_type=Path, readable=False)
"""Whether it can be read is found out by reading it, and told better than click does."""

_OPTIONS = (
    click.option("-o", "--ops-file", "ops_files", multiple=True, type=_FILE,
                 metavar="FILE", help="Change the document by an ops file; may be repeated."),
    click.option("-v", "--var", "pairs", multiple=True, metavar="NAME=VALUE",
                 help="Value of a variable."),
    click.option("--var-file", "var_files", multiple=True, metavar="NAME=FILE",
                 help="Value of a variable: the file's text."),
    click.option("-l", "--vars-file", "vars_files", multiple=True,
                 type=_FILE, metavar="FILE",
                 help="Values of variables, YAML; the last one wins."),
    click.option("--vars-env", "prefixes", multiple=True, metavar="PREFIX",
                 help="Values of variables from PREFIX_name in the environment."),
    click.option("--vars-store", type=_FILE, metavar="FILE",
                 help="Values of variables that nothing else gives; made if missing."),
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
    try:
        return content_of(path)
    except FileNotFoundError as error:
        raise CliError(f"There is no file {path}.", hint=_nearby(path)) from error
    except OSError as error:
        hint = f"whose it is tells `ls -l {path}`" if isinstance(error, PermissionError) else ""
        raise CliError(f"{path} cannot be read: {error.strerror or error}.", hint=hint) from error


def decode(path: Path, content: bytes) -> str:
    """Return a file's text. Raises CliError when it is no UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise CliError(
            f"{path} is not UTF-8 text: byte {error.start} is 0x{content[error.start]:02x}.",
            hint="a binary file, or an old encoding: `iconv -f ... -t utf-8` converts it",
        ) from error


def remember(name: str, text: str) -> None:
    """Keep a text for showing lines of it."""
    if len(text) <= SHOWN_CHARACTERS_MAX:
        _TEXTS[name] = text


def forget(name: str) -> None:
    """Show no lines of a text: it holds credentials."""
    _TEXTS.pop(name, None)


def stop_on_errors(diagnostics: Sequence[Diagnostic]) -> None:
    """Raise MistakesError when one of them is an error."""
    if has_errors(diagnostics):
        raise MistakesError(diagnostics)


def render_found(diagnostics: Sequence[Diagnostic], *, plain: bool = False) -> str:
    """Return diagnostics as people see them, with lines of the remembered texts."""
    colour = not plain and sys.stderr.isatty() and "NO_COLOR" not in os.environ
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
    where = "this folder" if folder == Path() else folder
    return f"{where} has {', '.join(found)}" if found else ""
