"""Where values of variables come from, and which of them wins."""

import pytest

from paasta_deploy.manifest import (
    Variables,
    VariableSources,
    collect_variables,
    to_value,
    variables_from,
)


def collected(sources: VariableSources) -> dict[str, object]:
    result = collect_variables(sources)
    assert not result.diagnostics
    return values_of(result.variables)


def values_of(variables: Variables) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in variables.names():
        node = variables.get(name)
        assert node is not None
        found[name] = to_value(node)
    return found


def problems(sources: VariableSources) -> list[tuple[str, str]]:
    return [
        (d.code, d.span.file if d.span else "") for d in collect_variables(sources).diagnostics
    ]


def test_the_later_and_the_nearer_source_wins() -> None:
    sources = VariableSources(
        store=("store.yml", "{a: store, s: store}"),
        prefixes=("MY", "MORE"),
        environment={"MY_a": "env", "MY_b": "env", "MORE_b": "env2", "OTHER_c": "x"},
        vars_files=(("one.yml", "{b: one, c: one}"), ("two.yml", "{c: two, d: two}")),
        contents=(("d", "content\n"), ("e", b"bytes")),
        pairs=("e=first", "e=second", "f=1"),
    )

    assert collected(sources) == {
        "a": "env", "b": "one", "c": "two", "d": "content\n", "e": "second", "f": 1, "s": "store",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("x=5", 5), ('x="5"', "5"), ("x='5'", "5"), ("x=a=b", "a=b"), ("x={a: 1}", {"a": 1}),
        ("x=~", None), ("x=# note", None), ("x=two\nlines", "two\nlines"), ('x="', '"'),
        ("x=it's", "it's"), ("x=y", True),
    ],
)  # fmt: skip
def test_an_argument_is_yaml_but_a_text_stays_as_it_was_typed(pair: str, value: object) -> None:
    if pair == 'x="':
        assert problems(VariableSources(pairs=(pair,))) == [("PD0006", "--var x")]
    else:
        assert collected(VariableSources(pairs=(pair,))) == {"x": value}


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (VariableSources(pairs=("x",)), [("PD0305", "--var")]),
        (VariableSources(pairs=("=5",)), [("PD0305", "--var")]),
        (VariableSources(pairs=("x=",)), [("PD0305", "--var x")]),
        (VariableSources(pairs=("x=[",)), [("PD0006", "--var x")]),
        (VariableSources(contents=(("", "x"),)), [("PD0305", "--var-file")]),
        (VariableSources(contents=(("x", b"\xff"),)), [("PD0305", "--var-file x")]),
        (VariableSources(vars_files=(("v.yml", "[a]"),)), [("PD0306", "v.yml")]),
        (VariableSources(vars_files=(("v.yml", "a: ["),)), [("PD0006", "v.yml")]),
        (VariableSources(prefixes=("P",), environment={"P_a": "["}), [("PD0006", "$P_a")]),
        (VariableSources(pairs=("a=1", "a.b=2")), [("PD0309", "--var a.b")]),
        (VariableSources(pairs=("a={b: 1}", "a.b.c=2")), [("PD0309", "--var a.b.c")]),
    ],
)
def test_what_cannot_be_used_is_told_with_its_source(
    sources: VariableSources, expected: list[tuple[str, str]]
) -> None:
    assert problems(sources) == expected


def test_a_message_never_repeats_a_value() -> None:
    pairs = ("a=s3cret: [", "s3cret", "b=x: y: s3cret", "c=!!int s3cret", "d=@s3cret", "e='s3cret")
    sources = VariableSources(pairs=pairs, vars_files=(("v.yml", "a: s3cret: s3cret"),))
    result = collect_variables(sources)

    assert len(result.diagnostics) == len(pairs) + 1
    assert "s3cret" not in str(result.diagnostics)


@pytest.mark.parametrize("text", ["", "# none\n", "~"])
def test_an_empty_vars_file_has_no_variables(text: str) -> None:
    assert collected(VariableSources(vars_files=(("v.yml", text),))) == {}


def test_a_dotted_name_sets_a_part() -> None:
    sources = VariableSources(
        vars_files=(("v.yml", "tls: {ca: old, key: k}"),), pairs=("tls.ca=new", "a.b.c=1", "a.d=2")
    )

    assert collected(sources) == {"tls": {"ca": "new", "key": "k"}, "a": {"b": {"c": 1}, "d": 2}}


def test_names_of_a_vars_file_are_texts_as_written() -> None:
    assert collected(VariableSources(vars_files=(("v.yml", "{y: 1, 08: 2}"),))) == {
        "y": 1,
        "08": 2,
    }


def test_an_empty_environment_variable_is_null() -> None:
    assert collected(VariableSources(prefixes=("P",), environment={"P_a": ""})) == {"a": None}


def test_bare_values_can_be_given_by_code() -> None:
    assert values_of(variables_from({"a": "x", "b": 5, "c": True})) == {
        "a": "x",
        "b": 5,
        "c": True,
    }


def test_an_unknown_variable_has_no_value() -> None:
    assert Variables().get("x") is None
