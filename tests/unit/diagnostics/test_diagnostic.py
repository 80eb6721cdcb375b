"""Diagnostics as values. Properties: JSON is reversible; sorting keeps all and is by place."""

import json

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import (
    Code,
    Diagnostic,
    Label,
    Severity,
    Span,
    as_json,
    error,
    from_json,
    has_errors,
    in_file_order,
    warning,
)

CODE = Code("PD0142", 150001)
spans = st.builds(
    Span,
    file=st.sampled_from(["a.yml", "b.yml", "c.yml"]),
    line=st.integers(1, 5),
    column=st.integers(1, 5),
    end_line=st.integers(1, 5),
    end_column=st.integers(1, 5),
)
diagnostics = st.builds(
    Diagnostic,
    severity=st.sampled_from(Severity),
    code=st.text(max_size=3),
    summary=st.text(max_size=3),
    detail=st.text(max_size=3),
    hint=st.text(max_size=3),
    span=st.none() | spans,
    bosh_code=st.none() | st.integers(),
    related=st.lists(st.builds(Label, span=spans, text=st.text(max_size=3)), max_size=2).map(
        tuple
    ),
)


@given(diagnostics)
def test_a_diagnostic_comes_back_from_json(diagnostic: Diagnostic) -> None:
    assert from_json(json.loads(json.dumps(as_json(diagnostic)))) == diagnostic


@given(st.lists(diagnostics, max_size=6))
def test_sorting_keeps_everything_and_sorts_by_place(items: list[Diagnostic]) -> None:
    ordered = in_file_order(items, ["b.yml", "a.yml", "c.yml"])

    assert sorted(map(id, ordered)) == sorted(map(id, items))
    places = [
        (["b.yml", "a.yml", "c.yml"].index(item.span.file), item.span.line, item.span.column)
        for item in ordered
        if item.span is not None
    ]
    assert places == sorted(places)
    without = [item.span is None for item in ordered]
    assert without == sorted(without)


def test_a_file_that_is_not_listed_comes_behind_the_listed_ones() -> None:
    def at(file: str) -> Diagnostic:
        return error(CODE, file, span=Span(file=file, line=1, column=1, end_line=1, end_column=2))

    ordered = in_file_order([at("z"), at("y"), at("main")], ["main"])

    assert [item.summary for item in ordered] == ["main", "z", "y"]


def test_errors_stop_and_warnings_do_not() -> None:
    assert has_errors([warning(CODE, "w"), error(CODE, "e")])
    assert not has_errors([warning(CODE, "w")])


def test_both_names_of_a_code_are_kept() -> None:
    diagnostic = error(CODE, "summary", detail="detail", hint="hint")

    assert (diagnostic.code, diagnostic.bosh_code, diagnostic.is_error) == ("PD0142", 150001, True)
