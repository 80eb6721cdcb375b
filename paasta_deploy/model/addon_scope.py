"""Which instance groups an addon is for.

Theory (BOSH 1.9). An addon applies where ``include`` does and ``exclude`` does not. In a filter
every part that is given must match, and any item of a part will do. No ``include`` means
everywhere, no ``exclude`` nowhere; an empty filter is none.
"""

from collections.abc import Collection
from dataclasses import dataclass

from paasta_deploy.model.deployment import Addon, AddonFilter, InstanceGroup
from paasta_deploy.model.ids import DeploymentName, JobName, ReleaseName

_NO_FILTER = AddonFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddonPlace:
    """A group that an addon may be for.

    ``jobs`` are those that it has by now: its own and those of the addons before, which an addon
    can be made to follow. ``stemcell_os`` None: it is not known yet, and may be any.
    """

    deployment: DeploymentName
    group: InstanceGroup
    jobs: Collection[tuple[JobName, ReleaseName]]
    stemcell_os: str | None
    teams: frozenset[str] = frozenset()


def applies(addon: Addon, place: AddonPlace) -> bool:
    """Whether the jobs of an addon go into a group."""
    included = addon.include is None or _takes(addon.include, place)
    excluded = (
        addon.exclude is not None
        and addon.exclude != _NO_FILTER
        # What is not known yet excludes nothing.
        and not (addon.exclude.stemcell_os is not None and place.stemcell_os is None)
        and _takes(addon.exclude, place)
    )
    return included and not excluded


def _takes(chosen: AddonFilter, place: AddonPlace) -> bool:
    group = place.group
    return (
        (chosen.deployments is None or place.deployment in chosen.deployments)
        and (chosen.instance_groups is None or group.name in chosen.instance_groups)
        and (
            chosen.jobs is None
            or any((job.name, job.release) in place.jobs for job in chosen.jobs)
        )
        and (
            chosen.stemcell_os is None
            or place.stemcell_os is None
            or place.stemcell_os in chosen.stemcell_os
        )
        and (chosen.networks is None or any(use.name in chosen.networks for use in group.networks))
        and (chosen.teams is None or not place.teams.isdisjoint(chosen.teams))
        and (chosen.azs is None or any(az in chosen.azs for az in group.azs))
        and (chosen.lifecycle is None or group.lifecycle is chosen.lifecycle)
    )
