"""Properties: whatever PyYAML, Ruby-like or JSON dumpers write is read as PyYAML reads it.

PyYAML's `BaseLoader` leaves scalars as texts, just as our reader does, so both can be compared.
"""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.agent.plain_yaml import YamlError, read_yaml
from paasta_deploy.agent.yaml_nodes import YamlMapping, YamlNode, YamlScalar, YamlSequence

# Without the Unicode line breaks that YAML 1.1 (PyYAML) takes for such and YAML 1.2 does not.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029\r\ufeff\x00"),
    max_size=30,
) | st.sampled_from(
    [
        "",
        "~",
        "null",
        "a: b",
        "- a",
        "# no comment",
        "a #b",
        "it's",
        '"',
        "a\nb\n\nc",
        " leading",
        "trailing ",
        "\n",
        "\n\na\n",
        "a\n  b\nc",
        "x" * 120,
        "word " * 40,
        "{{name}}",
        "%d",
        "@",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "?",
        "? a",
        ":",
        "-",
        "---",
        "...",
        "a:b",
        "http://x:80/?a=b#c",
        "[]",
        "{}",
        "a,b",
        "-Xmx1g",
        "--config=/var/vcap/jobs/x/config/x.yml",
    ]
)
# PyYAML writes an empty key as a complex one.
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)
TREES: st.SearchStrategy[object] = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)


def plain(node: YamlNode) -> object:
    match node:
        case YamlScalar():
            return node.text
        case YamlSequence():
            return [plain(item) for item in node.items]
        case YamlMapping():
            return {key: plain(item) for key, item in node.entries.items()}


def same_as_pyyaml(text: str) -> None:
    assert plain(read_yaml(text)) == yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts


@given(
    tree=TREES,
    options=st.fixed_dictionaries(
        {
            "default_flow_style": st.sampled_from([None, True, False]),
            "default_style": st.sampled_from([None, '"', "'", "|", ">"]),
            "indent": st.integers(2, 6),
            "width": st.sampled_from([10, 40, 80, 10_000]),
            "explicit_start": st.booleans(),
            "allow_unicode": st.booleans(),
        }
    ),
)
def test_what_pyyaml_dumps_is_read(tree: object, options: dict[str, Any]) -> None:
    same_as_pyyaml(yaml.dump(tree, **options))


@given(tree=TREES, indent=st.none() | st.integers(0, 4))
def test_json_is_yaml(tree: object, indent: int | None) -> None:
    assert plain(read_yaml(json.dumps(tree, indent=indent))) == tree


@given(st.text(st.sampled_from(list("ab:-#?|>&*!%{}[],\"'\\ \n\t.1~")), max_size=40))
def test_no_text_crashes_the_reader(text: str) -> None:
    try:
        read_yaml(text)
    except YamlError as error:
        assert "(line " in str(error)  # noqa: PT017 - most texts are fine


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "---\n",
        "--- a\n...\n",
        "a: b",
        "a:\n- b\n- c\nd: e\n",
        "a:\n  - b\n  -\n  - c: d\n    e: f\n",
        "- - a\n  - b\n- c\n",
        "-\n  a: 1\n-   b: 2\n    c: 3\n",
        "a: # comment\n  b: c # comment\n# comment\nd: 'x # y'\n",
        "a: one\n  two\n\n  three\nb: c\n",
        "a: |\n  one\n   two\n\n  three\n\nb: c\n",
        "a: >-\n  one\n  two\n\n  three\n   four\n  five\n",
        "a: |+\n  one\n\n\nb: c\n",
        "a: |2\n    two more\n  flush\n",
        "- |\n one\n- >\n two\n",
        'a: "one \\\n  two\\tthree\\x41\\u00e9"\n',
        "a: 'it''s\n  folded'\n",
        "a: [b, 'c', \"d\", {e: f, g}, [h]]\nb: {}\nc: []\n",
        "a: {b: c,\n  d: [e,\n    f]}\n",
        '{"a":1,"b":[true,null],"c":{"d":"e"}}',
        "a: &x\n  b: c\nd: *x\n",
        "a: &x [1, 2]\nb: *x\n",
        "a: &x\n- b\n",
        "- &x\n- b\n",
        "? \n",
        "a b: c d\n",
        "\"a\": b\n'c': d\n",
        "a:b: c\n",
        "url: http://x:80/a#b\n",
        "a: -1\nb: --flag\nc: :x\nd: ?x\n",
        "a:\n\n\n  b\n",
        "a:\r\n  b: c\r\n",
        "  a: b\n  c: d\n",
    ],
)
def test_what_people_write_is_read_as_pyyaml_reads_it(text: str) -> None:
    if text == "? \n":
        with pytest.raises(YamlError, match="complex keys"):
            read_yaml(text)
        return
    node = plain(read_yaml(text))
    assert node == (yaml.load(text, Loader=yaml.BaseLoader) or "")  # noqa: S506 - texts


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a:\n\tc: d\n", "tab", 2),
        ("a: b: c\n", "':' may not stand here", 1),
        ("a: 1\na: 2\n", "twice", 2),
        ("{a: 1, a: 2}", "twice", 1),
        ("a: 'b\n", "never closed", 1),
        ("a: [b\n", "expected", 2),
        ("a: {b: c: d}\n", "':' may not stand here", 1),
        ("a: *b\n", "nothing above is named", 1),
        ("a: !ruby/object x\n", "tags", 1),
        ("a: @b\n", "'@'", 1),
        ("a:\n  b: c\n d: e\n", "indented", 3),
        ("a: b\n   c: d\n", "may not hold a key", 2),
        ("- a\nb: c\n", "does not belong", 2),
        ("a: |x\n", "digit or a comment", 1),
        ("x: {<<: y}\n<<: z\n", "merge keys", 2),
        ('a: "\\q"\n', "no escape", 1),
        ("a: - b\n", "its key's line", 1),
        ("[" * 100, "levels of nesting", 1),
        ("[a: b]", "braces", 1),
        ("{[a]: b}", "single word", 1),
        ("[|]", "block text", 1),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(YamlError, match=rf"{message}.*\(line {line}, column"):
        read_yaml(text)


def test_nulls_are_told_from_the_text_null() -> None:
    node = read_yaml("[null, ~, 'null', nil]")
    assert isinstance(node, YamlSequence)
    assert [isinstance(item, YamlScalar) and item.is_null for item in node.items] == [
        True,
        True,
        False,
        False,
    ]


def test_nodes_know_their_lines() -> None:
    node = read_yaml("# first\na:\n  - b\n  - c\n")
    assert isinstance(node, YamlMapping)
    sequence = node.entries["a"]
    assert isinstance(sequence, YamlSequence)
    assert [item.line for item in sequence.items] == [2, 3]
