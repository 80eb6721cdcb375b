"""Links: which job reads what from which other job.

Theory (BOSH 4.6). A job of a release consumes links by name and type and provides links by name
and type; the manifest may rename (``as``, ``from``), hide or block (``nil``), share with other
deployments, or write a link's content out by hand. An explicit wish (``from``) takes the provider
of that alias and type; otherwise the type must have exactly one provider. What cannot be resolved
is told with all candidates, in one pass.

Contents are frozen into the templates when they are rendered: a consumer that is not rendered
again does not see a new provider. Which links form rings is the business of ``link_cycles``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, Span
from paasta_deploy.model.deployment import ConsumedLink, InstanceGroup
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.model.release import LinkConsumption
from paasta_deploy.model.values import JsonObject, JsonValue, digest_of
from paasta_deploy.planning.bindings import BoundJob
from paasta_deploy.planning.desired import DISK_LINK, Desired
from paasta_deploy.planning.disk_links import DiskLink, disks_of
from paasta_deploy.planning.link_cycles import LinkEdge, find_cycles
from paasta_deploy.planning.link_problems import (
    Candidate,
    Consumer,
    ambiguous,
    blocked_but_needed,
    names_not_served,
    network_not_provided,
    not_found,
    property_missing,
    unknown_deployment,
    unknown_links,
)
from paasta_deploy.planning.link_providers import (
    LinkContent,
    LinkContents,
    LinkProvider,
    ProviderKey,
    default_network,
    providers_of,
    undeclared_properties,
)
from paasta_deploy.planning.placement import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLink:
    """A link that another deployment offers with ``shared: true``.

    ``ip_contents`` and ``dns_contents`` are by network: what a consumer that asks for that network
    gets, with addresses of one kind. ``prefers_dns`` chooses when the consumer does not.
    """

    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    name: str
    link_type: str
    default_network: NetworkName
    ip_contents: Mapping[NetworkName, JsonObject]
    dns_contents: Mapping[NetworkName, JsonObject]
    prefers_dns: bool = False
    original: str = ""
    """The name of the link in its release; ``name`` may be an alias."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLink:
    """One link that one job of one group consumes, and whose it is.

    ``provider`` None: the manifest writes its content out. ``provided_by`` is the provider as
    people know it, ``span`` the line that provides it, where this deployment does.
    """

    group: InstanceGroupName
    job: JobName
    name: str
    provider: ProviderKey | None
    provided_by: str
    is_optional: bool = False
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedLinks:
    """The links of every job of every group, by consumed name; unresolved optional ones absent.

    ``digests`` has one text per group, job and link that changes when the link's content does.
    ``taken`` says for each link who provides it, ``edges`` which groups those inside the
    deployment tie together.
    """

    of_job: Mapping[tuple[InstanceGroupName, JobName], JsonObject]
    digests: Mapping[tuple[InstanceGroupName, JobName], Mapping[str, str]]
    diagnostics: tuple[Diagnostic, ...] = ()
    taken: tuple[TakenLink, ...] = ()
    edges: tuple[LinkEdge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKnowledge:
    """What is known of those who may provide a link, when a deployment has mistakes.

    ``all_jobs``: every job of the deployment is bound, and so every provider of it known.
    ``others``: what other deployments share is known.
    """

    all_jobs: bool = True
    others: bool = True


WHOLE = ProviderKnowledge()


def resolve_links(
    desired: Desired,
    placement: Placement,
    *,
    shared: Mapping[DeploymentName, Sequence[SharedLink]] | None = None,
    knowledge: ProviderKnowledge = WHOLE,
) -> ResolvedLinks:
    """Resolve all links of ``desired``. ``shared`` has every other deployment by name.

    A deployment that exists and shares nothing has an empty sequence there. With less than the
    whole ``knowledge`` only what is certain is told, and the contents are of no use.
    """
    return _Resolver(desired, placement, shared or {}, knowledge).resolve()


def shared_links(desired: Desired, placement: Placement) -> tuple[SharedLink, ...]:
    """Return what this deployment offers to others (``provides: {x: {shared: true}}``)."""
    contents = LinkContents(desired, placement)
    found: list[SharedLink] = []
    for provider in providers_of(desired, []):
        if not provider.shared or provider.hidden:
            continue
        networks = [use.name for use in provider.group.networks]
        found.append(
            SharedLink(
                deployment=desired.manifest.name,
                group=provider.group.name,
                job=provider.bound.job.name,
                name=provider.alias,
                link_type=provider.link_type,
                default_network=default_network(provider.group),
                ip_contents={
                    name: contents.content(provider, name, ip_addresses=True).value
                    for name in networks
                },
                dns_contents={
                    name: contents.content(provider, name, ip_addresses=False).value
                    for name in networks
                },
                prefers_dns=contents.prefers_dns,
                original=provider.name,
            )
        )
    return tuple(found)


class _Resolver:
    """One resolution of all links of one deployment."""

    def __init__(
        self,
        desired: Desired,
        placement: Placement,
        shared: Mapping[DeploymentName, Sequence[SharedLink]],
        knowledge: ProviderKnowledge,
    ) -> None:
        self._desired = desired
        self._placed = placement.groups.keys()
        self._knowledge = knowledge
        self._shared = shared
        self._contents = LinkContents(desired, placement)
        self._diagnostics: list[Diagnostic] = []
        self._edges: list[LinkEdge] = []
        self._providers = providers_of(desired, self._diagnostics)
        self._by_type: dict[str, list[LinkProvider]] = {}
        self._by_alias: dict[tuple[str, str], list[LinkProvider]] = {}
        for provider in self._providers:
            if not provider.hidden:
                key = (provider.link_type, provider.alias)
                self._by_type.setdefault(provider.link_type, []).append(provider)
                self._by_alias.setdefault(key, []).append(provider)
        self._checked: set[object] = set()
        self._taken: list[TakenLink] = []

    def resolve(self) -> ResolvedLinks:
        """Resolve everything, in the order of the manifest."""
        of_job: dict[tuple[InstanceGroupName, JobName], JsonObject] = {}
        digests: dict[tuple[InstanceGroupName, JobName], Mapping[str, str]] = {}
        for group in self._desired.manifest.instance_groups:
            for bound in self._desired.bindings[group.name]:
                self._diagnostics.extend(unknown_links(group, bound))
                if not bound.job.spec.consumes:
                    continue
                links: dict[str, JsonValue] = {}
                texts: dict[str, str] = {}
                for consumption in bound.job.spec.consumes:
                    content = self._resolve_one(group, bound, consumption)
                    if content is not None:
                        links[consumption.name] = content.value
                        texts[consumption.name] = content.digest
                of_job[group.name, bound.job.name] = links
                digests[group.name, bound.job.name] = texts
        if not self._desired.names_resolve:
            self._diagnostics.extend(names_not_served(self._desired.manifest))
        self._diagnostics.extend(find_cycles(self._desired.manifest, self._edges))
        return ResolvedLinks(
            of_job=of_job,
            digests=digests,
            diagnostics=tuple(self._diagnostics),
            taken=tuple(self._taken),
            edges=tuple(self._edges),
        )

    def _resolve_one(
        self, group: InstanceGroup, bound: BoundJob, consumption: LinkConsumption
    ) -> LinkContent | None:
        said = bound.use.consumes.get(consumption.name)
        consumer = Consumer(group=group, bound=bound, consumption=consumption, said=said)
        if said is None:
            return self._resolve_here(consumer)
        if said.blocked:
            if not consumption.optional:
                self._diagnostics.append(blocked_but_needed(consumer))
            return None
        if said.manual is not None:
            self._note(consumer, None, "the manifest", consumer.span)
            value = _manual_content(said)
            return LinkContent(value=value, digest=digest_of(value))
        if said.deployment and said.deployment != self._desired.manifest.name:
            return self._resolve_abroad(consumer, said) if self._knowledge.others else None
        return self._resolve_here(consumer)

    def _resolve_here(self, consumer: Consumer) -> LinkContent | None:
        consumption, said = consumer.consumption, consumer.said
        disks = disks_of(self._desired, consumer.group) if consumption.type == DISK_LINK else ()
        found: Sequence[LinkProvider | DiskLink] = (
            *self._by_type.get(consumption.type, ()),
            *disks,
        )
        if said is not None:
            alias = said.from_alias.rpartition(".")[2] or consumption.name
            named = (
                *self._by_alias.get((consumption.type, alias), ()),
                *(disk for disk in disks if disk.name == alias),
            )
            # BOSH takes an entry without `from` for one that names the link itself.
            found = named if said.from_alias or named else found
        if len(found) == 1:
            return self._take_any(consumer, found[0])
        if found:
            self._diagnostics.append(ambiguous(consumer, _candidates(found)))
        elif not self._knowledge.all_jobs:
            return None
        elif not (consumption.optional and (said is None or not said.from_alias)):
            candidates = _candidates((*self._providers, *disks))
            self._diagnostics.append(not_found(consumer, candidates))
        return None

    def _take_any(
        self, consumer: Consumer, provider: LinkProvider | DiskLink
    ) -> LinkContent | None:
        if isinstance(provider, LinkProvider):
            return self._take(consumer, provider)
        self._note(consumer, provider.key, provider.candidate().where, provider.span)
        return provider.content()

    def _take(self, consumer: Consumer, provider: LinkProvider) -> LinkContent | None:
        if provider.group.name not in self._placed:
            return None  # a mistake in that group has been told
        said = consumer.said
        network = NetworkName(said.network) if said is not None and said.network else None
        if network is not None and all(use.name != network for use in provider.group.networks):
            self._diagnostics.append(network_not_provided(consumer, provider.candidate()))
            return None
        if provider.key not in self._checked:
            self._checked.add(provider.key)
            self._diagnostics.extend(
                property_missing(provider.candidate(), name)
                for name in undeclared_properties(provider)
            )
        key = ProviderKey(
            deployment=self._desired.manifest.name,
            group=provider.group.name,
            job=provider.bound.job.name,
            name=provider.name,
        )
        self._note(consumer, key, provider.candidate().where, provider.span)
        self._edges.append(
            LinkEdge(
                consumer=consumer.group.name,
                provider=provider.group.name,
                name=consumer.consumption.name,
                job=consumer.bound.job.name,
                is_explicit=said is not None and bool(said.from_alias),
                is_optional=consumer.consumption.optional,
                span=consumer.span,
            )
        )
        return self._contents.content(
            provider, network, ip_addresses=None if said is None else said.ip_addresses
        )

    def _resolve_abroad(self, consumer: Consumer, said: ConsumedLink) -> LinkContent | None:
        deployment = DeploymentName(said.deployment)
        offered = self._shared.get(deployment)
        if offered is None:
            self._diagnostics.append(unknown_deployment(consumer, deployment, self._shared))
            return None
        of_type = [link for link in offered if link.link_type == consumer.consumption.type]
        found = of_type
        if said.from_alias:
            alias = said.from_alias.rpartition(".")[2]
            found = [link for link in of_type if link.name == alias]
        if len(found) != 1:
            make = ambiguous if found else not_found
            self._diagnostics.append(make(consumer, [_abroad(link) for link in found or offered]))
            return None
        link = found[0]
        network = NetworkName(said.network) if said.network else link.default_network
        by_name = link.prefers_dns if said.ip_addresses is None else not said.ip_addresses
        value = (link.dns_contents if by_name else link.ip_contents).get(network)
        if value is None:
            self._diagnostics.append(network_not_provided(consumer, _abroad(link)))
            return None
        key = ProviderKey(
            deployment=link.deployment, group=link.group, job=link.job, name=link.original
        )
        self._note(consumer, key, _abroad(link).where, None)
        return LinkContent(value=value, digest=digest_of(value))

    def _note(
        self, consumer: Consumer, provider: ProviderKey | None, where: str, span: Span | None
    ) -> None:
        self._taken.append(
            TakenLink(
                group=consumer.group.name,
                job=consumer.bound.job.name,
                name=consumer.consumption.name,
                provider=provider,
                provided_by=where,
                is_optional=consumer.consumption.optional,
                span=span,
            )
        )


def _candidates(providers: Iterable[LinkProvider | DiskLink]) -> list[Candidate]:
    return [provider.candidate() for provider in providers]


def _abroad(link: SharedLink) -> Candidate:
    return Candidate(
        alias=link.name,
        link_type=link.link_type,
        where=f"`{link.name}` of job `{link.job}` in group `{link.group}` of deployment "
        f"`{link.deployment}`",
        networks=tuple(link.ip_contents),
    )


def _manual_content(said: ConsumedLink) -> JsonObject:
    assert said.manual is not None
    content: dict[str, JsonValue] = {
        "instances": list(said.manual.instances),
        "properties": said.manual.properties,
    }
    if said.manual.address:
        content["address"] = said.manual.address
    return content
