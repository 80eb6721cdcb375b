"""What can be consumed: the links that jobs provide, and what a consumer gets to see of one.

Content (BOSH 4.6): where the provider runs and those of its properties that the release lists for
the link. It is built once for each provider, network and kind of address, however many consume it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, Span, codes, error
from paasta_deploy.model.cloud_config import CloudConfig, DynamicNetwork
from paasta_deploy.model.deployment import (
    DeploymentManifest,
    InstanceGroup,
    NetworkDefault,
    ProvidedLink,
)
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName, JobName, NetworkName
from paasta_deploy.model.job_properties import look_up_property
from paasta_deploy.model.values import JsonObject, JsonValue, digest_of
from paasta_deploy.planning.bindings import BoundJob
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_names import (
    group_number,
    label_of,
    link_group_number,
    network_number,
    short_name,
)
from paasta_deploy.planning.link_problems import Candidate
from paasta_deploy.planning.placement import PlacedInstance, Placement

ROOT_DOMAIN = "bosh"
"""The domain of all names that the director gives out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkContent:
    """What a consumer sees, and a digest of it."""

    value: JsonObject
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKey:
    """What tells a provider from every other one of a director; ``name`` is the release's."""

    deployment: DeploymentName
    group: InstanceGroupName
    job: JobName
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkProvider:
    """One link that one job of one group provides. ``name`` is the release's, ``alias`` ours."""

    group: InstanceGroup
    bound: BoundJob
    name: str
    alias: str
    link_type: str
    properties: tuple[str, ...]
    shared: bool
    hidden: bool
    is_custom: bool = False

    @property
    def span(self) -> Span | None:
        """Where the link is provided: its own line, or that of its job."""
        source = self.bound.use.source
        return source.span("provides", self.name) or source.span("name")

    @property
    def group_name(self) -> str:
        """The name of the DNS group of the link's instances."""
        return f"{self.alias}-{self.link_type}"

    @property
    def key(self) -> tuple[InstanceGroupName, JobName, str]:
        """What tells it apart from every other one of its deployment."""
        return (self.group.name, self.bound.job.name, self.name)

    def candidate(self) -> Candidate:
        """Return the provider as diagnostics show it."""
        alias = f" (as `{self.alias}`)" if self.alias != self.name else ""
        return Candidate(
            alias=self.alias,
            link_type=self.link_type,
            where=f"`{self.name}`{alias} of job `{self.bound.job.name}` in group "
            f"`{self.group.name}`",
            networks=tuple(use.name for use in self.group.networks),
            is_hidden=self.hidden,
            span=self.span,
        )


def providers_of(desired: Desired, diagnostics: list[Diagnostic]) -> tuple[LinkProvider, ...]:
    """Return every link that the deployment provides, in the order of the manifest."""
    found: list[LinkProvider] = []
    for group in desired.manifest.instance_groups:
        for bound in desired.bindings[group.name]:
            found.extend(_provided_by(group, bound, diagnostics))
    return tuple(found)


def _provided_by(
    group: InstanceGroup, bound: BoundJob, diagnostics: list[Diagnostic]
) -> Iterator[LinkProvider]:
    own = {item.name for item in bound.job.spec.provides}
    diagnostics.extend(
        error(
            codes.BAD_CUSTOM_PROVIDER,
            f"job `{bound.job.name}` of `{group.name}` has a link `{custom.name}` already",
            span=bound.use.source.span("custom_provider_definitions"),
            detail=f"release `{bound.release.name}` defines it",
            hint="give the custom provider another name",
        )
        for custom in bound.use.custom_providers
        if custom.name in own
    )
    offered = [
        *((item.name, item.type, item.properties, False) for item in bound.job.spec.provides),
        *(
            (item.name, item.link_type, item.properties, True)
            for item in bound.use.custom_providers
            if item.name not in own
        ),
    ]
    for name, link_type, properties, is_custom in offered:
        said = bound.use.provides.get(name, ProvidedLink(name=name))
        yield LinkProvider(
            group=group,
            bound=bound,
            name=name,
            alias=said.alias or name,
            link_type=link_type,
            properties=properties,
            shared=said.shared,
            hidden=said.hidden,
            is_custom=is_custom,
        )


