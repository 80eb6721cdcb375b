"""``variables:`` of a deployment: values that are to be made. Source: spec bosh.md 1.10."""

import re

from paasta_deploy.diagnostics import codes, did_you_mean
from paasta_deploy.manifest.document.node import MapNode, Node, NodeSource, Scalar, key_text
from paasta_deploy.manifest.parsing.fields import Fields
from paasta_deploy.manifest.parsing.names import Unique
from paasta_deploy.manifest.parsing.values import report_wrong_type
from paasta_deploy.model.deployment import (
    VariableDefinition,
    VariableLink,
    VariableUpdateMode,
    VariableUpdateStrategy,
)
from paasta_deploy.model.values import JsonObject

_NAME = re.compile(r"/?[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*", re.ASCII)
_LINKED_TYPE = "certificate"
_LINK_TARGETS = ("alternative_name", "common_name")


def parse_variables(top: Fields) -> tuple[VariableDefinition, ...]:
    """Return the definitions; the same name twice is an error."""
    unique = Unique(top.report, codes.DUPLICATE_VARIABLE, "the variable")
    found: list[VariableDefinition] = []
    for item in top.items("variables", code=codes.BAD_VARIABLE):
        if not isinstance(item, MapNode):
            report_wrong_type(top.report, "a variable", item, "a mapping", codes.BAD_VARIABLE)
            continue
        fields = Fields(item, "variable", top.report)
        definition = _definition(fields)
        if unique.add(definition.name, fields.source_of("name")):
            found.append(definition)
    return tuple(found)


def _definition(fields: Fields) -> VariableDefinition:
    name = _filled(fields, "name")
    if name.strip() and "((" not in name and _NAME.fullmatch(name) is None:
        fields.report.error(
            codes.numbered(codes.BAD_VARIABLE, 540004),
            f"`{name}` cannot be the name of a variable",
            fields.source_of("name"),
            "letters, digits, `-`, `_` and single `/` between them are allowed",
        )
    kind = _filled(fields, "type")
    strategy = VariableUpdateStrategy.ON_DEPLOY
    update = fields.fields("update", "update block of a variable", code=codes.BAD_VARIABLE)
    if update is not None:
        strategy = update.choice("strategy", VariableUpdateStrategy, strategy, codes.BAD_VARIABLE)
        update.finish()
    mode = None
    if not _is_null(fields, "update_mode"):
        mode = fields.choice(
            "update_mode", VariableUpdateMode, VariableUpdateMode.NO_OVERWRITE, codes.BAD_VARIABLE
        )
    definition = VariableDefinition(
        name=name,
        variable_type=kind,
        options=_options(fields),
        update_mode=mode,
        update_strategy=strategy,
        consumes=_consumes(fields, kind),
        source=NodeSource(fields.node),
    )
    fields.finish()
    return definition


def _is_null(fields: Fields, key: str) -> bool:
    """Whether the key is absent or null, which are the same in this section."""
    node = fields.raw(key)
    return node is None or (isinstance(node, Scalar) and node.value is None)


def _filled(fields: Fields, key: str) -> str:
    if key not in fields.node.entries:
        fields.raw(key)
        fields.missing(key, code=codes.BAD_VARIABLE)
        return ""
    text = fields.text(key, code=codes.BAD_VARIABLE)
    node = fields.node.get(key)
    if isinstance(node, Scalar) and isinstance(node.value, str) and not text.strip():
        fields.report.error(
            codes.BAD_VARIABLE, f"`{key}` of a variable is empty", node.span, "fill it in"
        )
    return text


def _options(fields: Fields) -> JsonObject:
    if _is_null(fields, "options"):
        return {}
    node = fields.raw("options")
    if node is not None and not isinstance(node, MapNode):
        fields.wrong_type("options", node, "a mapping", codes.BAD_VARIABLE)
        return {}
    return fields.free("options")


def _consumes(fields: Fields, kind: str) -> tuple[VariableLink, ...]:
    if _is_null(fields, "consumes"):
        return ()
    node = fields.raw("consumes")
    if not isinstance(node, MapNode):
        assert node is not None
        fields.wrong_type("consumes", node, "a mapping", codes.BAD_VARIABLE)
        return ()
    if kind != _LINKED_TYPE:
        fields.report.error(
            codes.BAD_VARIABLE,
            f"a variable of type `{kind}` cannot consume links",
            fields.key_span("consumes"),
            f"only those of type `{_LINKED_TYPE}` can",
        )
        return ()
    return tuple(
        link
        for entry in node.entries.values()
        if (link := _link(fields, key_text(entry), entry[0], entry[1])) is not None
    )


def _link(fields: Fields, target: str, key: Scalar, node: Node) -> VariableLink | None:
    if target not in _LINK_TARGETS:
        fields.report.error(
            codes.BAD_VARIABLE,
            f"a certificate has no `{target}` that a link could fill",
            key.span,
            "links can fill `alternative_name` and `common_name`",
            did_you_mean(target, _LINK_TARGETS),
        )
        return None
    if not isinstance(node, MapNode):
        report_wrong_type(fields.report, f"`{target}`", node, "a mapping", codes.BAD_VARIABLE)
        return None
    link = Fields(node, "link of a variable", fields.report)
    what = "properties block of a link"
    properties = link.fields("properties", what, code=codes.BAD_VARIABLE)
    wildcard = False
    if properties is not None:
        wildcard = bool(properties.flag("wildcard", default=False, code=codes.BAD_VARIABLE))
        properties.finish()
    result = VariableLink(
        target=target,
        from_alias=link.text("from", default=target),
        link_type=link.text("link_type", default="address"),
        wildcard=wildcard,
    )
    link.finish()
    return result
