"""From the desired deployment to the recipe of each instance, and to what is to be rendered.

The order is: :func:`context_digests` says cheaply what each instance's templates depend on,
:func:`instances_to_render` compares that with what the recorded ones were rendered from,
:func:`render_batch` prepares the rest for the renderer, and :func:`build_specs` puts everything
together. A deploy that changes nothing renders nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paasta_deploy.model.deployment import InstanceGroup, VmStrategy
from paasta_deploy.model.ids import (
    NO_VARIABLES,
    InstanceGroupName,
    InstanceId,
    JobName,
    VariableSetId,
)
from paasta_deploy.model.recorded import InstanceRecord
from paasta_deploy.model.spec import (
    InstanceSpec,
    JobInSpec,
    PackageInSpec,
    RenderedTemplates,
    StemcellKey,
)
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.bindings import LINK_PREFIX, short_digest
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_records import link_groups
from paasta_deploy.planning.group_order import order_by_links
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.placement import PlacedInstance, Placement
from paasta_deploy.planning.release_packages import ReleasePackages
from paasta_deploy.planning.template_specs import TemplateSpecs, az_numbers
from paasta_deploy.planning.vm_specs import VmSpecs, tags_of
from paasta_deploy.ports.templates import InstanceToRender, JobSource, JobToRender, RenderBatch


def context_digests(
    desired: Desired, placement: Placement, links: ResolvedLinks
) -> Mapping[InstanceId, str]:
    """Return for each wanted instance a digest of everything that its templates can see."""
    template_specs = TemplateSpecs(desired, VmSpecs(desired))
    digests: dict[InstanceId, str] = {}
    for group in desired.manifest.instance_groups:
        members = placement.groups[group.name]
        if members:
            shared = template_specs.group_digest(group, links)
            for placed in members:
                digests[placed.record.instance_id] = template_specs.digest(group, shared, placed)
    return digests


def instances_to_render(
    placement: Placement, digests: Mapping[InstanceId, str]
) -> tuple[InstanceId, ...]:
    """Return the instances whose recorded templates were rendered from something else.

    Ignored instances are left out: they keep what they have.
    """
    return tuple(
        placed.record.instance_id
        for placed in placement.instances
        if not placed.record.ignored
        and _rendered_from(placed) != digests[placed.record.instance_id]
    )


def render_batch(
    desired: Desired,
    placement: Placement,
    links: ResolvedLinks,
    *,
    sources: Mapping[str, JobSource],
    instances: Iterable[InstanceId],
) -> RenderBatch:
    """Return what the renderer needs for ``instances``. ``sources`` is by job fingerprint."""
    template_specs = TemplateSpecs(desired, VmSpecs(desired))
    chosen = frozenset(instances)
    found: list[InstanceToRender] = []
    for group in desired.manifest.instance_groups:
        jobs: tuple[JobToRender, ...] | None = None
        for placed in placement.groups[group.name]:
            if placed.record.instance_id not in chosen:
                continue
            if jobs is None:
                jobs = _jobs_to_render(desired, group, links, sources)
            found.append(
                InstanceToRender(
                    instance_id=placed.record.instance_id,
                    group=group.name,
                    spec=template_specs.spec(group, placed),
                    jobs=jobs,
                )
            )
    return RenderBatch(instances=tuple(found), az_ids=az_numbers(desired))


def build_specs(
    desired: Desired,
    placement: Placement,
    *,
    digests: Mapping[InstanceId, str],
    rendered: Mapping[InstanceId, RenderedTemplates],
    packages: PackagePlan,
    links: ResolvedLinks,
    variable_set: VariableSetId = NO_VARIABLES,
) -> Mapping[InstanceId, InstanceSpec]:
    """Return the recipe of every wanted instance that is not ignored.

    Instances that are not in ``rendered`` keep their recorded templates, which must exist.
    """
    parts = _GroupPartsBuilder(desired, packages, links)
    vm_specs = VmSpecs(desired)
    specs: dict[InstanceId, InstanceSpec] = {}
    for group in desired.manifest.instance_groups:
        shared = parts.build(group)
        for placed in placement.groups[group.name]:
            record = placed.record
            if record.ignored:
                continue
            templates = rendered.get(record.instance_id) or _recorded_templates(record, digests)
            specs[record.instance_id] = InstanceSpec(
                deployment=desired.manifest.name,
                group=group.name,
                index=record.index,
                instance_id=record.instance_id,
                az=record.az,
                bootstrap=record.bootstrap,
                vm=vm_specs.vm(group, placed),
                disk=vm_specs.disk(group),
                named_disks=vm_specs.named_disks(group),
                jobs=shared.jobs,
                packages=shared.packages,
                templates=templates,
                canary_watch_time=group.update.canary_watch_time,
                update_watch_time=group.update.update_watch_time,
                properties=shared.properties,
                tags=shared.tags,
                lifecycle=group.lifecycle.value,
                update_strategy=shared.update_strategy,
                variable_set=variable_set,
                link_groups=shared.link_groups,
                dns_aliases=shared.dns_aliases,
                update_after=shared.update_after,
            )
    return specs


def _recorded_templates(
    record: InstanceRecord, digests: Mapping[InstanceId, str]
) -> RenderedTemplates:
    assert record.spec is not None, "an instance without templates was not rendered"
    templates = record.spec.templates
    assert templates.context_digest == digests[record.instance_id]
    return templates


@dataclass(frozen=True, slots=True, kw_only=True)
class _GroupParts:
    """What the recipes of one group share."""

    jobs: tuple[JobInSpec, ...]
    packages: tuple[PackageInSpec, ...]
    properties: JsonObject
    tags: Mapping[str, str]
    update_strategy: str
    link_groups: tuple[str, ...]
    dns_aliases: tuple[JsonObject, ...]
    update_after: tuple[InstanceGroupName, ...]


class _GroupPartsBuilder:
    def __init__(self, desired: Desired, packages: PackagePlan, links: ResolvedLinks) -> None:
        self._desired = desired
        self._links = links.digests
        order = order_by_links(desired.manifest, links)
        self._order = {} if order is None else order.waits
        self._ready = packages.ready
        self._link_groups = link_groups(desired)
        self._releases = {
            name: ReleasePackages(release) for name, release in desired.releases.items()
        }

    def build(self, group: InstanceGroup) -> _GroupParts:
        bindings = self._desired.bindings[group.name]
        strategy = group.update.vm_strategy or VmStrategy.DELETE_CREATE
        named, aliases = self._link_groups.get(group.name, ((), ()))
        return _GroupParts(
            jobs=tuple(
                JobInSpec(
                    name=bound.job.name,
                    release=bound.release.name,
                    release_version=bound.release.version,
                    fingerprint=bound.job.fingerprint,
                    has_post_deploy=bound.has_post_deploy,
                )
                for bound in bindings
            ),
            packages=self._packages(group, self._desired.stemcells[group.stemcell]),
            properties={
                bound.job.name: {
                    **bound.given_digests(),
                    **self._link_digests(group.name, bound.job.name),
                }
                for bound in bindings
            },
            tags=tags_of(self._desired.manifest, group),
            update_strategy=strategy.value,
            link_groups=named,
            dns_aliases=aliases,
            update_after=self._order.get(group.name, ()),
        )

    def _link_digests(self, group: InstanceGroupName, job: JobName) -> Mapping[str, str]:
        return {
            f"{LINK_PREFIX}{name}": short_digest(digest)
            for name, digest in self._links.get((group, job), {}).items()
        }

    def _packages(self, group: InstanceGroup, stemcell: StemcellKey) -> tuple[PackageInSpec, ...]:
        found: dict[str, PackageInSpec] = {}
        for bound in self._desired.bindings[group.name]:
            release = self._releases[bound.use.release]
            for name in release.release.manifest.packages_for(bound.job):
                package, key = release.package(name), release.key(name, stemcell)
                found[name] = PackageInSpec(
                    name=name,
                    version=package.version,
                    fingerprint=package.fingerprint,
                    blob=self._ready.get(key),
                    dependency_key=key.dependency_key,
                )
        return tuple(found[name] for name in sorted(found))


def _rendered_from(placed: PlacedInstance) -> str | None:
    spec = placed.record.spec
    if spec is None or spec.templates.blob is None:
        return None
    return spec.templates.context_digest


def _jobs_to_render(
    desired: Desired,
    group: InstanceGroup,
    links: ResolvedLinks,
    sources: Mapping[str, JobSource],
) -> tuple[JobToRender, ...]:
    return tuple(
        JobToRender(
            name=bound.job.name,
            source=sources[bound.job.fingerprint],
            properties=bound.properties,
            links=links.of_job.get((group.name, bound.job.name), {}),
            release_name=bound.release.name,
            release_version=bound.release.version,
        )
        for bound in desired.bindings[group.name]
    )
