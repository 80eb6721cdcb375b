"""Single values as model values: texts, and mappings that belong to releases and providers.

What cannot be converted is reported, with the likeliest way to put it right.
"""

from collections.abc import Mapping

from paasta_deploy.diagnostics import Code, codes
from paasta_deploy.manifest.document.node import ListNode, MapNode, Node, Scalar, key_text
from paasta_deploy.manifest.document.scalars import format_scalar
from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.manifest.parsing.report import Report
from paasta_deploy.model.values import JsonValue


def report_wrong_type(
    report: Report,
    subject: str,
    node: Node,
    wanted: str,
    code: Code = codes.WRONG_TYPE,
    *,
    hint: str = "",
) -> None:
    """Complain that ``subject`` is not ``wanted``, with the likeliest way to put it right.

    ``hint`` is that way where the type alone does not tell it.
    """
    if isinstance(node, Scalar) and isinstance(node.value, str) and wanted != "a text":
        found = placeholders(node.value)
        if found:
            report.error(
                codes.UNRESOLVED_VARIABLE,
                f"the variable `{found[0].name}` has no value",
                node.span,
                f"{subject} must be {wanted}, so a value is needed now",
                f"give it with `-v {found[0].name}=VALUE` or in a file with `-l`",
            )
            return
    report.error(
        code,
        f"{subject} must be {wanted}",
        node.span,
        f"this is {node.kind}",
        _type_hint(node, wanted) or hint,
    )


def _type_hint(node: Node, wanted: str) -> str:
    if isinstance(node, Scalar):
        if wanted == "a text" and node.value is not None:
            return f'in YAML `{node.text}` is {node.kind}; write "{node.text}"'
        if isinstance(node.value, str) and wanted == "an integer" and node.value.isdigit():
            return f"remove the quotes: {node.value}"
        if node.value is None:
            return "give a value, or remove the key"
    if wanted == "a list" and isinstance(node, MapNode):
        return "begin each item with `- `"
    if wanted == "a mapping" and isinstance(node, ListNode):
        return "write `key: value` lines without `- `"
    return ""


def text_of(report: Report, subject: str, node: Node, code: Code = codes.WRONG_TYPE) -> str | None:
    """Return a scalar as a text, as BOSH's director would see it; None after a complaint."""
    if isinstance(node, Scalar):
        value = node.value
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            text = format_scalar(value)
            if node.text is not None and text != node.text:
                report.warning(
                    codes.NUMBER_REWRITTEN,
                    f"`{node.text}` is a number and becomes `{text}`",
                    node.span,
                    f"{subject} is a text",
                    f'write "{node.text}" in quotes',
                )
            return text
    report_wrong_type(report, subject, node, "a text", code)
    return None


def free_mapping(report: Report, node: MapNode) -> Mapping[str, JsonValue]:
    """Return the bare values of a mapping; keys that are no texts become texts, with a warning."""
    result: dict[str, JsonValue] = {}
    for key, entry in node.entries.items():
        name = key if isinstance(key, str) else key_text(entry)
        if not isinstance(key, str):
            report.warning(
                codes.KEY_BECOMES_TEXT,
                f"the key `{name}` becomes a text",
                entry[0].span,
                f"in YAML this is {entry[0].kind}",
                f'write "{name}" in quotes to make it plain',
            )
        result[name] = free_value(report, entry[1])
    return result


def free_value(report: Report, node: Node) -> JsonValue:
    """Return the bare value of a node that belongs to others."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, ListNode):
        return [free_value(report, item) for item in node.items]
    assert isinstance(node, MapNode)
    return free_mapping(report, node)
