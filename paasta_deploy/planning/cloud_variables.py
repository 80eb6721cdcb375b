"""Variables in cloud properties: which versions a VM or a disk is made with.

Cloud properties keep their ``((names))`` wherever they are recorded or shown, so that no secret
is; beside them stand the versions, and another version is a change like any other. Values are put
in when the cloud is asked. Source: BOSH (versioned interpolation of cloud properties).
"""

from collections.abc import Collection, Mapping

from paasta_deploy.manifest.interpolating.placeholders import placeholders
from paasta_deploy.model.ids import VariableId
from paasta_deploy.model.values import JsonValue, canonical_json

NO_VERSIONS: Mapping[str, VariableId] = {}
"""One for all: specs of instances without variables share it."""


def names_in(value: JsonValue) -> frozenset[str]:
    """Return the variables that ``value`` has placeholders for."""
    return frozenset(item.name for item in placeholders(canonical_json(value)))


def used_versions(
    value: JsonValue, versions: Mapping[str, VariableId]
) -> Mapping[str, VariableId]:
    """Return those of ``versions`` whose variables stand in ``value``, by the names there."""
    if not versions:
        return NO_VERSIONS
    used = names_in(value)
    if not used:
        return NO_VERSIONS
    return {name: version for name, version in versions.items() if name in used}


def uses(value: JsonValue, names: Collection[str]) -> bool:
    """Return whether one of these variables stands in ``value``."""
    return not names_in(value).isdisjoint(names)
