"""Emission. Property: what is written reads back as the same value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.manifest import emit, emit_part, from_value, read_document, to_value
from paasta_deploy.manifest.document.node import equal
from paasta_deploy.manifest.patching.operations import as_cloned
from paasta_deploy.model.values import JsonValue
from tests.unit.manifest.texts import node

_AWKWARD = [
    "y", "<<", "=", "1e3", "08", "12:30", "2001-01-01", "a: b", "- x", "", "~", "null", " a\n b",
    "a\n", "a\n\n", "\na", "a \nb", "# x", "a #b", "|", "é\n한", "x" * 100 + " " + "y" * 100,
    "\x85",
    "a\x85\nb", "---", "--- a\n", "...", "%a", "\t", "a\tb", "'", '"', "a\u2028b", "\ufeff", "@a",
    "`", "0x1f", "1_000", "!x", "&a", "*a", "?", "? a", ": a", "[a", "{a", "x\n---\ny",
    "end  ", "\0", "-0...", "...", ".2_2", "0b+1",
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(_AWKWARD)
scalars = (
    texts
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False)
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(documents)
def test_what_is_written_reads_back_as_the_same_value(value: JsonValue) -> None:
    written = from_value(value, "x.yml")
    read = read_document("y.yml", emit(written))

    assert read.node is not None, read.diagnostics
    # A fraction of zero goes: 1.0 is written as 1, which is an integer to the next reader.
    assert equal(read.node, as_cloned(written))


def test_the_layout_is_that_of_the_cli() -> None:
    text = "b: [x, {z: 1, a: [2]}]\na: ''\nc: |\n  two\n  lines\nd: {}\ne: []\nf: 'yes'\n"

    assert emit(node(text)) == (
        'a: ""\nb:\n- x\n- a:\n  - 2\n  z: 1\nc: |\n  two\n  lines\nd: {}\ne: []\nf: "yes"\n'
    )


def test_numbers_and_words_are_rewritten() -> None:
    assert emit(node("[1e3, 1.0, 0o10, y, ~, 1.5, 18446744073709551616]")) == (
        "- 1000\n- 1\n- 8\n- true\n- null\n- 1.5\n- 1.8446744073709552e+19\n"
    )


def test_anchors_and_merges_are_written_out() -> None:
    assert emit(node("a: &a {x: 1}\nb: {<<: *a, z: 2}\nc: *a\n")) == (
        "a:\n  x: 1\nb:\n  x: 1\n  z: 2\nc:\n  x: 1\n"
    )


def test_keys_that_are_no_texts_stay_what_they_are() -> None:
    tree = node("{1: a, y: b, ~: c}")

    assert equal(node(emit(tree)), tree)


@pytest.mark.parametrize("text", ["-0...", "a...", "a ..."])
def test_points_at_the_end_of_the_last_text_stay(text: str) -> None:
    assert emit(node(f"- {text}")) == f"- {text}\n"
    assert emit(node(text)) == f"{text}\n"


def test_a_selected_text_is_printed_bare() -> None:
    assert emit_part(node("'yes'")) == "yes\n"
    assert emit_part(node('"two\\nlines"')) == "two\nlines\n"


def test_other_selected_parts_are_printed_as_yaml() -> None:
    assert [emit_part(node(text)) for text in ("5", "[a]", "y")] == ["5\n", "- a\n", "true\n"]


def test_a_key_that_looks_like_a_merge_is_quoted_and_a_value_is_not() -> None:
    assert emit(node("{'<<': [<<]}")) == '"<<":\n- <<\n'


def test_no_end_mark_is_written() -> None:
    assert emit(node('k: "a\\n\\n"')) == "k: |+\n  a\n\n"


def test_a_long_line_is_folded_like_the_cli_does() -> None:
    text = " ".join(["word"] * 40)
    written = emit(from_value(text, "x.yml"))

    assert max(map(len, written.splitlines())) <= 84
    assert to_value(node(written)) == text