class LinkContents:
    """Builds contents on demand and keeps them. Lives for one resolution."""

    def __init__(self, desired: Desired, placement: Placement) -> None:
        self._manifest = desired.manifest
        self._names_resolve = desired.names_resolve
        self._cloud_config = desired.cloud_config
        self._placement = placement
        self._built: dict[tuple[object, ...], LinkContent] = {}
        self._properties: dict[tuple[InstanceGroupName, JobName, str], JsonObject] = {}

    @property
    def prefers_dns(self) -> bool:
        """Whether links carry DNS names unless a consumer says otherwise."""
        return self._names_resolve and self._manifest.features.use_dns_addresses is True

    def content(
        self, provider: LinkProvider, network: NetworkName | None, *, ip_addresses: bool | None
    ) -> LinkContent:
        """Return what a consumer sees on ``network`` (None: the provider's default)."""
        chosen = network or default_network(provider.group)
        by_name = self.prefers_dns if ip_addresses is None else not ip_addresses
        by_name = by_name and self._names_resolve
        key = (provider.key, chosen, by_name)
        built = self._built.get(key)
        if built is None:
            value = self._build(provider, chosen, by_name=by_name)
            built = self._built[key] = LinkContent(value=value, digest=digest_of(value))
        return built

    def properties(self, provider: LinkProvider) -> JsonObject:
        """Return the properties that ``provider`` lets its consumers see, nested."""
        found = self._properties.get(provider.key)
        if found is None:
            values: dict[str, JsonValue] = {}
            for name in provider.properties:
                _nest(values, name.split("."), _seen_value(provider, name))
            found = self._properties[provider.key] = values
        return found

    def _build(self, provider: LinkProvider, network: NetworkName, *, by_name: bool) -> JsonObject:
        features = self._manifest.features
        group = provider.group
        members = self._placement.groups[group.name]
        short_group = self._short_group(provider)
        content: dict[str, JsonValue] = {
            "deployment_name": self._manifest.name,
            "domain": ROOT_DOMAIN,
            "default_network": network,
            "networks": [use.name for use in group.networks],
            "instance_group": group.name,
            "group_name": provider.group_name,
            "properties": self.properties(provider),
            "use_short_dns_addresses": features.use_short_dns_addresses is True,
            "use_link_dns_names": features.use_link_dns_names is True,
            "instances": [
                {
                    "name": group.name,
                    "id": placed.record.instance_id,
                    "index": placed.record.index,
                    "bootstrap": placed.record.bootstrap,
                    "az": placed.record.az,
                    "address": address_of(
                        placed,
                        network,
                        self._manifest,
                        self._cloud_config,
                        by_name=by_name,
                        short_group=short_group,
                    ),
                }
                for placed in members
            ],
        }
        if not self._names_resolve and members:
            # Nobody would answer a query, so `link(...).address` is an instance's own address.
            content["address"] = address_of(
                members[0], network, self._manifest, self._cloud_config, by_name=False
            )
        if short_group is not None:
            # For `link(...).address`, which forms queries; templates cannot read them.
            content["short_group"] = f"q-g{short_group}"
            content["short_network"] = f"n{network_number(network)}"
        return content

    def _short_group(self, provider: LinkProvider) -> int | None:
        """Return the number of the group in short names, None where names are long."""
        features, deployment = self._manifest.features, self._manifest.name
        if features.use_link_dns_names:
            return link_group_number(deployment, provider.group_name)
        if features.use_short_dns_addresses:
            return group_number(deployment, provider.group.name)
        return None


def default_network(group: InstanceGroup) -> NetworkName:
    """Return the network by which others reach the instances of ``group`` (BOSH 1.7)."""
    for wanted in (NetworkDefault.ADDRESSABLE, NetworkDefault.GATEWAY):
        for use in group.networks:
            if wanted in use.default:
                return use.name
    return group.networks[0].name


def address_of(
    placed: PlacedInstance,
    network: NetworkName,
    manifest: DeploymentManifest,
    cloud_config: CloudConfig,
    *,
    by_name: bool,
    short_group: int | None = None,
) -> str:
    """Return how to reach the instance on ``network``: its IP, or its DNS name.

    ``short_group`` is the number of the group in short names; None: names are long.
    In a dynamic network the IP is known once the VM was made; until then the name stands for it.
    """
    if not by_name:
        ip = placed.addresses.get(network)
        if ip is not None:
            return str(ip)
        if isinstance(cloud_config.networks[network], DynamicNetwork):
            for reservation in placed.record.addresses:
                if reservation.network == network:
                    return str(reservation.ip)
    record = placed.record
    if short_group is not None:
        return short_name(record.instance_id, network, short_group, ROOT_DOMAIN)
    return dns_name(record.instance_id, record.group, network, manifest.name)


def dns_name(host: str, group: str, network: str, deployment: str) -> str:
    """Return the name of an instance (``host`` is its id or index), as BOSH 4.7 forms it."""
    parts = (host, canonical(group), canonical(network), canonical(deployment), ROOT_DOMAIN)
    return ".".join(parts)


def canonical(name: str) -> str:
    """Return ``name`` as a DNS label; see :func:`dns_names.label_of`."""
    return label_of(name)


def undeclared_properties(provider: LinkProvider) -> Sequence[str]:
    """Return the properties of a link that its job neither declares nor is given (an error)."""
    declared = {declaration.name for declaration in provider.bound.job.spec.properties}
    return [
        name
        for name in provider.properties
        if name not in declared and look_up_property(provider.bound.given, name) is None
    ]


def _seen_value(provider: LinkProvider, name: str) -> JsonValue:
    given = look_up_property(provider.bound.given, name)
    if given is not None:
        return given
    return look_up_property(provider.bound.properties, name)


def _nest(values: dict[str, JsonValue], keys: Sequence[str], value: JsonValue) -> None:
    inner = values
    for key in keys[:-1]:
        below = inner.get(key)
        deeper = dict(below) if isinstance(below, Mapping) else {}
        inner[key] = deeper
        inner = deeper
    inner[keys[-1]] = value
