"""The whole way of a manifest in one call: texts in, a deployment and its mistakes out.

Whoever deploys, plans or validates goes this way, so that all of them say the same about the same
files. Each stage goes on as far as it can with what the stage before could save, which is how one
pass finds a typo in the manifest, an unknown network and a bad cloud config together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, codes, has_errors, in_file_order
from paasta_deploy.manifest.config_loading import load_cpi_configs, load_runtime_configs
from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.document_loading import (
    USUAL,
    DeploymentSources,
    LoadedDocument,
    NamedText,
    Strictness,
    load_with,
)
from paasta_deploy.manifest.interpolating.interpolation import with_origins
from paasta_deploy.manifest.interpolating.unresolved import check_resolved
from paasta_deploy.manifest.interpolating.variables import Variables, collect_variables
from paasta_deploy.manifest.parsing.cloud_config import CloudConfigResult, parse_cloud_config
from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.parsing.environment import check_environment, is_environment
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.validation.cloud_variables import missing_in_used
from paasta_deploy.manifest.validation.cpis import check_cpis
from paasta_deploy.manifest.validation.link_names import check_link_names
from paasta_deploy.manifest.validation.runtime_configs import check_runtime_configs
from paasta_deploy.manifest.validation.unused import find_unused, find_unused_arguments
from paasta_deploy.manifest.validation.validate import validate
from paasta_deploy.manifest.variables.generation import GenerationPlan
from paasta_deploy.manifest.variables.offline import plan_store, with_expected
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfigs


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedDeployment:
    """A deployment and its cloud; each is None when it has errors.

    ``diagnostics`` are all of them in file order: manifest, ops files, cloud configs. ``draft`` is
    as much of the manifest as could be read, ``files`` the order of the files.
    """

    manifest: DeploymentManifest | None
    cloud_config: CloudConfig | None
    document: LoadedDocument
    draft: DeploymentManifest | None = None
    runtime: RuntimeConfigs = NO_RUNTIME_CONFIGS
    files: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def load_document(sources: DeploymentSources, strictness: Strictness = USUAL) -> LoadedDocument:
    """Read a manifest, apply its ops files and put its variables in, as ``interpolate`` does."""
    return load_with(sources, strictness, _fill)


def _fill(document: Node, variables: Variables) -> tuple[GenerationPlan, Variables]:
    plan = plan_store(document, variables)
    return plan, with_expected(variables, plan)


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
    if draft is not None and configs.cloud is not None and strictness.resolvable is not None:
        diagnostics += _missing_in_cloud(draft, configs.cloud, sources, strictness.resolvable)
    if strictness.suspicions:
        diagnostics += find_unused_arguments(sources.variables, document.unused, document.missing)
    files = [sources.manifest[0]]
    files += [name for name, _ in (*sources.ops, *sources.variables.vars_files)]
    files += [name for name, _ in (*sources.cloud_configs, *sources.runtime_configs)]
    files += [name for name, _ in sources.cpi_configs]
    ordered = in_file_order(dict.fromkeys(diagnostics), files)
    return LoadedDeployment(
        manifest=None if has_errors(diagnostics) else draft,
        cloud_config=cloud.result.cloud_config if sources.cloud_configs else None,
        document=document,
        draft=draft,
        runtime=configs.runtime,
        files=tuple(files),
        diagnostics=with_origins(ordered, document.origins),
        texts={**document.texts, **cloud.texts, **configs.texts},
    )


def _missing_in_cloud(
    manifest: DeploymentManifest,
    cloud: CloudConfig,
    sources: DeploymentSources,
    resolvable: frozenset[str],
) -> list[Diagnostic]:
    """Return which variables in used cloud properties nobody here gives a value to.

    An absolute name may be another deployment's, which only the director knows. What is given
    counts, because the cloud config is saved with the same files.
    """
    known = resolvable | {item.name for item in manifest.variables}
    if not any(missing_in_used(manifest, cloud, known, relative_only=True)):
        return []
    known |= frozenset(collect_variables(sources.variables).variables.names())
    return list(missing_in_used(manifest, cloud, known, relative_only=True))


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
        if strictness.suspicions:
            written = None if strictness.leftovers else document.written
            found += find_unused(node, parsed.draft, written)
            found += check_link_names(parsed.draft)
    if document.node is not None:
        return parsed.draft, found
    if document.lacking is not None:
        return None, found
    # Variables lack values because their files are wrong; that has been said.
    lacking = codes.UNRESOLVED_VARIABLE.name
    return None, [item for item in found if item.code != lacking]
