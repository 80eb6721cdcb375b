"""Which version of each variable a deploy uses, and which values it makes.

Properties: choosing twice gives the same; what exists is never touched without overwrite or
converge; a task never makes a value twice.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.deployment import (
    VariableDefinition,
    VariableUpdateMode,
    VariableUpdateStrategy,
)
from paasta_deploy.model.ids import DeploymentName, TaskId, VariableId
from paasta_deploy.model.values import JsonValue
from paasta_deploy.model.variable_records import VariableRecord
from paasta_deploy.planning.variable_choice import (
    Choice,
    ChoiceInputs,
    Namespace,
    Need,
    choose,
    set_id_of,
)
from paasta_deploy.testing.made_records import variable

SPACE = Namespace(director="paasta", deployment=DeploymentName("cf"))
CONVERGE, OVERWRITE = VariableUpdateMode.CONVERGE, VariableUpdateMode.OVERWRITE
HELD = VariableUpdateStrategy.ON_STEMCELL_CHANGE


def definition(
    name: str,
    kind: str = "password",
    *,
    mode: VariableUpdateMode | None = None,
    strategy: VariableUpdateStrategy = VariableUpdateStrategy.ON_DEPLOY,
    **options: JsonValue,
) -> VariableDefinition:
    return VariableDefinition(
        name=name,
        variable_type=kind,
        options=options,
        update_mode=mode,
        update_strategy=strategy,
    )


def version(name: str, number: int = 1, **options: JsonValue) -> VariableRecord:
    return replace(variable(SPACE.whole(name), number), options=options)


def chosen(*definitions: VariableDefinition, **inputs: object) -> Mapping[str, Choice]:
    """Return the choices by short name."""
    given: dict[str, object] = {"used": (), "versions": (), **inputs}
    whole = ChoiceInputs(namespace=SPACE, definitions=definitions, **given)  # type: ignore[arg-type] # a test's own
    return {SPACE.short(choice.whole): choice for choice in choose(whole)}


def test_names_without_a_slash_belong_to_the_deployment() -> None:
    assert SPACE.whole("pw") == "/paasta/cf/pw"
    assert SPACE.whole("/shared/ca") == "/shared/ca"
    assert [SPACE.short(name) for name in ("/paasta/cf/pw", "/paasta/cf2/pw")] == [
        "pw",
        "/paasta/cf2/pw",
    ]


def test_a_value_that_is_missing_is_made_and_one_that_exists_is_kept() -> None:
    found = chosen(definition("new"), definition("old", length=99), versions=[version("old")])

    assert (found["new"].need, found["new"].reason) == (Need.MAKE, "it has no value yet")
    assert (found["old"].need, found["old"].version) == (Need.NOTHING, version("old"))


def test_the_newest_version_counts_but_not_one_that_waits() -> None:
    waiting = replace(version("pw", 3), waiting=True)
    found = chosen(definition("pw"), versions=[version("pw", 1), version("pw", 2), waiting])

    assert found["pw"].version == version("pw", 2)


def test_overwrite_makes_a_value_at_each_deploy_and_once_in_a_task() -> None:
    wanted = definition("pw", mode=OVERWRITE)
    mine = replace(version("pw", 2), created_by=TaskId(7))

    assert chosen(wanted, versions=[version("pw")])["pw"].need is Need.REMAKE
    again = chosen(wanted, versions=[version("pw"), mine], task_id=TaskId(7))
    assert (again["pw"].need, again["pw"].version) == (Need.NOTHING, mine)
    assert chosen(wanted, versions=[mine], task_id=TaskId(8))["pw"].need is Need.REMAKE


@pytest.mark.parametrize("by_feature", [True, False])
def test_converge_makes_a_value_anew_when_its_options_or_type_changed(by_feature: bool) -> None:
    mode = None if by_feature else CONVERGE

    def look(wanted: VariableDefinition, *versions: VariableRecord) -> Choice:
        return chosen(wanted, versions=versions, converge=by_feature)["pw"]

    assert look(definition("pw", mode=mode, length=20), version("pw", length=20)).reason == ""
    longer = look(definition("pw", mode=mode, length=30), version("pw", length=20))
    assert longer.reason == "its options changed: length"
    other = look(definition("pw", "ssh", mode=mode), version("pw"))
    assert other.reason == "it was of type password"


def test_a_certificate_that_converges_follows_its_authority() -> None:
    authority = definition("ca", "certificate", mode=CONVERGE, is_ca=True)
    leaf = definition("tls", "certificate", mode=CONVERGE, ca="ca")
    stubborn = replace(leaf, name="old", update_mode=None)
    certificate = {"variable_type": "certificate"}
    signed = {"signed_by": VariableId("/paasta/cf/ca 1"), **certificate}
    versions = [
        replace(version("ca", is_ca=True), **certificate),  # type: ignore[arg-type] # a text
        replace(version("tls", ca="ca"), **signed),  # type: ignore[arg-type] # texts
        replace(version("old", ca="ca"), **signed),  # type: ignore[arg-type] # texts
    ]
    kept = chosen(leaf, stubborn, authority, versions=versions)
    assert {choice.need for choice in kept.values()} == {Need.NOTHING}

    longer = replace(authority, options={"is_ca": True, "duration": 999})
    found = chosen(leaf, stubborn, longer, versions=versions)
    assert found["tls"].reason == "its authority ca is made anew"
    assert found["old"].need is Need.NOTHING

    newer = replace(versions[0], variable_id=VariableId("another"), number=2)
    late = chosen(leaf, authority, versions=[*versions, newer])
    assert late["tls"].reason == "its authority ca was made anew"


def test_authorities_in_a_ring_end_the_look_and_not_the_director() -> None:
    ring = [
        definition("a", "certificate", mode=CONVERGE, ca="b"),
        definition("b", "certificate", mode=CONVERGE, ca="a"),
    ]
    versions = [replace(version(n, ca=c), variable_type="certificate") for n, c in ("ab", "ba")]

    assert set(chosen(*ring, versions=versions)) == {"a", "b"}


def test_a_held_variable_gets_its_new_value_when_a_stemcell_changes() -> None:
    held = definition("pw", strategy=HELD)
    old, new = version("pw", 1), version("pw", 2)
    inputs = {"versions": [old, new], "pinned": {old.name: old.variable_id}}

    assert chosen(held, **inputs)["pw"].version == old
    assert chosen(held, **inputs, stemcell_changes=True)["pw"].version == new
    assert chosen(held, **inputs, latest=True)["pw"].version == new
    assert chosen(definition("pw"), **inputs)["pw"].version == new


def test_nothing_is_made_anew_of_what_a_rotation_holds() -> None:
    wanted = definition("pw", mode=OVERWRITE)
    found = chosen(wanted, versions=[version("pw")], rotating=[SPACE.whole("pw")])

    assert found["pw"].need is Need.NOTHING


def test_other_names_from_links_make_a_converging_certificate_anew() -> None:
    wanted = definition("tls", "certificate", mode=CONVERGE)
    has = replace(version("tls"), variable_type="certificate", alternative_names=("a",))

    def look(*names: str) -> str:
        links = {"tls": names}
        return chosen(wanted, versions=[has], link_names=links)["tls"].reason

    assert look("a") == ""
    assert look("a", "b") == "its links give other names"


def test_used_names_are_found_wherever_they_were_made_and_unknown_ones_left_out() -> None:
    shared = variable("/shared/ca", 1)
    found = chosen(used=["/shared/ca", "gone", "unknown"], versions=[shared, version("gone")])

    assert {name: choice.definition for name, choice in found.items()} == {
        "/shared/ca": None,
        "gone": None,
    }


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=4))
def test_equal_sets_have_one_id(versions: dict[str, str]) -> None:
    ids = {name: VariableId(value) for name, value in versions.items()}
    turned = dict(reversed(ids.items()))

    assert set_id_of(ids) == set_id_of(turned)
    assert bool(set_id_of(ids)) == bool(ids)


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_what_exists_is_never_touched_without_a_mode(defined: set[str], known: set[str]) -> None:
    definitions = [definition(name, length=1) for name in sorted(defined)]
    found = chosen(*definitions, versions=[version(name) for name in sorted(known)])

    made = {name for name, choice in found.items() if choice.need is not Need.NOTHING}
    assert made == defined - known
