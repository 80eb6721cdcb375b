"""Options that every ``deploy`` gets without being asked. Only the CLI reads them.

Source: BOSH deploy config (spec: bosh.md section 2.5).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.source import NOWHERE, Source


class DeployFlag(Enum):
    """An option of ``deploy``, without its dashes."""

    FIX_RELEASES = "fix-releases"
    FIX = "fix"
    RECREATE = "recreate"
    RECREATE_PERSISTENT_DISKS = "recreate-persistent-disks"
    SKIP_UPLOAD_RELEASES = "skip-upload-releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployConfig:
    """One config. Either ``include`` or ``exclude`` may be given; neither: all deployments."""

    flags: tuple[DeployFlag, ...] = ()
    include: tuple[DeploymentName, ...] = ()
    exclude: tuple[DeploymentName, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)

    def takes(self, deployment: DeploymentName) -> bool:
        """Whether the flags are for this deployment."""
        if self.include:
            return deployment in self.include
        return deployment not in self.exclude


def flags_for(
    deployment: DeploymentName, configs: Iterable[DeployConfig]
) -> frozenset[DeployFlag]:
    """Return the flags that all configs together give a deployment."""
    return frozenset(
        flag for config in configs if config.takes(deployment) for flag in config.flags
    )
