"""Binding of properties. Property: templates see no more than what is declared, and all of it."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.model.job_properties import bind_properties, look_up_property
from paasta_deploy.model.release import PropertyDeclaration
from paasta_deploy.model.values import JsonValue

names = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    ),
    max_leaves=4,
)
givens = st.dictionaries(st.sampled_from("abc"), json_values, max_size=3)
declarations = st.lists(names, unique=True).map(
    lambda texts: [PropertyDeclaration(name=text, default=f"default of {text}") for text in texts]
)


@given(declarations, givens)
def test_binding_never_changes_what_was_given(
    declared: list[PropertyDeclaration], values: dict[str, JsonValue]
) -> None:
    before = copy.deepcopy(values)
    bind_properties(declared, values)
    assert values == before


@given(declarations, givens)
def test_every_declared_property_is_bound_or_reported(
    declared: list[PropertyDeclaration], values: dict[str, JsonValue]
) -> None:
    bound = bind_properties(declared, values)
    for declaration in declared:
        reported = any(f"'{declaration.name}'" in problem for problem in bound.problems)
        assert reported or look_up_property(bound.values, declaration.name) is not None


@given(givens)
def test_nothing_undeclared_gets_through(values: dict[str, JsonValue]) -> None:
    assert bind_properties([], values).values == {}


def test_a_value_wins_over_the_default_and_false_is_a_value() -> None:
    declared = [
        PropertyDeclaration(name="a.on", default=True),
        PropertyDeclaration(name="a.port", default=1),
    ]
    bound = bind_properties(declared, {"a": {"on": False, "port": None, "secret": "x"}})
    assert bound.values == {"a": {"on": False, "port": 1}}


@pytest.mark.parametrize(
    ("value", "ruby"),
    [("x", "String"), (1, "Integer"), (1.5, "Float"), ([1], "Array"), (True, "TrueClass"),
     (False, "FalseClass")],
)  # fmt: skip
def test_a_path_through_a_scalar_is_reported(value: JsonValue, ruby: str) -> None:
    bound = bind_properties([PropertyDeclaration(name="a.b")], {"a": value})
    assert bound.problems == (f"Property 'a.b' expects a hash, but received '{ruby}'",)
