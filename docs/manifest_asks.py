"""What the parsers of manifests and configs ask for, found out by letting them read samples.

The samples in `docs/samples` have every key once; a page shows them, too. Nothing of the format is
stated here: types, defaults and bounds are what the parsers pass on while they read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import Node, read_document
from paasta_deploy.manifest.parsing.asking import Ask, OnAsk
from paasta_deploy.manifest.parsing.cloud_config import parse_cloud_config
from paasta_deploy.manifest.parsing.cpi_config import parse_cpi_configs
from paasta_deploy.manifest.parsing.deploy_config import parse_deploy_configs
from paasta_deploy.manifest.parsing.deployment import parse_deployment
from paasta_deploy.manifest.parsing.resurrection_config import parse_resurrection_configs
from paasta_deploy.manifest.parsing.runtime_config import parse_runtime_configs

SAMPLES = Path(__file__).with_name("samples")

Parser = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One kind of file: its page, its sample, and who reads it. ``what`` is its top level."""

    what: str
    sample: str
    parse: Parser
    is_listed: bool = True

    def read(self, on_ask: OnAsk) -> Sequence[Diagnostic]:
        """Read the sample and let the parser tell what it asks for; return its mistakes."""
        node = read_document(self.sample, (SAMPLES / self.sample).read_bytes()).node
        assert node is not None, f"{self.sample} is a document"
        found: Sequence[Diagnostic] = self.parse(self._given(node), on_ask=on_ask).diagnostics
        return found

    def _given(self, node: Node) -> Node | list[Node]:
        return [node] if self.is_listed else node


DOCUMENTS = (
    Document(what="deployment", sample="manifest.yml", parse=parse_deployment, is_listed=False),
    Document(what="cloud config", sample="cloud-config.yml", parse=parse_cloud_config),
    Document(what="runtime config", sample="runtime-config.yml", parse=parse_runtime_configs),
    Document(what="CPI config", sample="cpi-config.yml", parse=parse_cpi_configs),
    Document(
        what="resurrection config",
        sample="resurrection-config.yml",
        parse=parse_resurrection_configs,
    ),
    Document(what="deploy config", sample="deploy-config.yml", parse=parse_deploy_configs),
)


@dataclass(slots=True)
class Key:
    """All that was asked about one key of one kind of mapping."""

    name: str
    asks: list[Ask] = field(default_factory=list)

    @property
    def ask(self) -> Ask:
        """The ask that says most."""
        return max(self.asks, key=lambda ask: (bool(ask.inner), bool(ask.choices), len(ask.kind)))

    @property
    def is_needed(self) -> bool | None:
        """Whether the key is needed; None: at some places it is and at others it is not."""
        needs = {ask.is_needed for ask in self.asks if ask.kind == self.ask.kind}
        return needs.pop() if len(needs) == 1 else None


Block = dict[str, Key]
"""The keys of one kind of mapping, in the order in which they were first asked for."""


def blocks_of(document: Document) -> dict[str, Block]:
    """Return every kind of mapping in a document with its keys, outermost first."""
    blocks: dict[str, Block] = {document.what: {}}

    def hear(ask: Ask) -> None:
        block = blocks.setdefault(ask.what, {})
        block.setdefault(ask.key, Key(name=ask.key)).asks.append(ask)

    document.read(hear)
    return blocks
