"""`update_mode`, as a director carries it out.

Property: a value is made again exactly when the mode asks for it.
"""

from dataclasses import replace

import pytest

from paasta_deploy.manifest.variables.update import (
    ExistingValue,
    Reason,
    definition_digest,
    reason_to_make,
)
from paasta_deploy.model.deployment import (
    VariableDefinition,
    VariableLink,
    VariableUpdateMode,
    VariableUpdateStrategy,
)

KEEP, ALWAYS, CONVERGE = (
    VariableUpdateMode.NO_OVERWRITE,
    VariableUpdateMode.OVERWRITE,
    VariableUpdateMode.CONVERGE,
)
DEFINITION = VariableDefinition(
    name="v", variable_type="password", options={"length": 30, "include_special": True}
)
SAME = ExistingValue(definition_digest=definition_digest(DEFINITION))
OTHER = ExistingValue(definition_digest="sha256:other")
BY_HAND = ExistingValue(definition_digest=None)


@pytest.mark.parametrize(
    ("mode", "by_default", "existing", "reason"),
    [
        (None, False, None, Reason.ABSENT),
        (KEEP, True, None, Reason.ABSENT),
        (None, False, OTHER, None),
        (KEEP, True, OTHER, None),
        (ALWAYS, False, SAME, Reason.OVERWRITTEN),
        (ALWAYS, False, BY_HAND, Reason.OVERWRITTEN),
        (CONVERGE, False, SAME, None),
        (CONVERGE, False, OTHER, Reason.CHANGED),
        (CONVERGE, False, BY_HAND, None),
        (None, True, SAME, None),
        (None, True, OTHER, Reason.CHANGED),
    ],
)
def test_the_mode_says_whether_a_value_stays(
    mode: VariableUpdateMode | None,
    by_default: bool,
    existing: ExistingValue | None,
    reason: Reason | None,
) -> None:
    definition = replace(DEFINITION, update_mode=mode)

    assert reason_to_make(definition, existing, converge_by_default=by_default) is reason


def test_what_shapes_a_value_is_in_the_digest_and_nothing_else() -> None:
    reordered = {"include_special": True, "length": 30}
    link = VariableLink(target="alternative_name", from_alias="db")
    same = (
        replace(DEFINITION, options=reordered),
        replace(DEFINITION, name="renamed"),
        replace(DEFINITION, update_mode=ALWAYS),
        replace(DEFINITION, update_strategy=VariableUpdateStrategy.ON_STEMCELL_CHANGE),
    )
    others = (
        replace(DEFINITION, options={"length": 31}),
        replace(DEFINITION, variable_type="user"),
        replace(DEFINITION, consumes=(link,)),
        replace(DEFINITION, consumes=(replace(link, wildcard=True),)),
    )

    assert {definition_digest(item) for item in same} == {SAME.definition_digest}
    digests = {definition_digest(item) for item in (DEFINITION, *others)}
    assert len(digests) == 1 + len(others)
