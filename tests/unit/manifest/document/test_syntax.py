"""What is no YAML gets one diagnostic, and it says what to change."""

import pytest

from paasta_deploy.manifest import read_document
from tests.unit.manifest.texts import pointed_at


@pytest.mark.parametrize(
    ("text", "code", "summary", "place"),
    [
        ("a:\n\tb: 1\n", "PD0005", "a tab is used", "\t"),
        ("a:\n- b: 1\n\t\tc: 2\n", "PD0005", "a tab is used", "\t\t"),
        ("a: b\n\tc: d\n", "PD0005", "a tab is used", "\t"),
        ("a:\n  -\tb: c\n \td: e\n", "PD0005", "a tab is used", "\t"),
        ("a: |\n  x\n \ty\n", "PD0005", "a tab is used", "\t"),
        ("a: b: c\n", "PD0006", "a second `:`", ":"),
        ("- a: b: c\n", "PD0006", "a second `:`", ":"),
        ("a: 1\n  b: 2\n", "PD0006", "a key stands where none can be", ":"),
        ("foo\nbar: 1\n", "PD0006", "a key stands where none can be", ":"),
        ("a:\n  b: 1\n c: 2\n", "PD0006", "the indentation does not fit", "c: 2"),
        ("a: 1\n- b\n", "PD0006", "the indentation does not fit", "- b"),
        ("- a\nb: 1\n", "PD0006", "the indentation does not fit", "b"),
        ("a: 'it's'\n", "PD0006", "the indentation does not fit", "s'"),
        ('a: "x\nb: 1\n', "PD0006", "a quote is never closed", '"'),
        ("a: [1, 2\nb: 3\n", "PD0006", "a closing bracket is missing", ":"),
        ("a: @x\n", "PD0006", "a value cannot begin with `@`", "@"),
        ('a: "\\q"\n', "PD0006", "an unknown escape", "\\"),
        ("a: }\n", "PD0006", "this is not YAML", "}"),
        ("a: 1\nb\n", "PD0006", "a `:` is missing", "b"),
        ("a: {{ x }} y\n", "PD0006", "Jinja or Helm", "{{"),
        ("<% if x %>\na: 1\n", "PD0006", "ERB", "<%"),
        ("#!/bin/sh\nset -e\nx: y: z\n", "PD0006", "a script", "#!/bin/sh"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n", "PD0006", "unfinished merge", "<<<<<<< HEAD"),
    ],
)  # fmt: skip
def test_the_slip_is_named_and_pointed_at(text: str, code: str, summary: str, place: str) -> None:
    (diagnostic,) = read_document("x.yml", text).diagnostics

    assert diagnostic.code == code
    assert summary in diagnostic.summary
    assert pointed_at(text, diagnostic) == place


def test_a_second_colon_shows_the_value_in_quotes() -> None:
    (diagnostic,) = read_document("x.yml", "url: http: //x\n").diagnostics

    assert diagnostic.hint == 'write the value in quotes: "http: //x"'


def test_the_line_that_began_the_mapping_is_shown() -> None:
    (diagnostic,) = read_document("x.yml", "top: 1\na:\n  b: 1\n c: 2\n").diagnostics

    assert [label.span.line for label in diagnostic.related] == [1]


def test_the_line_above_a_stray_key_is_shown_without_blank_lines() -> None:
    (diagnostic,) = read_document("x.yml", "a: text\n\n\n  b: 2\n").diagnostics

    assert [label.span.line for label in diagnostic.related] == [1]


def test_a_quoted_template_mark_is_no_template() -> None:
    (diagnostic,) = read_document("x.yml", 'a: "{{ x }}": 5\n').diagnostics

    assert "second `:`" in diagnostic.summary


def test_a_complaint_about_the_first_line_has_nothing_above_it() -> None:
    (diagnostic,) = read_document("x.yml", "- b: 1\n  - c\n").diagnostics
    assert diagnostic.related

    (diagnostic,) = read_document("x.yml", "a: - b\n").diagnostics
    assert diagnostic.related == ()
