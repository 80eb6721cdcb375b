"""What is said about links that cannot be resolved: each function makes one diagnostic.

An operator who reads one of these has to choose a provider, so every message lists what there is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paasta_deploy.diagnostics import Diagnostic, Label, Span, codes, did_you_mean, error, warning
from paasta_deploy.model.deployment import ConsumedLink, DeploymentManifest, InstanceGroup
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.model.release import LinkConsumption
from paasta_deploy.planning.bindings import BoundJob


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Consumer:
    """One link that one job of one group wants, and what the manifest says about it."""

    group: InstanceGroup
    bound: BoundJob
    consumption: LinkConsumption
    said: ConsumedLink | None

    @property
    def where(self) -> str:
        """The consumer as people know it."""
        return f"job `{self.bound.job.name}` in group `{self.group.name}`"

    @property
    def wish(self) -> str:
        """What is wanted: name, alias and type."""
        alias = ""
        if self.said is not None and self.said.from_alias:
            alias = f" from `{self.said.from_alias}`"
        return f"link `{self.consumption.name}`{alias} of type `{self.consumption.type}`"

    @property
    def span(self) -> Span | None:
        """The line that asks for the link, or else the line of the job."""
        source = self.bound.use.source
        if self.said is None:
            return source.span("name")
        if self.said.from_alias:
            return source.span("consumes", self.consumption.name, "from")
        return source.span("consumes", self.consumption.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A provider that could be meant. ``where`` is a phrase for people."""

    alias: str
    link_type: str
    where: str
    networks: tuple[str, ...] = ()
    is_hidden: bool = False
    span: Span | None = None


def not_found(consumer: Consumer, candidates: Sequence[Candidate]) -> Diagnostic:
    """Nobody provides the link. ``candidates`` are all providers there are, of any type."""
    wanted = consumer.consumption
    alias = "" if consumer.said is None else consumer.said.from_alias
    of_type = [item for item in candidates if item.link_type == wanted.type]
    open_ones = [item for item in of_type if not item.is_hidden]
    namesakes = [item for item in candidates if alias and item.alias == alias]
    if namesakes and namesakes[0].is_hidden:
        detail = f"{namesakes[0].where} is hidden: the manifest says `nil` for it in `provides`"
    elif namesakes and namesakes[0].link_type != wanted.type:
        detail = f"{namesakes[0].where} has type `{namesakes[0].link_type}`"
    elif of_type and not open_ones:
        detail = f"{_listed(of_type)} is hidden: the manifest says `nil` for it in `provides`"
    elif open_ones:
        detail = f"providers of that type: {_listed(open_ones)}"
    else:
        detail = "no job of this deployment provides a link of that type"
    guess = did_you_mean(alias, [item.alias for item in open_ones]) if alias else ""
    return error(
        codes.LINK_NOT_FOUND,
        f"{consumer.where} wants {consumer.wish}, which nobody provides",
        span=consumer.span,
        detail=detail,
        hint=guess
        or "add a job that provides it, name one with `from`, write its content by hand with "
        "`instances`, or take it from another deployment with `deployment`",
        related=_labels(namesakes or open_ones),
    )


def ambiguous(consumer: Consumer, candidates: Sequence[Candidate]) -> Diagnostic:
    """More than one job provides the link."""
    aliases = {item.alias for item in candidates}
    name = consumer.consumption.name
    hint = f"choose one: `consumes: {{{name}: {{from: {candidates[0].alias}}}}}`"
    if len(aliases) < len(candidates):
        hint = (
            "give each provider its own alias with `provides: {...: {as: ...}}` and name it with "
            f"`consumes: {{{name}: {{from: ...}}}}`"
        )
    return error(
        codes.LINK_AMBIGUOUS,
        f"{consumer.where} wants {consumer.wish}, which {len(candidates)} jobs provide",
        span=consumer.span,
        detail=f"there are {_listed(candidates)}",
        hint=hint,
        related=_labels(candidates),
    )


