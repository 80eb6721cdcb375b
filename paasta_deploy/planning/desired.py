"""The desired deployment with every name looked up: what planning works from.

A manifest speaks of ``latest`` versions, stemcell aliases and addons; here they have become the
uploaded releases and stemcells and the jobs that really run. Whatever cannot be looked up is a
diagnostic that points at the line of the manifest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import Addon, DeploymentManifest, VmResources
from paasta_deploy.model.ids import CpiName, ReleaseName
from paasta_deploy.model.recorded import ReleaseRecord, StemcellRecord
from paasta_deploy.model.spec import StemcellKey
from paasta_deploy.model.values import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """One deployment as wanted, all names looked up.

    ``manifest`` has the jobs of all addons in its groups. ``stemcells`` is by alias.
    ``calculated`` holds the cloud properties for each ``vm_resources`` at each CPI (see
    :func:`resources_to_calculate`). ``director_name`` goes into ``env.bosh.groups``.
    """

    manifest: DeploymentManifest
    cloud_config: CloudConfig
    releases: Mapping[ReleaseName, ReleaseRecord]
    stemcells: Mapping[str, StemcellKey]
    director_name: str = "paasta"
    calculated: Mapping[tuple[CpiName, VmResources], JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The outcome of :func:`resolve`: ``desired`` is None when a diagnostic is an error."""

    desired: Desired | None
    diagnostics: tuple[Diagnostic, ...] = ()


def resolve(
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    *,
    releases: Iterable[ReleaseRecord],
    stemcells: Iterable[StemcellRecord],
    runtime_addons: Iterable[Addon] = (),
    director_name: str = "paasta",
) -> Resolution:
    """Look up releases, stemcells and jobs in what is uploaded, and lay addons into the groups.

    ``releases`` and ``stemcells`` are everything that the store has. Versions ``latest`` and
    ``N.latest`` take the newest. Source: BOSH 4.1 steps 4 and 5, 1.9.
    """
    raise NotImplementedError


def resources_to_calculate(desired: Desired) -> tuple[tuple[CpiName, VmResources], ...]:
    """Return which ``vm_resources`` a CPI must turn into cloud properties, each pair once."""
    raise NotImplementedError
