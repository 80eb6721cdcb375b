"""The links of one deployment as a table: who provides, who consumes, who takes from whom.

BOSH keeps these as rows with counted ids. Here they follow from a deployment's manifest and
releases, so an id is a digest of what the row is about: the same as long as the thing is there.
Source: bosh.md 8.7 (``/link_providers``, ``/link_consumers``, ``/links``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName
from paasta_deploy.planning.desired import DISK_LINK, Desired
from paasta_deploy.planning.disk_links import disks_of
from paasta_deploy.planning.dns_names import row_number
from paasta_deploy.planning.link_providers import ProviderKey, providers_of
from paasta_deploy.planning.links import ResolvedLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow:
    """One link that a job provides: ``alias`` is what consumers name, ``name`` the release's.

    Of a disk, ``job`` is the name of its group.
    """

    row_id: int
    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    name: str
    alias: str
    link_type: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerRow:
    """One link that a job may or must consume."""

    row_id: int
    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    name: str
    link_type: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One consumer and its provider; ``provider_id`` is None where the manifest provides it."""

    row_id: int
    name: str
    consumer_id: int
    provider_id: int | None
    group: InstanceGroupName
    job: JobName


def provider_rows(desired: Desired) -> Iterator[ProviderRow]:
    """Yield what can be consumed, in the order of the manifest."""
    for provider in providers_of(desired, []):
        if provider.hidden:
            continue
        key = ProviderKey(
            deployment=desired.manifest.name,
            group=provider.group.name,
            job=provider.bound.job.name,
            name=provider.name,
        )
        yield ProviderRow(
            row_id=_provider_id(key),
            deployment=key.deployment,
            group=key.group,
            job=key.job,
            name=key.name,
            alias=provider.alias,
            link_type=provider.link_type,
            shared=provider.shared,
        )
    for group in desired.manifest.instance_groups:
        for disk in disks_of(desired, group):
            key = disk.key
            yield ProviderRow(
                row_id=_provider_id(key),
                deployment=key.deployment,
                group=key.group,
                job=key.job,
                name=key.name,
                alias=key.name,
                link_type=DISK_LINK,
                shared=False,
            )


def consumer_rows(desired: Desired) -> Iterator[ConsumerRow]:
    """Yield what is consumed or could be, in the order of the manifest."""
    name = desired.manifest.name
    for group in desired.manifest.instance_groups:
        for bound in desired.bindings[group.name]:
            for wish in bound.job.spec.consumes:
                yield ConsumerRow(
                    row_id=_consumer_id(name, group.name, bound.job.name, wish.name),
                    deployment=name,
                    group=group.name,
                    job=bound.job.name,
                    name=wish.name,
                    link_type=wish.type,
                    optional=wish.optional,
                )


def link_rows(desired: Desired, links: ResolvedLinks) -> Iterator[LinkRow]:
    """Yield the links that were resolved, in the order of the manifest."""
    for taken in links.taken:
        consumer = _consumer_id(desired.manifest.name, taken.group, taken.job, taken.name)
        provider = None if taken.provider is None else _provider_id(taken.provider)
        yield LinkRow(
            row_id=row_number("link", str(consumer), str(provider)),
            name=taken.name,
            consumer_id=consumer,
            provider_id=provider,
            group=taken.group,
            job=taken.job,
        )


def _provider_id(key: ProviderKey) -> int:
    return row_number("provider", key.deployment, key.group, key.job, key.name)


def _consumer_id(
    deployment: DeploymentName, group: InstanceGroupName, job: JobName, name: str
) -> int:
    return row_number("consumer", deployment, group, job, name)
