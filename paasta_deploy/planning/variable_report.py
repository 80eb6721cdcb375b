"""What a plan says about variables: which values a deploy would make, and why. Never a value."""

from collections.abc import Iterable

from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.variable_choice import Choice, Need


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
