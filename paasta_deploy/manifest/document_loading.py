"""From texts to one document: the manifest, changed by its ops files, with its variables put in.

This is all that ``interpolate`` needs, so it knows nothing of deployments: their model costs more
to import than a large document takes to read. What parses and judges is :mod:`loading`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from paasta_deploy.diagnostics import Diagnostic, Severity, has_errors
from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.interpolating.interpolation import Origin, interpolate
from paasta_deploy.manifest.interpolating.variables import (
    Variables,
    VariableSources,
    collect_variables,
)
from paasta_deploy.manifest.patching.ops import apply_ops, read_ops
from paasta_deploy.model.source import Span

if TYPE_CHECKING:
    from paasta_deploy.manifest.variables.generation import GenerationPlan

NamedText = tuple[str, bytes | str]
"""A file: the name that is shown, and its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentSources:
    """The files of a deployment. Without ``cloud_configs`` only the manifest itself is checked.

    ``runtime_configs`` and ``cpi_configs`` are checked with it where they are given.
    """

    manifest: NamedText
    ops: tuple[NamedText, ...] = ()
    variables: VariableSources = field(default_factory=VariableSources)
    cloud_configs: tuple[NamedText, ...] = ()
    runtime_configs: tuple[NamedText, ...] = ()
    cpi_configs: tuple[NamedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strictness:
    """What counts as an error beyond what always does.

    ``missing_variables`` and ``unused_variables`` are ``--var-errs`` and ``--var-errs-unused``.
    ``resolvable`` are the variables that whoever deploys can fill in, beside those that the
    manifest defines; None means that placeholders may stay. ``unknown_keys`` None is the usual
    measure: an error, unless the key is known to do no harm. ``suspicions``: warn of
    what is allowed and hardly ever meant: what is listed and not used, names of links that look
    misspelt; with ``leftovers`` also of what only an ops file left without use.
    ``environments``: a manifest of ``create-env`` is judged as one; without it, it is judged as
    the deployment that it is not.
    """

    unknown_keys: Severity | None = None
    missing_variables: bool = False
    unused_variables: bool = False
    suspicions: bool = False
    leftovers: bool = False
    gateway_needed: bool = True
    environments: bool = False
    resolvable: frozenset[str] | None = None


USUAL = Strictness()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """What must be made before a document can be used, for a vars store.

    ``patched`` is the document before interpolation, ``given`` are the values of the stronger
    sources.
    """

    patched: Node
    given: Mapping[str, Node]
    plan: "GenerationPlan"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDocument:
    """A manifest after ops and variables, for ``emit`` and for parsing; None after errors.

    ``texts`` are the files that diagnostics may show; those with values of variables are left out,
    because they hold secrets. ``draft`` is the document when values of variables are missing
    because their files are wrong, or because they are still to be made (``lacking``): good for
    looking for more mistakes, and for nothing else. ``unused`` are variables with a value that
    nothing asks for, ``missing`` those without one. ``written`` is the manifest before its ops
    files; None: there are none.
    """

    node: Node | None
    draft: Node | None = None
    lacking: "Lacking | None" = None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[Span, Origin] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    written: Node | None = None


Filler = Callable[[Node, Variables], "tuple[GenerationPlan, Variables]"]
"""What finds out which values a vars store lacks: the plan, and variables as if it were done."""


def load_with(
    sources: DeploymentSources, strictness: Strictness, filler: Filler | None
) -> LoadedDocument:
    """Read a manifest, apply its ops files and put its variables in, as ``interpolate`` does.

    ``filler`` is asked about sources that fill a vars store, and is needed for these.
    """
    name, text = sources.manifest
    read = read_document(name, text)
    files = [read_ops(*item) for item in sources.ops]
    texts = {name: read.text} if read.text else {}
    texts.update((item, _shown(content)) for item, content in sources.ops)
    collected = collect_variables(sources.variables)
    diagnostics = [*read.diagnostics]
    if read.node is None:
        diagnostics += [problem for file in files for problem in file.diagnostics]
        diagnostics += collected.diagnostics
        return LoadedDocument(node=None, diagnostics=tuple(diagnostics), texts=texts)
    patched = apply_ops(read.node, files)
    diagnostics += [*patched.diagnostics, *collected.diagnostics]
    if patched.node is None:
        return LoadedDocument(node=None, diagnostics=tuple(diagnostics), texts=texts)
    if has_errors(collected.diagnostics):
        draft = interpolate(patched.node, collected.variables).node
        return LoadedDocument(node=None, draft=draft, diagnostics=tuple(diagnostics), texts=texts)
    variables, lacking = collected.variables, None
    if sources.variables.fills_store:
        assert filler is not None, "whoever fills a store says with what"
        plan, variables = filler(patched.node, variables)
        diagnostics += plan.diagnostics
        if plan.definitions:
            lacking = Lacking(patched=patched.node, given=collected.variables.given, plan=plan)
    result = interpolate(
        patched.node,
        variables,
        missing_is_error=strictness.missing_variables,
        unused_is_error=strictness.unused_variables,
    )
    diagnostics += result.diagnostics
    return LoadedDocument(
        node=result.node if lacking is None else None,
        draft=None if lacking is None else result.node,
        lacking=lacking,
        diagnostics=tuple(diagnostics),
        texts=texts,
        origins=result.origins,
        unused=result.unused,
        missing=result.missing,
        written=read.node if files else None,
    )


def completed(
    loaded: LoadedDocument, variables: Variables, strictness: Strictness
) -> LoadedDocument:
    """Return a document that lacked values, now that ``variables`` have them all."""
    assert loaded.lacking is not None, "only a document that lacks something is completed"
    result = interpolate(
        loaded.lacking.patched,
        variables,
        missing_is_error=strictness.missing_variables,
        unused_is_error=strictness.unused_variables,
    )
    return replace(
        loaded,
        node=result.node,
        draft=None,
        lacking=None,
        diagnostics=tuple(dict.fromkeys((*loaded.diagnostics, *result.diagnostics))),
        origins=result.origins,
    )


def _shown(content: bytes | str) -> str:
    return content if isinstance(content, str) else content.decode("utf-8", "replace")
