"""The names that links give to certificates (``consumes`` of a variable).

A certificate has to be valid for the name under which others reach the provider: the group's DNS
query, as BOSH has it, and where links carry IP addresses these, too, because then clients use
them. ``wildcard`` stands for every name below the group's domain. Source: BOSH 1.10, 4.6, 4.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paasta_deploy.diagnostics import Diagnostic, codes, error
from paasta_deploy.model.deployment import VariableDefinition, VariableLink
from paasta_deploy.planning.desired import Desired
from paasta_deploy.planning.dns_names import query_address
from paasta_deploy.planning.link_providers import LinkContents, LinkProvider, providers_of
from paasta_deploy.planning.placement import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNames:
    """What the links give, by the name of the definition."""

    alternative_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    common_names: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def link_names(desired: Desired, placement: Placement, *, has_all_jobs: bool = True) -> LinkNames:
    """Return the names that the links of all definitions give. Provided links only, no others'.

    Without ``has_all_jobs`` nobody is told that a link is provided by none.
    """
    consumers = [one for one in desired.manifest.variables if one.consumes]
    if not consumers:
        return LinkNames()
    providers = [one for one in providers_of(desired, []) if not one.hidden]
    contents = LinkContents(desired, placement)
    alternative_names: dict[str, tuple[str, ...]] = {}
    common_names: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for definition in consumers:
        for link in definition.consumes:
            found = [one for one in providers if _fits(one, link)]
            if len(found) != 1 and (found or has_all_jobs):
                problems.append(_not_one(definition, link, found))
            if len(found) != 1 or found[0].group.name not in placement.groups:
                continue
            names = _names(found[0], link, contents)
            if link.target == "common_name":
                common_names[definition.name] = names[0]
            else:
                alternative_names[definition.name] = names
    return LinkNames(
        alternative_names=alternative_names,
        common_names=common_names,
        diagnostics=tuple(problems),
    )


def _fits(provider: LinkProvider, link: VariableLink) -> bool:
    return (provider.alias, provider.link_type) == (link.from_alias, link.link_type)


def _names(provider: LinkProvider, link: VariableLink, contents: LinkContents) -> tuple[str, ...]:
    content = contents.content(provider, None, ip_addresses=True).value
    query = query_address({**content, "address": None}, {})
    name = f"*.{query.partition('.')[2]}" if link.wildcard else query
    if contents.prefers_dns:
        return (name,)
    instances = content["instances"]
    assert isinstance(instances, list), "a link's content lists instances"
    return tuple(dict.fromkeys([name, *(str(item["address"]) for item in instances)]))


def _not_one(
    definition: VariableDefinition, link: VariableLink, found: list[LinkProvider]
) -> Diagnostic:
    span = definition.source.span("consumes", link.target)
    what = f"link `{link.from_alias}` of type `{link.link_type}`"
    if not found:
        return error(
            codes.VARIABLE_LINK,
            f"the variable `{definition.name}` consumes a link that nobody provides",
            span=span,
            detail=f"it is {what}",
            hint="a job must provide it: `provides: {NAME: {as: ALIAS}}`, or define it with\n"
            "`custom_provider_definitions`",
        )
    return error(
        codes.VARIABLE_LINK,
        f"the variable `{definition.name}` consumes a link that several jobs provide",
        span=span,
        detail=f"{what}: " + ", ".join(one.candidate().where for one in found),
        hint="give one of them another alias with `as`",
    )
