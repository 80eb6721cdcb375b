"""Links: which job reads what from which other job.

(Signatures first; the work follows.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.placement import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLink:
    """A link that another deployment offers with ``shared: true``.

    ``contents`` is by network: what a consumer that asks for that network gets.
    """

    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    name: str
    link_type: str
    default_network: NetworkName
    contents: Mapping[NetworkName, JsonObject]
    dns_contents: Mapping[NetworkName, JsonObject] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLinks:
    """The links of every job of every group, by consumed name; unresolved optional ones absent.

    ``digests`` has one short text per group and job that changes when any of its links does.
    """

    of_job: Mapping[tuple[InstanceGroupName, JobName], JsonObject]
    digests: Mapping[tuple[InstanceGroupName, JobName], str]
    diagnostics: tuple[Diagnostic, ...] = ()


def resolve_links(
    desired: Desired,
    placement: Placement,
    *,
    shared: Mapping[DeploymentName, Sequence[SharedLink]] | None = None,
) -> ResolvedLinks:
    """Resolve all links of ``desired``. ``shared`` has every other deployment by name.

    A deployment that exists and shares nothing has an empty sequence there.
    """
    raise NotImplementedError


def shared_links(desired: Desired, placement: Placement) -> tuple[SharedLink, ...]:
    """Return what this deployment offers to others (``provides: {x: {shared: true}}``)."""
    raise NotImplementedError
