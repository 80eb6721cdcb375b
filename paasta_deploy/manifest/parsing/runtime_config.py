"""Runtime configs: each is read by itself, then all are held against each other.

As in BOSH an addon takes jobs only from releases of its own config. Two configs may want the same
release in the same version; tags stand in one config only. Source: spec bosh.md 1.9, 2.2; BOSH
``runtime_config/*`` and, for where a variable must have an absolute name, its
``variables_interpolator``.
"""

from collections.abc import Iterator, Sequence

from paasta_deploy.diagnostics import Label, Severity, codes
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, NodeSource
from paasta_deploy.manifest.interpolating.placeholders import placeholder_scalars
from paasta_deploy.manifest.parsing.addons import AddonLevel, parse_addons
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.config_documents import (
    ConfigResult,
    config_tops,
    in_order_of,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.groups import parse_tags
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.releases import parse_releases
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.variables import parse_variables
from paasta_deploy.model.deployment import ReleaseRef
from paasta_deploy.model.ids import ReleaseName
from paasta_deploy.model.runtime_config import RuntimeConfig, RuntimeConfigs
from paasta_deploy.model.versions import is_floating


def parse_runtime_configs(
    nodes: Sequence[Node], *, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None
) -> ConfigResult[RuntimeConfigs]:
    """Return all runtime configs, and every mistake in them and between them."""
    report = Report(unknown_keys, on_ask)
    tops = config_tops(nodes, "runtime config", "`releases:` and `addons:`", report)
    configs = tuple(_config(top) for top in tops)
    _check_releases(configs, report)
    _check_tags(tops, report)
    _check_variables(configs, report)
    _check_addons(configs, report)
    return ConfigResult(
        draft=RuntimeConfigs(configs=configs), diagnostics=in_order_of(nodes, report)
    )


def _config(top: Fields) -> RuntimeConfig:
    releases = parse_releases(top, need=False)
    for release in releases:
        if is_floating(release.version):
            top.report.error(
                codes.RUNTIME_RELEASE_VERSION,
                f"`{release.version}` is no version for a release of a runtime config",
                release.source.span("version"),
                "all deployments share it, so which one it is must not depend on when they deploy",
                f"write the version out; `paasta-deploy releases` lists those of `{release.name}`",
            )
    config = RuntimeConfig(
        releases=releases,
        addons=parse_addons(top, releases, AddonLevel.RUNTIME),
        tags=parse_tags(top),
        variables=parse_variables(top),
        source=NodeSource(top.node),
    )
    _check_names(top)
    top.finish()
    return config


def _check_releases(configs: Sequence[RuntimeConfig], report: Report) -> None:
    first: dict[ReleaseName, ReleaseRef] = {}
    for config in configs:
        for release in config.releases:
            known = first.setdefault(release.name, release)
            if known.version == release.version:
                continue
            there = known.source.span("version")
            report.error(
                codes.RUNTIME_RELEASE_CONFLICT,
                f"release `{release.name}` is wanted in two versions",
                release.source.span("version"),
                f"here it is `{release.version}`, in another runtime config `{known.version}`",
                "a deployment can have one version of a release: write the same in both",
                related=() if there is None else (Label(span=there, text="the other one"),),
            )


def _check_tags(tops: Sequence[Fields], report: Report) -> None:
    with_tags = [top for top in tops if "tags" in top.node.entries]
    for top in with_tags[1:]:
        report.error(
            codes.RUNTIME_TAGS_TWICE,
            "`tags` stand in two runtime configs",
            top.key_span("tags"),
            "only one of them may have tags",
            "put them together in one of the two",
            related=(Label(span=with_tags[0].key_span("tags"), text="the first ones"),),
        )


def _check_variables(configs: Sequence[RuntimeConfig], report: Report) -> None:
    unique = Unique(report, codes.DUPLICATE_VARIABLE, "the variable")
    for config in configs:
        for item in config.variables:
            span = item.source.span("name")
            if span is not None:
                unique.add(item.name, span)


def _check_addons(configs: Sequence[RuntimeConfig], report: Report) -> None:
    """Warn of an addon whose name is there already: BOSH takes it, people mix them up."""
    first: dict[str, RuntimeConfig] = {}
    for config in configs:
        for number, addon in enumerate(config.addons):
            known = first.setdefault(addon.name, config)
            span = config.source.span("addons", number, "name")
            if not addon.name or (known is config and _is_first(config, number)):
                continue
            there = next(item for item in known.addons if item.name == addon.name)
            label = there.source.span("name")
            report.warning(
                codes.DUPLICATE_ADDON,
                f"there are two addons `{addon.name}`",
                span,
                "both are applied where their filters take them",
                "give one of them another name",
                related=() if label is None else (Label(span=label, text="the first one"),),
            )


def _is_first(config: RuntimeConfig, number: int) -> bool:
    name = config.addons[number].name
    return all(addon.name != name for addon in config.addons[:number])


def _check_names(top: Fields) -> None:
    """Complain of relative variables where all deployments share what is written."""
    own = {id(scalar) for node in _own_values(top.node) for scalar, _ in placeholder_scalars(node)}
    for scalar, found in placeholder_scalars(top.node):
        if id(scalar) in own:
            continue
        for item in found:
            if not item.name.startswith("/"):
                top.report.error(
                    codes.VARIABLE_NOT_ABSOLUTE,
                    f"the variable `{item.name}` needs an absolute name here",
                    scalar.span,
                    "outside of properties a runtime config says the same to all deployments",
                    f"write `((/{item.name}))`, or give the value with `-v {item.name}=VALUE`",
                )


def _own_values(top: MapNode) -> Iterator[Node]:
    """Yield the parts that each deployment reads for itself: properties of addons and jobs."""
    for addon in _items(top.get("addons")):
        yield from _present(addon.get("properties"))
        for job in _items(addon.get("jobs")):
            yield from _present(job.get("properties"))
            consumes = job.get("consumes")
            if isinstance(consumes, MapNode):
                for _, link in consumes.entries.values():
                    if isinstance(link, MapNode):
                        yield from _present(link.get("properties"))


def _items(node: Node | None) -> Iterator[MapNode]:
    if isinstance(node, ListNode):
        yield from (item for item in node.items if isinstance(item, MapNode))


def _present(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node
