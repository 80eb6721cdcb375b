"""Links as a manifest writes them: ``provides``, ``consumes``, ``custom_provider_definitions``.

Which links a job really has stands in its release; here only the form is checked. Source: spec
bosh.md 1.6.1 and 4.6.
"""

from collections.abc import Mapping

from paasta_deploy.diagnostics import codes, did_you_mean
from paasta_deploy.manifest.document.node import MapNode, Node, Scalar, key_text
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.values import free_mapping, report_wrong_type
from paasta_deploy.model.deployment import (
    ConsumedLink,
    CustomProvider,
    ManualLink,
    ProvidedLink,
)
from paasta_deploy.model.values import JsonObject

_NIL = "nil"
_ALIAS_CHOICES: Mapping[str, tuple[str, ...]] = {
    "placeholder_type": ("uuid", "index", "az", "network"),
    "health_filter": ("smart", "healthy", "unhealthy", "all"),
    "initial_health_check": ("asynchronous", "synchronous"),
}
"""What a DNS alias says about names with placeholders, and about instances that are ill."""


def parse_provides(job: Fields) -> Mapping[str, ProvidedLink]:
    """Return how the job offers its links, by their names in the release."""
    found: dict[str, ProvidedLink] = {}
    for name, node in _links(job, "provides"):
        if _is_nil(node):
            found[name] = ProvidedLink(name=name, hidden=True)
        elif isinstance(node, MapNode):
            found[name] = _provided(name, Fields(node, "provided link", job.report))
        else:
            _neither_mapping_nor_nil(job, name, node)
    return found


def _links(job: Fields, key: str) -> tuple[tuple[str, Node], ...]:
    node = job.raw(key)
    if node is None:
        return ()
    if not isinstance(node, MapNode):
        job.wrong_type(key, node, "a mapping")
        return ()
    return tuple((key_text(entry), entry[1]) for entry in node.entries.values())


def _is_nil(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value == _NIL


def _neither_mapping_nor_nil(job: Fields, name: str, node: Node) -> None:
    job.report.error(
        codes.BAD_LINK,
        f"the link `{name}` must be a mapping or the text `nil`",
        node.span,
        f"this is {node.kind}",
        f"write `{name}: nil` to turn it off, or `{name}: {{}}`"
        if isinstance(node, Scalar)
        else "",
    )


def _release_only(fields: Fields, name: str) -> None:
    """Complain of keys that only the release may set."""
    for key in ("name", "type"):
        if fields.raw(key) is not None:
            fields.report.error(
                codes.BAD_LINK,
                f"`{key}` of the link `{name}` cannot be set here",
                fields.key_span(key),
                "only the release can say this",
                "remove it; to rename the link use `as:`, to choose a provider use `from:`",
            )


def _provided(name: str, fields: Fields) -> ProvidedLink:
    _release_only(fields, name)
    aliases = fields.objects("aliases", "DNS alias of a link")
    link = ProvidedLink(
        name=name,
        alias=fields.text("as"),
        shared=bool(fields.flag("shared", default=False)),
        dns_aliases=tuple(_dns_alias(alias) for alias in aliases),
    )
    fields.finish()
    return link


def _dns_alias(fields: Fields) -> JsonObject:
    alias: dict[str, str] = {"domain": fields.text("domain", need=True)}
    for key, allowed in _ALIAS_CHOICES.items():
        text = fields.text(key)
        if text in allowed:
            alias[key] = text
        elif text:
            fields.report.error(
                codes.BAD_LINK,
                f"`{key}` cannot be `{text}`",
                fields.source_of(key),
                f"it must be one of {', '.join(f'`{item}`' for item in allowed)}",
                did_you_mean(text, allowed),
            )
    fields.finish()
    return alias


def parse_consumes(job: Fields) -> Mapping[str, ConsumedLink]:
    """Return how the job's wishes for links are to be met, by their names in the release."""
    found: dict[str, ConsumedLink] = {}
    for name, node in _links(job, "consumes"):
        if _is_nil(node):
            found[name] = ConsumedLink(name=name, blocked=True)
        elif isinstance(node, MapNode):
            found[name] = _consumed(name, Fields(node, "consumed link", job.report))
        else:
            _neither_mapping_nor_nil(job, name, node)
    return found


def _consumed(name: str, fields: Fields) -> ConsumedLink:
    _release_only(fields, name)
    present = fields.node.entries.keys()
    for key in ("instances", "properties"):
        if key in present and "from" in present:
            _contradiction(fields, name, key, "together with `from`", "from")
    if "properties" in present and not present & {"instances", "from"}:
        _contradiction(fields, name, "properties", "without `instances`")
    manual = None
    if present & {"instances", "properties", "address"}:
        manual = _manual(fields)
    link = ConsumedLink(
        name=name,
        from_alias=fields.text("from"),
        deployment=fields.text("deployment"),
        network=fields.text("network"),
        ip_addresses=fields.flag("ip_addresses", default=None, code=codes.BAD_LINK),
        manual=manual,
    )
    fields.finish()
    return link


def _contradiction(
    fields: Fields, name: str, key: str, why: str, other: str | None = None
) -> None:
    fields.report.error(
        codes.BAD_LINK,
        f"`{key}` of the link `{name}` cannot stand {why}",
        fields.key_span(key),
        "a link is either written out by hand or taken from a provider",
        f"remove `{key}`" + (f" or `{other}`" if other else ", or add `instances:`"),
    )


def _manual(fields: Fields) -> ManualLink:
    instances: list[JsonObject] = []
    for item in fields.items("instances"):
        if isinstance(item, MapNode):
            instances.append(free_mapping(fields.report, item))
        else:
            report_wrong_type(fields.report, "an instance of a link", item, "a mapping")
    return ManualLink(
        instances=tuple(instances),
        properties=fields.free("properties"),
        address=fields.text("address"),
    )


def parse_custom_providers(job: Fields) -> tuple[CustomProvider, ...]:
    """Return the link providers that the manifest adds to the job."""
    unique = Unique(job.report, codes.BAD_CUSTOM_PROVIDER, "the custom provider")
    found: list[CustomProvider] = []
    for fields in job.objects("custom_provider_definitions", "custom provider"):
        provider = CustomProvider(
            name=fields.text("name", need=True, blank=codes.BAD_CUSTOM_PROVIDER),
            link_type=fields.text("type", need=True, blank=codes.BAD_CUSTOM_PROVIDER),
            properties=fields.texts("properties"),
        )
        fields.finish()
        if unique.add(provider.name, fields.source_of("name")):
            found.append(provider)
    return tuple(found)
