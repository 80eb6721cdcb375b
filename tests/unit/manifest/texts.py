"""Short ways for tests to go from YAML text to nodes and values, and to say where a mistake is."""

from collections.abc import Iterable

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.manifest import Node, read_document, to_value
from paasta_deploy.model.values import JsonValue


def node(text: str, name: str = "x.yml") -> Node:
    """Return the node of a text that must be readable."""
    result = read_document(name, text)
    assert result.node is not None, result.diagnostics
    return result.node


def value(text: str) -> JsonValue:
    """Return the bare value of a text."""
    return to_value(node(text))


def pointed_at(text: str, diagnostic: Diagnostic) -> str:
    """Return the characters that the caret stands under; they must be in one line."""
    span = diagnostic.span
    assert span is not None
    line = text.split("\n")[span.line - 1]
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    return line[span.column - 1 : end]


def found(text: str, diagnostics: Iterable[Diagnostic]) -> list[tuple[str, str]]:
    """Return code and pointed-at text of each diagnostic, in order."""
    return [(item.code, pointed_at(text, item)) for item in diagnostics]
