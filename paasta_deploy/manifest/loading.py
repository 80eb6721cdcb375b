"""The whole way of a manifest in one call: texts in, a deployment and its mistakes out.

Whoever deploys, plans or validates goes this way, so that all of them say the same about the same
files. Each stage goes on as far as it can with what the stage before could save, which is how one
pass finds a typo in the manifest, an unknown network and a bad cloud config together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, Severity, codes, has_errors, in_file_order
from paasta_deploy.manifest.config_loading import load_cpi_configs, load_runtime_configs
from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.interpolating.interpolation import (
    Origin,
    interpolate,
    with_origins,
)
from paasta_deploy.manifest.interpolating.unresolved import check_resolved
from paasta_deploy.manifest.interpolating.variables import VariableSources, collect_variables
from paasta_deploy.manifest.parsing.cloud_config import CloudConfigResult, parse_cloud_config
from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.parsing.environment import check_environment, is_environment
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.patching.ops import apply_ops, read_ops
from paasta_deploy.manifest.validation.cpis import check_cpis
from paasta_deploy.manifest.validation.runtime_configs import check_runtime_configs
from paasta_deploy.manifest.validation.unused import find_unused
from paasta_deploy.manifest.validation.validate import validate
from paasta_deploy.manifest.variables.generation import GenerationPlan
from paasta_deploy.manifest.variables.offline import plan_store, with_expected
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.runtime_config import RuntimeConfigs
from paasta_deploy.model.source import Span

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
    measure: an error, unless the key is known to do no harm. ``unused_entries``: warn of
    variables, releases and stemcells that are listed and not used. ``environments``: a manifest of
    ``create-env`` is judged as one; without it, it is judged as the deployment that it is not.
    """

    unknown_keys: Severity | None = None
    missing_variables: bool = False
    unused_variables: bool = False
    unused_entries: bool = False
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
    plan: GenerationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDocument:
    """A manifest after ops and variables, for ``emit`` and for parsing; None after errors.

    ``texts`` are the files that diagnostics may show; those with values of variables are left out,
    because they hold secrets. ``draft`` is the document when values of variables are missing
    because their files are wrong, or because they are still to be made (``lacking``): good for
    looking for more mistakes, and for nothing else.
    """

    node: Node | None
    draft: Node | None = None
    lacking: "Lacking | None" = None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[Span, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDeployment:
    """A deployment and its cloud; each is None when it has errors.

    ``diagnostics`` are all of them in file order: manifest, ops files, cloud configs.
    """

    manifest: DeploymentManifest | None
    cloud_config: CloudConfig | None
    document: LoadedDocument
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def load_document(sources: DeploymentSources, strictness: Strictness = USUAL) -> LoadedDocument:
    """Read a manifest, apply its ops files and put its variables in, as ``interpolate`` does."""
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
    variables, plan = collected.variables, GenerationPlan()
    if sources.variables.fills_store:
        plan = plan_store(patched.node, variables)
        variables = with_expected(variables, plan)
    result = interpolate(
        patched.node,
        variables,
        missing_is_error=strictness.missing_variables,
        unused_is_error=strictness.unused_variables,
    )
    diagnostics += [*plan.diagnostics, *result.diagnostics]
    lacking = None
    if plan.definitions:
        lacking = Lacking(patched=patched.node, given=variables.given, plan=plan)
    return LoadedDocument(
        node=result.node if lacking is None else None,
        draft=None if lacking is None else result.node,
        lacking=lacking,
        diagnostics=tuple(diagnostics),
        texts=texts,
        origins=result.origins,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCloud:
    """All cloud configs of a director as one; ``is_readable`` False: a file of them is no YAML."""

    result: CloudConfigResult
    is_readable: bool
    texts: Mapping[str, str] = field(default_factory=dict)


def load_cloud_configs(
    files: tuple[NamedText, ...], strictness: Strictness = USUAL
) -> LoadedCloud:
    """Read and parse all cloud configs of a director."""
    reads = [read_document(name, text) for name, text in files]
    nodes = [read.node for read in reads if read.node is not None]
    parsed = parse_cloud_config(
        nodes, gateway_needed=strictness.gateway_needed, unknown_keys=strictness.unknown_keys
    )
    problems = [problem for read in reads for problem in read.diagnostics]
    is_readable = len(nodes) == len(files)
    if is_readable:
        problems += parsed.diagnostics
    return LoadedCloud(
        result=CloudConfigResult(draft=parsed.draft, diagnostics=tuple(problems)),
        is_readable=is_readable,
        texts={read.name: read.text for read in reads if read.text},
    )


def load_deployment(
    sources: DeploymentSources, strictness: Strictness = USUAL
) -> LoadedDeployment:
    """Load, parse and validate a deployment; everything that is wrong is found in one pass."""
    document = load_document(sources, strictness)
    cloud = load_cloud_configs(sources.cloud_configs, strictness)
    configs = _configs(sources, cloud, strictness)
    diagnostics = [*document.diagnostics, *cloud.result.diagnostics, *configs.diagnostics]
    draft = None
    if document.node is not None or document.draft is not None:
        draft, found = _judged(document, configs, strictness)
        diagnostics += found
    complete = document.draft if document.lacking is not None else document.node
    if complete is not None and strictness.resolvable is not None:
        # Parsing and validation have told of those variables that they had to look into.
        told = {item.summary for item in diagnostics}
        shared = {item.name for item in configs.runtime.variables}
        left = check_resolved(complete, strictness.resolvable | shared)
        diagnostics += [item for item in left if item.summary not in told]
    files = [sources.manifest[0]]
    files += [name for name, _ in (*sources.ops, *sources.variables.vars_files)]
    files += [name for name, _ in (*sources.cloud_configs, *sources.runtime_configs)]
    files += [name for name, _ in sources.cpi_configs]
    ordered = in_file_order(dict.fromkeys(diagnostics), files)
    return LoadedDeployment(
        manifest=None if has_errors(diagnostics) else draft,
        cloud_config=cloud.result.cloud_config if sources.cloud_configs else None,
        document=document,
        diagnostics=with_origins(ordered, document.origins),
        texts={**document.texts, **cloud.texts, **configs.texts},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Configs:
    """What a manifest is held against; None: nothing is known of it."""

    cloud: CloudConfig | None
    runtime: RuntimeConfigs
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def _configs(sources: DeploymentSources, cloud: LoadedCloud, strictness: Strictness) -> _Configs:
    unknown_keys = strictness.unknown_keys
    runtime = load_runtime_configs(sources.runtime_configs, unknown_keys=unknown_keys)
    cpis = load_cpi_configs(sources.cpi_configs, unknown_keys=unknown_keys)
    report = Report()
    if sources.cpi_configs and not has_errors(cpis.diagnostics):
        check_cpis(cloud.result.draft, cpis.draft, report)
    is_known = bool(sources.cloud_configs) and cloud.is_readable
    return _Configs(
        cloud=cloud.result.draft if is_known else None,
        runtime=runtime.draft,
        diagnostics=(*runtime.diagnostics, *cpis.diagnostics, *report.diagnostics),
        texts=runtime.texts,
    )


def _judged(
    document: LoadedDocument, configs: _Configs, strictness: Strictness
) -> tuple[DeploymentManifest | None, list[Diagnostic]]:
    """Return what a document asks for, and everything that is wrong with it."""
    node = document.draft if document.node is None else document.node
    assert node is not None, "somebody asked for a document that there is not"
    if strictness.environments and is_environment(node):
        return None, list(check_environment(node, unknown_keys=strictness.unknown_keys))
    parsed = parse_deployment(node, unknown_keys=strictness.unknown_keys)
    found = list(parsed.diagnostics)
    if parsed.draft is not None:
        found += validate(parsed.draft, configs.cloud)
        found += check_runtime_configs(parsed.draft, configs.runtime)
        if strictness.unused_entries:
            found += find_unused(node, parsed.draft)
    if document.node is not None:
        return parsed.draft, found
    if document.lacking is not None:
        return None, found
    # Variables lack values because their files are wrong; that has been said.
    lacking = codes.UNRESOLVED_VARIABLE.name
    return None, [item for item in found if item.code != lacking]


def _shown(content: bytes | str) -> str:
    return content if isinstance(content, str) else content.decode("utf-8", "replace")
