"""Applying ops files: order, all-or-nothing, positions, and what is said about misfits."""

import pytest

from paasta_deploy.manifest import apply_ops, read_ops, select, to_value
from paasta_deploy.manifest.document.node import MapNode
from tests.unit.manifest.texts import found, node

DOCUMENT = """
name: prod
groups:
- name: web
  vm_type: small
- name: db
- id: 7
"""


def apply(*texts: str) -> object:
    result = apply_ops(node(DOCUMENT), [read_ops(f"{n}.yml", t) for n, t in enumerate(texts)])
    assert result.node is not None, result.diagnostics
    return to_value(result.node)


def problem(text: str) -> tuple[str, str, str, str]:
    result = apply_ops(node(DOCUMENT), [read_ops("ops.yml", text)])
    assert result.node is None
    ((code, place),) = found(text, result.diagnostics)
    return code, place, result.diagnostics[0].detail.split("\n")[0], result.diagnostics[0].hint


def test_files_are_applied_in_order() -> None:
    one = "- {type: replace, path: /name, value: a}"
    two = "- {type: test, path: /name, value: a}\n- {type: replace, path: /name, value: b}"

    assert apply(one, two)["name"] == "b"  # type: ignore[index] # a mapping


def test_a_value_that_was_put_points_at_the_ops_file() -> None:
    ops = read_ops("ops.yml", "- {type: replace, path: /groups/name=db/vm_type?, value: big}")
    result = apply_ops(node(DOCUMENT), [ops])

    db = select(result.node, "/groups/name=db").node if result.node else None
    assert isinstance(db, MapNode)
    key, put = db.entries["vm_type"]
    assert str(put.span) == "ops.yml:1:58"
    assert str(key.span) == "ops.yml:1:25"  # a new key stands where its path was written
    assert str(db.entries["name"][1].span) == "x.yml:6:9"


def test_a_failed_operation_leaves_no_document_and_all_failures_are_told() -> None:
    text = """
- {type: replace, path: /nam/x, value: 1}
- {type: replace, path: /nam/y, value: 1}
- {type: remove, path: /groups/name=bd}
"""
    result = apply_ops(node(DOCUMENT), [read_ops("ops.yml", text)])

    assert result.node is None
    assert found(text, result.diagnostics) == [("PD0206", "nam"), ("PD0208", "name=bd")]


def test_a_file_with_errors_in_its_form_is_not_applied() -> None:
    result = apply_ops(node(DOCUMENT), [read_ops("ops.yml", "- {type: remove}")])

    assert result.node is None
    assert [item.code for item in result.diagnostics] == ["PD0203"]


def test_warnings_do_not_stop() -> None:
    result = apply_ops(node(DOCUMENT), [read_ops("o", "- {type: remove, path: /name, x: 1}")])

    assert result.node is not None
    assert [item.code for item in result.diagnostics] == ["PD0205"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- {type: replace, path: /nome, value: 1}",
            ("PD0206", "nome", "there is no such key",
             "did you mean `name`?\n`nome?` makes the key if it is missing"),
        ),
        ("- {type: remove, path: /nome}",
         ("PD0206", "nome", "there is no such key", "did you mean `name`?")),
        ("- {type: remove, path: /groups/9}",
         ("PD0207", "9", "the list has 3 items", "use `/-` to append")),
        ("- {type: remove, path: /groups/name=wep/x}",
         ("PD0208", "name=wep", "there is no such item in the list", "did you mean `web`?")),
        ("- {type: remove, path: /groups/id=7}",
         ("PD0208", "id=7", "there is no such item in the list",
          "there is a `id: 7`, but it is not a text: put it in quotes")),
        ("- {type: remove, path: /name/x}",
         ("PD0209", "x", "this needs a mapping, there is a text", "")),
        ("- {type: remove, path: /name/0}",
         ("PD0209", "0", "this needs a list, there is a text", "")),
        ("- {type: test, path: /name, value: x}", ("PD0210", "name", "the value differs", "")),
        ("- {type: test, path: /name, absent: true}",
         ("PD0210", "name", "something is there", "")),
        ("- {type: remove, path: /groups/-}", ("PD0211", "-", "here", "")),
        ("- {type: remove, path: ''}", ("PD0211", "''", "here", "")),
        ("- {type: test, path: '', value: 1}", ("PD0210", "''", "the value differs", "")),
    ],
)  # fmt: skip
def test_a_misfit_is_explained(text: str, expected: tuple[str, str, str, str]) -> None:
    assert problem(text) == expected


def test_the_words_of_go_patch_and_of_the_author_are_there() -> None:
    text = "- {type: remove, path: /x, error: 'apply base.yml first'}"
    result = apply_ops(node(DOCUMENT), [read_ops("ops.yml", text)])
    _, gist, author = result.diagnostics[0].detail.split("\n")

    assert gist.startswith("operation [0] failed: Expected to find a map key 'x'")
    assert author == "apply base.yml first"


def test_several_matches_are_all_shown() -> None:
    document = node("[{name: a}, {name: a}, {name: b}]")
    result = apply_ops(document, [read_ops("o.yml", "- {type: remove, path: /name=a}")])

    (diagnostic,) = result.diagnostics
    assert "finds 2 items" in diagnostic.summary
    assert [label.span.column for label in diagnostic.related] == [2, 13]


def test_a_test_without_a_value_wants_null() -> None:
    ops = read_ops("o.yml", "- {type: test, path: /a, absent: false}")

    assert apply_ops(node("a: ~"), [ops]).node is not None
    assert [d.code for d in apply_ops(node("a: 1"), [ops]).diagnostics] == ["PD0210"]


@pytest.mark.parametrize(("path", "value"), [("/name", "prod"), ("/groups/0/name", "web")])
def test_a_selected_part_is_found(path: str, value: str) -> None:
    part = select(node(DOCUMENT), path).node

    assert part is not None
    assert to_value(part) == value


@pytest.mark.parametrize(("path", "code"), [("name", "PD0204"), ("/nome", "PD0206")])
def test_a_part_that_is_not_there_is_told(path: str, code: str) -> None:
    result = select(node(DOCUMENT), path)

    assert result.node is None
    assert [item.code for item in result.diagnostics] == [code]
    assert "operation [" not in result.diagnostics[0].detail
