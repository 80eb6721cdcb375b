"""Short ways for tests to write definitions of variables as an operator does."""

from collections.abc import Mapping

from paasta_deploy.manifest import Node, Variables
from paasta_deploy.manifest.document.node import MapNode, NodeSource, key_text, to_value
from paasta_deploy.manifest.interpolating.definitions import definitions_in
from paasta_deploy.model.deployment import VariableDefinition
from tests.unit.manifest.texts import node


def defined(text: str) -> tuple[VariableDefinition, ...]:
    """Return the definitions of a flow list, placed in the text ``variables: ...``."""
    found = []
    for item in definitions_in(node(section(text))):
        options = {} if item.options is None else to_value(item.options)
        assert isinstance(options, dict)
        found.append(
            VariableDefinition(
                name=item.name,
                variable_type=item.variable_type,
                options=options,
                source=NodeSource(item.node),
            )
        )
    return tuple(found)


def section(text: str) -> str:
    """Return the whole document for some definitions."""
    return f"variables: [{text}]"


def variables(stored: str = "{}", given: str = "{}") -> Variables:
    """Return variables with these values."""
    return Variables(given=_values(given), stored=_values(stored))


def _values(text: str) -> Mapping[str, Node]:
    tree = node(text)
    assert isinstance(tree, MapNode)
    return {key_text(entry): entry[1] for entry in tree.entries.values()}
