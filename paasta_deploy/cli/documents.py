"""Documents as operators mean them: read, patched by ops files, with variables put in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from paasta_deploy.cli.failure import CliError
from paasta_deploy.cli.making import make_values
from paasta_deploy.cli.sources import Inputs, read_file, remember, stop_on_errors
from paasta_deploy.diagnostics import Diagnostic, has_errors
from paasta_deploy.manifest import (
    DeploymentSources,
    Lacking,
    LoadedDocument,
    NamedText,
    Node,
    Strictness,
    Variables,
    VariableSources,
    emit,
    with_origins,
)
from paasta_deploy.manifest.document_loading import completed, load_with

if TYPE_CHECKING:
    from paasta_deploy.manifest import LoadedDeployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document after ops and variables; ``plain`` is its text if there were none."""

    name: str
    node: Node
    plain: str | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def text(self) -> str:
        """What is sent to a director."""
        return emit(self.node) if self.plain is None else self.plain


def read_document_of(
    inputs: Inputs, file: Path, *, missing_is_error: bool = False, unused_is_error: bool = False
) -> Document:
    """Read, patch and interpolate. Raises MistakesError with all mistakes of all files.

    What the vars store lacks is made and written into it. Raises VariableError.
    """
    strictness = Strictness(missing_variables=missing_is_error, unused_variables=unused_is_error)
    sources = sources_of(inputs, file)
    loaded = _load_document(sources, strictness)
    remember_all(loaded.texts)
    found = with_origins(loaded.diagnostics, loaded.origins)
    stop_on_errors(found)
    if loaded.lacking is not None:
        variables, made = _made(inputs, loaded.lacking)
        loaded = completed(loaded, variables, strictness)
        found = with_origins(dict.fromkeys((*loaded.diagnostics, *made)), loaded.origins)
        stop_on_errors(found)
    assert loaded.node is not None, "a document without errors has a node"
    return Document(
        name=str(file),
        node=loaded.node,
        plain=loaded.texts.get(str(file)) if inputs.is_empty else None,
        diagnostics=found,
    )


def _load_document(sources: DeploymentSources, strictness: Strictness) -> LoadedDocument:
    if not sources.variables.fills_store:
        return load_with(sources, strictness, None)
    # The types of variables cost as much to import as a large document to interpolate.
    from paasta_deploy.manifest.loading import load_document  # noqa: PLC0415 - see above

    return load_document(sources, strictness)


def load_files(
    inputs: Inputs,
    file: Path,
    *,
    cloud_configs: tuple[NamedText, ...] = (),
    runtime_configs: tuple[NamedText, ...] = (),
    makes_values: bool = False,
    resolvable: frozenset[str] = frozenset(),
) -> "LoadedDeployment":
    """Read a deployment and everything that is wrong with it, in one pass.

    Nobody will fill in variables later but those that the director keeps (``resolvable``, whole
    names), so others without a value are mistakes. With
    ``makes_values`` and nothing wrong, what the vars store lacks is made and written into it;
    raises VariableError.
    """
    # Parsers and rules, which `interpolate` does without.
    from paasta_deploy.manifest.loading import load_deployment  # noqa: PLC0415 - see above

    sources = replace(
        sources_of(inputs, file), cloud_configs=cloud_configs, runtime_configs=runtime_configs
    )
    strictness = Strictness(resolvable=resolvable)
    loaded = load_deployment(sources, strictness)
    remember_all(loaded.texts)
    lacking = loaded.document.lacking
    if not makes_values or lacking is None or has_errors(loaded.diagnostics):
        return loaded
    _, made = _made(inputs, lacking)
    again = load_deployment(_with_store(sources, inputs), strictness)
    found = dict.fromkeys((*loaded.diagnostics, *made, *again.diagnostics))
    return replace(again, diagnostics=tuple(found))


def text_of(document: LoadedDocument) -> str:
    """Return a document without errors as it is sent to a director."""
    assert document.node is not None, "a document without errors has a node"
    return emit(document.node)


def sources_of(inputs: Inputs, file: Path) -> DeploymentSources:
    """Read all files that the operator named. Raises CliError when one cannot be read."""
    return DeploymentSources(
        manifest=named(file),
        ops=tuple(named(path) for path in inputs.ops_files),
        variables=_sources(inputs),
    )


def _made(inputs: Inputs, lacking: Lacking) -> tuple[Variables, tuple[Diagnostic, ...]]:
    """Fill the vars store; return all variables, and warnings.

    Raises MistakesError when an option turns out to be wrong.
    """
    assert inputs.vars_store is not None, "only a vars store is filled"
    variables, found = make_values(inputs.vars_store, lacking)
    stop_on_errors(found)
    return variables, found


def _with_store(sources: DeploymentSources, inputs: Inputs) -> DeploymentSources:
    """Return the sources with the vars store as it is now."""
    assert inputs.vars_store is not None, "only a vars store is filled"
    variables = replace(sources.variables, store=named(inputs.vars_store))
    return replace(sources, variables=variables)


def remember_all(texts: Mapping[str, str]) -> None:
    """Keep texts for showing lines of them."""
    for name, text in texts.items():
        remember(name, text)


def _sources(inputs: Inputs) -> VariableSources:
    contents = []
    for pair in inputs.var_files:
        name, sign, path = pair.partition("=")
        if not sign:
            raise CliError(f"Expected --var-file {pair} to be in format name=path.")
        contents.append((name, read_file(Path(path))))
    store = None
    if inputs.vars_store is not None and inputs.vars_store.exists():
        store = named(inputs.vars_store)
    return VariableSources(
        pairs=inputs.pairs,
        contents=tuple(contents),
        vars_files=tuple(named(path) for path in inputs.vars_files),
        prefixes=inputs.prefixes,
        environment=dict(os.environ),
        store=store,
        fills_store=inputs.vars_store is not None,
    )


def named(path: Path) -> NamedText:
    """Return a file's name and content."""
    return str(path), read_file(path)
