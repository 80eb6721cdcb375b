"""Interpolation, as the BOSH CLI does it (spec: bosh.md 3.4, 3.8).

Properties: a document without placeholders is returned as it is; values are put in once only.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.manifest import (
    InterpolationResult,
    Variables,
    VariableSources,
    collect_variables,
    from_value,
    interpolate,
    parse_deployment,
    to_value,
    with_origins,
)
from paasta_deploy.model.values import JsonValue
from tests.unit.manifest.texts import found, node


def variables(text: str) -> Variables:
    return collect_variables(VariableSources(vars_files=(("vars.yml", text),))).variables


def run(
    document: str, values: str = "{}", *, missing: bool = False, unused: bool = False
) -> InterpolationResult:
    return interpolate(
        node(document), variables(values), missing_is_error=missing, unused_is_error=unused
    )


def result(document: str, values: str) -> JsonValue:
    outcome = run(document, values)
    assert outcome.node is not None, outcome.diagnostics
    return to_value(outcome.node)


@pytest.mark.parametrize(
    ("document", "values", "expected"),
    [
        ("((a))", "a: 5", 5),
        ("((a))", "a: [1, {b: c}]", [1, {"b": "c"}]),
        ("(( a ))", "a: ~", None),
        ("((!a))", "a: 1.5", 1.5),
        ("{((kk)): 1}", "kk: name", {"name": 1}),
        ("{((kk)): 1}", "kk: 7", {"7": 1}),
        ("pre-((n))-((q.r))", "{n: 5, q: {r: zz}}", "pre-5-zz"),
        ("x((!n))((n))", "n: 1", "x11"),
        ("((p", "p: 1", "((p"),
        ("((unknown))", "a: 1", "((unknown))"),
        ("x((unknown))y((a))", "a: 1", "x((unknown))y1"),
        ("((b.c.d))", "b: {c: {d: deep}}", "deep"),
        ("((l.1))", "l: [x, {k: 2}]", {"k": 2}),
        ("((l.-1.k))", "l: [x, {k: 2}]", 2),
        ("((m.0))", "m: {'0': zero}", "zero"),
        ("((/abs/a))", "/abs/a: 1", 1),
        ("((a))", "a: '((b))'", "((b))"),
        ("((a))((b))", "{a: '', b: [1]}", [1]),
        ("((a))-((b))", "{a: '((b))', b: x}", "x-x"),
        ("[((a)), x, ((a))]", "a: y", [True, "x", True]),
    ],
)
def test_a_placeholder_becomes_its_value(document: str, values: str, expected: object) -> None:
    assert result(f"v: {document}", values) == {"v": expected}


@pytest.mark.parametrize("value", ["1.5", "y", "[1]", "{a: 1}", "~"])
def test_only_texts_and_integers_stand_inside_a_text(value: str) -> None:
    outcome = run("v: pre((a))", f"a: {value}")

    assert outcome.node is None
    assert found("v: pre((a))", outcome.diagnostics) == [("PD0304", "pre((a))")]
    assert value not in outcome.diagnostics[0].summary


def test_a_key_must_become_a_scalar() -> None:
    assert [d.code for d in run("{((a)): 1}", "a: [1]").diagnostics] == ["PD0304"]


@pytest.mark.parametrize(
    ("document", "values", "gist"),
    [
        ("v: ((b.c.d))", "b: {c: 1}", "Expected to find a map at path '/c/d' but found 'int'"),
        ("v: ((b.x))", "b: {c: 1}", "Expected to find a map key 'x' for path '/x'"),
        ("v: ((b.-))", "b: [1]", "Expected not to find after last index token"),
        ("v: ((l.5))", "l: [1]", "Expected to find a map at path '/5'"),
    ],
)
def test_a_part_that_is_not_there_is_an_error(document: str, values: str, gist: str) -> None:
    (diagnostic,) = run(document, values).diagnostics

    assert diagnostic.code == "PD0303"
    assert gist in diagnostic.detail


def test_a_misspelt_part_is_guessed() -> None:
    (diagnostic,) = run("v: ((tls.certifcate))", "tls: {certificate: x, ca: y}").diagnostics

    assert diagnostic.hint == "did you mean `certificate`?"


def test_spaces_inside_a_longer_text_are_warned_of_and_left() -> None:
    outcome = run("v: x(( a ))", "a: 1")

    assert outcome.node is not None
    assert to_value(outcome.node) == {"v": "x(( a ))"}
    assert [d.code for d in outcome.diagnostics] == ["PD0310"]


def test_keys_that_become_equal_are_warned_of() -> None:
    outcome = run("{((a)): 1, x: 2}", "a: x")

    assert outcome.node is not None
    assert to_value(outcome.node) == {"x": 2}
    assert [d.code for d in outcome.diagnostics] == ["PD0308"]


def test_known_definitions_are_taken_out() -> None:
    document = "{variables: [{name: a, type: password}, {name: b, type: password}, {name: c}]}"

    assert result(document, "{a: 1, c: 2}") == {"variables": [{"name": "b", "type": "password"}]}


def test_a_known_definition_whose_options_have_no_value_is_left_as_it_is() -> None:
    document = "{variables: [{name: a, options: {x: ((b))}}], k: ((a)), l: ((c))}"
    outcome = run(document, "{a: 1, c: 2}")

    assert result(document, "{a: 1, c: 2}") == {
        "variables": [{"name": "a", "options": {"x": "((b))"}}], "k": "((a))", "l": 2,
    }  # fmt: skip
    assert outcome.missing == ("b",)
    assert outcome.unused == ()


def test_a_known_variable_whose_definition_has_a_number_as_name_is_an_error() -> None:
    outcome = run("variables: [{name: 5}, {name: 6}]", "5: 1")

    assert [d.summary for d in outcome.diagnostics] == [
        "the variable `5` has a value, but its name is an integer"
    ]


def test_a_known_variable_that_is_defined_twice_is_an_error() -> None:
    outcome = run("variables: [{name: a}, {name: b}, {name: a}, {name: b}]", "a: 1")

    assert [d.code for d in outcome.diagnostics] == ["PD0134"]


def test_a_definition_by_itself_is_an_error() -> None:
    outcome = run("variables: [{name: a, type: t, options: {x: ((a))}}]")

    assert [d.code for d in outcome.diagnostics] == ["PD0307"]


def test_missing_variables_are_listed_and_only_an_error_when_asked() -> None:
    document = "[((b)), ((a)), ((b.x)), {variables: 1}]"

    assert run(document).missing == ("b", "a")
    assert run(document).diagnostics == ()
    problems = run(document, "{ab: 1}", missing=True).diagnostics
    assert found(document, problems) == [("PD0301", "((b))"), ("PD0301", "((a))")]
    assert "used 2 times" in problems[0].detail
    assert "did you mean `ab`?" in problems[1].hint


def test_a_definition_without_a_value_is_missing() -> None:
    assert run("variables: [{name: a, type: password}]").missing == ("a",)


def test_unused_variables_are_listed_and_only_an_error_when_asked() -> None:
    document, values = "{v: ((a.b)), variables: [{name: d}]}", "{a: {b: 1}, c: 2, d: 3}"

    assert run(document, values).unused == ("c",)
    assert run(document, values).diagnostics == ()
    assert found(values, run(document, values, unused=True).diagnostics) == [("PD0302", "2")]


def test_both_lists_are_printed_together() -> None:
    problems = run("((abc))", "abd: 1", missing=True, unused=True).diagnostics

    assert [(d.code, d.hint.split("\n")[0]) for d in problems] == [
        ("PD0301", "did you mean `abd`?"),
        ("PD0302", "did you mean `abc`?"),
    ]


def test_a_value_keeps_the_place_of_its_placeholder() -> None:
    outcome = run("a:\n- ((x))\n", "{x: {deep: 1}}")
    assert outcome.node is not None
    (span,) = outcome.origins

    assert str(span) == "x.yml:2:3"
    assert (outcome.origins[span].variable, str(outcome.origins[span].span)) == (
        "x",
        "vars.yml:1:5",
    )


def test_a_mistake_in_a_value_says_where_the_value_was_given() -> None:
    outcome = run("name: ((n))\n", "n: [1]")
    assert outcome.node is not None
    problems = with_origins(parse_deployment(outcome.node).diagnostics, outcome.origins)

    wrong = next(d for d in problems if d.code == "PD0101")
    assert str(wrong.span) == "x.yml:1:7"
    assert [(str(x.span), x.text) for x in wrong.related] == [
        ("vars.yml:1:4", "the value of `n` was given here")
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a(b) "),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab"), inner),
)


@given(values)
def test_a_document_without_placeholders_is_returned_as_it_is(value: JsonValue) -> None:
    tree = from_value(value, "x.yml")

    assert interpolate(tree, Variables()).node is tree


@given(values)
def test_a_value_is_not_interpolated_again(value: JsonValue) -> None:
    given_values = Variables(given={"a": from_value(["((b))", value], "v"), "b": node("1")})
    outcome = interpolate(node("v: ((a))"), given_values)

    assert outcome.node is not None
    assert to_value(outcome.node) == {"v": ["((b))", value]}


def test_a_large_value_in_many_places_is_told_once() -> None:
    outcome = run("[" + "((big)), " * 1000 + "]", "big: " + "x" * 100_000)

    assert outcome.node is None
    assert [d.code for d in outcome.diagnostics] == ["PD0019"]


def test_a_value_that_names_itself_does_not_grow_without_end() -> None:
    outcome = run("x" + "((a))" * 60, "a: ((a))((a))")

    assert outcome.node is None
    assert [d.code for d in outcome.diagnostics] == ["PD0019"]


def test_a_placeholder_repeated_in_one_text_is_put_in_everywhere() -> None:
    assert result("k: " + "((a))-" * 20_000, "a: 1") == {"k": "1-" * 20_000}
