"""Configs of one kind on the way from texts to one value: read, parsed, merged, all mistakes told.

The director goes this way with what is saved, the CLI with files, so both say the same. What is
merged is in the order in which the texts are handed in; a director hands them in by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from paasta_deploy.diagnostics import Diagnostic, Severity, has_errors
from paasta_deploy.manifest.document.node import Node
from paasta_deploy.manifest.document.reader import read_document
from paasta_deploy.manifest.parsing.config_documents import ConfigResult
from paasta_deploy.manifest.parsing.cpi_config import parse_cpi_configs
from paasta_deploy.manifest.parsing.deploy_config import parse_deploy_configs
from paasta_deploy.manifest.parsing.resurrection_config import parse_resurrection_configs
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs
from paasta_deploy.model.cpi_config import CpiConfig
from paasta_deploy.model.deploy_config import DeployConfig
from paasta_deploy.model.resurrection_config import ResurrectionConfig
from paasta_deploy.model.runtime_config import RuntimeConfigs

_Value = TypeVar("_Value")
_Texts = Sequence[tuple[str, bytes | str]]
"""Each config's shown name and content."""


Fill = Callable[[Node], tuple[Node, tuple[Diagnostic, ...]]]
"""Puts the values of variables into a document, and tells what is wrong with their use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConfigs(Generic[_Value]):
    """All configs of one kind as one value.

    ``nodes`` are the documents, for whoever looks for variables. ``draft`` is what could be read
    of configs with mistakes, good for finding more of them.
    """

    draft: _Value
    nodes: tuple[Node, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> _Value | None:
        """What was read, if it has no errors."""
        return None if has_errors(self.diagnostics) else self.draft


def load_runtime_configs(
    files: _Texts, *, unknown_keys: Severity | None = None
) -> LoadedConfigs[RuntimeConfigs]:
    """Read, parse and merge runtime configs."""
    return _load(files, lambda nodes: parse_runtime_configs(nodes, unknown_keys=unknown_keys))


def load_cpi_configs(
    files: _Texts, *, unknown_keys: Severity | None = None, fill: Fill | None = None
) -> LoadedConfigs[CpiConfig]:
    """Read, parse and merge CPI configs. Their values are secrets: there are no ``texts``.

    ``fill`` puts the values of variables in, which only a director has.
    """
    return _load(
        files,
        lambda nodes: parse_cpi_configs(nodes, unknown_keys=unknown_keys),
        is_secret=True,
        fill=fill,
    )


def load_resurrection_configs(
    files: _Texts, *, unknown_keys: Severity | None = None
) -> LoadedConfigs[ResurrectionConfig]:
    """Read, parse and merge resurrection configs."""
    return _load(files, lambda nodes: parse_resurrection_configs(nodes, unknown_keys=unknown_keys))


def load_deploy_configs(
    files: _Texts, *, unknown_keys: Severity | None = None
) -> LoadedConfigs[tuple[DeployConfig, ...]]:
    """Read and parse deploy configs."""
    return _load(files, lambda nodes: parse_deploy_configs(nodes, unknown_keys=unknown_keys))


def _load(
    files: _Texts,
    parse: Callable[[Sequence[Node]], ConfigResult[_Value]],
    *,
    is_secret: bool = False,
    fill: Fill | None = None,
) -> LoadedConfigs[_Value]:
    reads = [read_document(name, text, is_secret=is_secret) for name, text in files]
    nodes = tuple(read.node for read in reads if read.node is not None)
    problems = [problem for read in reads for problem in read.diagnostics]
    if fill is not None:
        filled = [fill(node) for node in nodes]
        nodes = tuple(node for node, _ in filled)
        problems += [problem for _, found in filled for problem in found]
    parsed = parse(nodes)
    if len(nodes) == len(files):
        # What one file lacks may stand in another one that could not be read.
        problems += parsed.diagnostics
    return LoadedConfigs(
        draft=parsed.draft,
        nodes=nodes,
        diagnostics=tuple(dict.fromkeys(problems)),
        texts={} if is_secret else {read.name: read.text for read in reads if read.text},
    )
