"""Deploy configs: flags that ``deploy`` gets without being asked. Source: spec bosh.md 2.5."""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Label, Severity, codes, did_you_mean
from paasta_deploy.manifest.document.node import Node, NodeSource
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.config_documents import (
    ConfigResult,
    config_tops,
    in_order_of,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.manifest.parsing.values import text_of
from paasta_deploy.model.deploy_config import DeployConfig, DeployFlag
from paasta_deploy.model.ids import DeploymentName

_FLAGS = {flag.value: flag for flag in DeployFlag}


def parse_deploy_configs(
    nodes: Sequence[Node], *, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None
) -> ConfigResult[tuple[DeployConfig, ...]]:
    """Return all deploy configs, and every mistake in them."""
    report = Report(unknown_keys, on_ask)
    tops = config_tops(nodes, "deploy config", "`flags:`", report)
    configs = tuple(_config(top) for top in tops)
    return ConfigResult(draft=configs, diagnostics=in_order_of(nodes, report))


def _config(top: Fields) -> DeployConfig:
    config = DeployConfig(
        flags=_flags(top),
        include=tuple(map(DeploymentName, top.texts("include"))),
        exclude=tuple(map(DeploymentName, top.texts("exclude"))),
        source=NodeSource(top.node),
    )
    if config.include and config.exclude:
        top.report.error(
            codes.DEPLOY_CONFIG_FILTERS,
            "there are both `include` and `exclude`",
            top.key_span("exclude"),
            "the flags are for the deployments of one, or for all but those of the other",
            "remove one of them",
            related=(Label(span=top.key_span("include"), text="the other one"),),
        )
    top.finish()
    return config


def _flags(top: Fields) -> tuple[DeployFlag, ...]:
    found: dict[DeployFlag, None] = {}
    for item in top.items("flags", need=True):
        text = text_of(top.report, "a flag", item)
        if text is None:
            continue
        flag = _FLAGS.get(text.removeprefix("--"))
        if flag is None:
            top.report.error(
                codes.INVALID_VALUE,
                f"there is no flag `{text}`",
                item.span,
                f"flags of `deploy` that can stand here: {', '.join(map('`{}`'.format, _FLAGS))}",
                did_you_mean(text, _FLAGS),
            )
        else:
            found[flag] = None
    return tuple(found)
