"""Is a config right, by itself and beside the others of its kind? Told to whoever saves it.

Each kind has its own format; a kind that only users know must be YAML and nothing more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from paasta_deploy.cpi.provider import Provider
from paasta_deploy.diagnostics import Diagnostic, codes, did_you_mean, error, has_errors
from paasta_deploy.director.cloud_inputs import filled_cloud_config
from paasta_deploy.director.redacting import refuse_redacted
from paasta_deploy.manifest import Node, check_resolved, load_cloud_configs, read_document
from paasta_deploy.manifest.config_loading import (
    Fill,
    load_cpi_configs,
    load_deploy_configs,
    load_resurrection_configs,
    load_runtime_configs,
)
from paasta_deploy.manifest.parsing.cloud_variables import relative_names, uses_variables
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.ids import CpiName
from paasta_deploy.model.recorded import ConfigRecord
from paasta_deploy.ports.cpis import CpiRegistry

CLOUD = "cloud"
RUNTIME = "runtime"
CPI = "cpi"
RESURRECTION = "resurrection"
DEPLOY = "deploy"

Texts = Sequence[tuple[str, str]]

_SHARED_HINT = (
    "give the value with `-v NAME=VALUE`, or name one of the director's own by its whole name,\n"
    "`((/shared/name))`, after a deploy has made it; `paasta-deploy variables` lists them"
)


def with_no_values(node: Node) -> tuple[Node, tuple[Diagnostic, ...]]:
    """Return a document as it is, for a director without variables."""
    return node, ()


def shown_name(kind: str, name: str) -> str:
    """Return what a saved config is called where one would expect the name of a file."""
    return f"{kind} config {name}"


def texts_of(configs: Sequence[ConfigRecord]) -> Texts:
    """Return configs as texts to be read, under the names that diagnostics show."""
    return [(shown_name(config.kind, config.name), config.content) for config in configs]


def check_configs(
    kind: str,
    texts: Texts,
    candidate: str,
    cpis: CpiRegistry | None,
    fill: Fill = with_no_values,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with all configs of a kind, of which ``candidate`` is to be saved.

    ``fill`` puts the values of shared variables in.
    """
    content = next(text for name, text in texts if name == candidate)
    node = read_document(candidate, content, is_secret=kind == CPI).node
    found = () if node is None else refuse_redacted(node)
    if node is not None and kind == CPI:
        # Nobody fills these in later: a cloud would be given the placeholder as its password.
        relative = tuple(relative_names(node, "CPI config"))
        left = () if relative else check_resolved(fill(node)[0])
        found = (*found, *relative, *(replace(item, hint=_SHARED_HINT) for item in left))
    return (*found, *_of_kind(kind, texts, candidate, cpis, fill))


def _of_kind(
    kind: str, texts: Texts, candidate: str, cpis: CpiRegistry | None, fill: Fill
) -> Sequence[Diagnostic]:
    if kind == CLOUD:
        return _cloud(texts, fill)
    if kind == CPI:
        loaded = load_cpi_configs(texts, fill=fill)
        if cpis is None or has_errors(loaded.diagnostics) or uses_variables(loaded.nodes):
            return loaded.diagnostics  # a value that is missing has been told
        return (*loaded.diagnostics, *cpis.check(loaded.draft))
    loader = _LOADERS.get(kind)
    if loader is not None:
        return loader(texts)
    content = next(text for name, text in texts if name == candidate)
    return read_document(candidate, content).diagnostics


def _cloud(texts: Texts, fill: Fill) -> Sequence[Diagnostic]:
    reads = [read_document(name, text) for name, text in texts]
    nodes = [read.node for read in reads if read.node is not None]
    if len(nodes) < len(reads) or not uses_variables(nodes):
        return load_cloud_configs(tuple(texts)).result.diagnostics
    problems = [problem for read in reads for problem in read.diagnostics]
    return (*problems, *filled_cloud_config(nodes, fill).diagnostics)


_LOADERS: Mapping[str, Callable[[Texts], Sequence[Diagnostic]]] = {
    RUNTIME: lambda texts: load_runtime_configs(texts).diagnostics,
    RESURRECTION: lambda texts: load_resurrection_configs(texts).diagnostics,
    DEPLOY: lambda texts: load_deploy_configs(texts).diagnostics,
}


def unknown_cpis(
    cloud_config: CloudConfig, providers: Mapping[CpiName, Provider], azs: frozenset[str] | None
) -> Iterator[Diagnostic]:
    """Yield an error for each AZ (of ``azs``; None: of all) whose CPI does not exist."""
    for az in cloud_config.azs.values():
        if az.cpi in providers or (azs is not None and az.name not in azs):
            continue
        known = [name for name in providers if name]
        yield error(
            codes.UNKNOWN_CPI,
            f"CPI `{az.cpi}` of AZ `{az.name}` does not exist",
            span=az.source.span("cpi"),
            detail=did_you_mean(az.cpi, known) or "there is only the default CPI",
            hint="save it with `paasta-deploy update-cpi-config`, or change `cpi`",
        )
