"""Reading documents: positions, anchors, merge keys, duplicate keys, and limits."""

import pytest

from paasta_deploy.manifest import ReadResult, read_document, to_value
from paasta_deploy.manifest.document.node import MapNode
from tests.unit.manifest.texts import found, node, pointed_at, value


def errors(text: str) -> list[tuple[str, str]]:
    result = read_document("x.yml", text)
    assert not result.is_usable
    return found(text, result.diagnostics)


def test_a_document_becomes_its_value() -> None:
    text = "a: [1, 'y', y, {b: ~}]\nc: |\n  two\n  lines\nd: \"\\u00e9\"\n"

    assert value(text) == {"a": [1, "y", True, {"b": None}], "c": "two\nlines\n", "d": "é"}


def test_a_tab_before_a_comment_is_fine() -> None:
    assert value('k: "v"\t# note\n') == {"k": "v"}


def test_every_node_knows_its_place() -> None:
    tree = node("a:\n  - 'x y'\n")
    assert isinstance(tree, MapNode)
    key, items = tree.entries["a"]

    assert (key.span.line, key.span.column, key.span.end_column) == (1, 1, 2)
    assert (items.span.line, items.span.column) == (2, 3)
    assert str(items.items[0].span) == "x.yml:2:5"  # type: ignore[attr-defined] # it is a list


def test_the_last_of_two_equal_keys_wins_with_a_warning() -> None:
    text = "a: 1\nb: 2\na: 3\n"
    result = read_document("x.yml", text)

    assert result.is_usable
    assert result.node is not None
    assert to_value(result.node) == {"a": 3, "b": 2}
    (warning,) = result.diagnostics
    assert warning.code == "PD0007"
    assert warning.span is not None
    assert (warning.span.line, warning.related[0].span.line) == (3, 1)


def test_an_alias_is_the_value_of_its_anchor() -> None:
    assert value("a: &x [1]\nb: *x\nc: &y z\n*y : 1\n") == {"a": [1], "b": [1], "c": "z", "z": 1}


def test_an_anchor_may_be_given_anew() -> None:
    assert value("[&x 1, *x, &x 2, *x]") == [1, 1, 2, 2]


def test_merge_keys_are_merged_and_later_keys_win() -> None:
    text = "d: &d {a: 1, b: 1}\nx:\n  <<: *d\n  b: 2\n"

    assert value(text) == {"d": {"a": 1, "b": 1}, "x": {"a": 1, "b": 2}}
    assert not read_document("x.yml", text).diagnostics


def test_the_first_of_several_merged_mappings_wins() -> None:
    assert value("x: {<<: [{a: 1}, {a: 2, b: 2}]}") == {"x": {"a": 1, "b": 2}}


def test_a_merge_over_an_earlier_key_is_warned_of() -> None:
    text = "x:\n  a: 1\n  <<: {a: 2}\n"
    result = read_document("x.yml", text)

    assert value(text) == {"x": {"a": 2}}
    assert [item.code for item in result.diagnostics] == ["PD0014"]


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert value("x: {'<<': 1}") == {"x": {"<<": 1}}


def test_only_the_first_document_is_read() -> None:
    result = read_document("x.yml", "a: 1\n---\nb: 2\n")

    assert result.node is not None
    assert to_value(result.node) == {"a": 1}
    assert found("a: 1\n---\nb: 2\n", result.diagnostics) == [("PD0012", "---")]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n"])
def test_an_empty_file_is_an_error_where_a_document_is_needed(text: str) -> None:
    assert [item.code for item in read_document("x.yml", text).diagnostics] == ["PD0004"]
    assert read_document("x.yml", text, empty_is_error=False).diagnostics == ()


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: *nowhere", "PD0008", "*nowhere"),
        ("a: &x [*x]", "PD0009", "*x"),
        ("a: &x\n  <<: *x", "PD0009", "*x"),
        ("{<<: 5}", "PD0013", "5"),
        ("{<<: [{a: 1}, 5]}", "PD0013", "5"),
        ("[a]: 1", "PD0015", "["),
        ("{a: 1}: 1", "PD0015", "{"),
        ("? &x {a: 1}\n: 1", "PD0015", "&x {"),
        ("a: &x [1]\n*x : 1", "PD0015", "&x ["),
        ("a: !!int x", "PD0016", "!!int x"),
    ],
)
def test_what_cannot_be_a_value_is_told(text: str, code: str, place: str) -> None:
    assert errors(text) == [(code, place)]


@pytest.mark.parametrize("text", ["{{ name }}", "a: {{ name }}"])
def test_a_template_of_another_tool_is_recognised(text: str) -> None:
    (diagnostic,) = read_document("x.yml", text).diagnostics

    assert "template" in diagnostic.summary
    assert pointed_at(text, diagnostic) == "{{"


def test_deep_nesting_is_stopped() -> None:
    (diagnostic,) = read_document("x.yml", "[" * 100_000).diagnostics

    assert diagnostic.code == "PD0011"


def test_a_hundred_levels_are_read() -> None:
    assert read_document("x.yml", "[" * 100 + "]" * 100).is_usable


def test_a_bomb_of_aliases_is_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (diagnostic,) = read_document("x.yml", "\n".join(lines)).diagnostics

    assert diagnostic.code == "PD0010"


def test_a_bomb_of_merges_stays_small() -> None:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]

    result = read_document("x.yml", "\n".join(lines))

    assert [item.code for item in result.diagnostics] == ["PD0010"]


def test_a_line_of_a_megabyte_is_read() -> None:
    assert value("a: " + "x" * 1_000_000) == {"a": "x" * 1_000_000}


def test_a_file_that_is_too_large_is_not_parsed() -> None:
    result = read_document("x.yml", "[" * 2000, bytes_max=1000)

    assert [item.code for item in result.diagnostics] == ["PD0003"]


def test_warnings_before_an_error_are_kept() -> None:
    result = read_document("x.yml", "a: 1\na: 2\nb: *x\n")

    assert [item.code for item in result.diagnostics] == ["PD0007", "PD0008"]


def test_the_text_is_kept_for_rendering() -> None:
    result: ReadResult = read_document("x.yml", b"\xef\xbb\xbfa: 1\n")

    assert (result.name, result.text) == ("x.yml", "a: 1\n")
