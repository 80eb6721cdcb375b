"""From the desired deployment to the recipe of each instance, and to what is to be rendered.

(Signatures first; the work follows.)
"""

from collections.abc import Iterable, Mapping

from paasta_deploy.model.ids import InstanceId
from paasta_deploy.model.spec import InstanceSpec, RenderedTemplates
from paasta_deploy.planning.compilation import PackagePlan
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.links import ResolvedLinks
from paasta_deploy.planning.placement import Placement
from paasta_deploy.ports.templates import JobSource, RenderBatch


def context_digests(
    desired: Desired, placement: Placement, links: ResolvedLinks
) -> Mapping[InstanceId, str]:
    """Return for each wanted instance a digest of everything that its templates can see."""
    raise NotImplementedError


def instances_to_render(
    placement: Placement, digests: Mapping[InstanceId, str]
) -> tuple[InstanceId, ...]:
    """Return the instances whose recorded templates were rendered from something else."""
    raise NotImplementedError


def render_batch(
    desired: Desired,
    placement: Placement,
    links: ResolvedLinks,
    *,
    sources: Mapping[str, JobSource],
    instances: Iterable[InstanceId],
) -> RenderBatch:
    """Return what the renderer needs for ``instances``. ``sources`` is by job fingerprint."""
    raise NotImplementedError


def build_specs(
    desired: Desired,
    placement: Placement,
    *,
    digests: Mapping[InstanceId, str],
    rendered: Mapping[InstanceId, RenderedTemplates],
    packages: PackagePlan,
) -> Mapping[InstanceId, InstanceSpec]:
    """Return the recipe of every wanted instance that is not ignored.

    Instances that are not in ``rendered`` keep their recorded templates, which must exist.
    """
    raise NotImplementedError
