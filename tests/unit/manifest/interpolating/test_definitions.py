"""The ``variables:`` section as interpolation sees it."""

import pytest

from paasta_deploy.manifest import to_value
from paasta_deploy.manifest.interpolating.definitions import (
    definitions_in,
    recursions_in,
    without_definitions,
)
from tests.unit.manifest.texts import node


def test_definitions_are_listed_in_order() -> None:
    tree = node(
        "variables: [{name: a, type: ca, options: {x: 1}}, {name: b}, 5, {type: x}, {name: 7}]"
    )

    assert [(d.name, d.variable_type, d.options is None) for d in definitions_in(tree)] == [
        ("a", "ca", False),
        ("b", "", True),
    ]


@pytest.mark.parametrize("text", ["[1]", "{a: 1}", "{variables: 5}"])
def test_a_document_without_the_section_has_none(text: str) -> None:
    tree = node(text)

    assert definitions_in(tree) == ()
    assert without_definitions(tree, frozenset({"a"})) is tree


def test_named_definitions_are_taken_out() -> None:
    tree = node("{x: 1, variables: [{name: a}, {name: b}, {type: t}, z]}")

    assert to_value(without_definitions(tree, frozenset({"a"}))) == {
        "x": 1,
        "variables": [{"name": "b"}, {"type": "t"}, "z"],
    }
    assert without_definitions(tree, frozenset()) is tree


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("[{name: a, options: {x: ((a))}}]", ["((a)) -> ((a))"]),
        (
            "[{name: a, options: ((b))}, {name: b, options: ((c.x))}, {name: c, options: ((a))}]",
            ["((a)) -> ((b)) -> ((c)) -> ((a))"],
        ),
        ("[{name: a, options: ((b))}, {name: b, options: ((z))}, {name: c, options: ((b))}]", []),
        ("[{name: z, options: ((a))}, {name: a, options: ((a))}]", ["((a)) -> ((a))"]),
    ],
)
def test_a_definition_that_leads_back_to_itself_is_told(text: str, paths: list[str]) -> None:
    definitions = definitions_in(node("variables: " + text))

    assert [item.detail for item in recursions_in(definitions)] == paths


def test_a_long_chain_is_walked_without_recursion() -> None:
    items = ", ".join(f"{{name: v{n}, options: ((v{n + 1}))}}" for n in range(3000))

    assert recursions_in(definitions_in(node(f"variables: [{items}]"))) == ()
