"""The ``variables:`` section as interpolation sees it."""

import pytest

from paasta_deploy.manifest import to_value
from paasta_deploy.manifest.interpolating.definitions import (
    WaitingDefinitions,
    definitions_in,
    misshapen,
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
        ("7", "", True),
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


@pytest.mark.parametrize(
    ("section", "summaries"),
    [
        ("~", []), ("[~, {name: ~}, {type: 1}, {options: 5, consumes: 5}]", []),
        ("5", ["`variables` must be a list, this is an integer"]),
        ("{a: 1}", ["`variables` must be a list, this is a mapping"]),
        ("((v))", ["`variables` must be a list, this is a text"]),
        ("[s, []]", ["a variable must be a mapping, this is a text",
                     "a variable must be a mapping, this is a list"]),
        ("[{name: {}, type: []}]", ["the `name` of a variable must be a text, this is a mapping",
                                    "the `type` of a variable must be a text, this is a list"]),
    ],
)  # fmt: skip
def test_what_the_cli_cannot_read_is_told(section: str, summaries: list[str]) -> None:
    found = misshapen(node("variables: " + section))

    assert [item.summary for item in found] == summaries


def test_a_section_that_waits_for_a_variable_is_told_why_it_cannot_be_read() -> None:
    (problem,) = misshapen(node("variables: ((v))"))

    assert "definitions are read before variables are put in" in problem.hint


def test_of_two_definitions_of_a_name_the_first_one_counts_for_recursion() -> None:
    second = "variables: [{name: a}, {name: a, options: ((a))}]"
    first = "variables: [{name: a, options: ((a))}, {name: a}]"

    assert recursions_in(definitions_in(node(second))) == ()
    assert len(recursions_in(definitions_in(node(first)))) == 1


@pytest.mark.parametrize(
    ("section", "waiting"),
    [
        ("[{name: a, options: {x: ((b))}}, {name: c}]", ["a"]),
        ("[{name: a, options: {x: ((v))}}, {name: b, options: [((v.part))]}]", []),
        ("[{name: a, options: ((v))}, {name: v, options: ((z))}, {name: b, options: ((a))}]",
         ["b", "v"]),
        ("[{name: a}, {name: a, options: ((z))}]", []),
        ("[{name: a, options: ((a))}, {name: b, options: ((c))}]", ["a", "b"]),
        ("[{name: v, options: ((v))}]", []),
    ],
)  # fmt: skip
def test_a_definition_whose_options_have_no_value_waits(section: str, waiting: list[str]) -> None:
    definitions = definitions_in(node("variables: " + section))
    answer = WaitingDefinitions(definitions, lambda name: name == "v")

    assert [name for name in "abcvz" if answer.is_waiting(name)] == waiting


def test_a_long_chain_of_waiting_definitions_is_walked_without_recursion() -> None:
    items = ", ".join(f"{{name: v{n}, options: ((v{n + 1}))}}" for n in range(3000))
    answer = WaitingDefinitions(definitions_in(node(f"variables: [{items}]")), lambda _: True)

    assert not answer.is_waiting("v0")
