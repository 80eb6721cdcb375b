"""How diagnostics look. Property: nothing of a text can move the cursor of a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.diagnostics import (
    Code,
    Diagnostic,
    Label,
    Span,
    error,
    render,
    render_all,
    warning,
)

CODE = Code("PD0142", 150001)
HEAD = "error[PD0142, BOSH 150001 JobUnknownNetwork]"
TEXT = "networks:\n- name: private\n\n\ngroups:\n- network: privat # note\n"


def span(line: int, start: int, end: int, file: str = "prod.yml", end_line: int = 0) -> Span:
    """Return a span; it ends in the same line unless another one is named."""
    return Span(file=file, line=line, column=start, end_line=end_line or line, end_column=end)


def test_the_line_is_shown_with_a_caret_under_the_place() -> None:
    diagnostic = error(
        CODE,
        'unknown network "privat"',
        span=span(6, 12, 18),
        detail="no network of that name",
        hint="did you mean `private`?",
    )

    assert render(diagnostic, {"prod.yml": TEXT}) == (
        'error[PD0142, BOSH 150001 JobUnknownNetwork]: unknown network "privat"\n'
        "  --> prod.yml:6:12\n"
        "   |\n"
        " 6 | - network: privat # note\n"
        "   |            ^^^^^^ no network of that name\n"
        "   = help: did you mean `private`?\n"
    )


def test_other_places_are_shown_in_order_with_a_gap() -> None:
    diagnostic = warning(
        CODE,
        "two",
        span=span(6, 12, 18),
        related=(
            Label(span=span(1, 1, 9), text="declared here"),
            Label(span=span(2, 3, 7), text=""),
            Label(span=span(3, 5, 9, "other.yml"), text="there"),
        ),
    )

    assert render(diagnostic, {"prod.yml": TEXT, "other.yml": "a\nb\nkey:   x\n"}) == (
        "warning[PD0142, BOSH 150001 JobUnknownNetwork]: two\n"
        "  --> prod.yml:6:12\n"
        "   |\n"
        " 1 | networks:\n"
        "   | -------- declared here\n"
        " 2 | - name: private\n"
        "   |   ----\n"
        "...\n"
        " 6 | - network: privat # note\n"
        "   |            ^^^^^^\n"
        "  ::: other.yml:3:5\n"
        "   |\n"
        " 3 | key:   x\n"
        "   |     ---- there\n"
    )


def test_two_marks_in_one_line_share_the_line() -> None:
    diagnostic = error(
        CODE, "s", span=span(2, 9, 16), related=(Label(span=span(2, 3, 7), text="key"),)
    )

    assert render(diagnostic, {"prod.yml": TEXT}).count("- name: private") == 1


def test_notes_and_hints_may_have_several_lines() -> None:
    diagnostic = error(CODE, "s", span=span(1, 1, 2), detail="a\nb\nc", hint="d\ne")

    assert render(diagnostic, {}).splitlines()[2:] == [
        "   | a",
        "   = b",
        "   = c",
        "   = help: d",
        "   =       e",
    ]


def test_a_file_that_was_not_handed_in_shows_no_line() -> None:
    diagnostic = error(CODE, "s", span=span(6, 1, 2, "secret.yml"), detail="here")

    assert render(diagnostic, {"prod.yml": TEXT}) == (
        f"{HEAD}: s\n  --> secret.yml:6:1\n   | here\n"
    )


def test_a_diagnostic_without_a_place_has_only_notes() -> None:
    assert render(error(CODE, "s", detail="d"), {}) == f"{HEAD}: s\n   = d\n"
    assert render(error(CODE, "s"), {}) == f"{HEAD}: s\n"


def test_wide_characters_take_two_columns() -> None:
    text = "이름: 값 x\u0301y # ((v))\n"
    rendered = render(error(CODE, "s", span=span(1, 9, 10), detail="d"), {"prod.yml": text})
    line, marks = rendered.splitlines()[3:5]

    assert line == " 1 | 이름: 값 x\u0301y # ((v))"
    # Two wide letters, colon, space, one wide letter, space, x with its accent: 4+1+1+2+1+1.
    assert marks == "   | " + " " * 10 + "^ d"


def test_tabs_are_shown_as_spaces() -> None:
    rendered = render(error(CODE, "s", span=span(1, 2, 3)), {"prod.yml": "\tx\n"})

    assert rendered.splitlines()[3:5] == [" 1 |     x", "   |     ^"]


def test_a_place_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    rendered = render(
        error(CODE, "s", span=span(1, 4, 2, end_line=2)), {"prod.yml": "a: |  \nb\n"}
    )

    assert rendered.splitlines()[4] == "   |    ^"


@pytest.mark.parametrize("column", [1, 500, 1000])
def test_a_long_line_is_cut_around_the_place(column: int) -> None:
    text = "".join(chr(97 + n % 26) for n in range(1000))
    rendered = render(error(CODE, "s", span=span(1, column, column + 1)), {"prod.yml": text})
    line, marks = rendered.splitlines()[3:5]

    assert len(line) < 130
    assert line[marks.index("^")] == text[column - 1]


def test_a_place_behind_the_end_is_no_trouble() -> None:
    rendered = render(error(CODE, "s", span=span(99, 50, 60), detail="d"), {"prod.yml": "a\n"})

    assert "^ d" in rendered


def test_every_line_break_of_yaml_counts() -> None:
    rendered = render(error(CODE, "s", span=span(3, 1, 2)), {"prod.yml": "a\r\nb\u2028c\n"})

    assert " 3 | c" in rendered


def test_colours_are_only_there_when_asked_for() -> None:
    diagnostic = error(CODE, "s", span=span(1, 1, 2), hint="h")
    plain = render(diagnostic, {"prod.yml": TEXT})
    coloured = render(diagnostic, {"prod.yml": TEXT}, colour=True)

    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    assert coloured.startswith("\x1b[1;31merror[PD0142, BOSH 150001 JobUnknownNetwork]\x1b[0m")


@given(st.text(), st.text(), st.text())
def test_nothing_of_a_text_moves_the_cursor(line: str, summary: str, hint: str) -> None:
    diagnostic = error(CODE, summary, span=span(1, 1, 5), detail=line, hint=hint)
    rendered = render(diagnostic, {"prod.yml": line})

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", rendered)


def many(count: int) -> list[Diagnostic]:
    """Return so many errors."""
    return [error(CODE, f"s{n}") for n in range(count)]


@pytest.mark.parametrize(
    ("diagnostics", "ending"),
    [
        ([], ""),
        (many(1), "1 error; `paasta-deploy explain PD0142` tells more"),
        ([*many(2), warning(Code("PD0007"), "w")],
         "2 errors and 1 warning; `paasta-deploy explain PD0007` tells more (or PD0142)"),
        ([warning(CODE, "w")], "1 warning; `paasta-deploy explain PD0142` tells more"),
        (many(150),
         "150 errors (the first 100 are shown); `paasta-deploy explain PD0142` tells more"),
    ],
)  # fmt: skip
def test_all_of_them_end_with_a_count(diagnostics: list[Diagnostic], ending: str) -> None:
    rendered = render_all(diagnostics, {})

    assert rendered.splitlines()[-1:] == ([ending] if ending else [])
    assert rendered.count("error[") <= 100


def test_a_code_that_bosh_does_not_have_stands_alone() -> None:
    assert render(error(Code("PD0103"), "s"), {}) == "error[PD0103]: s\n"
