"""For which instances the health monitor may make a new VM by itself.

Source: BOSH resurrection config (spec: bosh.md section 2.4).
"""

from dataclasses import dataclass, field

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.source import NOWHERE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ResurrectionFilter:
    """Which instances are meant: every part that is given must name them. Empty: none is given."""

    deployments: tuple[DeploymentName, ...] = ()
    instance_groups: tuple[InstanceGroupName, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not self.deployments and not self.instance_groups

    def takes(self, deployment: DeploymentName, group: InstanceGroupName) -> bool:
        """Whether it means the instances of a group; an empty filter means all."""
        return (not self.deployments or deployment in self.deployments) and (
            not self.instance_groups or group in self.instance_groups
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResurrectionRule:
    """One rule: for whom ``include`` takes and ``exclude`` does not, it is ``enabled`` or not."""

    enabled: bool
    include: ResurrectionFilter = field(default_factory=ResurrectionFilter)
    exclude: ResurrectionFilter = field(default_factory=ResurrectionFilter)
    source: Source = field(default=NOWHERE, compare=False, repr=False)

    def applies(self, deployment: DeploymentName, group: InstanceGroupName) -> bool:
        """Whether the rule speaks about the instances of a group."""
        excluded = not self.exclude.is_empty and self.exclude.takes(deployment, group)
        return self.include.takes(deployment, group) and not excluded


@dataclass(frozen=True, slots=True, kw_only=True)
class ResurrectionConfig:
    """All rules of all configs; their order does not matter."""

    rules: tuple[ResurrectionRule, ...] = ()

    def allows(self, deployment: DeploymentName, group: InstanceGroupName) -> bool:
        """Whether every rule that applies says so; nobody speaking means yes."""
        return all(rule.enabled for rule in self.rules if rule.applies(deployment, group))


NO_RESURRECTION_CONFIG = ResurrectionConfig()
