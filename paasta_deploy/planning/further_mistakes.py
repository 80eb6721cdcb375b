"""Everything else that is wrong with a deployment which is to be refused.

A deploy is thought through in steps, and the first one that finds a mistake stops it. Before the
operator is told, the other steps are gone through here with the parts that no mistake touches, so
that one answer has everything: releases and jobs that are not uploaded, instances that have no
room, links that nobody provides, packages that nobody can compile. Nothing is told that could be
the mere consequence of another mistake (see :mod:`paasta_deploy.manifest.soundness`).

Offline, the store's side may be unknown: what is not known is not judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from paasta_deploy.diagnostics import Diagnostic, codes
from paasta_deploy.manifest.soundness import SoundPart, sound_part
from paasta_deploy.model.cloud_config import CloudConfig
from paasta_deploy.model.deployment import Addon, DeploymentManifest
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.recorded import (
    CompiledPackageRecord,
    DeploymentRecord,
    RecordedDeployment,
    ReleaseRecord,
    StemcellRecord,
)
from paasta_deploy.model.runtime_config import NO_RUNTIME_CONFIGS, RuntimeConfigs
from paasta_deploy.planning.addresses import TakenAddress
from paasta_deploy.planning.compilation import package_problems
from paasta_deploy.planning.desired import Resolution, resolve
from paasta_deploy.planning.links import ProviderKnowledge, SharedLink, resolve_links
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.planning.variable_links import link_names
from paasta_deploy.ports.clock import IdSource

_UNPLACED = Placement(instances=())

_ALREADY_TOLD = codes.UNKNOWN_RELEASE.name
"""Every job's release is looked up in the manifest; here releases with mistakes are not there."""

_TOLD_ONCE = frozenset({codes.NO_FREE_ADDRESS.name, codes.LINK_CYCLE.name})
"""Found by looking at the manifest alone, too, and told there of all groups that share in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a deployment is held against besides its cloud config.

    ``cloud_is_right``: the cloud config has no mistakes. ``shared`` None: other deployments are
    not known. ``compiled`` are the packages that were compiled before; None: nobody knows, so
    nothing is said about compiling.
    """

    releases: Sequence[ReleaseRecord]
    stemcells: Sequence[StemcellRecord]
    compiled: Iterable[CompiledPackageRecord] | None = ()
    runtime: RuntimeConfigs = NO_RUNTIME_CONFIGS
    recorded: RecordedDeployment | None = None
    taken: Iterable[TakenAddress] = ()
    shared: Mapping[DeploymentName, Sequence[SharedLink]] | None = None
    cloud_is_right: bool = True


def further_mistakes(
    draft: DeploymentManifest,
    cloud_config: CloudConfig,
    told: Sequence[Diagnostic],
    known: Known,
    ids: IdSource,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a deployment besides ``told``, in no order. Warnings, too.

    ``draft`` and ``cloud_config`` may be drafts with mistakes, all of which are in ``told``.
    """
    part = sound_part(draft, told)
    cloudless = not known.cloud_is_right
    everybody = frozenset(group.name for group in draft.instance_groups)
    manifest, runtime = _with_certain_addons(part, known.runtime)
    resolution = resolve(
        manifest,
        cloud_config,
        releases=known.releases,
        stemcells=known.stemcells,
        runtime=runtime,
        unplaceable=everybody if cloudless else part.unplaceable,
    )
    found = list(resolution.diagnostics)
    placement = _UNPLACED
    recorded = _recorded_of(part, known)
    if part.has_name and not cloudless:
        placement = place(part.placeable(), cloud_config, recorded, ids, taken=known.taken)
        found += placement.diagnostics
    found += _links(part, resolution, placement, known)
    if not cloudless and known.compiled is not None:
        found += package_problems(
            resolution.draft, placement, recorded=recorded, compiled=known.compiled
        )
    return _without_told(found, told)


def _with_certain_addons(
    part: SoundPart, runtime: RuntimeConfigs
) -> tuple[DeploymentManifest, RuntimeConfigs]:
    """Leave out addons of which nobody can say whether they apply."""
    if not part.has_name:
        runtime = NO_RUNTIME_CONFIGS  # they choose deployments by name
    if part.has_all_jobs:
        return part.manifest, runtime
    configs = tuple(
        replace(config, addons=tuple(filter(_asks_for_no_job, config.addons)))
        for config in runtime.configs
    )
    own = tuple(filter(_asks_for_no_job, part.manifest.addons))
    return replace(part.manifest, addons=own), replace(runtime, configs=configs)


def _asks_for_no_job(addon: Addon) -> bool:
    filters = (addon.include, addon.exclude)
    return all(chosen is None or chosen.jobs is None for chosen in filters)


def _links(
    part: SoundPart, resolution: Resolution, placement: Placement, known: Known
) -> list[Diagnostic]:
    has_all_jobs = part.has_all_jobs and resolution.has_all_jobs
    knowledge = ProviderKnowledge(all_jobs=has_all_jobs, others=known.shared is not None)
    desired = resolution.draft
    links = resolve_links(desired, placement, shared=known.shared, knowledge=knowledge)
    names = link_names(desired, placement, has_all_jobs=has_all_jobs)
    return [*links.diagnostics, *names.diagnostics]


def _recorded_of(part: SoundPart, known: Known) -> RecordedDeployment:
    """Return what is recorded of those groups that can be placed.

    When others have mistakes, nobody can say which of the recorded groups are gone.
    """
    recorded = known.recorded or RecordedDeployment(
        deployment=DeploymentRecord(name=part.manifest.name)
    )
    if not part.unplaceable and part.has_all_groups:
        return recorded
    kept: set[InstanceGroupName] = set()
    for group in part.placeable().instance_groups:
        kept |= {group.name, *(item.name for item in group.migrated_from)}
    instances = tuple(one for one in recorded.instances if one.group in kept)
    ids = {one.instance_id for one in instances}
    return replace(
        recorded,
        instances=instances,
        vms=tuple(vm for vm in recorded.vms if vm.instance_id in ids),
        disks=tuple(disk for disk in recorded.disks if disk.instance_id in ids),
    )


def _without_told(
    found: Iterable[Diagnostic], told: Sequence[Diagnostic]
) -> tuple[Diagnostic, ...]:
    places = {(item.code, item.span) for item in told if item.is_error}
    kinds = {item.code for item in told if item.is_error} & _TOLD_ONCE
    return tuple(
        item
        for item in dict.fromkeys(found)
        if item.code != _ALREADY_TOLD
        and item.code not in kinds
        and (item.code, item.span) not in places
        and item not in told
    )
