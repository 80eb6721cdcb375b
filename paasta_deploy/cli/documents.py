"""Documents as operators mean them: read, patched by ops files, with variables put in."""

import os
from dataclasses import dataclass
from pathlib import Path

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.sources import Inputs, read_file, remember, stop_on_errors
from paasta_deploy.diagnostics import Diagnostic
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document after ops and variables. ``text`` is what is sent to a director."""

    name: str
    node: Node
    text: str
    diagnostics: tuple[Diagnostic, ...]


def read_document_of(
    inputs: Inputs, file: Path, *, missing_is_error: bool = False, unused_is_error: bool = False
) -> Document:
    """Read, patch and interpolate. Raises MistakesError with all mistakes of a stage."""
    text = read_file(file)
    document = read_document(str(file), text)
    remember(str(file), document.text)
    stop_on_errors(document.diagnostics)
    assert document.node is not None, "a document without errors has a node"
    found = list(document.diagnostics)
    patched = apply_ops(document.node, [read_ops(*_ops_file(path)) for path in inputs.ops_files])
    found += patched.diagnostics
    stop_on_errors(found)
    assert patched.node is not None, "a patch without errors has a node"
    variables = collect_variables(_sources(inputs))
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
        text=document.text if inputs.is_empty else emit(done.node),
        diagnostics=tuple(found),
    )


def _sources(inputs: Inputs) -> VariableSources:
    contents = []
    for pair in inputs.var_files:
        name, sign, path = pair.partition("=")
        if not sign:
            raise CliError(f"Expected --var-file {pair} to be in format name=path.")
        contents.append((name, read_file(Path(path))))
    store = None
    if inputs.vars_store is not None and inputs.vars_store.exists():
        store = _named(inputs.vars_store)
    return VariableSources(
        pairs=inputs.pairs,
        contents=tuple(contents),
        vars_files=tuple(_named(path) for path in inputs.vars_files),
        prefixes=inputs.prefixes,
        environment=dict(os.environ),
        store=store,
    )


def _ops_file(path: Path) -> tuple[str, bytes]:
    name, text = _named(path)
    remember(name, text.decode(errors="replace"))
    return name, text


def _named(path: Path) -> tuple[str, bytes]:
    """Return a file's name and content.

    Values of variables are secrets and are not remembered, so a diagnostic that points at one
    shows the place and not the line.
    """
    return str(path), read_file(path)
