"""The cloud config as one deployment gets it: with values of variables, and what is wrong then.

There are two of it: one to be planned with and recorded, whose cloud properties keep their
placeholders, and one with all values, which is only looked at.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import Node, check_resolved, parse_cloud_config
from paasta_deploy.manifest.config_loading import Fill
from paasta_deploy.manifest.parsing.cloud_variables import (
    only_shared,
    relative_names,
    uses_variables,
    with_late,
)
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.ids import CpiName


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudInputs:
    """A cloud config: as it is planned with, and with all values in it."""

    config: CloudConfig
    filled: CloudConfig
    diagnostics: tuple[Diagnostic, ...] = ()

    def with_cpis(self, current: Callable[[CpiName], CpiName]) -> "CloudInputs":
        """Return this with the present names of CPIs that were renamed."""
        return replace(
            self, config=_renamed(self.config, current), filled=_renamed(self.filled, current)
        )


def filled_cloud_config(nodes: Sequence[Node], fill: Fill) -> CloudInputs:
    """Return the cloud config of these documents, and what is wrong with it.

    Variables without a value stay in the cloud properties and are a mistake everywhere else.
    """
    if not uses_variables(nodes):
        parsed = parse_cloud_config(nodes)
        return CloudInputs(
            config=parsed.draft, filled=parsed.draft, diagnostics=parsed.diagnostics
        )
    found: list[Diagnostic] = []
    whole: list[Node] = []
    for node in nodes:
        found += relative_names(node, "cloud config")  # filled in, they would be seen no more
        filled, problems = fill(node)
        found += problems or check_resolved(only_shared(filled))
        whole.append(filled)
    pairs = zip(nodes, whole, strict=True)
    kept = parse_cloud_config([with_late(node, filled) for node, filled in pairs])
    filled_config = parse_cloud_config(whole)
    told = () if found else kept.diagnostics
    return CloudInputs(
        config=kept.draft,
        filled=filled_config.draft,
        diagnostics=tuple(dict.fromkeys((*found, *told))),
    )


def _renamed(config: CloudConfig, current: Callable[[CpiName], CpiName]) -> CloudConfig:
    azs = {name: replace(az, cpi=current(az.cpi)) for name, az in config.azs.items()}
    return replace(config, azs=azs)
