"""``update_mode``: what happens to a value that is there when its definition is met again.

``no-overwrite`` keeps it, ``overwrite`` makes a new one with each deploy, ``converge`` makes a new
one when type or options are not those from which the value was made. Without a mode the feature
``converge_variables`` of the deployment chooses between the first and the last. This is for a
director; a vars store keeps what it has, as the BOSH CLI does. Source: bosh.md 1.10.
"""

from dataclasses import dataclass
from enum import Enum

from paasta_deploy.model.deployment import VariableDefinition, VariableUpdateMode
from paasta_deploy.model.values import JsonValue, digest_of


class Reason(Enum):
    """Why a value is made."""

    ABSENT = "absent"
    OVERWRITTEN = "overwritten"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingValue:
    """What must be known of a value that is there: the digest of the definition it was made from.

    None: it was not made from a definition (somebody set it, or imported it).
    """

    definition_digest: str | None


def definition_digest(definition: VariableDefinition) -> str:
    """Return a digest of all that shapes a value; the order of options does not count."""
    consumes: JsonValue = [
        {
            "target": link.target,
            "from": link.from_alias,
            "link_type": link.link_type,
            "wildcard": link.wildcard,
        }
        for link in definition.consumes
    ]
    return digest_of(
        {
            "type": definition.variable_type,
            "options": definition.options,
            "consumes": consumes,
        }
    )


def reason_to_make(
    definition: VariableDefinition,
    existing: ExistingValue | None,
    *,
    converge_by_default: bool = False,
) -> Reason | None:
    """Return why a new value is to be made, or None: the existing one stays.

    A value that was not made from a definition stays under ``converge``: nothing says that it
    does not fit, and a secret that somebody set by hand must not vanish.
    """
    if existing is None:
        return Reason.ABSENT
    mode = definition.update_mode
    if mode is None:
        converge = VariableUpdateMode.CONVERGE
        mode = converge if converge_by_default else VariableUpdateMode.NO_OVERWRITE
    match mode:
        case VariableUpdateMode.NO_OVERWRITE:
            return None
        case VariableUpdateMode.OVERWRITE:
            return Reason.OVERWRITTEN
        case VariableUpdateMode.CONVERGE:
            digest = existing.definition_digest
            is_same = digest is None or digest == definition_digest(definition)
            return None if is_same else Reason.CHANGED