def blocked_but_needed(consumer: Consumer) -> Diagnostic:
    """``nil`` for a link that the job cannot do without."""
    return error(
        codes.LINK_NOT_FOUND,
        f"{consumer.where} cannot do without {consumer.wish}",
        span=consumer.span,
        detail="the manifest says `nil` for it, but the release does not call it optional",
        hint="name a provider with `from`, or leave the line out",
    )


def network_not_provided(consumer: Consumer, candidate: Candidate) -> Diagnostic:
    """The provider is not on the network that the consumer asks for."""
    network = "" if consumer.said is None else consumer.said.network
    return error(
        codes.LINK_NETWORK,
        f"{candidate.where} is not on network `{network}`",
        span=consumer.bound.use.source.span("consumes", consumer.consumption.name, "network"),
        detail=f"{consumer.where} asks for its addresses there",
        hint=did_you_mean(network, candidate.networks),
        related=_labels([candidate]),
    )


def property_missing(candidate: Candidate, name: str) -> Diagnostic:
    """A link promises a property that its job does not have."""
    return error(
        codes.LINK_PROPERTY,
        f"{candidate.where} promises property `{name}`, which its job does not have",
        span=candidate.span,
        detail="neither does the release declare it nor does the manifest give it",
        hint="give the property to the job, or mend the release's `provides`",
    )


def unknown_deployment(
    consumer: Consumer, deployment: DeploymentName, known: Iterable[DeploymentName]
) -> Diagnostic:
    """The link is to come from a deployment that does not exist."""
    return error(
        codes.LINK_DEPLOYMENT,
        f"{consumer.where} wants {consumer.wish} from deployment `{deployment}`, which does not "
        "exist",
        span=consumer.bound.use.source.span("consumes", consumer.consumption.name, "deployment"),
        detail=did_you_mean(deployment, sorted(known)),
        hint="deploy that one first",
    )


def names_not_served(manifest: DeploymentManifest) -> Iterator[Diagnostic]:
    """Yield a warning about the first place that asks for names which machines cannot look up."""
    span = manifest.source.span("features", "use_dns_addresses") or manifest.source.span(
        "features", "use_link_dns_names"
    )
    if not manifest.features.use_dns_addresses:
        wishes = [
            job.source.span("consumes", link.name, "ip_addresses")
            for group in manifest.instance_groups
            for job in group.jobs
            for link in job.consumes.values()
            if link.ip_addresses is False
        ]
        if not wishes:
            return
        span = wishes[0]
    yield warning(
        codes.NAMES_NOT_SERVED,
        "links carry IP addresses in place of DNS names, which machines here cannot look up",
        span=span,
        detail="they have no hosts file of their own",
        hint="machines of their own have one: run the director as root, or use another provider",
    )


def unknown_links(group: InstanceGroup, bound: BoundJob) -> Iterator[Diagnostic]:
    """Yield warnings about links of the manifest that the release does not know."""
    spec, use = bound.job.spec, bound.use
    custom = {item.name for item in use.custom_providers}
    sides = (
        ("consumes", use.consumes, {item.name for item in spec.consumes}),
        ("provides", use.provides, {item.name for item in spec.provides} | custom),
    )
    for side, written, known in sides:
        for name in written:
            if name not in known:
                yield warning(
                    codes.LINK_NOT_IN_RELEASE,
                    f"job `{bound.job.name}` of `{group.name}` has no link `{name}` in `{side}`",
                    span=use.source.key_span(side, name),
                    detail=f"release `{bound.release.name}/{bound.release.version}` does not "
                    "define it, so this has no effect",
                    hint=did_you_mean(name, sorted(known)),
                )


def _listed(candidates: Iterable[Candidate]) -> str:
    return "; ".join(item.where for item in candidates)


def _labels(candidates: Iterable[Candidate]) -> tuple[Label, ...]:
    return tuple(
        Label(span=item.span, text=f"provides `{item.alias}` of type `{item.link_type}`")
        for item in candidates
        if item.span is not None
    )
