"""What a plan says about variables: which values a deploy would make, and why. Never a value."""

from collections.abc import Iterable, Sequence

from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.variable_choice import Choice, Need

_SYMBOLS = {Need.MAKE: "+", Need.REMAKE: "~", Need.NOTHING: " "}


def variables_json(choices: Iterable[Choice]) -> list[JsonObject]:
    """Return what is made, in the order of the manifest."""
    return [
        {
            "name": choice.definition.name,
            "type": choice.definition.variable_type,
            "action": choice.need.value,
            "reason": choice.reason,
        }
        for choice in choices
        if choice.definition is not None and choice.need is not Need.NOTHING
    ]


def variables_text(variables: Sequence[JsonObject]) -> str:
    """Return the lines for people about :func:`variables_json`; empty when nothing is made."""
    if not variables:
        return ""
    symbols = {need.value: symbol for need, symbol in _SYMBOLS.items()}
    lines = [
        f"  {symbols[str(item['action'])]} {item['name']} ({item['type']}): {item['reason']}"
        for item in variables
    ]
    return "\n".join(["Values of variables that are made:", *lines, ""])
