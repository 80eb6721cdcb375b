"""Links of type ``disk``: how a job learns which named disks its group has.

A disk is offered to the jobs of its own group only, since nobody else has a path to it; BOSH
offers it to every group of the deployment. What a consumer sees is the disk's name, which is all
that there is to know: `/var/vcap/instance/disks/<name>` leads to it on every instance.
Source: BOSH 1.6 (``persistent_disks``), director's ``DiskLink``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from paasta_deploy.diagnostics import Span
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.ids import DeploymentName, JobName
from paasta_deploy.model.values import JsonValue, digest_of
from paasta_deploy.planning.desired import DISK_LINK, Desired
from paasta_deploy.planning.link_problems import Candidate
from paasta_deploy.planning.link_providers import LinkContent, ProviderKey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiskLink:
    """One disk of a group, as its jobs can take it."""

    deployment: DeploymentName
    group: InstanceGroup
    name: str
    span: Span | None

    @property
    def key(self) -> ProviderKey:
        """What tells it from every other provider; BOSH names this one after its group."""
        return ProviderKey(
            deployment=self.deployment,
            group=self.group.name,
            job=JobName(self.group.name),
            name=self.name,
        )

    def candidate(self) -> Candidate:
        """Return the disk as diagnostics show it."""
        return Candidate(
            alias=self.name,
            link_type=DISK_LINK,
            where=f"disk `{self.name}` of group `{self.group.name}`",
            span=self.span,
        )

    def content(self) -> LinkContent:
        """Return what a consumer sees."""
        value: Mapping[str, JsonValue] = {
            "deployment_name": self.deployment,
            "instance_group": self.group.name,
            "properties": {"name": self.name},
            "networks": [],
            "instances": [],
        }
        return LinkContent(value=value, digest=digest_of(value))


def disks_of(desired: Desired, group: InstanceGroup) -> tuple[DiskLink, ...]:
    """Return the named disks of ``group``, in the order of the manifest."""
    return tuple(
        DiskLink(
            deployment=desired.manifest.name,
            group=group,
            name=disk.name,
            span=group.source.span("persistent_disks", number, "name"),
        )
        for number, disk in enumerate(group.persistent_disks)
    )
