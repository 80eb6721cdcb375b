"""Which IaaS accounts a director uses beside its default one, under which names.

Their properties hold credentials: they belong to the provider, are never shown, and do not even
stand in the ``repr`` of a value here. Source: BOSH CPI config (spec: bosh.md section 2.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.ids import CpiName
from paasta_deploy.model.source import NOWHERE, Source
from paasta_deploy.model.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class CpiDefinition:
    """One CPI. ``migrated_from``: former names, under which VMs, disks and stemcells are recorded.

    ``exec_path`` is where an external BOSH CPI lies; empty: the provider of ``cpi_type`` is meant.
    """

    name: CpiName
    cpi_type: str
    exec_path: str = ""
    properties: JsonObject = field(default_factory=dict, repr=False)
    migrated_from: tuple[CpiName, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CpiConfig:
    """All CPI configs of a director, merged: every name and former name stands once."""

    cpis: Mapping[CpiName, CpiDefinition] = field(default_factory=dict)

    def successors(self) -> Mapping[CpiName, CpiName]:
        """Return each former name with the name that took over from it."""
        return {
            former: definition.name
            for definition in self.cpis.values()
            for former in definition.migrated_from
        }


NO_CPI_CONFIG = CpiConfig()
