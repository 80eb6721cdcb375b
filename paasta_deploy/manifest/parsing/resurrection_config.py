"""Resurrection configs: the rules of all of them together. Source: spec bosh.md 2.4.

BOSH skips a rule that it does not understand, and the operator learns of it from a log. Here such
a rule is an error when it is saved; the director skips those that were saved before.
"""

from collections.abc import Sequence

from paasta_deploy.diagnostics import Severity, has_errors
from paasta_deploy.manifest.document.node import Node, NodeSource
from paasta_deploy.manifest.parsing.asking import OnAsk
from paasta_deploy.manifest.parsing.config_documents import (
    ConfigResult,
    config_tops,
    in_order_of,
)
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.ids import DeploymentName, InstanceGroupName
from paasta_deploy.model.resurrection_config import (
    ResurrectionConfig,
    ResurrectionFilter,
    ResurrectionRule,
)


def parse_resurrection_configs(
    nodes: Sequence[Node], *, unknown_keys: Severity | None = None, on_ask: OnAsk | None = None
) -> ConfigResult[ResurrectionConfig]:
    """Return the rules of all configs that can be read, and every mistake in them."""
    report = Report(unknown_keys, on_ask)
    rules: list[ResurrectionRule] = []
    for top in config_tops(nodes, "resurrection config", "`rules:`", report):
        for fields in top.objects("rules", "rule", need=True):
            before = len(report.diagnostics)
            rule = _rule(fields)
            # A filter that cannot be read must not become one that takes everything.
            if rule is not None and not has_errors(report.diagnostics[before:]):
                rules.append(rule)
        top.finish()
    return ConfigResult(
        draft=ResurrectionConfig(rules=tuple(rules)), diagnostics=in_order_of(nodes, report)
    )


def _rule(fields: Fields) -> ResurrectionRule | None:
    """Return a rule; None when it does not say whether it switches on or off."""
    if "enabled" not in fields.node.entries:
        fields.missing("enabled", "add `enabled: true` or `enabled: false`")
    enabled = fields.flag("enabled", default=None)
    include, exclude = _filter(fields, "include"), _filter(fields, "exclude")
    fields.finish()
    if enabled is None:
        return None
    return ResurrectionRule(
        enabled=enabled, include=include, exclude=exclude, source=NodeSource(fields.node)
    )


def _filter(rule: Fields, key: str) -> ResurrectionFilter:
    fields = rule.fields(key, "filter of a rule")
    if fields is None:
        return ResurrectionFilter()
    found = ResurrectionFilter(
        deployments=tuple(map(DeploymentName, fields.texts("deployments"))),
        instance_groups=tuple(map(InstanceGroupName, fields.texts("instance_groups"))),
    )
    fields.finish()
    return found
