"""Other deployments, as far as links reach: what they share with one, and what they take from it.

A deployment that shares a link is thought through again as it was last deployed: its recorded
manifest, its configs, the very versions of its releases and stemcells. That costs as much as
planning it, so it is done only for deployments that are named in a ``consumes``. Consumers get a
new content at their own next deploy (BOSH 4.6); nothing is pushed to them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import override

from paasta_deploy.diagnostics import Diagnostic, codes, warning
from paasta_deploy.model.deployment import DeploymentManifest
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName
from paasta_deploy.model.recorded import DeploymentRecord
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.link_providers import LinkProvider, providers_of
from paasta_deploy.planning.links import SharedLink, shared_links
from paasta_deploy.planning.placement import Placement
from paasta_deploy.ports.store import Store

Recall = Callable[[DeploymentRecord], tuple[Desired, Placement]]
"""Thinks a recorded deployment through as it was last deployed. Raises PaastaError."""

ParseRecorded = Callable[[DeploymentRecord], DeploymentManifest]
"""Reads a recorded manifest. Raises PaastaError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """One consumer in another deployment. ``alias`` empty: it takes the link by its type."""

    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    link: str
    alias: str

    @override
    def __str__(self) -> str:
        """Return the consumer as people know it."""
        return (
            f"link `{self.link}` of job `{self.job}` in group `{self.group}` of deployment "
            f"`{self.deployment}`"
        )


class Neighbours:
    """The other deployments of a director. Reads only."""

    def __init__(self, *, store: Store, recall: Recall, parse: ParseRecorded) -> None:
        self._store = store
        self._recall = recall
        self._parse = parse

    def shared_with(
        self, manifest: DeploymentManifest
    ) -> Mapping[DeploymentName, Sequence[SharedLink]]:
        """Return what each other deployment shares; nothing of those that are not asked.

        Raises PaastaError when one that is asked cannot be thought through any more.
        """
        asked = {
            said.deployment
            for group in manifest.instance_groups
            for job in group.jobs
            for said in job.consumes.values()
        }
        return {
            record.name: shared_links(*self._recall(record)) if record.name in asked else ()
            for record in self._others(manifest.name)
        }

    def dependents(self, name: DeploymentName) -> Iterator[Dependent]:
        """Yield who takes a link from deployment ``name``, as last deployed."""
        for record in self._others(name):
            if record.manifest is None or name not in record.manifest:
                continue
            try:
                manifest = self._parse(record)
            except PaastaError:
                continue  # its own deploy will tell what is wrong with it
            for group in manifest.instance_groups:
                for job in group.jobs:
                    for said in job.consumes.values():
                        if said.deployment == name:
                            yield Dependent(
                                deployment=record.name,
                                group=group.name,
                                job=job.name,
                                link=said.name,
                                alias=said.from_alias,
                            )

    def losses(self, desired: Desired) -> tuple[Diagnostic, ...]:
        """Return warnings about links that others take and that ``desired`` shares no more."""
        lost: list[Diagnostic] = []
        offered = [one for one in providers_of(desired, []) if one.shared and not one.hidden]
        aliases = {one.alias for one in offered}
        for dependent in self.dependents(desired.manifest.name):
            if dependent.alias in aliases or (not dependent.alias and offered):
                continue
            lost.append(_loss(desired, dependent))
        return tuple(lost)

    def _others(self, name: DeploymentName) -> Iterator[DeploymentRecord]:
        return (
            record
            for record in self._store.deployments()
            if record.name != name and record.manifest is not None
        )


def _loss(desired: Desired, dependent: Dependent) -> Diagnostic:
    what = f"`{dependent.alias}`" if dependent.alias else "any link"
    provider = _namesake(desired, dependent.alias)
    span = None
    if provider is not None:
        source = provider.bound.use.source
        span = source.span("provides", provider.name) or source.span("name")
    return warning(
        codes.LINK_STILL_CONSUMED,
        f"deployment `{desired.manifest.name}` shares {what} no more, but {dependent} takes it",
        span=span,
        detail="that deployment keeps what it has until its next deploy, which will fail",
        hint="share it (`provides: {NAME: {shared: true}}`), or change the other one first",
    )


def _namesake(desired: Desired, alias: str) -> LinkProvider | None:
    found = (one for one in providers_of(desired, []) if alias in {one.alias, one.name})
    return next(found, None)
