"""What every deployment gets beside its manifest: releases, addons, tags and variables.

A runtime config asks for nothing by itself; its addons choose the instances that they are for.
Several configs are several values here: an addon sees only the releases of its own config.
Source: BOSH runtime config (spec: bosh.md sections 1.9 and 2.2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from paasta_deploy.model.deployment import Addon, ReleaseRef, VariableDefinition
from paasta_deploy.model.ids import ReleaseName
from paasta_deploy.model.source import NOWHERE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeConfig:
    """One runtime config, as parsed. ``variables`` are known under absolute names."""

    releases: tuple[ReleaseRef, ...] = ()
    addons: tuple[Addon, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    variables: tuple[VariableDefinition, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeConfigs:
    """All runtime configs of a director, in the order of their names.

    No two of them have tags, name one variable, or want one release in two versions: merging has
    seen to that. What order there is matters only for the order of jobs in an instance group.
    """

    configs: tuple[RuntimeConfig, ...] = ()

    @property
    def releases(self) -> tuple[ReleaseRef, ...]:
        """Every release once, in the order of the configs."""
        found: dict[ReleaseName, ReleaseRef] = {}
        for config in self.configs:
            for release in config.releases:
                found.setdefault(release.name, release)
        return tuple(found.values())

    @property
    def addons(self) -> tuple[Addon, ...]:
        """All addons in the order of the configs."""
        return tuple(addon for config in self.configs for addon in config.addons)

    @property
    def variables(self) -> tuple[VariableDefinition, ...]:
        """All variables in the order of the configs."""
        return tuple(item for config in self.configs for item in config.variables)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags, which one config at most has."""
        return dict(pair for config in self.configs for pair in config.tags.items())

    def tag_sources(self) -> Iterator[tuple[str, Source]]:
        """Yield each tag's name with the config that gives it."""
        for config in self.configs:
            for name in config.tags:
                yield name, config.source


NO_RUNTIME_CONFIGS = RuntimeConfigs()
